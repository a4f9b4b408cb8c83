# SPDX-License-Identifier: GPL-2.0-or-later
"""A ring of small captures that dumpcap writes without end. dumpcap alone needs the right to
capture; it parses nothing."""
import ctypes
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile

import live
from say import Trouble

FILES_KEPT = 64  # by dumpcap; those that were not read by then are lost, and counted

def give_up_rights():
    """What is started from now on has no right to capture, even where this process was given
    that by the service manager (an ambient capability)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(47, 4, 0, 0, 0)  # PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL


class Ring:
    """A context manager: dumpcap runs in it."""

    def __init__(self, folder, interface, seconds, megabytes, expression):
        self.folder = folder
        self.arguments = [
            "-i", interface, "-f", expression, "-B", "32",
            "-b", f"duration:{seconds}", "-b", f"filesize:{megabytes * 1000}",
            "-b", f"files:{FILES_KEPT}", "-b", "printname:stdout",
            "-w", str(folder / "ring.pcapng")]
        self.seconds = seconds
        self.stopped = False
        self.dropped_before = 0

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.left = sorted(self.folder.glob("ring_*.pcapng"))  # of an earlier watch
        self.said = tempfile.TemporaryFile("w+", errors="replace")
        self.process = live.start(self.arguments, self.said)
        give_up_rights()
        os.set_blocking(self.process.stdout.fileno(), False)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.said.close()

    def stop(self):
        """The file that is being written is the last one."""
        self.stopped = True
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def batches(self):
        """Lists of files that are finished: all that are, each time it is asked; an empty list
        where none was for as long as one takes. Ends after stop()."""
        yield self.left
        pending, ended = b"", False
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not ended:
                selector.select(1 if self.stopped else self.seconds + 1)
                data = self.process.stdout.read()
                ended = data == b""
                *lines, pending = (pending + (data or b"")).split(b"\n")
                names = [self.folder / os.path.basename(os.fsdecode(line)) for line in lines]
                yield [name for name in names if name.exists()]
        self.process.wait()
        if not self.stopped:
            raise Trouble(f"dumpcap ended: {live.complaint(self.said)}")

    def newly_dropped(self):
        """Packets that the kernel dropped for want of room since this was asked last. dumpcap
        tells it only at its end, and `ss` of iproute2 all the time, where there is one."""
        total = max(self.dropped_before, self._dropped_at_the_end(), self._dropped_so_far())
        new, self.dropped_before = total - self.dropped_before, total
        return new

    def _dropped_at_the_end(self):
        self.said.seek(0)
        return sum(map(int, re.findall(r"received/dropped on interface .*: \d+/(\d+)",
                                       self.said.read())))

    def _dropped_so_far(self):
        try:
            listed = subprocess.run(["ss", "-0", "-e", "-m", "-n", "-H"], stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, text=True, check=False).stdout
            files = os.scandir(f"/proc/{self.process.pid}/fd")
            inodes = {os.readlink(file.path)[8:-1] for file in files}
        except OSError:
            return 0
        sockets = re.split(r"^(?=\S)", listed, flags=re.M)
        return sum(int(drops) for socket in sockets
                   if {*re.findall(r"\bino:(\d+)", socket)} & inodes
                   for drops in re.findall(r"skmem:\(.*\bd(\d+)\)", socket))
