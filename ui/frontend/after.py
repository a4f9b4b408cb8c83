# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup --after BEFORE AFTER: whether the duplicates of one capture are apart in a later one.

A host is its addresses. At most one host of a duplicate may keep the client owner; all others
have to be seen with another one, each its own. A host that AFTER shows only in the middle of
its work has no owner there: one such host is no harm, as it can only be the one that keeps it.
"""
import re
import typing

import captures
import judge
import run
import sources
import spans
import tell
import views
from passed import Passed
from interrupts import Interrupts
from say import Trouble, say
from wireshark import Wireshark

APART, NOT_APART, UNKNOWN = 0, 1, 3  # exit statuses


class Host(typing.NamedTuple):
    """What stands behind one address, or a group of addresses, of a duplicate."""
    addresses: tuple
    instances: int  # how many clients that is at least


class Finding(typing.NamedTuple):
    status: int
    text: str


def main(wanted):
    if len(wanted.files) != 2 or "-" in wanted.files:
        raise Trouble("--after takes two captures: --after BEFORE AFTER")
    for name in wanted.files:
        captures.check(name)
    before, after = _read(wanted)
    findings = [_compare(owner, after.document) for owner in judge.worst_first(before.document["owners"])
                if owner["verdict"] in judge.ACCUSED and owner["owner"] is not None]
    if not findings:
        raise Trouble(f"{before.name} holds no duplicate that could be cured")
    views.put("\n".join(finding.text for finding in findings).encode())
    return max((finding.status for finding in findings), key=[APART, UNKNOWN, NOT_APART].index)


def _read(wanted):
    passed = Passed(wanted.tshark, ["after"])
    interrupts = Interrupts()
    with Wireshark() as wireshark:
        results = []
        for name in wanted.files:
            source = sources.source_of(wireshark, [name], passed.two_passes)
            results.append(run.read(wireshark, source, [], passed, interrupts.watch))
            tell.of_run(results[-1])
        first, second = spans.of_all(wireshark, wanted.files, wanted.jobs)
    if first.first is not None and second.first is not None and second.first < first.first:
        say(f"{second.name} begins before {first.name}: is that the order?")
    return results


def _hosts_of(owner):
    """Instances that share an address are one host, or several behind it."""
    groups = []
    for instance in owner["instances"]:
        mine = set(instance["addresses"])
        joined = [group for group in groups if group[0] & mine]
        for group in joined:
            groups.remove(group)
            mine |= group[0]
        groups.append((mine, 1 + sum(count for _, count in joined)))
    return [Host(tuple(sorted(addresses)), count) for addresses, count in groups]


def _at_server(document, owner):
    """The owners of the document at the same server."""
    here = set(owner["server_addresses"])
    return [one for one in document["owners"] if here & set(one["server_addresses"])]


def _presented_by(host, owners):
    """The owners that clients at these addresses present."""
    return [one for one in owners if any(set(instance["addresses"]) & set(host.addresses)
                                         for instance in one["instances"])]


def _name(text):
    """An owner of Linux without its minor version."""
    return re.sub(r"^Linux NFSv4\.\d ", "Linux NFSv4 ", text or "")


def _line(host, before, owners):
    who = ", ".join(host.addresses) or "somebody"
    if not owners:
        return f"  {who} does not identify itself there"
    return f"  {who} presents " + " and ".join(
        f"'{views.owner_text(one)}'" + (", as before" if one["owner"] == before["owner"] else "")
        for one in owners)


def _compare(owner, document):
    hosts = _hosts_of(owner)
    owners = _at_server(document, owner)
    presented = [_presented_by(host, owners) for host in hosts]
    status, reason = _judge(owner, hosts, presented, owners)
    head = {APART: "APART", NOT_APART: "NOT APART", UNKNOWN: "NOT KNOWN"}[status]
    lines = [f"{head}: #{owner['number']} '{views.owner_text(owner)}' at server "
             f"{owner['server']}: {reason}."]
    lines += [_line(host, owner, theirs) for host, theirs in zip(hosts, presented)]
    return Finding(status, "\n".join(lines) + "\n")


def _judge(owner, hosts, presented, owners):
    """(status, reason)."""
    theirs = {one["number"]: one for group in presented for one in group}
    old = next((one for one in owners if one["owner"] == owner["owner"]), None)
    for one in [*theirs.values(), *([old] if old else [])]:
        if one["verdict"] in judge.ACCUSED:
            return NOT_APART, f"'{views.owner_text(one)}' is presented by more than one client"
    for one in theirs.values():
        if sum(one in group for group in presented) > 1:
            return NOT_APART, f"'{views.owner_text(one)}' is presented by more than one of its hosts"
    return _judge_seen(owner, hosts, presented, old)


def _judge_seen(owner, hosts, presented, old):
    """Whether enough of the hosts were seen with another owner."""
    clients = sum(host.instances for host in hosts)
    new = [[one for one in group if one["owner"] != owner["owner"]] for group in presented]
    seen = sum(min(host.instances, len(group)) for host, group in zip(hosts, new))
    if not any(presented):
        return UNKNOWN, "none of its hosts identifies itself in the second capture, which has to " \
            "begin before they mount"
    if old and old["verdict"] == "undecided":
        return UNKNOWN, "the second capture does not tell whether one client presents it; capture " \
            "for two lease times or more"
    if old and not any(old in group for group in presented) and seen < clients:
        return UNKNOWN, "another host presents it now, and not all of those before were seen"
    if seen < max(1, clients - 1):
        return UNKNOWN, f"{_count(seen, 'client')} of {clients} seen with another client owner, " \
            "and all but one need one; the second capture has to begin before they mount"
    return APART, _words_of(owner, old, [one for group in new for one in group], seen < clients)


def _words_of(owner, old, new, one_unseen):
    text = "no client presents it any more, and its hosts have"
    if old:
        text = "one client presents it, alone, and the others have"
    elif one_unseen:
        text = "one client does not identify itself, and may keep it alone; the others have"
    more = ""
    if any(_name(one["owner"]) == _name(owner["owner"]) for one in new):
        more = ", which differ by the minor version alone: they collide once all use one version"
    return f"{text} client owners of their own{more}"


def _count(number, word):
    return f"{number} {word}{'' if number == 1 else 's'}"
