# SPDX-License-Identifier: GPL-2.0-or-later
"""What a capture's packets say about clients, read with a tshark without the plugin.

A second, much simpler reading of the same packets, so that the expected values in
captures/truth.json come from somewhere else than from the plugin. It knows whole
captures of Linux hosts and servers only, and passes over frames that hold several
messages (in which no client may come or go).
"""
import collections

FIELDS = ["ip.src", "ip.dst", "tcp.srcport", "tcp.dstport", "tcp.stream", "rpc.xid", "rpc.msgtyp",
          "nfs.opcode", "nfs.nfsstat4", "nfs.verifier4", "nfs.data", "nfs.nfs_client_id4.id",
          "nfs.clientid", "nfs.session_id4"]
IDENTIFY = {"42", "35"}  # EXCHANGE_ID, SETCLIENTID
CONFIRM = {"43", "36"}   # CREATE_SESSION, SETCLIENTID_CONFIRM
DESTROY_CLIENTID = "57"
LIFE = IDENTIFY | CONFIRM | {DESTROY_CLIENTID}
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


def read_owners(tshark, capture):
    """Owner string -> Owner."""
    owners = collections.defaultdict(Owner)
    presented = {}  # clientid -> (owner string, verifier)
    calls = {}
    for frame in tshark.fields(capture, *FIELDS, show="nfs.opcode", bare=True):
        if len(frame["rpc.msgtyp"]) > 1:
            assert not set(frame["nfs.opcode"]) & LIFE, f"several messages in {frame['frame']}"
            continue
        key = first(frame["tcp.stream"]), first(frame["rpc.xid"])
        if frame["rpc.msgtyp"] == ["0"]:
            calls[key] = frame
        elif key in calls:
            observe(owners, presented, calls.pop(key), frame)
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
