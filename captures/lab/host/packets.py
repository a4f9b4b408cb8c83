# SPDX-License-Identifier: GPL-2.0-or-later
"""What a capture's packets say about the clients of one server, read without the plugin.

A second, much simpler reading, so that the counts of truth.json come from somewhere else
than from the plugin. It knows captures of Linux clients that begin before the clients
do, and passes over frames that hold several messages (in which no client may come or go).
"""
import collections
import os
import subprocess

FIELDS = ["frame.number", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.dstport", "tcp.stream",
          "rpc.xid", "rpc.msgtyp", "nfs.opcode", "nfs.nfsstat4", "nfs.verifier4", "nfs.data",
          "nfs.nfs_client_id4.id", "nfs.clientid", "nfs.session_id4", "nfs.stateid.other"]
SEPARATOR, AGGREGATOR = "\x1f", "\x1e"  # between columns; between the values in one
CALL, REPLY = "0", "1"
IDENTIFY = {"42", "35"}  # EXCHANGE_ID, SETCLIENTID
CONFIRM = {"43", "36"}   # CREATE_SESSION, SETCLIENTID_CONFIRM
DESTROY_CLIENTID = "57"
PURGE = "0x" + "ff" * 8   # the verifier with which Linux discards old state: nobody's own
LIFE = IDENTIFY | CONFIRM | {DESTROY_CLIENTID}
# BADSESSION, DEADSESSION, STALE_CLIENTID; and in 4.0 EXPIRED and STALE_STATEID, which in
# later versions speak of state within a lease that may be alive.
LEASE_LOST = {"10052", "10078", "10022"}
LEASE_LOST_40 = LEASE_LOST | {"10011", "10023"}


class Owner:
    def __init__(self):
        self.hosts = set()
        self.servers = set()
        self.verifiers = set()
        self.leases = {}  # clientid -> Lease, confirmed ones

    @property
    def refused(self):
        return sum(lease.refused for lease in self.leases.values())

    @property
    def takeovers(self):
        """Neighbours, in the server's own order, of one life of the server but of two
        clients, where the first was not given back."""
        ordered = sorted(self.leases.values(), key=lambda lease: lease.number)
        return sum(one.verifier != next_one.verifier and one.number[0] == next_one.number[0]
                   and not one.destroyed for one, next_one in zip(ordered, ordered[1:]))


class Lease:
    def __init__(self, clientid, verifier, byteorder):
        data = bytes.fromhex(clientid.removeprefix("0x"))
        # The server's start time, then its counter.
        self.number = int.from_bytes(data[:4], byteorder), int.from_bytes(data[4:], byteorder)
        self.verifier = verifier
        self.refused = False
        self.destroyed = False


class Reader:
    def __init__(self, ganesha):
        self.ganesha = ganesha
        self.owners = collections.defaultdict(Owner)
        self.presented = {}  # clientid -> (Owner, verifier)
        self.verifiers = {}  # tcp.stream -> the verifier presented last
        self.calls = {}

    def read(self, frame):
        if len(frame["rpc.msgtyp"]) > 1:
            if set(frame["nfs.opcode"]) & LIFE:
                raise ValueError(f"several messages in frame {frame['frame.number'][0]}")
            return
        key = first(frame, "tcp.stream"), first(frame, "rpc.xid")
        if frame["rpc.msgtyp"] == [CALL]:
            self.calls[key] = frame
            if set(frame["nfs.opcode"]) & IDENTIFY:
                self.announce(frame)
        elif frame["rpc.msgtyp"] == [REPLY] and key in self.calls:
            self.answer(self.calls.pop(key), frame)

    def announce(self, call):
        """A client presents an owner, whatever the server may answer."""
        owner = self.owners[owner_of(call)]
        owner.hosts.add(first(call, "ip.src") or first(call, "ipv6.src"))
        owner.verifiers.add(self.verifier_of(call))
        address = first(call, "ip.dst") or f"[{first(call, 'ipv6.dst')}]"
        owner.servers.add(f"{address}:{first(call, 'tcp.dstport')}")

    def answer(self, call, reply):
        operations, statuses = set(call["nfs.opcode"]), set(reply["nfs.nfsstat4"])
        succeeded = statuses == {"0"}
        if operations & IDENTIFY:
            if succeeded:
                owner = self.owners[owner_of(call)]
                self.presented[first(reply, "nfs.clientid")] = owner, self.verifier_of(call)
            return
        clientid = self.clientid_of(call)
        if operations & CONFIRM and succeeded and clientid in self.presented:
            owner, verifier = self.presented[clientid]
            order = "big" if self.ganesha else "little"
            lease = owner.leases.setdefault(clientid, Lease(clientid, verifier, order))
            lease.refused = False  # where it was, only the session had been lost
            return
        lease = self.lease_of(clientid)
        if lease and succeeded:  # a host may have moved to another address
            self.presented[clientid][0].hosts.add(first(call, "ip.src") or first(call, "ipv6.src"))
        if lease and DESTROY_CLIENTID in operations and succeeded:
            lease.destroyed = True
        elif lease and not lease.destroyed:
            lost = LEASE_LOST if call["nfs.session_id4"] else LEASE_LOST_40
            lease.refused |= bool(statuses & lost)

    def verifier_of(self, call):
        stream, verifier = first(call, "tcp.stream"), first(call, "nfs.verifier4")
        if verifier != PURGE:
            self.verifiers[stream] = verifier
        return self.verifiers.get(stream, verifier)

    def lease_of(self, clientid):
        owner, _ = self.presented.get(clientid, (None, None))
        return owner.leases.get(clientid) if owner else None

    def clientid_of(self, call):
        """The clientid that a call works with: by itself, or in its session or stateid."""
        if call["nfs.clientid"]:
            return call["nfs.clientid"][0]
        held = first(call, "nfs.session_id4") or first(call, "nfs.stateid.other")
        if not held:
            return None
        data = bytes.fromhex(held.replace(":", ""))[:8]
        return "0x" + (data[::-1] if self.ganesha else data).hex()


def first(frame, name):
    return frame[name][0] if frame[name] else None


def owner_of(call):
    text = first(call, "nfs.data") or first(call, "nfs.nfs_client_id4.id")
    return bytes.fromhex(text.replace(":", "")).decode()


def frames(capture, addresses):
    """A dict per frame with NFS from or to the addresses: field -> list of its values."""
    only = " || ".join(f"{'ipv6' if ':' in address else 'ip'}.addr == {address}"
                       for address in addresses)
    # Wireshark shows no NFS on a connection whose other port is another protocol's.
    command = ["tshark", "-n", "-r", str(capture), "-d", "tcp.port==2049,rpc",
               "-Y", f"nfs.opcode && ({only})", "-T", "fields",
               "-E", f"separator={SEPARATOR}", "-E", f"aggregator={AGGREGATOR}"]
    for name in FIELDS:
        command += ["-e", name]
    environment = dict(os.environ, WIRESHARK_PLUGIN_DIR="/nonexistent", HOME="/nonexistent")
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    for line in done.stdout.split("\n")[:-1]:
        values = [text.split(AGGREGATOR) if text else [] for text in line.split(SEPARATOR)]
        yield dict(zip(FIELDS, values, strict=True))


def read_owners(capture, addresses, ganesha=False):
    """The owners that were presented to the server at these addresses: text -> Owner."""
    reader = Reader(ganesha)
    for frame in frames(capture, addresses):
        reader.read(frame)
    return dict(reader.owners)
