# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark's windows: what people do in them, and what they read there.

Names of menus, buttons and titles are those of Wireshark 4.0.
"""
import contextlib
import re
import subprocess
import tempfile

from .accessible import ENABLED, EXPANDED, SELECTED, SHOWING, wait_for

# Where something new lies in memory where something old lay, Qt 5.15 may take it for that and not
# say what it is. The sanitizer's memory is not used again soon; dumpcap, which Wireshark starts,
# hangs in it, and must not inherit it. Wireshark itself compares more bytes than there are.
KEPT = "detect_leaks=0:strict_memcmp=0:quarantine_size_mb="
NOT_INHERITED = """#include <stdlib.h>
__attribute__((constructor)) static void forget(void) { unsetenv("LD_PRELOAD"); }
"""
# It asks nothing when it ends and looks for no newer version of itself.
QUIET = ["-o", "gui.ask_unsaved:FALSE", "-o", "gui.update.enabled:FALSE"]
# What it says by itself: on a machine without such hardware, and where nobody but the tests acts.
IGNORED = re.compile(
    r"nl80211 not found\.|.* AtSpiAdaptor: |.* to WiresharkMainWindow::resetPreviousFocus\(\)|"
    r".* Could not find accessible on path: |.* QThreadStorage: |.* Accessible invalid: |"
    r".* Invalid index for tableInterface |.* Qt6CTPlatformTheme::|"
    r".* QObject::disconnect: wildcard call disconnects from destroyed signal of |$")
RECENT = ["x", "y", "width", "height"]
STARTS = 20
SECONDS_OF_A_START = 4
RULE = "[Coloring Rule Name: "
STATUS = r"Packets: (\d+)(?: · Displayed: (\d+) |$)"  # 4.4 says how many only if a filter hides some


class Wireshark:
    """A process, and its main window: the list of packets, the details of one, the filter."""

    def __init__(self, desktop, environment, *arguments, megabytes_kept=1024):
        self.desktop = desktop
        self.said = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.environment = {**environment, **desktop.environment, **self._settings(),
                            "ASAN_OPTIONS": KEPT + str(megabytes_kept)}
        preloaded = self._preloaded(self.environment.pop("LD_PRELOAD", None))
        self.command = [*desktop.prefix, "env", f"LD_PRELOAD={preloaded}", "wireshark", "-n",
                        *QUIET, *map(str, arguments)]
        for _ in range(STARTS):
            self._start()
            if self.program:
                break
            self._stop()
        self.main = wait_for("the main window", self._find_main)
        self.list = self.main.get("tree", "Packet list")
        self.details = self.main.get("tree", "Packet details")
        self.filter_line = self.main.get("text", "Display filter entry", self._has_clear_button)

    def _settings(self):
        folder = self.desktop.home / ".config" / "wireshark"
        folder.mkdir(parents=True, exist_ok=True)
        geometry = dict(zip(RECENT, (0, 0, *self.desktop.size), strict=True), maximized="FALSE")
        (folder / "recent_common").write_text("".join(
            f"gui.geometry_main_{name}: {value}\n" for name, value in geometry.items()))
        subprocess.run(["chown", "-R", str(self.desktop.user), self.desktop.home], check=True)
        extcap = self.desktop.folder / "no-extcap"
        extcap.mkdir(exist_ok=True)
        return {"WIRESHARK_EXTCAP_DIR": str(extcap)}

    @staticmethod
    def _has_clear_button(line):
        """There are other filter lines, for searching and for colours."""
        return "Clear display filter" in [each.description for each in line.children()]

    def _preloaded(self, sanitizers):
        forget = self.desktop.folder / "forget.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", forget],
                       input=NOT_INHERITED, text=True, check=True)
        return f"{sanitizers or self._sanitizer()} {forget}"

    @staticmethod
    def _sanitizer():
        return subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True,
                              text=True, check=True).stdout.strip()

    def _start(self):
        """Qt 5.15 comes to the bus, but does not offer its windows there, in every third start.
        Where it does, it has mostly done so before there is a window to see."""
        self.process = subprocess.Popen(
            self.command, cwd="/", env=self.environment, stdin=subprocess.DEVNULL,
            stderr=self.said)
        wait_for("Wireshark's window", self._is_up)
        self.program = None
        with contextlib.suppress(AssertionError):
            self.program = wait_for("its windows on the bus", lambda: self.desktop.bus.program(
                self.process.pid), seconds=SECONDS_OF_A_START)

    def _is_up(self):
        assert self.process.poll() is None, f"Wireshark ended: {self.complaints()}"
        return self.desktop.windows(self.process.pid)

    def _stop(self):
        self.process.kill()
        self.process.wait()

    def _find_main(self):
        return next((each for each in self.program.children() if each.find("menu bar")), None)

    def set_preference(self, protocol, label):
        """Ticks a box of Edit > Preferences, or takes the tick away."""
        self.menu("Edit", "Preferences…")
        dialog = self.window("Wireshark · Preferences")
        tree = dialog.get("tree", condition=lambda node: "Protocols" in node.column())
        chapters = tree.height
        self.desktop.click_until(lambda: tree.cell(tree.column().index("Protocols")),
                                 lambda: tree.height > chapters, times=2)
        row = tree.column().index(protocol)
        self.desktop.click_until(lambda: self.desktop.reveal(tree, lambda: tree.cell(row)),
                                 lambda: dialog.find("check box", label))
        dialog.get("check box", label).press()
        self.press_last(dialog, "OK")

    # --- menus, windows ---

    def item(self, *path):
        """An entry of the menu bar, by the names on the way to it."""
        node = self.main.find("menu bar")
        for number, name in enumerate(path):
            if number:
                node, = node.children()  # the menu that the entry opens
            node = next((each for each in node.children() if each.name == name), None)
            assert node, f"no menu entry {name!r} of {path}"
        return node

    def menu(self, *path):
        self.item(*path).press()

    def window(self, title):
        """The window whose title begins like this, once it is there."""
        return wait_for(f"a window {title!r}", lambda: self.find_window(title))

    def find_window(self, title):
        return next((each for each in self.program.children()
                     if each.name.startswith(title) and each.has(SHOWING)), None)

    @contextlib.contextmanager
    def dialog(self, title, *path):
        """Opens a dialog by its menu entry, and closes it in the end."""
        self.menu(*path)
        dialog = self.window(f"Wireshark · {title}")
        try:
            yield dialog
        finally:
            self.press_last(dialog, "Close")

    def press_last(self, dialog, button):
        """Presses the button that closes a dialog."""
        title = dialog.name
        dialog.get("push button", button).press()
        wait_for(f"the end of {title}", lambda: not self.find_window(title))

    def name_file(self, title, path, button, kind=None):
        """Answers a file dialog."""
        dialog = self.window(f"Wireshark · {title}")
        if kind:
            self.choose(dialog.get("combo box", condition=lambda node: "(*" in node.name), kind)
        dialog.get("text", "File name:").text = str(path)
        self.press_last(dialog, button)

    def choose(self, box, name):
        """One of a combo box."""
        choices, = box.children()
        choice = next(each for each in choices.children() if each.name == name)
        self.desktop.click_until(lambda: box, lambda: choice.has(SHOWING))
        self.desktop.click_until(lambda: choice, lambda: box.name == name)

    # --- packets ---

    def status(self):
        """(packets, displayed) of the status bar, or None."""
        label = self.main.find("status bar").find(
            "label", condition=lambda node: re.match(STATUS, node.name))
        if not label:
            return None
        packets, displayed = re.match(STATUS, label.name).groups()
        return int(packets), int(displayed or packets)

    def packet(self, frame):
        """The columns of a frame's row, or None where it is not displayed."""
        row = next((row for row in range(self.list.height)
                    if self.list.cell(row).name == str(frame)), None)
        return None if row is None else self.list.row(row)

    def open(self, path):
        self.menu("File", "Open")
        self.name_file("Open Capture File", path, "Open")
        self.wait_for_file(path.name)

    def wait_for_file(self, name):
        wait_for(f"{name} in the window", lambda: self.main.name == name and self.status())

    def filter(self, expression):
        """Types a display filter that not every packet passes."""
        self.filter_line.text = expression
        *_, apply = self.filter_line.children()
        wait_for("a button to apply it", lambda: apply.has(ENABLED))
        apply.press()
        packets, _ = self.status()
        wait_for("fewer packets", lambda: self.status()[1] < packets)

    def show_all(self):
        """No display filter."""
        if self.filter_line.text:
            _, clear, _ = self.filter_line.children()
            clear.press()
            wait_for("every packet", lambda: len(set(self.status())) == 1)

    def go_to(self, frame):
        """By the bar that comes for it, and goes when a press of its button takes effect."""
        self.menu("Go", "Go to Packet…")
        button = self.main.get("push button", "Go to packet")
        wait_for("the bar", lambda: button.has(SHOWING))
        button.parent.get("text").text = str(frame)
        button.press()
        wait_for("the end of the bar", lambda: not button.has(SHOWING))
        wait_for(f"frame {frame}", lambda: self.frame() == frame)

    def frame(self):
        """The number of the frame that the details show."""
        found = re.match(r"Frame (\d+):", self.details.cell(0).name)
        return found and int(found.group(1))

    def expand(self, beginning):
        """Expands the last entry of the details, unless it is; Wireshark remembers that it was."""
        last = self.details.cell(self.details.height - 1)
        if last.name.startswith(beginning):
            self._expand(self.details.height - 1)
            wait_for(f"what is below {beginning}", lambda: not self.details.cell(
                self.details.height - 1).name.startswith(beginning))

    def _expand(self, row):
        self.desktop.click_until(lambda: self.details.cell(row),
                                 lambda: self.details.cell(row).has(SELECTED))
        self.menu("View", "Expand Subtrees")

    def color(self):
        """Of the frame that the details show: the rule that they name, below their first line."""
        if not self.details.cell(0).has(EXPANDED):
            self._expand(0)
            wait_for("more lines", lambda: self.details.cell(0).has(EXPANDED))
        return next((line.removeprefix(RULE).removesuffix("]") for line in self.details.column()
                     if line.startswith(RULE)), None)

    def collapse(self, row):
        self.desktop.click_until(lambda: self.details.cell(row),
                                 lambda: self.details.cell(row).has(SELECTED))
        self.menu("View", "Collapse Subtrees")
        wait_for("fewer lines", lambda: not self.details.cell(row).has(EXPANDED))

    def _line(self, beginning):
        return next((cell for cell in map(self.details.cell, range(self.details.height))
                     if cell.name.startswith(beginning)), None)

    def follow(self, link):
        """Double-clicks a line of the details: another frame is shown."""
        left = wait_for("a frame", self.frame)
        self.desktop.click_until(
            lambda: self.desktop.reveal(self.details, lambda: self._line(link)),
            lambda: self.frame() not in (None, left), times=2)

    # --- the end ---

    def memory(self):
        """What it holds, in kB."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1))

    def complaints(self):
        self.said.seek(0)
        return [line for line in self.said.read().splitlines() if not IGNORED.match(line)]

    def quit(self):
        """As a person does; returns the exit status."""
        self.menu("File", "Quit")
        return self.process.wait(120)

    def end(self):
        if self.process.poll() is None:
            self._stop()
        self.said.close()
