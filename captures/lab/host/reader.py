# SPDX-License-Identifier: GPL-2.0-or-later
"""What a capture's packets say about the clients of one server, read without the plugin.

A second, much simpler reading, so that the counts of truth.json come from somewhere else
than from the plugin. It knows Linux's server and Ganesha, whose ids tell what it needs,
captures that begin before the clients do, and frames that hold several messages only if
no client comes or goes in them.
"""
import collections
import os
import subprocess

FIELDS = ["frame.number", "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
          "tcp.dstport", "tcp.stream", "rpc.xid", "rpc.msgtyp", "nfs.opcode", "nfs.nfsstat4",
          "nfs.verifier4", "nfs.data", "nfs.nfs_client_id4.id", "nfs.clientid",
          "nfs.session_id4", "nfs.stateid.other", "nfs.open.delegation_type"]
SEPARATOR, AGGREGATOR = "\x1f", "\x1e"  # between columns; between the values in one
CALL, REPLY = "0", "1"
IDENTIFY = {"42", "35"}  # EXCHANGE_ID, SETCLIENTID
CONFIRM = {"43", "36"}   # CREATE_SESSION, SETCLIENTID_CONFIRM
DESTROY_CLIENTID = "57"
LIFE = IDENTIFY | CONFIRM | {DESTROY_CLIENTID}
PURGE = "0x" + "ff" * 8   # the verifier with which Linux discards old state: nobody's own
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
        """Neighbours, in the order in which the server confirmed them, of one life of the
        server but of two clients, where the first was not given back."""
        ordered = sorted(self.leases.values(), key=lambda lease: (lease.epoch, lease.turn))
        return sum(one.verifier != next_one.verifier and one.epoch == next_one.epoch
                   and not one.destroyed for one, next_one in zip(ordered, ordered[1:]))


class Lease:
    def __init__(self, clientid, verifier, reply):
        self.epoch = id_bytes(clientid)[:4]  # when the server started
        self.turn = turn_of(reply)
        self.verifier = verifier
        self.refused = False
        self.destroyed = False


def turn_of(reply):
    """Where a confirm stands among the others. Both servers number their sessions as they
    make them, which holds even if captures with two clocks were merged. In 4.0 there is
    nothing but the place in the capture."""
    session = first(reply, "nfs.session_id4")
    return int.from_bytes(id_bytes(session)[8:], "little") if session else reply["frame"]


class Reader:
    def __init__(self):
        self.owners = collections.defaultdict(Owner)
        self.presented = {}  # clientid -> (Owner, verifier)
        self.verifiers = {}  # tcp.stream -> the verifier presented last

    def announce(self, call):
        """A client presents an owner, whatever the server may answer."""
        owner = self.owners[owner_of(call)]
        owner.hosts.add(source(call))
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
            self.confirm(clientid, reply)
        elif lease := self.lease_of(clientid):
            self.use(lease, call, statuses)
            if succeeded:  # a host may have moved to another address
                self.presented[clientid][0].hosts.add(source(call))

    def confirm(self, clientid, reply):
        owner, verifier = self.presented[clientid]
        lease = owner.leases.setdefault(clientid, Lease(clientid, verifier, reply))
        lease.refused = False  # where it was, only the session had been lost

    @staticmethod
    def use(lease, call, statuses):
        if DESTROY_CLIENTID in call["nfs.opcode"] and statuses == {"0"}:
            lease.destroyed = True
        elif not lease.destroyed:
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
        """The clientid that a call works with: by itself, or in its session or stateid,
        into which Linux's server puts it as it is, and Ganesha with its bytes reversed."""
        if call["nfs.clientid"]:
            return call["nfs.clientid"][0]
        held = first(call, "nfs.session_id4") or first(call, "nfs.stateid.other")
        if not held:
            return None
        data = id_bytes(held)[:8]
        return next((one for one in ("0x" + data.hex(), "0x" + data[::-1].hex())
                     if one in self.presented), None)


def first(frame, name):
    return frame[name][0] if frame[name] else None


def source(frame):
    return first(frame, "ip.src") or first(frame, "ipv6.src")


def id_bytes(text):
    return bytes.fromhex(text.removeprefix("0x").replace(":", ""))


def owner_of(call):
    """The owner's text; None where the snap length cut it off."""
    text = first(call, "nfs.data") or first(call, "nfs.nfs_client_id4.id")
    return id_bytes(text).decode() if text else None


def lines_of(capture, *arguments):
    """What tshark prints about a capture."""
    environment = dict(os.environ, WIRESHARK_PLUGIN_DIR="/nonexistent", HOME="/nonexistent")
    done = subprocess.run(["tshark", "-n", "-r", str(capture), *arguments], check=True,
                          capture_output=True, text=True, env=environment)
    return done.stdout.split("\n")[:-1]


def frames(capture, addresses=(), lines=lines_of):
    """A dict per frame with NFS, all or those from or to the addresses: field -> list of
    its values. "frame" is the frame's number."""
    only = " || ".join(f"{'ipv6' if ':' in address else 'ip'}.addr == {address}"
                       for address in addresses)
    # Wireshark shows no NFS on a connection whose other port is another protocol's.
    arguments = ["-d", "tcp.port==2049,rpc", "-Y", f"nfs.opcode && ({only or 'tcp'})",
                 "-T", "fields", "-E", f"separator={SEPARATOR}", "-E", f"aggregator={AGGREGATOR}"]
    for name in FIELDS:
        arguments += ["-e", name]
    for line in lines(capture, *arguments):
        values = [text.split(AGGREGATOR) if text else [] for text in line.split(SEPARATOR)]
        frame = dict(zip(FIELDS, values, strict=True))
        yield frame | {"frame": int(first(frame, "frame.number"))}


def exchanges(all_frames):
    """A call as (call, None) when it is made, and as (call, reply) when it is answered.

    Of several messages in a frame only what they have in common is known.
    """
    calls = {}
    for frame in all_frames:
        several = len(frame["rpc.msgtyp"]) > 1
        if several and set(frame["nfs.opcode"]) & LIFE:
            raise ValueError(f"several messages in frame {frame['frame']}")
        for xid in frame["rpc.xid"] if several else frame["rpc.xid"][:1]:
            key = first(frame, "tcp.stream"), xid
            if set(frame["rpc.msgtyp"]) == {CALL}:
                calls[key] = frame
                yield frame, None
            elif key in calls and (not several or len(set(frame["nfs.nfsstat4"])) == 1):
                yield calls.pop(key), frame


def read_owners(capture, servers):
    """The owners that were presented to a server, by the addresses and ports that it has
    ("10.0.0.1:2049"): text -> Owner."""
    addresses = [server.rsplit(":", 1)[0].strip("[]") for server in servers]
    reader = Reader()
    for call, reply in exchanges(frames(capture, addresses)):
        if reply:
            reader.answer(call, reply)
        elif set(call["nfs.opcode"]) & IDENTIFY:
            reader.announce(call)
    return dict(reader.owners)
