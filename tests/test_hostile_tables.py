# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tables, the report and the document say of captures that somebody made up: they
agree with each other, and stay readable however much there is to tell."""
import re
import struct
import subprocess
import sys

import pytest

from conftest import CAPTURES, PASSES, ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench"))
import synthetic  # noqa: E402


@pytest.fixture
def written(room):
    """written(story) -> the path of a capture; the story is told a capture and a server."""
    def write(story):
        path = room / f"{story.__name__}.pcap"
        capture = synthetic.Capture(path)
        story(capture, synthetic.Server())
        capture.out.close()
        path.chmod(0o644)
        return path
    return write


def stat_rows(tshark, path, passes=1):
    lines = tshark.tap(path, "nfs4dup,stat", passes).split("\n")
    return [[cell.strip() for cell in line.split("|")] for line in lines if re.match(" *[0-9]+ *[|]", line)]


# --- they agree ---

def new_name(capture, server):
    """A host that is refused and comes back with another owner: what it went through is the
    first owner's, and ends in a message of the second."""
    host = synthetic.Host(capture, server, 0, owner=b"Linux NFSv4.1 before")
    host.mounts()
    host.works()
    host.is_refused()
    host.owner = b"Linux NFSv4.1 after"
    host.mounts()
    host.works()


@PASSES
@pytest.mark.parametrize("snaplen", [65535, 128], ids=["whole", "cut"])
@pytest.mark.parametrize("name", [
    "duplicate-v42-server", "duplicate-v40-server", "duplicate-v41-late", "field-report-snapped",
    "storm-server", "nat-router", "server-restart-duplicate-server", "libnfs-containers-server"])
def test_every_owner_has_a_row(tshark, room, name, snaplen, passes):
    """Those that the capture cut off, too, of which frames tell late."""
    path = room / "capture.pcap"
    subprocess.run(["editcap", "-s", str(snaplen), CAPTURES / f"{name}.pcap", path], check=True)
    owners = tshark.report(path, passes)["owners"]
    said = [[str(owner[key]) for key in ("number", "takeovers", "invalidations", "verdict")]
            for owner in owners]
    assert sorted([row[6], row[4], row[9], row[1]]
                  for row in stat_rows(tshark, path, passes)) == sorted(said)


@PASSES
def test_rows_say_what_the_document_says(tshark, written, passes):
    path = written(new_name)
    before, after = tshark.report(path, passes)["owners"]
    assert before["outage"] > 0 and after["outage"] is None
    rows = {row[2]: row for row in stat_rows(tshark, path, passes)}
    assert rows[before["owner"]][5] == f"{before['outage']:.3f} s"
    assert rows[after["owner"]][5] == "-"


# --- there is much to tell ---

def feuds(capture, server):
    """Forty owners, each presented by two hosts: with a return, with a refusal, with neither."""
    for number in range(40):
        name = b"Linux NFSv4.1 web%d" % number
        one, other = (synthetic.Host(capture, server, 2 * number + side, owner=name) for side in (0, 1))
        one.mounts()
        other.mounts()
        other.works()
        if number % 3:
            one.is_refused()
        if number % 3 == 2:
            one.mounts()
            one.works()


def hundred_clones(capture, server):
    """Each takes the owner from the one before it; the first comes back."""
    hosts = [synthetic.Host(capture, server, number, owner=b"Linux NFSv4.1 golden") for number in range(100)]
    for host in hosts:
        host.mounts()
        host.works()
    hosts[0].is_refused()
    hosts[0].mounts()


def test_hundred_clones_are_counted(tshark, written):
    """Three of them stand in the first line, sixty-three in a row of their own."""
    report = " ".join(tshark.tap(written(hundred_clones), "nfs4dup,brief").split())
    assert re.search(r"\(proven[^)]*\): [\d.]+, [\d.]+ and 98 more all call themselves golden", report)
    assert re.search(r"Who (?:[\d.]+, ){62}[\d.]+ and 37 more ", report)


def test_many_findings(tshark, written):
    """The worst ten are told, what to do about them once, and the others are counted."""
    path = written(feuds)
    report = tshark.tap(path, "nfs4dup,report")
    words = " ".join(report.split())
    told = re.findall(r"^(?:LIKELY )?DUPLICATE CLIENT \((\w+)", report, re.M)
    verdicts = [owner["verdict"] for owner in tshark.report(path)["owners"]]
    counts = {verdict: verdicts.count(verdict) for verdict in ("proven", "probable", "undecided")}
    assert sum(counts.values()) == 40 and min(counts.values()) > 0
    assert told == ["proven"] * 10
    assert f"({counts['proven']} proven, {counts['probable']} probable)." in words
    accused = counts["proven"] + counts["probable"]
    assert f"{accused - 10} more: {counts['proven'] - 10} proven, {counts['probable']} probable; " \
        "-z nfs4dup,stat lists them all, worst first." in words
    assert report.count("\nUNDECIDED: ") == min(counts["undecided"], 10)
    assert words.count("- host-name: ") == 1
    assert len(re.findall(r"To cure #\d+ \([^)]*\) - As for #\d+\.", words)) == 9
    assert report.count("\n") < 450


