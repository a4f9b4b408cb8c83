# SPDX-License-Identifier: GPL-2.0-or-later
"""Leases that were lost, who took them, and what was held under them, without the plugin.

A second, much simpler reading of the packets than the plugin's, on top of the lab's
reader, which counts owners and leases for captures/truth.json.
"""
import collections
import functools

import reader
from reader import CONFIRM, DESTROY_CLIENTID, IDENTIFY, first, source

DESTROY_SESSION = "44"
LEASE_LOST = reader.LEASE_LOST_40
SESSION_LOST = {"10052", "10078"}


def read_exchanges(tshark, capture):
    """Calls with their replies, in the replies' order."""
    frames = reader.frames(capture, lines=functools.partial(tshark.lines, bare=True))
    return ((call, reply) for call, reply in reader.exchanges(frames) if reply)


class Loss:
    """A lease that its server no longer knew, and the next confirm on that connection."""

    def __init__(self, clientid, host, reply):
        self.clientid = clientid
        self.host = host
        self.refused = reply["frame"]
        self.refused_at = float(reply["frame.time_epoch"][0])
        self.confirmed = None
        self.restored = None  # seconds
        self.culprit = None   # host, frame of its confirm


class Life:
    """Of a clientid: who was given it, and when it was confirmed first."""

    def __init__(self, owner, verifier):
        self.owner, self.verifier = owner, verifier
        self.host, self.called, self.confirmed = None, 0, 0
        self.turn = 0  # among all that the server confirmed
        self.over = False

    def confirm(self, call, reply):
        if not self.confirmed:
            self.host = source(call)
            self.called, self.confirmed = call["frame"], reply["frame"]
            self.turn = reader.turn_of(reply)


def session_clientid(session):
    """The Linux server puts the clientid first into its sessionids."""
    return "0x" + session.replace(":", "")[:16]


def is_lost(call, status):
    """4.1 and later: by the session alone."""
    lost = SESSION_LOST if "53" in call["nfs.opcode"] else LEASE_LOST
    return bool(status & lost) and not set(call["nfs.opcode"]) & CONFIRM


def used_clientid(call, sessions):
    """By session, by name, or by the stateid, into which knfsd puts it first."""
    if call["nfs.session_id4"]:
        session = call["nfs.session_id4"][0]
        return sessions.get(session) or session_clientid(session)
    if call["nfs.clientid"]:
        return call["nfs.clientid"][0]
    return session_clientid(call["nfs.stateid.other"][0])


def read_losses(tshark, capture):
    """Losses in the order of their first refusal."""
    losses, under_way, lives, sessions = {}, {}, {}, {}
    for call, reply in read_exchanges(tshark, capture):
        stream, operations = first(call, "tcp.stream"), set(call["nfs.opcode"])
        status = set(reply["nfs.nfsstat4"])
        if operations & IDENTIFY:  # it may name other operations, to be protected
            if status == {"0"}:
                owner = (call["nfs.data"] or call["nfs.nfs_client_id4.id"])[0]
                lives.setdefault(reply["nfs.clientid"][0], Life(owner, call["nfs.verifier4"][0]))
        elif operations & CONFIRM and status == {"0"}:
            clientid = call["nfs.clientid"][0]
            lives.setdefault(clientid, Life(None, None)).confirm(call, reply)
            if reply["nfs.session_id4"]:
                sessions[reply["nfs.session_id4"][0]] = clientid
            if stream in under_way:
                ends(under_way.pop(stream), reply)
        elif DESTROY_CLIENTID in operations:
            lives.setdefault(call["nfs.clientid"][0], Life(None, None)).over = True
        elif is_lost(call, status):
            clientid = used_clientid(call, sessions)
            is_over = clientid in lives and lives[clientid].over
            if clientid not in losses and (is_over or DESTROY_SESSION in operations):
                continue  # it was giving it up
            loss = losses.setdefault(clientid, Loss(clientid, source(call), reply))
            if loss.confirmed is None:
                under_way[stream] = loss
    for loss in losses.values():
        find_culprit(loss, lives)
    return list(losses.values())


