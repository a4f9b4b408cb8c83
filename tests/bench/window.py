# SPDX-License-Identifier: GPL-2.0-or-later
"""How long Wireshark's window takes to open a capture and to show a view: processor seconds of
its process until that rests, which, unlike seconds that pass, hardly depend on how busy the
machine is; and the instructions of that, which do not depend on it at all."""
import contextlib
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from gui.accessible import wait_for  # noqa: E402
from gui.desktop import Desktop  # noqa: E402
from gui.wireshark import Wireshark  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
RESTS = 0.02  # processor seconds in a second
WIRESHARKS_OWN = [("Expert Information", "Analyze", "Expert Information"),
                  ("Conversations", "Statistics", "Conversations"),
                  ("ONC-RPC Programs", "Statistics", "ONC-RPC Programs")]
OURS = [("NFSv4 Session Report", "Statistics", "NFSv4 Sessions", "Session Report"),
        ("NFSv4 Invalidation Chains", "Statistics", "NFSv4 Sessions", "Invalidation Chains"),
        ("NFSv4 Duplicate Clients", "Statistics", "NFSv4 Duplicate Clients"),
        ("NFSv4 Invalidation Chains", "Statistics", "NFSv4 Invalidation Chains")]


def used_by(process):
    """Processor seconds until now."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rest(process):
    """Waits until nothing happens any more; processor seconds until then."""
    used = -1
    while used_by(process) - used > RESTS:
        used = used_by(process)
        time.sleep(1)
    return used_by(process)


class Measured(Wireshark):
    """Without the sanitizer's memory, which takes its time; so nothing that comes and goes is looked
    at but by the number of its window."""

    def _preloaded(self, sanitizers):
        return ""

    def view(self, title, *path):
        """Processor seconds for a view, from the press on its menu entry."""
        begin = rest(self.process)
        self.menu(*path)
        number = wait_for(title, lambda: self.numbers(title))[0]
        used = rest(self.process) - begin
        self.desktop.xdotool("windowfocus", "--sync", number, "key", "Escape")
        wait_for(f"the end of {title}", lambda: not self.numbers(title))
        return used

    def numbers(self, title):
        return self.desktop.xdotool("search", "--onlyvisible", "--name", f"^Wireshark · {title}")


def measure(bench, modules, capture, views):
    """Processor seconds to open the capture, and for each view."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        with contextlib.ExitStack() as stack:
            desktop = Desktop(folder)
            stack.callback(desktop.end)
            wireshark = Measured(desktop, {"WIRESHARK_PLUGIN_DIR": str(bench.modules[modules])},
                                 "-r", capture)
            stack.callback(wireshark.end)
            wireshark.wait_for_file(capture.name)
            return [rest(wireshark.process), *(wireshark.view(*view) for view in views)]


DISSECTORS = "--toggle-collect=epan_dissect_run"


def count(bench, modules, capture, *options):
    """Instructions for each packet until the window rests; with DISSECTORS, those of dissectors
    alone: each packet is dissected once, and once more for the colours of the packet list."""
    return (counted(bench, modules, capture, options) - counted(bench, modules, bench.empty, options)) \
        / bench.packets(capture)


def counted(bench, modules, capture, options):
    environment = {"PATH": os.environ["PATH"], "HOME": str(bench.home), "LC_ALL": "C.UTF-8",
                   "XDG_RUNTIME_DIR": str(bench.home), "QT_QPA_PLATFORM": "offscreen",
                   "WIRESHARK_PLUGIN_DIR": str(bench.modules[modules])}
    process = subprocess.Popen(
        [*bench.prefix, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *options,
         "wireshark", "-n", "-r", capture], env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, errors="replace")
    rest(process)
    process.terminate()
    return int(re.search(r"Collected : (\d+)", process.communicate()[1]).group(1))


def turns(bench, capture, count):
    """Alternately without the plugin and with it: medians for the views of Wireshark in a bare
    one and for all views in one with the plugin, and the ratio of each turn's opening."""
    pairs = [(measure(bench, "bare", capture, WIRESHARKS_OWN),
              measure(bench, "plugin", capture, WIRESHARKS_OWN + OURS)) for _ in range(count)]
    bare, plugin = ([statistics.median(column) for column in zip(*runs, strict=True)]
                    for runs in zip(*pairs, strict=True))
    return bare, plugin, [with_it[0] / without[0] for without, with_it in pairs]
