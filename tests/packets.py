# SPDX-License-Identifier: GPL-2.0-or-later
"""What a capture's packets say about clients, read with a tshark without the plugin.

A second, much simpler reading of the same packets, so that the expected values in
captures/truth.json come from somewhere else than from the plugin. It knows whole
captures of Linux hosts and servers only, and of several messages in one frame only what
they have in common (one session; no client may come or go in them).
"""
import collections

FIELDS = ["ip.src", "ip.dst", "tcp.srcport", "tcp.dstport", "tcp.stream", "rpc.xid", "rpc.msgtyp",
          "nfs.opcode", "nfs.nfsstat4", "nfs.verifier4", "nfs.data", "nfs.nfs_client_id4.id",
          "nfs.clientid", "nfs.session_id4", "nfs.stateid.other", "nfs.open.delegation_type", "ipv6.src",
          "frame.time_epoch"]
IDENTIFY = {"42", "35"}  # EXCHANGE_ID, SETCLIENTID
CONFIRM = {"43", "36"}   # CREATE_SESSION, SETCLIENTID_CONFIRM
DESTROY_CLIENTID = "57"
LIFE = IDENTIFY | CONFIRM | {DESTROY_CLIENTID}
DESTROY_SESSION = "44"
LEASE_LOST = {"10052", "10078", "10011", "10022", "10023"}


class Owner:
    def __init__(self):
        self.hosts = set()
        self.verifiers = set()
        self.servers = set()
        self.takeovers = 0
        self.refused = set()  # clientids
        self.holder = None    # (verifier, clientid) of the confirmed lease


def first(values):
    return values[0] if values else None


def session_clientid(session):
    """The Linux server puts the clientid first into its sessionids."""
    return "0x" + session.replace(":", "")[:16]


def clientid_of(call):
    """The clientid that a call works with, directly or through its session."""
    if call["nfs.clientid"]:
        return call["nfs.clientid"][0]
    return session_clientid(call["nfs.session_id4"][0]) if call["nfs.session_id4"] else None


def read_exchanges(tshark, capture):
    """Calls with their replies, in the replies' order."""
    calls = {}
    for frame in tshark.fields(capture, *FIELDS, show="nfs.opcode", bare=True):
        several = len(frame["rpc.msgtyp"]) > 1
        if several and (set(frame["nfs.opcode"]) & LIFE or len(set(frame["nfs.session_id4"])) > 1):
            raise ValueError(f"different messages in frame {frame['frame']}")
        for xid in frame["rpc.xid"] if several else frame["rpc.xid"][:1]:
            key = first(frame["tcp.stream"]), xid
            if set(frame["rpc.msgtyp"]) == {"0"}:
                calls[key] = frame
            elif key in calls and (not several or len(set(frame["nfs.nfsstat4"])) == 1):
                yield calls.pop(key), frame


def read_owners(tshark, capture):
    """Owner string -> Owner."""
    owners = collections.defaultdict(Owner)
    presented = {}  # clientid -> (owner string, verifier)
    for call, reply in read_exchanges(tshark, capture):
        observe(owners, presented, call, reply)
    return dict(owners)


def observe(owners, presented, call, reply):
    operations = set(call["nfs.opcode"])
    succeeded = set(reply["nfs.nfsstat4"]) == {"0"}
    if operations & IDENTIFY and succeeded:
        text = (call["nfs.data"] or call["nfs.nfs_client_id4.id"])[0]
        name = bytes.fromhex(text.replace(":", "")).decode()
        owner, verifier = owners[name], call["nfs.verifier4"][0]
        owner.hosts.add(call["ip.src"][0])
        owner.servers.add(f'{call["ip.dst"][0]}:{call["tcp.dstport"][0]}')
        owner.verifiers.add(verifier)
        presented[reply["nfs.clientid"][0]] = name, verifier
        return
    clientid = clientid_of(call)
    if clientid not in presented:
        return
    name, verifier = presented[clientid]
    owner = owners[name]
    if operations & CONFIRM and succeeded:
        if owner.holder and owner.holder[0] != verifier:
            owner.takeovers += 1
        owner.holder = verifier, clientid
    elif DESTROY_CLIENTID in operations and succeeded:
        owner.holder = None
    elif set(reply["nfs.nfsstat4"]) & LEASE_LOST:
        owner.refused.add(clientid)


# --- leases that were lost, and the way back ---

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
        self.over = False

    def confirm(self, call, reply):
        if not self.confirmed:
            self.host = source(call)
            self.called, self.confirmed = call["frame"], reply["frame"]


def source(frame):
    return (frame["ip.src"] or frame["ipv6.src"])[0]


def is_lost(call, status):
    """4.1 and later: by the session alone."""
    lost = {"10052", "10078"} if "53" in call["nfs.opcode"] else LEASE_LOST
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
        stream, operations = first(call["tcp.stream"]), set(call["nfs.opcode"])
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
    """The first confirm of that owner with another verifier, after the one that was lost.

    Of two whose calls and replies overlap, the one whose clientid was given out later.
    """
    victim = lives.get(loss.clientid)
    if victim is None or victim.owner is None:
        return
    later = list(lives)[list(lives).index(loss.clientid):]
    rivals = [life for clientid, life in lives.items()
              if life.owner == victim.owner and life.verifier != victim.verifier
              and clientid[:10] == loss.clientid[:10]  # the server has not restarted
              and (victim.confirmed < life.called or
                   (victim.called < life.confirmed and clientid in later))
              and life.called < loss.refused]
    if rivals:
        soonest = min(life.confirmed for life in rivals)
        culprit = next(life for life in rivals if life.called < soonest)
        loss.culprit = culprit.host, culprit.confirmed


# --- what was held under a lease ---

OPEN, LOCK, LOCKU, CLOSE, DELEGRETURN, FREE_STATEID = "18", "12", "14", "4", "8", "45"
DELEGATED = {"1", "2", "4", "5"}


class Held:
    def __init__(self):
        self.opens, self.delegations = set(), set()
        self.locks = collections.Counter()  # by stateid


def reversed_id(clientid):
    """Ganesha turns the bytes round in its stateids."""
    return "0x" + bytes.fromhex(clientid[2:])[::-1].hex()


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
            of = held[session_clientid(given[0])]
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
