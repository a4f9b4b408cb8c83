# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures thinned out in many ways, and what has to hold of each, whatever is missing.

The messages of a capture go to build/tests/replay, which tells a model those that are left.
What they show is decided here, from the packets alone.
"""
import collections
import itertools
import random
import struct
import subprocess

import pcap

HEAD = struct.Struct("<5I2Hq4s4s2I")
RATES = [1, 5, 20, 50]  # of a hundred messages
PURGE = b"\xff" * 8     # the verifier with which Linux discards old state: nobody's own
ACCUSED = {"suspected", "probable", "proven"}


def packed(frame, number, connections):
    ends = frame.segment.client, frame.segment.server
    connection = connections.setdefault(ends, len(connections))
    ports = (int.from_bytes(end[4:], "big") for end in ends)
    time = frame.seconds * 1_000_000_000 + frame.fraction * 1000
    machine = frame.machine or b""
    return HEAD.pack(number, connection, frame.xid, len(machine), len(frame.compound), *ports, time,
                     ends[0][:4], ends[1][:4], frame.is_reply, frame.machine is not None) + \
        machine + frame.compound


class Thinned:
    """A capture's messages, and the program that is asked about some of them."""

    def __init__(self, replay, capture, room):
        connections = {}
        _, frames = pcap.read(capture)
        self.messages = [frame for frame in frames if frame.compound is not None]
        path = room / f"{capture.stem}.messages"
        path.write_bytes(b"".join(packed(frame, number, connections)
                                  for number, frame in enumerate(self.messages, 1)))
        self.command = [replay, path]

    def judged(self, questions):
        """For each list of what is left: [(owner, verdict)] and [(owner, cause)]."""
        lines = ("".join("01"[kept] for kept in question) + "\n" for question in questions)
        answers = subprocess.run(self.command, input="".join(lines), check=True, text=True,
                                 capture_output=True).stdout
        for line in answers.splitlines():
            words = line.split()
            middle = words.index("-")
            yield pairs(words[:middle]), pairs(words[middle + 1:])

    def left(self, keep):
        """What is left where `keep` says so of each message; a reply is seen with its call only."""
        asked, kept = set(), []
        for frame in self.messages:
            key = frame.segment.client, frame.segment.server, frame.xid
            stays = keep(frame) and (not frame.is_reply or key in asked)
            if not frame.is_reply:
                (asked.add if stays else asked.discard)(key)
            kept.append(stays)
        return kept

    def shown(self, kept):
        """Owner in hexadecimal -> verifiers that are presented in what is left: to one server, or
        to addresses of which answers tell that they are one."""
        left = [frame for frame, stays in zip(self.messages, kept, strict=True) if stays]
        named = {frame.segment.server for frame in left if frame.is_reply}
        verifiers = collections.defaultdict(set)
        for frame in left:
            if (told := pcap.presented(frame)) and told[1] != PURGE:
                server = frame.segment.server
                verifiers[told[0].hex(), None if server in named else server].add(told[1])
        shown = collections.defaultdict(set)
        for (owner, _), presented in verifiers.items():
            shown[owner] = max(shown[owner], presented, key=len)
        return shown


def pairs(words):
    return [*zip(words[::2], words[1::2], strict=True)]


def kind_of(frame):
    """The operation for which a message was sent."""
    return frame.opcodes[-1] if frame.opcodes else None


def without(test):
    return lambda frame: not test(frame)


def by_chance(percent, seed):
    chance = random.Random(seed)
    return lambda frame: chance.random() * 100 >= percent


def ways_of_a_kind(kind, host):
    def is_meant(frame):
        return kind_of(frame) == kind and frame.client == host

    yield f"nothing of kind {kind} of {host}", without(is_meant)
    yield f"no replies of kind {kind} to {host}", without(lambda frame: frame.is_reply and is_meant(frame))
    yield f"no calls of kind {kind} of {host}", without(lambda frame: not frame.is_reply and is_meant(frame))


def ways_of_a_host(messages, host, repeats):
    """Much of one host is missing, by chance or up to a moment; nothing of the others is."""
    for rate, seed in itertools.product(RATES, range(repeats)):
        keep = by_chance(rate, seed)
        yield f"{rate} % of {host} by chance, seed {seed}", (
            lambda frame, keep=keep: frame.client != host or keep(frame))
    half = messages[len(messages) // 2].seconds
    yield f"{host} is there from the middle on", lambda frame: frame.client != host or frame.seconds >= half
    yield f"{host} is there up to the middle", lambda frame: frame.client != host or frame.seconds < half


def ways(messages, repeats):
    """(name, what to keep) for each way to thin a capture out."""
    for rate, seed in itertools.product(RATES, range(repeats)):
        yield f"{rate} % by chance, seed {seed}", by_chance(rate, seed)
    yield "no replies", without(lambda frame: frame.is_reply)
    for host in sorted({frame.client for frame in messages}):
        yield f"nothing of {host}", without(lambda frame, host=host: frame.client == host)
        yield f"no replies to {host}", without(
            lambda frame, host=host: frame.is_reply and frame.client == host)
        yield from ways_of_a_host(messages, host, repeats)
    for kind in sorted({kind_of(frame) for frame in messages if frame.opcodes}):
        yield f"no replies of kind {kind}", without(
            lambda frame, kind=kind: frame.is_reply and kind_of(frame) == kind)
        yield f"no calls of kind {kind}", without(
            lambda frame, kind=kind: not frame.is_reply and kind_of(frame) == kind)
        for host in sorted({frame.client for frame in messages if kind_of(frame) == kind}):
            yield from ways_of_a_kind(kind, host)


def wrong_in(thinned, guilty, repeats):
    """What is said wrongly of a capture in which only the owners `guilty` have two hosts.

    Of a guilty owner whose two verifiers are still there it is never said that it is single, nor
    that the server took a lease away and no second client did.
    """
    named = [(name, thinned.left(keep)) for name, keep in ways(thinned.messages, repeats)]
    judged = thinned.judged(kept for _, kept in named)
    for (name, kept), (owners, chains) in zip(named, judged, strict=True):
        shown = {owner for owner, verifiers in thinned.shown(kept).items() if len(verifiers) > 1}
        for owner, verdict in owners:
            if owner not in guilty and verdict in ACCUSED:
                yield name, f"{text_of(owner)} is {verdict}"
        for owner in sorted(shown & guilty):
            verdicts = {verdict for one, verdict in owners if one == owner}
            if verdicts <= {"single"}:
                yield name, f"{text_of(owner)} is {', '.join(verdicts) or 'not known'}"
            if (owner, "removed-by-server") in chains:
                yield name, f"no second client did this to {text_of(owner)}"


def text_of(owner):
    return bytes.fromhex(owner).decode("latin-1") if owner != "." else "an owner cut off"
