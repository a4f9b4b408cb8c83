# SPDX-License-Identifier: GPL-2.0-or-later
"""ui/nfs4dup on a terminal and on a pipe: Ctrl-C, signals, progress."""
import os
import pathlib
import pty
import shutil
import signal
import subprocess

import pytest

from test_nfs4dup import (  # `built` is a fixture
    PROGRAM, SERVER, built, nothing_left_behind, run, wait_for)

CONTROL_C = b"\x03"
ERASE = "\r\x1b[K"


def hear_signals():
    """What a job in the background ignores, so do its children."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def terminal(command, *keys, **environment):
    """What a terminal shows of a shell command. Each of the `keys` is pressed when the file
    beside it is there, and removes it."""
    child, end = pty.fork()
    if child == 0:
        hear_signals()
        plain = {"NO_COLOR": "1", "COLUMNS": "200"}  # unless the test says otherwise
        os.execve("/bin/bash", ["bash", "-c", command], {**os.environ, **plain, **environment})
    shown = b""
    for key, sign in keys:
        wait_for(sign.exists)
        sign.unlink()
        os.write(end, key)
    while True:
        try:
            shown += os.read(end, 4096)
        except OSError:  # nobody has the terminal open any more
            break
    os.close(end)
    os.waitpid(child, 0)
    return shown.decode().replace("\r\n", "\n")


def long_capture(room):
    """More than all the pipes between a writer and tshark hold: once it is written but for
    the end, tshark is reading it."""
    path = room / "long.pcap"
    data = SERVER.read_bytes()
    path.write_bytes(data[:24] + data[24:] * 6)
    return path


def writer(room, at_the_end):
    """A program that writes a capture to standard output, as tcpdump does: the end of it,
    which is in its buffer until then, when Ctrl-C is pressed. It makes the file `ready` when
    tshark is reading."""
    program = room / "writer"
    program.write_text(f"""#!/usr/bin/python3
import pathlib, signal, sys, time
data = open({str(long_capture(room))!r}, "rb").read()
def write(part):
    sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()
def stop(*_):
    {at_the_end}
signal.signal(signal.SIGINT, stop)
write(data[:-1000])
ready = pathlib.Path({str(room / "ready")!r})
ready.touch()
while True:
    time.sleep(0.1)
""")
    program.chmod(0o755)
    return program


def test_control_c_ends_a_pipe_and_not_the_judgement(room):
    program = writer(room, "time.sleep(0.5); write(data[-1000:]); sys.exit()")
    shown = terminal(f"{program} | {PROGRAM} --json -; echo status $?",
                     (CONTROL_C, room / "ready"))
    assert shown == "^C" + run("--json", room / "long.pcap").stdout + "status 1\n"


def test_second_control_c_gives_up(room):
    program = writer(room, "ready.touch()")
    with nothing_left_behind():
        shown = terminal(f"{PROGRAM} - < <({program}); echo status $?",
                         (CONTROL_C, room / "ready"), (CONTROL_C, room / "ready"))
    assert shown == "^C^Cnfs4dup: interrupted\nstatus 2\n"


def test_terminal_is_no_capture():
    assert terminal(f"{PROGRAM} -; echo status $?") == \
        "nfs4dup: standard input is a terminal, not a capture\nstatus 2\n"


def child_of(parent, name):
    """The process number of the child of that name, or None."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            number, command, _, its_parent = stat.read_text().split()[:4]
        except OSError:
            continue
        if (command, its_parent) == (f"({name})", str(parent)):
            return int(number)
    return None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signal_takes_tshark_along(room, number):
    with subprocess.Popen([PROGRAM, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, preexec_fn=hear_signals) as program:
        program.stdin.write(long_capture(room).read_bytes())
        program.stdin.flush()
        tshark = pathlib.Path(f"/proc/{child_of(program.pid, 'tshark')}")
        assert tshark.exists()
        program.send_signal(number)
        assert program.wait(30) == 2
        assert program.stderr.read() == b"nfs4dup: interrupted\n"
        wait_for(lambda: not tshark.exists())


@pytest.fixture
def slow_tshark(room):
    """A PATH with a tshark that takes three seconds more for the capture in `room`: it has
    read a quarter of it by then."""
    shutil.copy(SERVER, room / "slow.pcap")
    quarter = SERVER.stat().st_size // 4
    program = room / "tshark"
    program.write_text(f"""#!/usr/bin/python3
import os, sys, time
if any("nfs4dup,json" in word for word in sys.argv):
    os.lseek(0, {quarter}, os.SEEK_SET)
    time.sleep(3)
    os.lseek(0, 0, os.SEEK_SET)
os.execv({shutil.which("tshark")!r}, sys.argv)
""")
    program.chmod(0o755)
    return f"{room}:{os.environ['PATH']}"


def test_progress_on_a_terminal(room, slow_tshark):
    shown = terminal(f"{PROGRAM} --stat {room}/slow.pcap; echo status $?", PATH=slow_tshark)
    first, *more, rest = shown.split(ERASE)
    assert first == ""
    assert more[0] == "nfs4dup: 24 % of the capture read"
    assert set(more) <= {f"nfs4dup: {share} % of the capture read" for share in (0, 24, 100)}
    assert rest == run("--stat", SERVER).stdout + "status 1\n"


def test_no_progress_for_a_log(room, slow_tshark):
    result = run("--stat", room / "slow.pcap", env=dict(os.environ, PATH=slow_tshark))
    assert (result.returncode, result.stderr) == (1, "")


def test_no_progress_while_it_is_quick():
    assert terminal(f"{PROGRAM} --stat {SERVER}") == run("--stat", SERVER).stdout
