# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that are no captures, that end too early, or that hold too little of each packet."""
import json
import subprocess

import pytest

from conftest import CAPTURES, PASSES, owners_above

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
INNOCENT = ["client-restart-server.pcap", "lease-expiry-server.pcap", "remount-server.pcap",
            "server-restart-server.pcap", "trunking-server.pcap", "unique-hostnames-server.pcap"]


def cut_file(capture, size, room):
    """The first `size` bytes of a capture: the file ends inside a packet."""
    path = room / f"{capture.stem}-{size}.pcap"
    path.write_bytes(capture.read_bytes()[:size])
    return path


def cut_packets(capture, snaplen, room):
    """The capture as it would have been with a snap length."""
    path = room / f"{capture.stem}-snap{snaplen}.pcap"
    subprocess.run(["editcap", "-s", str(snaplen), capture, path], check=True)
    return path


def owner_of(report):
    owner, = report["owners"]
    return owner


# --- files that cannot be read at all: as without the plugin ---

def test_missing_file(tshark, room):
    with_plugin, bare = (tshark.read(room / "nothing.pcap", "-z", "io,phs", "-q", bare=bare)
                         for bare in (False, True))
    assert (with_plugin.returncode, with_plugin.stderr) == (bare.returncode, bare.stderr)
    assert with_plugin.returncode != 0


@pytest.mark.parametrize("content", [b"", b"\0", b"Dear reader, this is no capture.\n" * 20,
                                     b"\xd4\xc3\xb2\xa1\x02\x00"],
                         ids=["empty", "one-byte", "text", "half-a-header"])
def test_no_capture(tshark, room, content):
    path = room / "file.pcap"
    path.write_bytes(content)
    with_plugin, bare = (tshark.read(path, "-V", bare=bare) for bare in (False, True))
    assert (with_plugin.returncode, with_plugin.stderr, with_plugin.stdout) == \
        (bare.returncode, bare.stderr, bare.stdout)


def test_capture_without_packets(tshark, room):
    report = tshark.report(cut_file(DUPLICATE, 24, room))
    assert report["owners"] == []
    assert report["totals"]["compounds"] == 0


# --- files that end inside a packet ---

CUT_SHORT = (2, 14)  # tshark's own exit status: the latter from Wireshark 4.6 on

def test_what_stands_before_the_cut_is_found(tshark, room):
    path = cut_file(DUPLICATE, 50000, room)
    result = tshark.read(path, "-q", "-z", "nfs4dup,json")
    assert result.returncode in CUT_SHORT
    assert "cut short in the middle of a packet" in result.stderr
    owner = owner_of(json.loads(result.stdout))
    assert owner["verdict"] == "proven"
    assert owner["harmful"] is True
    assert 0 < owner["takeovers"] < 14


