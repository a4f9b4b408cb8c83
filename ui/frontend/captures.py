# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures that were given: what is wrong with them, and how far they have been read.

Programs of Wireshark get a capture as their standard input. They share its position with
nfs4dup, which so knows how far they have come, and moves it to the end for them to stop.
"""
import os
import pathlib
import re
import stat
import subprocess

from say import Trouble, say

CUT = "appears to have been cut short"


def check(name):
    """Ends in trouble where no capture can be read from `name`."""
    if name == "-":
        if os.isatty(0):
            raise Trouble("standard input is a terminal, not a capture")
        return
    try:
        found = os.stat(name)
    except PermissionError:
        raise Trouble(f"{name}: no permission to enter {_closed_folder(name)}") from None
    except (FileNotFoundError, NotADirectoryError):
        raise Trouble(f"{name}: no such file") from None
    except (OSError, ValueError) as error:
        raise Trouble(f"{name}: {getattr(error, 'strerror', error)}") from None
    if stat.S_ISDIR(found.st_mode):
        raise Trouble(f"{name} is a folder, not a capture file")
    if not os.access(name, os.R_OK):
        raise Trouble(f"{name}: no permission to read it")
    if stat.S_ISREG(found.st_mode) and found.st_size == 0:
        raise Trouble(f"{name} is empty, not a capture file")


def _closed_folder(name):
    above = reversed(pathlib.Path(name).absolute().parents)
    return next((folder for folder in above if not os.access(folder, os.X_OK)), "its folder")


def _is_empty(name):
    return name != "-" and os.path.isfile(name) and os.path.getsize(name) == 0


def check_all(names):
    """Those of several that hold something. An empty one is what a host leaves that could not be
    reached: the others can be judged without it, and it is named."""
    if not names:
        raise Trouble("no capture given; nfs4dup --help shows how to call it")
    empty = [name for name in names if _is_empty(name)]
    there = [name for name in names if name not in empty] or names
    for name in there:
        check(name)
        if name == "-" and len(names) > 1:
            raise Trouble("standard input cannot be merged with other captures")
    for name in empty:
        say(f"{name} is empty: what was captured there is missing, and not judged")
    return there


def complaint(text):
    """The first line in which a program of Wireshark complains, without the program's name."""
    lines = [line for line in text.splitlines() if line and not is_warning(line)]
    name, colon, rest = lines[0].partition(": ") if lines else ("", "", "")
    return rest if colon and name.isalpha() and name.islower() else "".join(lines[:1])


# Wireshark's own, about rights that a reader of captures should not have; and what Wireshark and
# the libraries below it log of their surroundings, such as a user without a home.
WARNING = re.compile(r"Running as user"
                     r"|\s*\*\* \([^)]*\) [\d:.]+ \[[^]]*\b(WARNING|MESSAGE|INFO|DEBUG|NOISY)\] (\S+ )?-- "
                     r"|\([^)]*\): [\w.-]+-(WARNING|Message|INFO|DEBUG) \*\*: ")


def is_warning(line):
    """Whether a program of Wireshark goes on after that line."""
    return WARNING.match(line) is not None


def say_cut(name):
    say(f"{name} is cut short in the middle of a packet; what stands before that was read")


def unread(name, text):
    """Why the capture of that name could not be read, after what a program said of it."""
    if "isn't a capture file" in text or "can't be written as a" in text:
        return Trouble(f"{name} is not a capture file, or of a format that this Wireshark "
                       "does not know")
    if CUT in text:
        return Trouble(f"{name} is not a capture file, or cut short before its first packet")
    return Trouble(f"tshark failed on {name}: {complaint(text)}")


class Capture:
    """One of those that were given, open."""

    def __init__(self, name):
        self.path = name
        self.name = "standard input" if name == "-" else name
        try:
            self.fd = 0 if name == "-" else os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise Trouble(f"{name}: {error.strerror}") from None
        found = os.fstat(self.fd)
        self.size = found.st_size if stat.S_ISREG(found.st_mode) else None
        if self.size == 0:
            raise Trouble(f"{self.name} is empty, not a capture")

    def position(self):
        return min(os.lseek(self.fd, 0, os.SEEK_CUR), self.size)

    def skip_to_end(self):
        os.lseek(self.fd, 0, os.SEEK_END)

    def close(self):
        if self.fd:
            os.close(self.fd)

    def holds_packets(self, wireshark):
        """False for a picture or a text, which Wireshark reads, too: as one message of a kind
        that no capture of a network holds."""
        if self.size is None:
            return True
        return b"can't be written as a" not in self._first_packet(wireshark)[1]

    def has_a_beginning(self, wireshark):
        """False for a capture that was cut short before its first packet."""
        return self.size is None or bool(self._first_packet(wireshark)[0])

    def _first_packet(self, wireshark):
        """What editcap makes of it, and says."""
        os.lseek(self.fd, 0, os.SEEK_SET)
        with wireshark.start("editcap", "-r", "-", "-", "1", stdin=self.fd,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            return process.communicate()