def ends(loss, reply):
    loss.confirmed = reply["frame"]
    loss.restored = float(reply["frame.time_epoch"][0]) - loss.refused_at


def find_culprit(loss, lives):
    """The first confirm of that owner with another verifier, after the one that was lost,
    in the order in which the server confirmed them."""
    victim = lives.get(loss.clientid)
    if victim is None or victim.owner is None:
        return
    rivals = [life for clientid, life in lives.items()
              if life.owner == victim.owner and life.verifier != victim.verifier
              and clientid[:10] == loss.clientid[:10]  # the server has not restarted
              and victim.turn < life.turn and life.called < loss.refused]
    if rivals:
        culprit = min(rivals, key=lambda life: life.turn)
        loss.culprit = culprit.host, culprit.confirmed


# --- what was held under a lease ---

OPEN, LOCK, LOCKU, CLOSE, DELEGRETURN, FREE_STATEID = "18", "12", "14", "4", "8", "45"
GETFH = "10"
DELEGATED = {"1", "2", "4", "5"}


class Held:
    def __init__(self):
        self.opens, self.delegations = set(), set()
        self.locks = collections.Counter()  # by stateid


def reversed_id(clientid):
    """Ganesha turns the bytes round in its stateids."""
    return "0x" + bytes.fromhex(clientid[2:])[::-1].hex()


def is_given(stateid):
    """A server that gives a delegation need give no open: its stateid is all zeros then."""
    return bool(stateid.strip("0:"))


def read_held(tshark, capture):
    """Clientid as the stateids have it -> Held in the end.

    What the client was about to give up when it was refused counts as given up.
    """
    held = collections.defaultdict(Held)
    for call, reply in read_exchanges(tshark, capture):
        if len(call["rpc.msgtyp"]) > 1:
            continue
        operations, worked = set(call["nfs.opcode"]), set(reply["nfs.nfsstat4"]) == {"0"}
        given, named = reply["nfs.stateid.other"], call["nfs.stateid.other"]
        if OPEN in operations and worked:
            of = held[session_clientid(given[0] if is_given(given[0]) else given[1])]
            if is_given(given[0]):
                of.opens.add(given[0])
            if set(reply["nfs.open.delegation_type"]) & DELEGATED:
                of.delegations.add(given[1])
        elif LOCK in operations and worked:
            held[session_clientid(given[0])].locks[given[0]] += 1
        elif operations & {CLOSE, DELEGRETURN, FREE_STATEID, LOCKU} and named and \
                (worked or is_lost(call, set(reply["nfs.nfsstat4"]))):
            of = held[session_clientid(named[0])]
            of.opens.discard(named[0])
            of.delegations.discard(named[0])
            of.locks.pop(named[0], None)
    return held


def read_locked_names(tshark, capture):
    """Clientid as the stateids have it -> names of the files that were ever locked under it."""
    fields = ["rpc.msgtyp", "rpc.repframe", "nfs.opcode", "nfs.nfsstat4", "nfs.fh.hash",
              "nfs.pathname.component", "nfs.stateid.other"]
    calls, names = {}, {}
    locked = collections.defaultdict(set)
    for frame in tshark.fields(capture, *fields, show="nfs && !icmp", bare=True):
        if len(frame["rpc.msgtyp"]) != 1:
            continue
        if frame["rpc.msgtyp"] == ["0"]:
            calls[frame["frame"]] = frame
            continue
        call = calls.get(int(first(frame, "rpc.repframe") or 0))
        if call is None or set(frame["nfs.nfsstat4"]) != {"0"}:
            continue
        if GETFH in call["nfs.opcode"] and call["nfs.pathname.component"]:
            names[first(frame, "nfs.fh.hash")] = call["nfs.pathname.component"][-1]
        if LOCK in call["nfs.opcode"] and call["nfs.fh.hash"]:
            locked[session_clientid(first(frame, "nfs.stateid.other"))].add(first(call, "nfs.fh.hash"))
    return {clientid: {names[file] for file in files if file in names}
            for clientid, files in locked.items()}
