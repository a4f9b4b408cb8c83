# SPDX-License-Identifier: GPL-2.0-or-later
"""A few lines of text about each capture, out of its JSON document; tests/golden/summary.txt
has them for every shipped capture:

    CAPTURE
      VERDICT [harmful] [(KIND)]  CLIENT OWNER at SERVER: takeovers N, refused N, instances at HOSTS; ...
        evidence: KIND N, ...
        CLIENT, CAUSE [(GRADE)] [by CULPRIT]: ENDING N, ...; lost OPENS/LOCKS/DELEGATIONS

The last line stands for all chains of one client with one cause, grade and culprit. "3+" were
lost where some of them know what they lost and others do not; "?" where none does.

A change of judgement shows as a line or two for each owner that it concerns.
"""
import collections

NOBODY = "a client owner that was not seen"


def counted(counts):
    return ", ".join(f"{name} {count}" for name, count in counts)


def told_of_owner(owner):
    words = [owner["verdict"], *["harmful"] * owner["harmful"]]
    if owner["kind"]:
        words.append(f'({owner["kind"]})')
    servers = ", ".join(owner["server_addresses"])
    hosts = "; ".join(", ".join(one["addresses"]) for one in owner["instances"])
    yield (f'  {" ".join(words)}  {owner["owner"] or NOBODY} at {servers}: '
           f'takeovers {owner["takeovers"]}, refused {owner["invalidations"]}, instances at {hosts}')
    if owner["evidence"]:
        yield "    evidence: " + counted((one["kind"], one["count"]) for one in owner["evidence"])


def lost_in(chains, what):
    counts = [chain["lost"][what] for chain in chains]
    known = [count for count in counts if count is not None]
    if not known:
        return "?"
    return f"{sum(known)}{'+' if len(known) < len(counts) else ''}"


def told_of_chains(chains):
    alike = collections.defaultdict(list)
    for chain in chains:
        grade = f' ({chain["grade"]})' if chain["grade"] else ""
        culprit = f' by {chain["culprit"]}' if chain["culprit"] else ""
        alike[f'{chain["client"]}, {chain["cause"]}{grade}{culprit}'].append(chain)
    for what, some in sorted(alike.items()):
        endings = collections.Counter(chain["ending"] for chain in some)
        lost = "/".join(lost_in(some, kind) for kind in ("opens", "locks", "delegations"))
        yield f"    {what}: {counted(sorted(endings.items()))}; lost {lost}"


def told(name, report):
    """The lines about one capture."""
    chains = collections.defaultdict(list)
    for chain in report["chains"]:
        chains[chain["server"], chain["owner"]].append(chain)
    yield name
    for owner in report["owners"]:
        yield from told_of_owner(owner)
        yield from told_of_chains(chains.pop((owner["server"], owner["owner"]), []))
    for (server, owner), others in sorted(chains.items(), key=str):
        yield f"  {owner or NOBODY} at {server}"
        yield from told_of_chains(others)
