# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of Wireshark's window share. Import the fixtures that a test file uses."""
import pathlib
import re
import shutil
import struct
import tempfile

import pytest

from conftest import CAPTURES, ROOT, tshark_line

from .accessible import wait_for
from .desktop import Desktop, missing
from .wireshark import Wireshark

WRITTEN_FOR = ("4.0", "4.4", "4.6")


def why_not():
    """Why the window cannot be tested here, or nothing."""
    if missing():
        return "not here: " + " ".join(missing())
    if tshark_line() not in WRITTEN_FOR:
        return f"knows the menus of Wireshark {', '.join(WRITTEN_FOR)}, not of {tshark_line()}"
    return ""


NEEDS_A_DESKTOP = pytest.mark.skipif(bool(why_not()), reason=why_not())
PCAP_HEADER = 24
# Title, and the way to it through the menus.
TABLE = ("NFSv4 Duplicate Clients", "Statistics", "NFSv4 Duplicate Clients")
EXPERT = ("Expert Information", "Analyze", "Expert Information")


def folder_in(workspace):
    folder = pathlib.Path(tempfile.mkdtemp(dir=workspace))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def desktop(workspace):
    desktop = Desktop(folder_in(workspace))
    shutil.copytree(ROOT / "ui" / "profile", desktop.home / ".config" / "wireshark" / "profiles")
    yield desktop
    desktop.end()


@pytest.fixture(scope="module")
def captures(workspace):
    """A folder with the shipped captures, where Wireshark's user can read them."""
    folder = folder_in(workspace)
    for path in CAPTURES.glob("*.pcap"):
        shutil.copyfile(path, folder / path.name)
        (folder / path.name).chmod(0o644)
    return folder


@pytest.fixture(scope="module")
def start(desktop, tshark):
    """Starts a Wireshark, which is gone when the tests of the file are."""
    started = []

    def start_one(*arguments, **options):
        started.append(Wireshark(desktop, tshark.environment, *arguments, **options))
        return started[-1]
    yield start_one
    for wireshark in started:
        wireshark.end()


def becomes(read, expected):
    """Waits until it is as expected; says how it is where it never is."""
    try:
        wait_for("it", lambda: read() == expected, seconds=60)
    except AssertionError:
        assert read() == expected


def records(data):
    """The records of a little-endian pcap file, as they are in it."""
    assert data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1")
    place = PCAP_HEADER
    while place < len(data):
        end = place + 16 + struct.unpack_from("<I", data, place + 8)[0]
        yield data[place:end]
        place = end


def rows_of(text):
    """The rows of nfs4dup,stat, by the number of the owner, as the window shows them at first."""
    rows = [[cell.strip() for cell in line.split("|")][:-1] for line in text.splitlines()
            if re.match(r" *\d+ \|", line)]
    return sorted(rows, key=lambda row: int(row[0]))


def rows_of_tshark(tshark, capture, expression=""):
    tap = "nfs4dup,stat" + (expression and f",{expression}")
    return rows_of(tshark.tap(capture, tap, passes=2))
