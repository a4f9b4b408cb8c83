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
          "nfs.clientid", "nfs.session_id4", "nfs.stateid.other", "ipv6.src", "frame.time_epoch"]
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


class Confirm:
    def __init__(self, call, reply):
        self.clientid = call["nfs.clientid"][0]
        self.host = source(call)
        self.called, self.frame = call["frame"], reply["frame"]


def source(frame):
    return (frame["ip.src"] or frame["ipv6.src"])[0]


def lost_clientid(call):
    """The clientid of a refused request; knfsd puts it first into stateids, too."""
    clientid = clientid_of(call)
    if clientid is None and call["nfs.stateid.other"]:
        clientid = "0x" + call["nfs.stateid.other"][0].replace(":", "")[:16]
    return clientid


def counter(clientid):
    """knfsd: start time of the server, and a little-endian counter."""
    number = bytes.fromhex(clientid[2:])
    return number[:4], int.from_bytes(number[4:], "little")


def read_losses(tshark, capture):
    """Losses in the order of their first refusal."""
    losses, under_way, presented, confirms, over = {}, {}, {}, {}, set()
    for call, reply in read_exchanges(tshark, capture):
        stream, operations = first(call["tcp.stream"]), set(call["nfs.opcode"])
        status = set(reply["nfs.nfsstat4"])
        if operations & IDENTIFY and status == {"0"}:
            owner = (call["nfs.data"] or call["nfs.nfs_client_id4.id"])[0]
            presented[reply["nfs.clientid"][0]] = owner, call["nfs.verifier4"][0]
        elif operations & CONFIRM and status == {"0"}:
            confirms.setdefault(call["nfs.clientid"][0], Confirm(call, reply))
            if stream in under_way:
                ends(under_way.pop(stream), reply)
        elif DESTROY_CLIENTID in operations:
            over.add(call["nfs.clientid"][0])
        elif status & LEASE_LOST and not operations & CONFIRM:
            clientid = lost_clientid(call)
            if clientid not in losses and (clientid in over or DESTROY_SESSION in operations):
                continue  # it was giving it up
            if clientid not in losses:
                losses[clientid] = Loss(clientid, source(call), reply)
            if losses[clientid].confirmed is None:
                under_way[stream] = losses[clientid]
    for loss in losses.values():
        find_culprit(loss, presented, confirms.values())
    return list(losses.values())


def ends(loss, reply):
    loss.confirmed = reply["frame"]
    loss.restored = float(reply["frame.time_epoch"][0]) - loss.refused_at


def find_culprit(loss, presented, confirms):
    """The first confirm, in the server's order, of that owner with another verifier."""
    owner, verifier = presented.get(loss.clientid, (None, None))
    epoch, number = counter(loss.clientid)
    rivals = []
    for confirm in confirms:
        theirs, count = counter(confirm.clientid)
        name, other = presented.get(confirm.clientid, (None, None))
        if name == owner and other != verifier and theirs == epoch and count > number and \
                confirm.called < loss.refused:
            rivals.append((count, confirm))
    if owner and rivals:
        culprit = min(rivals, key=lambda rival: rival[0])[1]
        loss.culprit = culprit.host, culprit.frame
