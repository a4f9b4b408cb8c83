# SPDX-License-Identifier: GPL-2.0-or-later
"""A display that nobody sees, and the bus over which its windows say what they show."""
import contextlib
import os
import re
import shutil
import subprocess

from . import accessible

NOBODY = 65534
SIZE = (1600, 1000)
# Program -> Debian package.
PROGRAMS = {"wireshark": "wireshark", "Xvfb": "xvfb", "xdotool": "xdotool",
            "dbus-daemon": "dbus-daemon", "gcc": "gcc"}
REGISTRY = "/usr/share/dbus-1/services/org.a11y.Bus.service"


def missing():
    """The Debian packages without which there is no desktop."""
    packages = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if accessible.Gio is None:
        packages.append("python3-gi")
    if not os.path.exists(REGISTRY):
        packages.append("at-spi2-core")
    return packages


class Desktop:
    """For the user other than root who runs Wireshark, whose plugins root would not load."""

    def __init__(self, folder, size=SIZE):
        self.folder = folder
        self.size = size
        self.user = NOBODY if os.geteuid() == 0 else os.geteuid()
        self.prefix = []
        if os.geteuid() == 0:
            self.prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        self.home = self.make_folder("home")
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.make_folder("run")), "GSETTINGS_BACKEND": "memory",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        self.processes = []
        screen = "x".join(map(str, (*size, 24)))
        self.environment["DISPLAY"] = ":" + self._start(
            "Xvfb", "-noreset", "-nolisten", "tcp", "-screen", "0", screen, "-displayfd", prefix=[])
        address = self._start("dbus-daemon", "--session", "--nofork", "--nosyslog",
                              "--print-address", prefix=self.prefix)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self.bus = accessible.Bus(address, self.user)
        self.environment["AT_SPI_BUS_ADDRESS"] = self.bus.address

    def make_folder(self, name):
        """A folder of the user alone."""
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        os.chown(folder, self.user, -1)
        return folder

    def _start(self, *command, prefix):
        """Starts a server. The last argument is followed by the number of a file, to which the
        server writes a line when it is ready; returns that."""
        read, write = os.pipe()
        with os.fdopen(read) as said:
            self.processes.append(subprocess.Popen(
                [*prefix, *command[:-1], *self._number(command[-1], write)], pass_fds=[write],
                env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            os.close(write)
            line = said.readline().strip()
        assert line, f"{command[0]} did not start"
        return line

    @staticmethod
    def _number(option, number):
        """Xvfb wants a blank between the two, dbus-daemon an equals sign."""
        return [f"{option}={number}"] if option.startswith("--") else [option, str(number)]

    def xdotool(self, *arguments):
        return subprocess.run(["xdotool", *map(str, arguments)], env=self.environment,
                              capture_output=True, text=True, check=False).stdout.split()

    def click(self, node, button=1, times=1):
        """Into the beginning of a node: the rest may be out of sight."""
        x, y, width, height = node.box
        self.xdotool("mousemove", x + min(width, 16) // 2, y + height // 2,
                     "click", "--repeat", times, "--delay", 20, button)

    def click_until(self, find_node, condition, times=1):
        """Clicks where the node is. It may move just then, and clicks that follow each other too
        soon are taken for another number of clicks: then again, after a while."""
        for _ in range(6):
            self.click(accessible.wait_for("where to click", find_node), times=times)
            with contextlib.suppress(AssertionError):
                return accessible.wait_for("what a click does", condition, seconds=10)
        raise AssertionError("clicks do nothing")

    def reveal(self, tree, find_cell):
        """Turns the mouse wheel until the cell is in sight; returns it."""
        def in_sight():
            cell = find_cell()
            if cell is None:
                return None
            _, top, _, height = tree.box
            _, y, _, size = cell.box
            if top + size <= y and y + 2 * size <= top + height:  # header, scroll bar
                return cell
            far = y + size - top - height if y > top else top - y
            self.click(tree, button=5 if y > top else 4, times=max(1, far // (4 * size)))
            return None
        return accessible.wait_for("a cell in sight", in_sight)

    def windows(self, process):
        """The numbers of the windows that a process shows."""
        return self.xdotool("search", "--all", "--onlyvisible", "--pid", process, "--name", ".")

    def widen(self, title):
        """Makes a window as wide as the screen."""
        for number in self.xdotool("search", "--onlyvisible", "--name", f"^{re.escape(title)}$"):
            self.xdotool("windowmove", "--sync", number, 0, 0, "windowsize", "--sync", number,
                         self.size[0], 500)

    def end(self):
        self.bus.close()
        for process in reversed(self.processes):
            process.terminate()
            process.wait()