def test_more_bytes_never_tell_less(tshark, room):
    """Cut at 24 places that fall on no boundary in particular."""
    size = DUPLICATE.stat().st_size
    seen = []
    for end in range(25, size, size // 24):
        result = tshark.read(cut_file(DUPLICATE, end, room), "-q", "-z", "nfs4dup,json")
        assert result.returncode in (0, *CUT_SHORT)
        seen.append(json.loads(result.stdout))
    takeovers = [report["totals"]["takeovers"] for report in seen]
    assert takeovers == sorted(takeovers)
    assert takeovers[0] == 0 and takeovers[-1] >= 12
    proven = [any(owner["verdict"] == "proven" for owner in report["owners"]) for report in seen]
    assert proven == sorted(proven)
    assert proven[-1]


# --- captures of a part of what happened ---

# --- packets that are cut ---

def owner_string_ends(tshark):
    """Where the owner stands in the first EXCHANGE_ID: first and last byte, in the frame."""
    packet, = json.loads("\n".join(tshark.lines(
        DUPLICATE, "-T", "jsonraw", "-Y", "frame.number == 12", bare=True)))
    frame = bytes.fromhex(packet["_source"]["layers"]["frame_raw"][0])
    start = frame.index(b"Linux NFSv4.2 web01")
    return start, start + len(b"Linux NFSv4.2 web01")


def test_owner_cut_in_its_middle_is_no_owner(tshark, room):
    start, end = owner_string_ends(tshark)
    path = cut_packets(DUPLICATE, start + 10, room)
    report = tshark.report(path)
    assert report["totals"]["compounds"] > 200
    assert report["totals"]["cut_off"] > 10
    assert [(owner["owner"], owner["verdict"]) for owner in report["owners"]] == [(None, "suspected")]
    assert "Linux NFSv" not in tshark.tap(path, "nfs4dup,stat")
    assert end > start + 10


@pytest.mark.parametrize("snaplen", [54, 96, 128, 180, 262])
def test_any_snap_length(tshark, room, snaplen):
    """Never a crash, never an accusation of the innocent, never a wrong host."""
    for passes in (1, 2):
        report = tshark.report(cut_packets(DUPLICATE, snaplen, room), passes)
        for owner in report["owners"]:
            hosts = {address for one in owner["instances"] for address in one["addresses"]}
            assert hosts <= {"10.0.0.11", "10.0.0.12"}
    for name in INNOCENT:
        report = tshark.report(cut_packets(CAPTURES / name, snaplen, room))
        assert owners_above(report, "undecided") == [], name


@PASSES
@pytest.mark.parametrize("name", ["duplicate-v42-server.pcap", "duplicate-v40-server.pcap"])
def test_snap_length_128_leaves_a_suspicion(tshark, room, truth, name, passes):
    """Two addresses that are refused in turns, as often as the whole capture shows it."""
    path = cut_packets(CAPTURES / name, 128, room)
    [owner] = tshark.report(path, passes)["owners"]
    assert (owner["owner"], owner["owner_hex"]) == (None, None)
    assert (owner["verdict"], owner["kind"]) == ("suspected", "duplicate-owner")
    assert [one["addresses"] for one in owner["instances"]] == [["10.0.0.11"], ["10.0.0.12"]]
    assert owner["invalidations"] == truth[name][0]["refused_leases"]
    assert [evidence["kind"] for evidence in owner["evidence"]] == ["lost-in-turns"]
    frames = tshark.fields(path, show="nfs4sess.collision", passes=2)
    assert len(frames) == owner["invalidations"]


def test_snap_length_that_keeps_the_owner_keeps_the_verdict(tshark, room):
    assert owner_of(tshark.report(cut_packets(DUPLICATE, 300, room)))["verdict"] == "proven"


# --- packets that are damaged ---

@PASSES
@pytest.mark.parametrize("seed", range(1, 5))
def test_random_damage(tshark, room, seed, passes):
    """Two bytes in a hundred are wrong; the whole tree is built."""
    path = room / "damaged.pcap"
    subprocess.run(["editcap", "-E", "0.02", "--seed", str(seed), DUPLICATE, path], check=True,
                   capture_output=True)
    result = tshark.read(path, "-V", "-x", "-z", "nfs4dup,json", passes=passes)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Dissector bug" not in result.stdout
    assert json.loads(result.stdout[result.stdout.rindex("\n{\n"):])["schema"] == "nfs4dup/1"


# --- captures that hold too much ---

@pytest.mark.parametrize("records", [10, 18, 30, 45, 60, 100])
def test_limit_is_the_same_in_each_pass(tshark, records):
    """What is judged does not depend on whether messages are noted for a later pass."""
    few = ("-o", f"nfs4sess.records:{records}")
    assert tshark.report(DUPLICATE, 1, few) == tshark.report(DUPLICATE, 2, few)


def test_limit_is_kept_and_said(tshark):
    few = ("-o", "nfs4sess.records:40")
    report = tshark.report(DUPLICATE, options=few)
    whole = tshark.report(DUPLICATE)
    assert report["totals"]["dropped"] > 0 == whole["totals"]["dropped"]
    assert 0 < report["totals"]["takeovers"] < whole["totals"]["takeovers"]
    assert owner_of(report)["verdict"] == "proven"
    text = tshark.tap(DUPLICATE, "nfs4dup,report", options=few)
    assert text.startswith(f"Not analysed: {report['totals']['dropped']} NFSv4 messages from frame ")
    assert "nfs4sess.records" in text
