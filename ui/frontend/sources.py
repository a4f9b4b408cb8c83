# SPDX-License-Identifier: GPL-2.0-or-later
"""Where tshark reads from: one capture or several, by itself or through other programs."""
import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile
import threading

import captures
from say import Trouble


class Alone:
    """One file. And what every source has."""

    what = "the capture"  # for the progress
    argument = "-"  # for tshark's -r
    stopped_at = None  # how much had been read by then, 0 to 1
    files = ()  # names of the captures that are merged in it, and can be opened again

    def __init__(self, capture):
        self.capture = capture
        self.name = capture.name  # for people
        self.stdin = capture.fd  # for tshark

    def prepare(self, watch):
        """Before tshark starts: what it cannot do without."""

    def started(self):
        """tshark runs, and has its standard input."""

    def share(self):
        """How much has been read, or None where nobody knows."""
        return self.capture.position() / self.capture.size

    def stop(self):
        """Ends it here, so that tshark reports on what it has read; False where that cannot
        be."""
        self.stopped_at = self.share()
        self.capture.skip_to_end()
        return True

    def finish(self):
        """After tshark has ended: tells what was wrong with the source."""

    def holds_packets(self, wireshark):
        """False for a file of another kind that Wireshark reads as well."""
        return self.capture.holds_packets(wireshark)

    def close(self):
        self.capture.close()


class Named(Alone):
    """A file that is read twice, so that tshark has to open it by its name."""

    def __init__(self, wireshark, capture):
        super().__init__(capture)
        self.stdin = subprocess.DEVNULL
        path = pathlib.Path(capture.path).absolute()
        if capture.path == "-" or not wireshark.can_read(path):
            path = self._copy(wireshark)
        self.argument = str(path)

    def _copy(self, wireshark):
        path = wireshark.folder / "capture"
        try:
            with path.open("xb") as copy, open(self.capture.fd, "rb", closefd=False) as original:
                wireshark.hand_over(copy)
                shutil.copyfileobj(original, copy, 1 << 20)
        except OSError as error:
            raise Trouble(f"{self.name} cannot be copied to {path}: {error.strerror}") from None
        return path

    def share(self):
        return None

    def stop(self):
        return False


class Piped(Alone):
    """A pipe or a socket, from which a program may still be capturing. Ctrl-C ends that
    program, too; what it still writes counts."""

    def __init__(self, capture):
        super().__init__(capture)
        self.stdin, self.end = os.pipe()
        self.arrived = False
        threading.Thread(target=self._relay, daemon=True).start()

    def _relay(self):
        """tshark takes an empty pipe, which a tcpdump without permission to capture leaves,
        for a capture without packets: so nfs4dup has to know."""
        try:
            while data := os.read(self.capture.fd, 1 << 16):
                self.arrived = True
                while data:
                    data = data[os.write(self.end, data):]
        except OSError:  # tshark has seen enough, or there is nothing to read
            pass
        os.close(self.end)

    def started(self):
        os.close(self.stdin)

    def share(self):
        return None

    def stop(self):
        return True

    def finish(self):
        if not self.arrived:
            raise Trouble(f"{self.name} is empty, not a capture")

    def close(self):
        pass


class Merged(Alone):
    """Several captures. Each goes through editcap, which forgives an end in the middle of a
    packet, into one mergecap, which does not, and from there into tshark: all at once, so
    that nothing of it needs room on a disk."""

    what = "the captures"

    def __init__(self, wireshark, given):
        self.given = given
        self.name = " ".join(capture.name for capture in given)
        self.files = [capture.path for capture in given if capture.size is not None]
        self.wireshark = wireshark
        _allow_files(4 * len(given) + 64)
        self.complaints = [_text_file() for _ in range(len(given) + 1)]
        self.cutters, self.ends = [], []
        for capture, complaints in zip(given, self.complaints):
            reading, writing = os.pipe()
            wireshark.open_pipe(reading)
            self.cutters.append(wireshark.start("editcap", "-", "-", stdin=capture.fd,
                                                stdout=writing, stderr=complaints))
            os.close(writing)
            self.ends.append(reading)
        names = [wireshark.name_of(end) for end in self.ends]
        self.merger = wireshark.start("mergecap", "-w", "-", *names, pass_fds=self.ends,
                                      stdout=self._destination(), stderr=self.complaints[-1])
        for end in self.ends:
            os.close(end)
        self.stdin = self.merger.stdout

    def _destination(self):
        return subprocess.PIPE

    def started(self):
        self.stdin.close()

    def holds_packets(self, wireshark):
        return True  # editcap would have refused it

    def share(self):
        if any(capture.size is None for capture in self.given):
            return None
        return (sum(capture.position() for capture in self.given) /
                sum(capture.size for capture in self.given))

    def stop(self):
        self.stopped_at = self.share()
        for capture in self.given:
            if capture.size is not None:
                capture.skip_to_end()
        return True

    def finish(self):
        """mergecap fails where an editcap does, so those speak first."""
        if self.stopped_at is not None:
            return
        cut = []
        for capture, process, complaints in zip(self.given, self.cutters, self.complaints):
            status, text = process.wait(), _written(complaints)
            if captures.CUT in text:
                cut.append(capture)
            elif status > 0:
                raise captures.unread(capture.name, text)
        if self.merger.wait():
            raise self._unmerged(_written(self.complaints[-1]))
        for capture in cut:  # mergecap takes nothing at all for a capture without packets
            if not capture.has_a_beginning(self.wireshark):
                raise captures.unread(capture.name, captures.CUT)
            captures.say_cut(capture.name)

    def _unmerged(self, text):
        """mergecap names the pipe in which no capture arrived."""
        found = re.search(r"/dev/fd/(\d+)", text)
        if not found:
            return Trouble(f"the captures cannot be merged: {captures.complaint(text)}")
        number = self.ends.index(int(found.group(1)))
        return captures.unread(self.given[number].name, _written(self.complaints[number]) or text)

    def close(self):
        for process in (*self.cutters, self.merger):
            if process.poll() is None:
                process.kill()
                process.wait()
        for capture in self.given:
            capture.close()


class MergedFile(Merged):
    """The same in a file, which tshark can read twice."""

    def _destination(self):
        self.file = (self.wireshark.folder / "merged.pcapng").open("xb")
        self.wireshark.hand_over(self.file)
        return self.file

    def __init__(self, wireshark, given):
        super().__init__(wireshark, given)
        self.argument = self.file.name
        self.stdin = subprocess.DEVNULL

    def prepare(self, watch):
        watch(self.merger, self)

    def started(self):
        pass

    def share(self):
        return super().share() if self.merger.poll() is None else None

    def stop(self):
        return False


def source_of(wireshark, names, two_passes):
    given = [captures.Capture(name) for name in names]
    if len(given) > 1:
        return (MergedFile if two_passes else Merged)(wireshark, given)
    if given[0].size is None:
        return Piped(given[0])
    return Named(wireshark, given[0]) if two_passes else Alone(given[0])


def _text_file():
    return tempfile.TemporaryFile("w+", errors="replace")


def _written(file):
    file.seek(0)
    return file.read()


def _allow_files(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        most = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
