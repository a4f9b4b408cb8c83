# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup and ui/setup where there is less than on Linux: as on macOS and the BSDs, as far as
that can be seen here."""
import os
import shutil
import subprocess
import sys

import pytest

from conftest import IS_ROOT, ROOT
from test_nfs4dup import (  # `built` is a fixture
    HOST1, HOST2, PROGRAM, SERVER, assert_trouble, built, run)

SETUP = ROOT / "ui" / "setup"
WIRESHARK = ["tshark", "dumpcap", "editcap", "mergecap", "capinfos"]
POSIX = ["sh", "dirname", "readlink", "test"]  # readlink without an option

# Has the program take the system for another one.
ELSEWHERE = """import runpy, sys
sys.platform = "freebsd14"
del sys.argv[0]
sys.path.insert(0, sys.argv[0])
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def place(folder, name, lines):
    program = folder / name
    program.write_text("#!/bin/sh\n" + lines)
    program.chmod(0o755)


@pytest.fixture
def tools(room):
    """A folder for PATH, with no more than every system has."""
    folder = room / "tools"
    folder.mkdir()
    for name in POSIX:
        (folder / name).symlink_to(shutil.which(name))
    return folder


@pytest.mark.parametrize("arguments", [
    [SERVER], ["--json", HOST1, HOST2], ["--each", "--jobs", "2", HOST1, HOST2], [SERVER, "--", "-2"]],
    ids=["one", "several", "each", "two-pass"])
def test_another_system_says_the_same(room, tools, arguments):
    """Where only POSIX' tools, Python and Wireshark are."""
    for name in WIRESHARK:
        (tools / name).symlink_to(shutil.which(name))
    (room / "elsewhere.py").write_text(ELSEWHERE)
    place(tools, "python3", f'shift 4; exec {sys.executable} -I -B -X utf8 {room}/elsewhere.py "$@"')
    there = run(*arguments, env={"PATH": str(tools), "HOME": str(room)})
    here = run(*arguments)
    assert (there.returncode, there.stderr) == (1, "")
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)


# FreeBSD's /dev/fd is such, unless fdescfs is mounted.
SHORT_DEV_FD = """
set -e
mount -t tmpfs dev /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/urandom c 1 9
mkdir /dev/fd
for number in 0 1 2; do ln -s /proc/self/fd/$number /dev/fd/$number; done
exec "$@"
"""


@pytest.mark.skipif(not IS_ROOT, reason="only root can give it another /dev")
@pytest.mark.parametrize("options", [[], ["--extract", "/dev/null"]], ids=["judge", "extract"])
def test_short_dev_fd_is_named(options):
    """Several captures need more of it, and no capture is to blame."""
    command = ["unshare", "--mount", "sh", "-c", SHORT_DEV_FD, "-"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespace can be made here")
    result = subprocess.run([*command, PROGRAM, *options, HOST1, HOST2], capture_output=True,
                            text=True, check=False)
    assert_trouble(result, "/dev/fd", "mount -t fdescfs fdescfs /dev/fd")


def set_up(room, tools):
    """Calls ui/setup of a project that has nothing else."""
    folder = room / "project" / "ui"
    folder.mkdir(parents=True)
    return run(program=shutil.copy(SETUP, folder), env={"PATH": str(tools)})


def test_set_up_without_apt(room, tools):
    """It says what is needed, and builds with what is there."""
    place(tools, "getconf", "exit 1")
    place(tools, "brew", "echo brew was called; exit 1")
    place(tools, "cmake", f'echo "$*" >>{room}/told')
    result = set_up(room, tools)
    assert (result.returncode, result.stdout) == (0, "Building nfs4sess in build ...\n")
    assert "nothing is installed" in result.stderr
    assert "wireshark-dev" in result.stderr
    assert "brew install wireshark" in result.stderr
    assert (room / "told").read_text().splitlines() == [
        "--preset default -DBUILD_TESTING=OFF", "--build --preset default --parallel 2"]


def test_set_up_without_apt_and_cmake(room, tools):
    result = set_up(room, tools)
    assert (result.returncode, result.stdout) == (2, "Building nfs4sess in build ...\n")
    assert "nothing is installed" in result.stderr
