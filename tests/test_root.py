# SPDX-License-Identifier: GPL-2.0-or-later
"""What nfs4dup does when root calls it, with somebody hostile beside it.

Each test has a mount namespace of its own, with an empty /tmp: what the hostile process does
there, no other test sees.
"""
import os
import pathlib
import shutil
import subprocess

import pytest

from conftest import IS_ROOT, NOBODY, ROOT
from test_nfs4dup import (  # `built` is a fixture
    HOST1, HOST2, PROGRAM, SERVER, built, installed, run)

pytestmark = pytest.mark.skipif(not IS_ROOT, reason="about root")

WAYS = {"one": [SERVER], "two-pass": [SERVER, "--", "-2"], "several": [HOST1, HOST2],
        "several-two-pass": [HOST1, HOST2, "--", "-2"], "each": ["--each", HOST1, HOST2],
        "picture": [ROOT / "ui" / "pictures" / "report.png"], "check": ["--check"]}
EVERY_WAY = pytest.mark.parametrize("way", WAYS)

# Plants links to a file of root's wherever it can, below each folder of nfs4dup in /tmp, under
# each name that is there already or was ever used, and notes each one that it could plant.
HOSTILE = """
import os, sys
target, notes = sys.argv[1:]
names = {"merged.pcapng", "capture", "settings", "probe", "home", *(f"{i}.pcapng" for i in range(4))}
while True:
    folders = [entry.path for entry in os.scandir("/tmp") if entry.name.startswith("nfs4dup.")]
    for top in folders:
        for folder, _, files in os.walk(top):
            for name in names | set(files):
                path = os.path.join(folder, name)
                try:
                    if not os.path.islink(path) and name in files:
                        os.unlink(path)
                    os.symlink(target, path)
                except OSError:
                    continue
                with open(notes, "a") as note:
                    note.write(path + chr(10))
"""

# Runs in the namespace: argv is a folder for notes, then the command.
STAGE = """
import os, pathlib, subprocess, sys, time
hostile, target, notes, *command = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "none", "/tmp"], check=True)
os.chmod("/tmp", 0o1777)
nobody = {"user": %(nobody)d, "group": %(nobody)d, "extra_groups": []}
enemy = subprocess.Popen(["/usr/bin/python3", hostile, target, notes], cwd="/", **nobody)
try:
    control = pathlib.Path("/tmp/nfs4dup.control")
    control.mkdir()
    os.chown(control, %(nobody)d, %(nobody)d)
    deadline = time.monotonic() + 30
    while not (control / "probe").is_symlink():
        assert enemy.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    status = 0
    for _ in range(3):
        status = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL).returncode
    assert enemy.poll() is None
    sys.exit(status)
finally:
    enemy.kill()
""" % {"nobody": NOBODY}


@pytest.fixture
def stage():
    """A folder outside /tmp, which nobody can write to but in `notes`."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespace can be made here")
    folder = pathlib.Path("/var/tmp") / f"nfs4sess-root-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "hostile.py").write_text(HOSTILE)
    (folder / "stage.py").write_text(STAGE)
    (folder / "notes").touch()
    (folder / "notes").chmod(0o666)
    (folder / "secret").mkdir(mode=0o700)
    (folder / "secret" / "file").write_text("of root\n")
    yield folder
    shutil.rmtree(folder)


@EVERY_WAY
def test_root_overwrites_no_file_through_a_planted_link(stage, way):
    """The enemy does plant links in a folder of his own, which shows that he is looking."""
    target = stage / "secret" / "file"
    command = [PROGRAM, *map(str, WAYS[way])]
    result = subprocess.run(["unshare", "-m", "/usr/bin/python3", stage / "stage.py", stage / "hostile.py",
                             target, stage / "notes", *command], capture_output=True, text=True,
                            timeout=300, check=False)
    assert "Traceback" not in result.stderr
    planted = (stage / "notes").read_text().splitlines()
    assert any(path.startswith("/tmp/nfs4dup.control/") for path in planted)
    assert [path for path in planted if not path.startswith("/tmp/nfs4dup.control/")] == []
    assert target.read_text() == "of root\n"
    assert result.returncode == {"picture": 2, "check": 0}.get(way, 1)


PROGRAMS = ["tshark", "mergecap", "editcap", "reordercap", "capinfos"]


@pytest.fixture
def watched(room):
    """A PATH on which each program that parses captures notes as whom it runs, and for what."""
    notes = room / "notes"
    notes.touch()
    notes.chmod(0o666)
    for name in PROGRAMS:
        program = room / "watched" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\necho {name} $(id -u) $(id -g) $(id -G) \"$*\" >>{notes}\n"
                           f"exec {shutil.which(name)} \"$@\"\n")
        program.chmod(0o755)
    return notes, f"{room}/watched:{os.environ['PATH']}"


def assert_without_rights(notes):
    """Those that read no capture, as --version, may have any. Root's way to nobody is one."""
    lines = [line.split(maxsplit=4) for line in notes.read_text().splitlines()]
    parsing = [line for line in lines if line[4] != "--version" and not line[4].startswith("-G ")]
    assert [line for line in parsing if line[1:4] != [str(NOBODY)] * 3] == []
    return {line[0] for line in parsing}


@EVERY_WAY
def test_nothing_parses_a_capture_with_the_rights_of_root(watched, way):
    notes, path = watched
    run(*WAYS[way], env=dict(os.environ, PATH=path))
    used = assert_without_rights(notes)
    assert {"one": {"tshark"}, "several": {"tshark", "mergecap", "capinfos"}, "check": set(),
            "each": {"tshark", "capinfos"}}.get(way, {"tshark"}) <= used


@EVERY_WAY
def test_installed_it_has_no_rights_either(room, tshark, module, watched, way):
    notes, path = watched
    epan = room / "plugins" / tshark.line / "epan"
    epan.mkdir(parents=True)
    shutil.copy(module, epan)
    environment = dict(os.environ, PATH=path, WIRESHARK_PLUGIN_DIR=str(room / "plugins"))
    result = run(*WAYS[way], program=installed(room), env=environment)
    assert_without_rights(notes)
    if way not in ("picture", "check"):
        assert (result.returncode, result.stdout) == (1, run(*WAYS[way]).stdout)


def test_captures_of_root_that_are_merged(room):
    """Nobody may enter their folder."""
    private = room / "private"
    private.mkdir(mode=0o700)
    for path in (HOST1, HOST2):
        shutil.copy(path, private)
        (private / path.name).chmod(0o600)
    for more in ([], ["--", "-2"]):
        result = run("--json", private / HOST1.name, private / HOST2.name, *more)
        assert result.stdout == run("--json", HOST1, HOST2).stdout


def test_folder_in_which_no_program_can_run(stage):
    """Every place is tried that a temporary folder may be in."""
    script = "".join(f"mount -t tmpfs -o noexec none {folder}; " for folder in ("/tmp", "/var/tmp", "/run", "/dev/shm"))
    result = subprocess.run(["unshare", "-m", "sh", "-c", script + f'exec "{PROGRAM}" "{SERVER}"'],
                            capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "mounted noexec" in result.stderr
    assert result.stderr.count("\n") == 1
