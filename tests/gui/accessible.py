# SPDX-License-Identifier: GPL-2.0-or-later
"""What the windows of a program say about themselves to a screen reader (AT-SPI over D-Bus).

Every call asks the program anew. Nothing is remembered here, so nothing is out of date.
"""
import contextlib
import os
import time

try:
    from gi.repository import Gio, GLib
except ImportError:  # whoever needs it says so: missing() in desktop.py
    Gio = GLib = None

ACCESSIBLE = "org.a11y.atspi.Accessible"
ACTION = "org.a11y.atspi.Action"
COMPONENT = "org.a11y.atspi.Component"
TABLE = "org.a11y.atspi.Table"
TEXT = "org.a11y.atspi.Text"
EDITABLE_TEXT = "org.a11y.atspi.EditableText"
# States, as bits.
CHECKED, ENABLED, EXPANDED, FOCUSED, SELECTED, SHOWING = 4, 8, 10, 12, 23, 25
ON_SCREEN = 0
ALL_OF_IT = -1


def wait_for(what, condition, seconds=120):
    """What `condition` returns, once it is something. A window may vanish while it is asked."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(GLib.Error):
            found = condition()
            if found:
                return found
        assert time.monotonic() < deadline, f"{what}: not after {seconds} seconds"
        time.sleep(0.05)


@contextlib.contextmanager
def acting_as(user):
    """A bus talks to the user alone that it belongs to, and to nobody else: not even to root."""
    me = os.geteuid()
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(me)


class Bus:
    """The bus on which programs offer their windows. `address` is that of the session's bus."""

    def __init__(self, address, user):
        with acting_as(user):
            session = self._connect(address)
            answer = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus",
                                       "GetAddress", None, None, Gio.DBusCallFlags.NONE, -1, None)
            self.address = answer.unpack()[0]
            self.connection = self._connect(self.address)
        session.close_sync(None)

    @staticmethod
    def _connect(address):
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        connection.set_exit_on_close(False)
        return connection

    def _ask(self, method, arguments=None):
        return self.connection.call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
            arguments, None, Gio.DBusCallFlags.NONE, -1, None).unpack()[0]

    def program(self, process):
        """The program of that process number, or None where it offers no windows."""
        for name in self._ask("ListNames"):
            if name.startswith(":") and process == self._ask(
                    "GetConnectionUnixProcessID", GLib.Variant("(s)", (name,))):
                program = Node(self, (name, "/org/a11y/atspi/accessible/root"))
                return program if program.answers() else None
        return None

    def close(self):
        self.connection.close_sync(None)


class Node:
    """A window, or something in one."""

    def __init__(self, bus, reference):
        self.bus = bus
        self.reference = reference

    def __eq__(self, other):
        return self.reference == other.reference

    def _call(self, interface, method, form=None, *values):
        arguments = GLib.Variant(form, values) if form else None
        return self.bus.connection.call_sync(
            *self.reference, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 120_000,
            None).unpack()

    def _property(self, interface, name):
        return self._call("org.freedesktop.DBus.Properties", "Get", "(ss)", interface, name)[0]

    def answers(self):
        try:
            return bool(self.role)
        except GLib.Error:
            return False

    @property
    def name(self):
        return self._property(ACCESSIBLE, "Name")

    @property
    def description(self):
        return self._property(ACCESSIBLE, "Description")

    @property
    def role(self):
        return self._call(ACCESSIBLE, "GetRoleName")[0]

    @property
    def parent(self):
        return Node(self.bus, self._property(ACCESSIBLE, "Parent"))

    def children(self):
        return [Node(self.bus, each) for each in self._call(ACCESSIBLE, "GetChildren")[0]]

    def has(self, state):
        return bool(self._call(ACCESSIBLE, "GetState")[0][0] >> state & 1)

    def find(self, role, name=None, condition=None):
        """The first below this one, or None. Looks neither into menus nor into tables."""
        rank = self.children()
        while rank:
            below = []
            for node in rank:
                its_role = node.role
                if its_role == role and name in (None, node.name) \
                        and (condition is None or condition(node)):
                    return node
                if its_role not in ("menu bar", "tree", "table", "list"):
                    below += node.children()
            rank = below
        return None

    def get(self, role, name=None, condition=None):
        """The same, once it is there."""
        return wait_for(f"a {role} {name or ''}", lambda: self.find(role, name, condition))

    # --- doing something ---

    def press(self):
        """Does not wait for what follows: a dialog may want an answer first. A menu entry acts
        before whatever is asked next is answered, a button a moment later."""
        self.bus.connection.call(*self.reference, ACTION, "DoAction", GLib.Variant("(i)", (0,)),
                                 None, Gio.DBusCallFlags.NONE, -1, None, None)

    def tick(self):
        """A check box, unless it is."""
        if not self.has(CHECKED):
            self.press()

    def focus(self):
        self._call(COMPONENT, "GrabFocus")

    @property
    def text(self):
        return self._call(TEXT, "GetText", "(ii)", 0, ALL_OF_IT)[0]

    @text.setter
    def text(self, text):
        self._call(EDITABLE_TEXT, "SetTextContents", "(s)", text)

    @property
    def box(self):
        """x, y, width, height on the screen."""
        return self._call(COMPONENT, "GetExtents", "(u)", ON_SCREEN)[0]

    # --- tables and trees, whose rows are what is expanded ---

    def rows(self):
        return [self.row(row) for row in range(self.height)]

    def row(self, row):
        return [self.cell(row, column).name.strip()
                for column in range(self._property(TABLE, "NColumns"))]

    @property
    def height(self):
        return self._property(TABLE, "NRows")

    def cell(self, row, column=0):
        return Node(self.bus, self._call(TABLE, "GetAccessibleAt", "(ii)", row, column)[0])

    def column(self, column=0):
        return [self.cell(row, column).name.strip() for row in range(self.height)]
