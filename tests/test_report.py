# SPDX-License-Identifier: GPL-2.0-or-later
"""The report as a person reads it: in order, without empty headings, narrow enough."""
import re

import pytest

from conftest import CAPTURES, all_shipped

WIDTH = 70  # what a text window of Wireshark shows when it opens
COMMAND = " " * 10
EVERY_CAPTURE = pytest.mark.parametrize("name", all_shipped())


@pytest.fixture
def report(tshark):
    return lambda name, *options: tshark.tap(CAPTURES / name, "nfs4dup,report", options=options)


@EVERY_CAPTURE
def test_lines_fit_and_headings_hold_something(report, name):
    lines = report(name).split("\n")
    wide = [line for line in lines if len(line) > WIDTH and not line.startswith(COMMAND)]
    assert [line for line in wide if " " in line.strip()] == []
    for line, following in zip(lines, lines[1:]):
        if re.match(r"    \w[^:'=]*$", line) and not line.endswith("."):
            assert following.startswith("      "), f"nothing below {line.strip()}"


def test_other_interruptions_are_told(report):
    text = " ".join(report("lease-expiry-server.pcap").split())
    assert text.startswith("No duplicate: 2 client owners, one client each. Other interruptions: 1 - "
                           "lease-expired: 10.0.0.11 was refused in frame 270 (NFS4ERR_BADSESSION) at "
                           "2026-11-22T10:28:52.394Z.")
    for words in ("Filter: nfs4sess.chain == 1", "the lease time is 10 s.",
                  "Lost for good: 2 locks, 1 delegation.", "What to do: Find out why the client was silent"):
        assert words in text


def test_suspicion_tells_what_decides_before_the_cure(report):
    text = report("duplicate-v42-host1.pcap")
    places = [text.index(f"    {title}\n") for title in (
        "Evidence", "What speaks against other causes", "What it may still be", "What would decide it",
        "What it cost", "What to do, if that confirms it")]
    assert places == sorted(places)
    assert "nothing else" not in text


def test_copies_of_a_machine(report):
    text = " ".join(report("cloned-instance-server.pcap").split())
    assert "copies of one machine share one client (proven" in text
    assert "Not a host with a new address" in text


def test_filter_that_hides_everything_is_named(report, tshark):
    text = tshark.tap(CAPTURES / "duplicate-v42-server.pcap", "nfs4dup,report,ip.addr == 192.0.2.1")
    assert text.startswith("No client owner is known of the frames that match the filter.")


@pytest.mark.parametrize("argument", ["nfs4dup,reports", "nfs4dup,report,no.such.field"])
def test_argument_that_is_none_ends_with_an_error(tshark, argument):
    result = tshark.read(CAPTURES / "duplicate-v42-server.pcap", "-q", "-z", argument)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "nfs4dup,report" in result.stderr
