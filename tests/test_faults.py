# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures of ../shared/faults against what is right for them (faults.py); and the same
kinds, where bytes matter, in captures that are made here out of shipped ones."""
import json
import re

import pytest

from conftest import SHARED, VERDICTS
from faults import FAULTS, WRONG

FOLDER = SHARED / "faults"
SUSPECTED = VERDICTS.index("suspected")


def answer(tshark, path, options=()):
    """The document and the report, its lines joined, from one run."""
    text = tshark.tap(path, "nfs4dup,json", options=["-z", "nfs4dup,report", *options])
    document = re.search(r"^\{\n.*?^\}$", text, re.M | re.S)
    report = text[:document.start()] + text[document.end():]
    return json.loads(document.group()), " ".join(report.split())


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


def wrong_sentences(report, fault):
    return [f"does not say {pattern!r}" for pattern in fault.says if not re.search(pattern, report)] + \
        [f"says {pattern!r}" for pattern in fault.never if re.search(pattern, report)]


def wrong(document, report, fault):
    """What is wrong with the answer for a capture, as a list of a few words each."""
    accused = sum(VERDICTS.index(owner["verdict"]) >= SUSPECTED for owner in document["owners"])
    sums = [] if document["totals"]["duplicates"] == accused else ["totals.duplicates"]
    return wrong_owners(document["owners"], fault.owners) + \
        wrong_chains(document["chains"], fault) + wrong_sentences(report, fault) + sums


def test_faults_and_captures_are_the_same_set():
    if not FOLDER.exists():
        pytest.skip("no folder ../shared here")
    assert {path.stem for path in FOLDER.glob("*.pcap")} == set(FAULTS)
    assert set(WRONG) <= set(FAULTS)


def fault_cases():
    for name, fault in FAULTS.items():
        marks = [pytest.mark.xfail(strict=True)] if name in WRONG else []
        if not FOLDER.exists():
            marks = [pytest.mark.skip(reason="no folder ../shared here")]
        yield pytest.param(name, fault, id=name, marks=marks)


@pytest.mark.parametrize(("name", "fault"), fault_cases())
def test_fault(tshark, name, fault):
    document, report = answer(tshark, FOLDER / f"{name}.pcap", fault.options)
    if found := wrong(document, report, fault):
        pytest.fail(f"{fault.stands_for}: " + "; ".join(found), pytrace=False)
