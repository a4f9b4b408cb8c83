# SPDX-License-Identifier: GPL-2.0-or-later
"""Every shipped capture against captures/truth.json and against the packets; the studied ones
against their goldens, too."""
import functools
import json
import re

import pytest

import reader
import summary
from conftest import CAPTURES, VERDICTS, all_shipped, shipped

EVERY_CAPTURE = pytest.mark.parametrize("name", all_shipped())
STUDIED_CAPTURE = pytest.mark.parametrize("name", shipped())
SUSPECTED = VERDICTS.index("suspected")
SCHEMA = json.loads((CAPTURES.parent / "tests" / "nfs4dup-1.schema.json").read_text())

# Every trouble of every capture: the kind, and the last part of the client's address.
TROUBLES = {
    "lease-courtesy-server.pcap": {("renewed-late", 11)},
    "made-shared-session-server.pcap": {("slot-out-of-step", 11)},
    "recall-unanswered-v42-server.pcap": {("recall-unheeded", 11)},
    "made-callbacks-server.pcap": {
        ("callback-unanswered", 31), ("callback-refused", 32), ("callback-refused", 33),
        ("callback-unanswered", 34)},
    "made-trouble-server.pcap": {
        ("delay-without-end", 11), ("grace-without-end", 12), ("slot-out-of-step", 13),
        ("identification-refused", 14), ("confirm-refused", 15), ("session-gone", 16),
        ("reclaim-refused", 17), ("state-refused", 18), ("request-refused", 19),
        ("flag-stands", 20), ("slots-exhausted", 21), ("servers-in-turns", 22),
        ("server-restarts", 23), ("id-given-twice", 24), ("callback-path-down", 26), ("renewed-late", 27)}}


def key_of(owner):
    """What tells the owners of a report apart, in the report and in the truth."""
    return owner["owner"], tuple(sorted(owner.get("server_addresses") or owner["servers"]))


def hosts_of(owner):
    return sorted({address for instance in owner["instances"] for address in instance["addresses"]})


@functools.cache
def report_of(tshark, name, passes):
    return tshark.report(CAPTURES / name, passes)


@functools.cache
def counted(name, servers):
    return reader.read_owners(CAPTURES / name, servers)


def test_truth_and_captures_are_the_same_set(truth):
    assert sorted(truth) == all_shipped()
    assert set(shipped()) <= set(truth)


@EVERY_CAPTURE
def test_truth_is_in_the_packets(truth, name):
    """Hosts, servers and counts, where the packets show owners at all."""
    known = [owner for owner in truth[name] if owner["owner"] is not None]
    for servers in {key_of(owner)[1] for owner in known}:
        assert set(counted(name, servers)) == \
            {owner["owner"] for owner in known if key_of(owner)[1] == servers}
    for owner in known:
        seen = counted(name, key_of(owner)[1])[owner["owner"]]
        assert (sorted(seen.hosts), sorted(seen.servers)) == (owner["hosts"], owner["servers"])
        for key, found in (("instances", len(seen.verifiers)), ("takeovers", seen.takeovers),
                           ("refused_leases", seen.refused)):
            assert owner[key] in (found, None), key


@EVERY_CAPTURE
def test_verdicts(tshark, truth, name):
    report = report_of(tshark, name, 1)
    owners = report["owners"]
    assert TROUBLES.get(name, set()) == {
        (trouble["kind"], int(trouble["client"].rpartition(".")[2])) for trouble in report["troubles"]}
    found = {key_of(owner): owner for owner in owners}
    assert len(owners) == len(found), "an owner has two rows at one server"
    assert set(found) == {key_of(owner) for owner in truth[name]}
    for expected in truth[name]:
        owner = found[key_of(expected)]
        assert owner["verdict"] in expected["verdicts"]
        assert hosts_of(owner) == expected["hosts"]
        for key, count in (("instances", len(owner["instances"])),
                           ("takeovers", owner["takeovers"]),
                           ("refused_leases", owner["invalidations"])):
            assert expected[key] in (count, None), key
        assert owner["harmful"] is expected["harmful"]
        if expected["kind"]:
            assert owner["kind"] == expected["kind"]


def test_each_kind_of_trouble_has_a_capture():
    kinds = {kind for troubles in TROUBLES.values() for kind, _ in troubles}
    assert kinds == set(SCHEMA["definitions"]["trouble"]["properties"]["kind"]["enum"])


@EVERY_CAPTURE
def test_a_verdict_names_its_evidence(tshark, name):
    last_frame = len(frame_types(tshark, name))
    for owner in report_of(tshark, name, 1)["owners"]:
        if owner["verdict"] == "single":
            continue
        assert owner["evidence"], f'{owner["owner"]} is {owner["verdict"]} for no reason given'
        for evidence in owner["evidence"]:
            assert evidence["text"]
            assert evidence["frames"]
            assert all(1 <= frame <= last_frame for frame in evidence["frames"])


@functools.cache
def frame_types(tshark, name):
    """For each frame, the RPC messages in it that are COMPOUNDs of NFSv4, to either side."""
    frames = tshark.fields(CAPTURES / name, "rpc.msgtyp", "nfs.opcode", "rpc.program", bare=True,
                           options=["-d", "tcp.port==2049,rpc"])
    return [frame["rpc.msgtyp"] if frame["nfs.opcode"] and "100003" in frame["rpc.program"] else []
            for frame in frames]


@EVERY_CAPTURE
def test_totals_add_up(tshark, truth, name):
    report = report_of(tshark, name, 1)
    totals, owners = report["totals"], report["owners"]
    assert totals["compounds"] == sum(map(len, frame_types(tshark, name)))
    assert totals["identified"] <= totals["compounds"]
    assert (totals["identified"] > 0) == any(owner["owner"] for owner in truth[name])
    assert totals["invisible"] == 0
    assert totals["owners"] == len(owners) == len(truth[name])
    assert totals["servers"] == len({tuple(owner["server_addresses"]) for owner in owners})
    assert totals["takeovers"] == sum(owner["takeovers"] for owner in owners)
    assert totals["duplicates"] == sum(VERDICTS.index(owner["verdict"]) >= SUSPECTED
                                       for owner in owners)


@STUDIED_CAPTURE
def test_two_passes_report_the_same(tshark, name):
    assert report_of(tshark, name, 1) == report_of(tshark, name, 2)


def test_summary_golden(tshark, golden):
    """All shipped captures in one file, for a person who changes how things are judged."""
    golden("summary.txt", "".join(f"{line}\n" for name in all_shipped()
                                  for line in summary.told(name, report_of(tshark, name, 1))))


@STUDIED_CAPTURE
def test_two_passes_print_the_same_table(tshark, name):
    tables = [tshark.tap(CAPTURES / name, "nfs4dup,stat", passes) for passes in (1, 2)]
    assert tables[0] == tables[1]


@STUDIED_CAPTURE
def test_table_golden(tshark, golden, name):
    golden(name.replace(".pcap", ".stat.txt"), tshark.tap(CAPTURES / name, "nfs4dup,stat"))


@STUDIED_CAPTURE
def test_json_golden(tshark, golden, name):
    text = tshark.tap(CAPTURES / name, "nfs4dup,json")
    json.loads(text)
    versions = re.compile(r'("(?:plugin|wireshark)": *)"[^"]*"')
    golden(name.replace(".pcap", ".json"), versions.sub(r'\1"*"', text))
