# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures of ../shared/faults against what is right for them (faults.py); and the same
kinds, where bytes matter, in captures that are made here out of shipped ones."""
import dataclasses
import json
import re

import pytest

import pcap
from conftest import CAPTURES, PASSES, SHARED, VERDICTS
from faults import (ACCUSED, CLOCKS, FAULTS, NO_NFS, NO_TWIN, ONE_CLIENT, ONE_WAY, REFUSED, TWO_HOSTS,
                    UNANSWERED, UNDECIDED, UNKNOWN_CLIENTS, UNSEEN, Fault, v42)
from test_nfs4dup import run as nfs4dup

FOLDER = SHARED / "faults"
SUSPECTED = VERDICTS.index("suspected")

# Those that are answered wrongly so far; a name leaves the list when the answer is right.
WRONG = []


def answers(tshark, path, view, passes=1, options=()):
    """The document and another view, from one run."""
    text = tshark.tap(path, "nfs4dup,json", passes, ["-z", view, *options])
    document = re.search(r"^\{\n.*?^\}$", text, re.M | re.S)
    return json.loads(document.group()), text[:document.start()] + text[document.end():]


def answer(tshark, path, options=()):
    """The document and the report, its lines joined, from one run."""
    document, report = answers(tshark, path, "nfs4dup,report", options=options)
    return document, " ".join(report.split())


def hosts_of(owner):
    return {address for instance in owner["instances"] for address in instance["addresses"]}


def wrong_owner(found, right):
    """What is wrong with an owner of the report."""
    kinds = {evidence["kind"] for evidence in found["evidence"]}
    checks = [("verdict", found["verdict"], found["verdict"] in right.verdicts),
              ("hosts", sorted(hosts_of(found)), hosts_of(found) == right.hosts),
              ("harmful", found["harmful"], right.harmful in (None, found["harmful"])),
              ("kind", found["kind"], right.kind in (None, found["kind"])),
              ("instances", len(found["instances"]),
               right.instances in (None, len(found["instances"]))),
              ("evidence", sorted(kinds), kinds >= set(right.evidence))]
    return [f"{right.name}: {what} {value}" for what, value, holds in checks if not holds]


def wrong_owners(owners, right):
    found = {owner["owner"]: owner for owner in owners}
    if len(found) != len(owners) or set(found) != {one.name for one in right}:
        return [f"owners {sorted(owner['owner'] for owner in owners)}"]
    return [line for one in right for line in wrong_owner(found[one.name], one)]


def wrong_chains(chains, fault):
    causes = {chain["cause"] for chain in chains}
    checks = [(f"{len(chains)} chains", fault.chains in (None, len(chains))),
              (f"causes {sorted(causes)}", fault.causes is None or causes <= fault.causes),
              (f"no {fault.cause}", fault.cause is None or fault.cause in causes)]
    return [what for what, holds in checks if not holds]


def wrong_troubles(troubles, fault):
    """Each trouble that is there is found, and nothing else."""
    found = {(trouble["kind"], trouble["operation"], trouble["status"], trouble["count"], trouble["blame"])
             for trouble in troubles}
    return [] if found == set(fault.troubles) else [f"troubles {sorted(found, key=str)}"]


def wrong_sentences(report, fault):
    return [f"does not say {pattern!r}" for pattern in fault.says if not re.search(pattern, report)] + \
        [f"says {pattern!r}" for pattern in fault.never if re.search(pattern, report)]


def wrong(document, report, fault):
    """What is wrong with the answer for a capture, as a list of a few words each."""
    accused = sum(VERDICTS.index(owner["verdict"]) >= SUSPECTED for owner in document["owners"])
    sums = [] if document["totals"]["duplicates"] == accused else ["totals.duplicates"]
    return wrong_owners(document["owners"], fault.owners) + \
        wrong_chains(document["chains"], fault) + wrong_troubles(document["troubles"], fault) + \
        wrong_sentences(report, fault) + sums


def test_faults_and_captures_are_the_same_set():
    if not FOLDER.exists():
        pytest.skip("no folder ../shared here")
    assert {path.stem for path in FOLDER.glob("*.pcap")} == set(FAULTS)
    assert set(WRONG) <= set(FAULTS)


# That there is no answer at all is never expected: only test_fault's own pytest.fail is.
wrong_so_far = pytest.mark.xfail(strict=True, raises=pytest.fail.Exception)


def fault_cases():
    for name, fault in FAULTS.items():
        marks = [wrong_so_far] if name in WRONG else []
        if not FOLDER.exists():
            marks = [pytest.mark.skip(reason="no folder ../shared here")]
        yield pytest.param(name, fault, id=name, marks=marks)


@pytest.mark.parametrize(("name", "fault"), fault_cases())
def test_fault(tshark, name, fault):
    document, report = answer(tshark, FOLDER / f"{name}.pcap", fault.options)
    if found := wrong(document, report, fault):
        pytest.fail(f"{fault.stands_for}: " + "; ".join(found), pytrace=False)


def rows_of(table):
    """Number and verdict of each owner in nfs4dup,stat."""
    rows = [line.split("|") for line in table.splitlines() if re.match(" +[0-9]+ \\|", line)]
    return sorted((int(row[6]), row[1].strip()) for row in rows)


def assert_table_is_the_document(tshark, path, passes, options=()):
    document, table = answers(tshark, path, "nfs4dup,stat", passes, options)
    owners = [(owner["number"], owner["verdict"]) for owner in document["owners"]]
    assert rows_of(table) == sorted(owners)


@pytest.mark.parametrize(("name", "fault"), fault_cases())
def test_table_has_the_owners_of_the_document(tshark, name, fault):
    """In one pass, which has to follow what the messages of later frames change."""
    assert_table_is_the_document(tshark, FOLDER / f"{name}.pcap", 1, fault.options)


def test_no_answer_is_no_wrong_answer(tshark, room):
    """A tshark that fails is no failure of the kind that test_fault may expect."""
    with pytest.raises(AssertionError) as failure:
        answer(tshark, room / "no-such-capture.pcap")
    assert not isinstance(failure.value, pytest.fail.Exception)


@pytest.mark.skipif(not FOLDER.exists(), reason="no folder ../shared here")
def test_two_addresses_refused_in_one_direction(tshark, room):
    """Until the second address refuses, too, nothing tells whether the two are one server."""
    header, frames = pcap.read(FOLDER / "opaque_two_lifs.pcap")
    document, report = answer(tshark, pcap.write(room / "one-direction.pcap", header, frames[:46]))
    assert [(owner["server"], owner["verdict"], [(one["kind"], one["frames"]) for one in owner["evidence"]])
            for owner in document["owners"]] == [
        ("10.0.0.1:2049", "undecided", [("confirmed-elsewhere", [9, 24, 32])]),
        ("10.0.0.2:2049", "single", [])]
    assert "UNDECIDED: 10.0.1.10 (web) was refused at server 10.0.0.1 after 10.0.1.11 had confirmed" in report
    assert "capture on server 10.0.0.1, with what goes to 10.0.0.2," in report


# --- the same kinds, out of shipped captures ---

def derive(name, room, keep=lambda frame: True, change=lambda frame: frame):
    """A copy of a shipped capture: the frames to keep, changed."""
    header, frames = pcap.read(CAPTURES / name)
    return pcap.write(room / name, header, [change(frame) for frame in frames if keep(frame)])


def is_reply_to(host):
    return lambda frame: frame.is_reply and frame.client == host


def identifies(frame):
    return bool(set(frame.opcodes) & (pcap.IDENTIFY | pcap.CONFIRM))


def snapped(frame):
    return dataclasses.replace(frame, data=frame.data[:96])


def moved(frame):
    """From port 2049 to port 443."""
    if frame.segment is None:
        return frame
    ports = 14 + (frame.data[14] & 15) * 4 + (0 if frame.is_reply else 2)
    return dataclasses.replace(frame, data=frame.data[:ports] + b"\x01\xbb" + frame.data[ports + 2:])


HOST1, HOST2 = "10.0.0.11", "10.0.0.12"
def late(frame):
    """Of the first host, as captured by a machine whose clock is 30 seconds behind."""
    return dataclasses.replace(frame, seconds=frame.seconds - 30 * (frame.client == HOST1))


TWO = [v42("web01", f"{HOST1} {HOST2}", TWO_HOSTS, None, instances=2)]
DERIVED = {
    "refused-alone": ("owner-in-use-server.pcap", {"keep": lambda frame: frame.client != HOST1}, Fault(
        REFUSED, [v42("web01", HOST2, UNDECIDED, evidence=("clid-inuse",), instances=1)],
        says=["NFS4ERR_CLID_INUSE"], never=[UNKNOWN_CLIENTS, *ONE_CLIENT])),
    "no-replies-to-one": ("duplicate-v42-server.pcap", {
        "keep": lambda frame: not is_reply_to(HOST2)(frame)}, Fault(
            UNANSWERED, TWO, causes={"duplicate-owner", "unknown"}, never=NO_TWIN)),
    "identifications-unanswered": ("field-report-server.pcap", {
        "keep": lambda frame: not (is_reply_to(HOST2)(frame) and identifies(frame))}, Fault(
            UNANSWERED, TWO, causes={"duplicate-owner", "unknown"}, never=NO_TWIN)),
    "only-calls": ("duplicate-v42-server.pcap", {"keep": lambda frame: not frame.is_reply}, Fault(
        ONE_WAY, [v42("web01", f"{HOST1} {HOST2}", ACCUSED, None, instances=2)],
        says=[r"only requests|no repl(y|ies)",
              r"frame 9 .* presents the owner frame 36 .* another verifier frame 58 .* returns"],
        never=["nothing tells", UNKNOWN_CLIENTS, *NO_TWIN])),
    "only-calls-of-a-restart": ("client-restart-server.pcap", {
        "keep": lambda frame: frame.client == HOST1 and not frame.is_reply}, Fault(
            ONE_WAY, [v42("web01", HOST1, UNDECIDED, None, instances=3)],
            says=["a restart, or a second host"], never=["returns", "no reboot", *ONE_CLIENT])),
    "two-clocks": ("duplicate-v42-server.pcap", {"change": late}, Fault(
        CLOCKS, [v42("web01", f"{HOST1} {HOST2}", frozenset({"proven"}), True, instances=2,
                     evidence=("takeover-refused", "recurrence"))], chains=13,
        causes={"duplicate-owner"}, never=NO_TWIN)),
    "only-replies": ("duplicate-v42-server.pcap", {"keep": lambda frame: frame.is_reply}, Fault(
        ONE_WAY, [], chains=0, says=[r"only replies|no requests?|no calls?"], never=[NO_NFS])),
    "snapped": ("duplicate-v42-server.pcap", {"change": snapped}, Fault(
        UNSEEN, [], chains=0, says=["cut off|snap length"], never=[NO_NFS])),
    "foreign-port": ("duplicate-v42-server.pcap", {"change": moved}, Fault(
        UNSEEN, [], chains=0, says=["recogni[sz]ed", r"-d tcp\.port==443,rpc"], never=[NO_NFS])),
}


@pytest.mark.parametrize(("name", "how", "fault"), DERIVED.values(), ids=DERIVED)
def test_derived(tshark, room, name, how, fault):
    document, report = answer(tshark, derive(name, room, **how))
    if found := wrong(document, report, fault):
        pytest.fail(f"{fault.stands_for}: " + "; ".join(found), pytrace=False)


@PASSES
@pytest.mark.parametrize("name", DERIVED)
def test_table_of_derived(tshark, room, name, passes):
    capture, how, _ = DERIVED[name]
    assert_table_is_the_document(tshark, derive(capture, room, **how), passes)


@pytest.mark.parametrize("name", ["only-replies", "snapped", "foreign-port"])
def test_what_cannot_be_judged_is_no_failure(room, name):
    """nfs4dup says so on standard error; the status stays 0."""
    capture, how, _ = DERIVED[name]
    done = nfs4dup("--json", derive(capture, room, **how))
    assert done.returncode == 0
    assert "nfs4dup: " in done.stderr