def test_rows_are_in_order(tshark, written):
    ranks = ["proven", "probable", "suspected", "undecided", "restarted", "single"]
    verdicts = [ranks.index(row[1]) for row in stat_rows(tshark, written(feuds))]
    assert len(verdicts) == 40 and verdicts == sorted(verdicts)


def clones(capture, server):
    """Twelve hosts with one owner, each of which takes it from the one before."""
    hosts = [synthetic.Host(capture, server, number, owner=b"Linux NFSv4.1 web01") for number in range(12)]
    for host in hosts:
        host.mounts()
        host.works()
    for host in hosts[:-1]:
        host.is_refused()


def test_many_clones(tshark, written):
    words = " ".join(tshark.tap(written(clones), "nfs4dup,full").split())
    assert "DUPLICATE CLIENT (proven, harmful): 10.0.0.1, 10.0.0.2 and 10 more all call themselves web01 and " \
        "evict each other" in words
    for rest in ("- and 2 more", "and 5 more pairs.", "11 times in all."):
        assert rest in words


def interruptions(capture, server):
    """Six hosts lose their sessions, for no reason that can be seen; the fifth is away longest."""
    hosts = [synthetic.Host(capture, server, number) for number in range(6)]
    for number, host in enumerate(hosts):
        host.mounts()
        host.works()
        host.is_refused()
        if number == 4:
            capture.frames += 2000
        host.mounts()
        host.works()


def test_worst_interruptions_are_told(tshark, written):
    words = " ".join(tshark.tap(written(interruptions), "nfs4dup,report").split())
    told = [int(chain) for chain in re.findall(r"Filter nfs4sess.chain == (\d+)", words)]
    assert told == [1, 2, 3, 4, 5, 6]
    assert words.count("UNDECIDED: ") == 6


def long_names(capture, server):
    """Owners of 1024 bytes, of which each takes four characters."""
    one, other = (synthetic.Host(capture, server, number, owner=b"\x1b" * 1024) for number in (0, 1))
    one.mounts()
    other.mounts()
    other.works()
    one.is_refused()


@pytest.mark.parametrize("view", ["full", "stat", "chains"])
def test_long_names_are_cut(tshark, written, view):
    lines = tshark.tap(written(long_names), f"nfs4dup,{view}").split("\n")
    assert 255 < max(map(len, lines)) < 400
    assert any("\\x1b..." in line or "\\x..." in line or "\\..." in line or "\\x1..." in line for line in lines)


@pytest.mark.parametrize("kind", ["owners", "takeovers", "flood", "verifiers", "refusals", "unused"])
def test_a_flood_leaves_a_short_report(tshark, room, kind):
    path = room / "flood.pcap"
    synthetic.write(kind, 2000, path)
    path.chmod(0o644)
    report = tshark.tap(path, "nfs4dup,report")
    assert 3 < report.count("\n") < 100
    assert report.count("\nFilter nfs4sess.owner.number") <= 11


# --- the document says what it leaves out ---

def many_addresses(capture, server):
    """One host that goes on from twelve addresses, and another with one."""
    one, other = (synthetic.Host(capture, server, number) for number in (0, 1))
    one.mounts()
    other.mounts()
    for number in range(12):
        one.address = bytes([10, 1, 0, number])
        one.works()


def test_addresses_left_out(tshark, written):
    first, second = (owner["instances"][0] for owner in tshark.report(written(many_addresses))["owners"])
    assert (len(first["addresses"]), first["more_addresses"]) == (8, True)
    assert (second["addresses"], second["more_addresses"]) == (["10.0.0.2"], False)


def ring(capture, server):
    """Twenty hosts, each of which takes the owner from the one before."""
    for number in range(20):
        synthetic.Host(capture, server, number, owner=b"Linux NFSv4.1 web01").mounts()


def test_pairs_left_out(tshark, written):
    owner, = tshark.report(written(ring))["owners"]
    assert owner["takeovers"] == 19
    assert (len(owner["displaced"]), owner["displaced_dropped"]) == (16, 3)
    assert owner["more_server_addresses"] is False


# --- nothing can be read ---

class Liar(synthetic.Host):
    """Its owner is said to be longer than the message."""

    def asks_for_clientid(self):
        self.calls([(synthetic.EXCHANGE_ID, self.verifier + struct.pack(">I", 100) + b"Linux\0\0\0")])


def unreadable(capture, server):
    Liar(capture, server, 0).mounts()


def test_what_cannot_be_read_is_no_all_clear(tshark, written):
    words = " ".join(tshark.tap(written(unreadable), "nfs4dup,report").split())
    assert words.startswith("Not visible: the client owner of 1 identification, cut off")
    assert "No duplicate can be seen: no client owner could be read." in words
