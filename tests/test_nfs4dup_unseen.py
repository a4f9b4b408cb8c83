# SPDX-License-Identifier: GPL-2.0-or-later
"""What ui/nfs4dup says of NFSv4 that nobody can read: once, in the report or on standard error."""
import json
import os
import shutil
import subprocess

import pytest

from test_invisible import Connection, call, capture, gss, tls  # `capture` is a fixture
from test_nfs4dup import CLEAN, SERVER, built, run  # and so is `built`

NO_NFS = "no NFSv4 request or reply was found that can be read"
HIDDEN = {
    "krb5p": ([call(1, 1, gss(3)), call(2, 1, gss(3))],
              "2 NFSv4 messages encrypted with krb5p"),
    "unknown": ([b"\x16\x03\x01" + bytes(60)],
                "1 connection to port 2049 on which nothing could be read"),
}


def assert_told_once(path, what):
    told = run("--json", path)
    assert told.returncode == 0
    assert told.stderr.splitlines() == [f"nfs4dup: {path}: not visible: {what}",
                                        f"nfs4dup: {path}: {NO_NFS}"]
    report = run("--stat", "--report", path)
    assert (report.returncode, report.stderr) == (0, "")
    assert f"Not visible: {what[:11]}" in report.stdout


@pytest.mark.parametrize("kind", HIDDEN)
def test_messages_that_nobody_can_read(capture, kind):
    messages, what = HIDDEN[kind]
    connection = Connection(700)
    path = capture([*connection.opens(), *(connection.says(one) for one in messages)])
    assert_told_once(path, what)


def test_tls(capture):
    assert_told_once(capture(tls(Connection(700)) + tls(Connection(701))),
                     "2 connections encrypted with TLS")


def test_owners_that_the_snap_length_cut_off(room):
    path = room / "short.pcap"
    subprocess.run(["editcap", "-s", "128", CLEAN, path], check=True)
    totals = json.loads(run("--json", path).stdout)["totals"]
    count, whole = totals["cut_off"], totals["cut_messages"]
    assert count > 0 and whole > 0
    told = run("--chains", path)
    assert told.stderr == \
        f"nfs4dup: {path}: not visible: {whole} NFS messages cut off whole by the snap length; " \
        "capture with tcpdump -s 0\n" \
        f"nfs4dup: {path}: not visible: {count} identifications whose client " \
        "owner the snap length cut off; capture with tcpdump -s 0\n"
    assert run(path).stderr == ""


def test_capture_without_nfs(room):
    path = room / "no-nfs.pcap"
    subprocess.run(["tshark", "-r", SERVER, "-Y", "arp || icmpv6", "-w", path],
                   capture_output=True, check=True)
    result = run(path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("No NFSv4 was recognised in this capture. ")
    result = run("--stat", path)
    assert (result.returncode, result.stderr) == (0, f"nfs4dup: {path}: {NO_NFS}\n")


@pytest.mark.parametrize("line", [
    " ** (tshark:69) 04:40:31.071832 [GLib WARNING] -- getpwuid_r(): failed due to unknown user id (63308)",
    "(process:69): GLib-WARNING **: 04:40:31.071: getpwuid_r(): failed due to unknown user id (63308)"],
    ids=["wireshark", "glib"])
@pytest.mark.parametrize("options", [["--json", SERVER], ["--json", SERVER, CLEAN], ["--each", SERVER]],
                         ids=["one", "several", "each"])
def test_warning_of_a_library_is_no_trouble(room, line, options):
    """As for a user whom the system does not know by name: a service with DynamicUser."""
    for program in ("tshark", "mergecap", "editcap"):
        wrapper = room / program
        wrapper.write_text(f"#!/bin/sh\necho '{line}' >&2\nexec {shutil.which(program)} \"$@\"\n")
        wrapper.chmod(0o755)
    plain, warned = (run(*options, env={**os.environ, "PATH": path})
                     for path in (os.environ["PATH"], f"{room}:{os.environ['PATH']}"))
    assert (warned.returncode, warned.stdout) == (plain.returncode, plain.stdout) == (1, plain.stdout)
    assert "failed on" not in warned.stderr
