# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot be read is counted and said: krb5p, TLS, and connections without any RPC.

The captures are written here, byte by byte, so that each holds one thing only.
"""
import itertools
import json
import struct

import jsonschema
import pytest

from conftest import CAPTURES, PASSES, ROOT, shipped
from test_reserved_port import DUPLICATE, OWNED_PORT, SWITCHED_OFF, move_client

CLIENT, SERVER = (10, 0, 0, 11), (10, 0, 0, 1)
NFS_PORT = 2049
SYN, SYN_ACK, ACK, PUSH_ACK = 0x02, 0x12, 0x10, 0x18

NULL, COMPOUND = 0, 1
NONE = struct.pack(">2I", 0, 0)      # a credential or a verifier of the flavor AUTH_NONE
AUTH_TLS = struct.pack(">2I", 7, 0)
STARTTLS = struct.pack(">2I", 0, 8) + b"STARTTLS"
TLS_RECORD = b"\x17\x03\x03\x00\x60" + bytes(range(96))
PUTROOTFH = struct.pack(">4I", 0, 0, 1, 24)               # no tag, NFSv4.0, one operation
PUTROOTFH_OK = struct.pack(">5I", 0, 0, 1, 24, 0)

NOTHING = {"invisible": 0, "first_invisible_frame": None,
           "tls_connections": 0, "first_tls_frame": None,
           "undecoded_connections": 0, "first_undecoded_frame": None}


def gss(service):
    """The credential of a request under RPCSEC_GSS: 1 krb5, 2 krb5i, 3 krb5p."""
    return struct.pack(">2I", 6, 24) + struct.pack(">4I", 1, 0, 7, service) + \
        struct.pack(">I", 4) + b"ctxt"


def record(message):
    return struct.pack(">I", 0x80000000 | len(message)) + message


def call(xid, procedure, credential=NONE, body=b"", version=4):
    return record(struct.pack(">6I", xid, 0, 2, 100003, version, procedure) + credential + NONE +
                  body)


def reply(xid, verifier=NONE, body=b""):
    return record(struct.pack(">3I", xid, 1, 0) + verifier + struct.pack(">I", 0) + body)


def refusal(xid):
    """The credential is rejected."""
    return record(struct.pack(">5I", xid, 1, 1, 1, 2))


def packet(source, target, protocol, data):
    ip = struct.pack(">2B3H2BH4s4s", 0x45, 0, 20 + len(data), 0, 0, 64, protocol, 0,
                     bytes(source), bytes(target))
    return bytes(12) + b"\x08\x00" + ip + data


def udp(data):
    """From the client."""
    return packet(CLIENT, SERVER, 17, struct.pack(">4H", 700, NFS_PORT, 8 + len(data), 0) + data)


class Connection:
    """Makes the frames of a TCP connection, in order."""

    def __init__(self, client_port, server_port=NFS_PORT):
        self.ends = [(CLIENT, client_port, 1000), (SERVER, server_port, 5000)]

    def frame(self, sender, flags, data=b"", sequence_step=None):
        source, source_port, sequence = self.ends[sender]
        target, target_port, acknowledged = self.ends[1 - sender]
        step = len(data) + bool(flags & SYN) if sequence_step is None else sequence_step
        self.ends[sender] = source, source_port, sequence + step
        tcp = struct.pack(">2H2I2B3H", source_port, target_port, sequence, acknowledged, 5 << 4,
                          flags, 8192, 0, 0)
        return packet(source, target, 6, tcp + data)

    def opens(self):
        return [self.frame(0, SYN), self.frame(1, SYN_ACK), self.frame(0, ACK)]

    def says(self, data):
        """From the client."""
        return self.frame(0, PUSH_ACK, data)

    def answers(self, data):
        return self.frame(1, PUSH_ACK, data)


@pytest.fixture
def capture(room):
    """capture(frames) -> the path of a capture file with these frames."""
    numbers = itertools.count()

    def write(frames):
        path = room / f"{next(numbers)}.pcap"
        with path.open("wb") as out:
            out.write(struct.pack("<I2H4I", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            for second, frame in enumerate(frames):
                out.write(struct.pack("<4I", 1700000000 + second, 0, len(frame), len(frame)))
                out.write(frame)
        return path
    return write


def gaps(tshark, path, passes=1, options=()):
    totals = tshark.report(path, passes, options)["totals"]
    return {name: totals[name] for name in NOTHING}


def noted(tshark, path, passes=1, options=()):
    """The frames with the note that owners and sessions are not visible."""
    return [frame["frame"] for frame in
            tshark.fields(path, show="nfs4sess.identity.invisible", passes=passes, options=options)]


def tls(connection, answer=reply(1, STARTTLS), first=()):
    """A client asks for TLS in frame 4; what follows is encrypted."""
    return [*connection.opens(), *first, connection.says(call(1, NULL, AUTH_TLS)),
            connection.answers(answer), connection.says(TLS_RECORD),
            connection.answers(TLS_RECORD), connection.says(TLS_RECORD)]


# --- TLS ---

@PASSES
def test_tls_is_counted_and_noted(tshark, capture, passes):
    path = capture(tls(Connection(700)) + tls(Connection(701)))
    assert gaps(tshark, path, passes) == \
        {**NOTHING, "tls_connections": 2, "first_tls_frame": 4}
    assert noted(tshark, path, passes) == [4, 12]
    assert tshark.report(path, passes)["totals"]["compounds"] == 0


def test_the_note_says_what_is_hidden(tshark, capture):
    lines = tshark.lines(capture(tls(Connection(700))), "-q", "-z", "expert,note")
    line, = [line for line in lines if "TLS" in line]
    assert "client owners and sessions on it are not visible" in line


@PASSES
@pytest.mark.parametrize("answer", [refusal(1), reply(1), reply(2, STARTTLS)],
                         ids=["refused", "not-understood", "of-another-call"])
def test_a_server_without_tls(tshark, capture, answer, passes):
    path = capture(tls(Connection(700), answer))
    assert gaps(tshark, path, passes) == NOTHING


@PASSES
def test_tls_that_wireshark_has_the_keys_of(tshark, capture, passes):
    """NFSv4 that is read after all. Made by going on without TLS."""
    connection = Connection(700)
    path = capture(tls(connection)[:5] + [
        connection.says(call(2, COMPOUND, body=PUTROOTFH)),
        connection.answers(reply(2, body=PUTROOTFH_OK))])
    assert gaps(tshark, path, passes) == NOTHING
    assert tshark.report(path, passes)["totals"]["compounds"] == 2


def test_tls_on_another_port(tshark, capture):
    assert gaps(tshark, capture(tls(Connection(700, 2050)))) == \
        {**NOTHING, "tls_connections": 1, "first_tls_frame": 4}


def test_tls_of_nfsv3_is_not_ours(tshark, capture):
    connection = Connection(700)
    path = capture([*connection.opens(), connection.says(call(1, NULL, AUTH_TLS, version=3)),
                    connection.answers(reply(1, STARTTLS)), connection.says(TLS_RECORD)])
    assert gaps(tshark, path) == NOTHING
    assert noted(tshark, path) == []


def test_disabled_it_notes_nothing(tshark, capture):
    path = capture(tls(Connection(700)))
    options = ["--disable-protocol", "nfs4sess"]
    assert noted(tshark, path, options=options) == []
    assert "TLS" not in "".join(tshark.lines(path, *options, "-q", "-z", "expert"))


# --- krb5p ---

def protected(connection, service):
    """Two requests with replies, the bodies as long as a wrapped COMPOUND may be."""
    body = struct.pack(">I", 64) + bytes(range(64))
    return [*connection.opens(),
            connection.says(call(1, NULL)), connection.answers(reply(1)),
            connection.says(call(2, COMPOUND, gss(service), body)),
            connection.answers(reply(2, body=body)),
            connection.says(call(3, COMPOUND, gss(service), body)),
            connection.answers(reply(3, body=body))]


@PASSES
def test_krb5p_is_counted(tshark, capture, passes):
    path = capture(protected(Connection(700), 3) + protected(Connection(701), 3))
    assert gaps(tshark, path, passes) == {**NOTHING, "invisible": 8, "first_invisible_frame": 6}


@pytest.mark.parametrize("service", [1, 2], ids=["krb5", "krb5i"])
def test_krb5_and_krb5i_are_readable(tshark, capture, service):
    assert gaps(tshark, capture(protected(Connection(700), service))) == NOTHING


# --- connections without RPC ---

@PASSES
@pytest.mark.parametrize(
    "data", [TLS_RECORD, b"\x16\x03\x01\x02\x00\x01" + bytes(64), b"hello" * 20],
    ids=["in-the-middle-of-tls", "tls-from-the-beginning", "something-else"])
@pytest.mark.parametrize("options", [[], SWITCHED_OFF], ids=["on", "off"])
def test_a_connection_without_rpc_is_counted(tshark, capture, data, options, passes):
    connection = Connection(700)
    path = capture([*connection.opens(), connection.says(data), connection.answers(data)])
    assert gaps(tshark, path, passes, options) == \
        {**NOTHING, "undecoded_connections": 1, "first_undecoded_frame": 4}


@PASSES
def test_replies_alone_are_not_recognised(tshark, capture, passes):
    """A capture of one direction."""
    connection = Connection(700)
    path = capture([connection.answers(reply(xid, body=PUTROOTFH_OK)) for xid in range(5)])
    assert gaps(tshark, path, passes) == \
        {**NOTHING, "undecoded_connections": 1, "first_undecoded_frame": 1}


@PASSES
def test_a_port_that_another_protocol_owns(tshark, room, passes):
    """The other connection of the capture is read as ever."""
    path = move_client(DUPLICATE, room / "moved.pcap", OWNED_PORT, with_syn=False)
    assert gaps(tshark, path, passes) == NOTHING
    found = gaps(tshark, path, passes, SWITCHED_OFF)
    first = tshark.fields(path, show=f"tcp.port == {OWNED_PORT} && tcp.len > 0", bare=True)[0]
    assert found == {**NOTHING, "undecoded_connections": 1,
                     "first_undecoded_frame": first["frame"]}


def test_a_capture_that_begins_in_the_middle_of_a_record(tshark, capture):
    """What follows is recognised, and so is the connection."""
    connection = Connection(700)
    path = capture([connection.says(b"\x55" * 300),
                    connection.says(call(1, COMPOUND, body=PUTROOTFH)),
                    connection.answers(reply(1, body=PUTROOTFH_OK))])
    assert gaps(tshark, path) == NOTHING


def test_nfsv3_is_decoded(tshark, capture):
    connection = Connection(700)
    path = capture([connection.says(call(1, NULL, version=3)), connection.answers(reply(1))])
    assert gaps(tshark, path) == NOTHING


def test_keepalives_say_nothing(tshark, capture):
    connection = Connection(700)
    path = capture([*connection.opens(), connection.frame(0, ACK),
                    connection.frame(0, ACK, b"\0", 0), connection.frame(1, ACK)])
    assert gaps(tshark, path) == NOTHING


def test_a_client_with_port_2049(tshark, capture):
    connection = Connection(NFS_PORT, 9999)
    path = capture([*connection.opens(), connection.says(b"hello" * 20)])
    assert gaps(tshark, path) == NOTHING


@pytest.mark.parametrize("with_syn", [True, False], ids=["with-syn", "without-syn"])
def test_other_ports_are_no_concern(tshark, capture, with_syn):
    connection = Connection(700, 9999)
    opening = connection.opens() if with_syn else []
    assert gaps(tshark, capture([*opening, connection.says(b"hello" * 20)])) == NOTHING


def test_rpc_over_udp_speaks_for_no_connection(tshark, capture):
    connection = Connection(700)
    path = capture([*connection.opens(), connection.says(b"hello" * 20),
                    udp(call(1, NULL, version=3)[4:])])
    assert tshark.fields(path, show="udp && rpc.program")
    assert gaps(tshark, path) == \
        {**NOTHING, "undecoded_connections": 1, "first_undecoded_frame": 4}


# --- the document ---

def test_a_filter_hides_nothing(tshark, capture):
    path = capture(tls(Connection(700)) + protected(Connection(701), 3) +
                   [Connection(702).says(TLS_RECORD)])
    whole = gaps(tshark, path)
    assert whole == {"invisible": 4, "first_invisible_frame": 14, "tls_connections": 1,
                     "first_tls_frame": 4, "undecoded_connections": 1, "first_undecoded_frame": 18}
    document = json.loads(tshark.tap(path, "nfs4dup,json,ip.addr == 10.9.9.9"))
    assert {name: document["totals"][name] for name in NOTHING} == whole
    schema = json.loads((ROOT / "tests" / "nfs4dup-1.schema.json").read_text())
    jsonschema.validate(document, schema, cls=jsonschema.Draft7Validator)


@pytest.mark.parametrize("name", shipped())
def test_everything_is_visible_in_the_shipped_captures(tshark, name):
    assert gaps(tshark, CAPTURES / name) == NOTHING
    assert noted(tshark, CAPTURES / name) == []


# --- what stands at port 2049 ---

@PASSES
def test_the_first_call_may_come_in_two_segments(tshark, capture, passes):
    connection = Connection(700)
    message = call(1, COMPOUND, body=PUTROOTFH)
    path = capture([connection.says(message[:50]), connection.says(message[50:]),
                    connection.answers(reply(1, body=PUTROOTFH_OK))])
    assert tshark.report(path, passes)["totals"]["compounds"] == 2


def test_it_does_not_show(tshark, capture):
    """All frames are dissected as they are where the user gave the port to RPC."""
    path = capture(tls(Connection(700)) + protected(Connection(OWNED_PORT), 2))
    columns = ["frame.protocols", "rpc.xid", "rpc.auth.flavor", "_ws.col.Protocol", "_ws.col.Info"]
    with_plugin = tshark.fields(path, *columns, options=["--disable-protocol", "nfs4sess"])
    assert with_plugin == tshark.fields(path, *columns, bare=True,
                                        options=["-d", "tcp.port==2049,rpc"])
    assert with_plugin[3]["rpc.auth.flavor"] == ["7", "0"]
