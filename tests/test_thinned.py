# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures from which much is missing: nobody is accused for nothing, and what is left of a
duplicate never acquits it. --thin 1000 looks more closely than the default does."""
import json
import re

import pytest

import pcap
import thinned
from conftest import CAPTURES, all_shipped
from faults import NO_NFS, NO_TWIN, UNKNOWN_CLIENTS
from test_shared import LAB, THIRD_PARTY, files, lab_files, third_party_files

INNOCENT = {"single", "restarted", "undecided"}

# Not Ethernet and IPv4, or without a whole identification.
UNREAD = ["field-report-snapped.pcap", "ipv6-server.pcap", "nat-router.pcap",
          "two-protocols-server.pcap"]


def guilty(owners):
    """Those of which something may be said."""
    return {owner["owner"].encode().hex() for owner in owners
            if owner["owner"] and not set(owner["verdicts"]) <= INNOCENT}


def assert_nothing_wrong(replay, capture, room, guilty_owners, repeats):
    found = list(thinned.wrong_in(thinned.Thinned(replay, capture, room), guilty_owners, repeats))
    if found:
        pytest.fail(f"{len(found)} wrong: " + "; ".join(
            f"{way}: {what}" for way, what in found[:8]), pytrace=False)


@pytest.mark.parametrize("name", [name for name in all_shipped() if name not in UNREAD])
def test_whole_captures_are_judged_as_by_tshark(replay, truth, room, name):
    """So the program that is asked here tells what tshark tells."""
    capture = thinned.Thinned(replay, CAPTURES / name, room)
    (owners, _), = capture.judged([[True] * len(capture.messages)])
    expected = {owner["owner"]: owner["verdicts"] for owner in truth[name]}
    assert len(owners) == len(truth[name])
    for owner, verdict in owners:
        assert verdict in expected[thinned.text_of(owner)]


@pytest.mark.parametrize("name", [name for name in all_shipped() if name not in UNREAD])
def test_thinned_capture(replay, truth, room, request, name):
    assert_nothing_wrong(replay, CAPTURES / name, room, guilty(truth[name]),
                         request.config.getoption("--thin"))


@files([name for name in third_party_files() if name.startswith("nfs4/")])
def test_thinned_capture_of_others(replay, room, request, name):
    """None of which shows two hosts with one owner."""
    if not pcap.is_readable(THIRD_PARTY / name):
        pytest.skip("of another format")
    assert_nothing_wrong(replay, THIRD_PARTY / name, room, set(), request.config.getoption("--thin"))


@files(lab_files())
def test_thinned_capture_of_the_lab(replay, room, request, name):
    scenario, file_name = name.split("/")
    known = json.loads((LAB / "truth.json").read_text())["scenarios"][scenario]["files"][file_name]
    is_duplicate = known["verdict"].startswith("duplicate")
    owners = {owner.split(" ", 1)[1].encode().hex() for owner in known["owners"]}
    assert_nothing_wrong(replay, LAB / name, room, owners if is_duplicate else set(),
                         request.config.getoption("--thin"))


# --- what is said of them ---

SAID = ["no replies", "no replies to 10.0.0.12", "no replies of kind 42 to 10.0.0.12",
        "no replies of kind 43 to 10.0.0.11", "20 % by chance, seed 0"]


def said_cases():
    for name in ("duplicate-v42-server.pcap", "duplicate-locks-server.pcap"):
        for way in SAID:
            yield name, way


@pytest.mark.parametrize(("name", "way"), said_cases())
def test_no_sentence_claims_more_than_is_left(tshark, room, name, way):
    """Where two hosts still identify themselves with one owner."""
    header, frames = pcap.read(CAPTURES / name)
    keep = dict(thinned.ways([frame for frame in frames if frame.compound is not None], 1))[way]
    path = pcap.write(room / name, header, [frame for frame in frames if keep(frame)])
    report = " ".join(tshark.tap(path, "nfs4dup,report").split())
    assert [sentence for sentence in (*NO_TWIN, NO_NFS, UNKNOWN_CLIENTS)
            if re.search(sentence, report)] == []
