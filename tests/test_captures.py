# SPDX-License-Identifier: GPL-2.0-or-later
"""Every shipped capture against captures/truth.json, against the packets, and against its golden."""
import json
import re

import pytest

import packets
from conftest import CAPTURES, PASSES, VERDICTS, shipped

EVERY_CAPTURE = pytest.mark.parametrize("name", shipped())


def hosts_of(owner):
    return sorted({address for instance in owner["instances"] for address in instance["addresses"]})


@EVERY_CAPTURE
def test_truth_is_in_the_packets(tshark, truth, name):
    counted = packets.read_owners(tshark, CAPTURES / name)
    expected = {owner["owner"]: owner for owner in truth[name]}
    assert set(counted) == set(expected)
    for text, owner in expected.items():
        seen = counted[text]
        assert (sorted(seen.hosts), sorted(seen.servers)) == (owner["hosts"], owner["servers"])
        assert len(seen.verifiers) == owner["instances"]
        assert seen.takeovers == owner["takeovers"]
        assert len(seen.refused) == owner["refused_leases"]


@PASSES
@EVERY_CAPTURE
def test_verdicts(tshark, truth, name, passes):
    report = tshark.report(CAPTURES / name, passes)
    found = {owner["owner"]: owner for owner in report["owners"]}
    assert sorted(found) == sorted(owner["owner"] for owner in truth[name])
    assert len(report["owners"]) == len(found), "an owner has two rows at one server"
    for expected in truth[name]:
        owner = found[expected["owner"]]
        assert owner["verdict"] in expected["verdicts"]
        assert hosts_of(owner) == expected["hosts"]
        assert sorted(owner["server_addresses"]) == expected["servers"]
        assert len(owner["instances"]) == expected["instances"]
        assert owner["takeovers"] == expected["takeovers"]
        assert owner["invalidations"] == expected["refused_leases"]
        assert owner["harmful"] is expected["harmful"]
        if expected["kind"]:
            assert owner["kind"] == expected["kind"]


@PASSES
@EVERY_CAPTURE
def test_a_verdict_names_its_evidence(tshark, name, passes):
    report = tshark.report(CAPTURES / name, passes)
    last_frame = len(tshark.fields(CAPTURES / name, bare=True))
    for owner in report["owners"]:
        if owner["verdict"] == "single":
            continue
        assert owner["evidence"], f'{owner["owner"]} is {owner["verdict"]} for no reason given'
        for evidence in owner["evidence"]:
            assert evidence["text"]
            assert evidence["frames"]
            assert all(1 <= frame <= last_frame for frame in evidence["frames"])


@EVERY_CAPTURE
def test_totals_add_up(tshark, truth, name):
    report = tshark.report(CAPTURES / name)
    totals, owners = report["totals"], report["owners"]
    messages = tshark.fields(CAPTURES / name, "rpc.msgtyp", show="rpc.program == 100003 && nfs.opcode",
                             bare=True)
    assert totals["compounds"] == sum(len(frame["rpc.msgtyp"]) for frame in messages)
    assert 0 < totals["identified"] <= totals["compounds"]
    assert totals["invisible"] == 0
    assert totals["owners"] == len(owners) == len(truth[name])
    assert totals["servers"] == len({tuple(owner["server_addresses"]) for owner in owners})
    assert totals["takeovers"] == sum(owner["takeovers"] for owner in owners)
    assert totals["duplicates"] == sum(VERDICTS.index(owner["verdict"]) > 2 for owner in owners)


@EVERY_CAPTURE
def test_two_passes_report_the_same(tshark, name):
    for tap in ("nfs4dup,json", "nfs4dup,stat"):
        assert tshark.tap(CAPTURES / name, tap, 1) == tshark.tap(CAPTURES / name, tap, 2)


@EVERY_CAPTURE
def test_table_golden(tshark, golden, name):
    golden(name.replace(".pcap", ".stat.txt"), tshark.tap(CAPTURES / name, "nfs4dup,stat"))


@EVERY_CAPTURE
def test_json_golden(tshark, golden, name):
    text = tshark.tap(CAPTURES / name, "nfs4dup,json")
    json.loads(text)
    versions = re.compile(r'("(?:plugin|wireshark)": *)"[^"]*"')
    golden(name.replace(".pcap", ".json"), versions.sub(r'\1"*"', text))
