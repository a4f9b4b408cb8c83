# SPDX-License-Identifier: GPL-2.0-or-later
"""Strings that come off the wire, written by somebody who has the reader's terminal in mind.

Every owner, machine name, implementation and server name below is presented in a takeover
and so gets into all that is printed: none of their bytes may reach it but as plain text.
"""
import json
import re
import struct
import sys
import xml.etree.ElementTree as ElementTree

import jsonschema
import pytest

from conftest import PASSES, ROOT
from test_nfs4dup import run

sys.path.insert(0, str(ROOT / "tests" / "bench"))
import synthetic  # noqa: E402

STRINGS = {
    "controls": bytes(range(1, 32)) + b"\x7f",
    "nul": b"a\0b\0",
    "colours": b"\x1b[2J\x1b[31;5mred\x1b[0m",
    "title": b"\x1b]0;owned\x07\x1bc",
    "link": b"\x1b]8;;http://192.0.2.1/\x1b\\web01\x1b]8;;\x1b\\",
    "c1": b"\x9b31m\x90q\x9c",
    "c1-utf8": "\u009b31m\u0085".encode(),
    "quotes": b"\"'`''\"",
    "backslashes": b"\\x41\\n\\\\u0041\\",
    "invalid-utf8": b"\xff\xfe\xc3(\xe2\x82",
    "overlong": b"\xc0\xaf\xe0\x80\xaf\xc1\x9b31m",
    "bidi": "\u202e10bew\u202c\u200f\u2066\u2069".encode(),
    "zero-width": "web\u200b\u200d\ufeff01".encode(),
    "html": b"<script>alert(1)</script>&amp;<b>]]>",
    "row": b"web01 |h |        1 |        0 |         0 |         - |single |\n"
           b"   1 |10.0.0.9:2049   |Linux NFSv4.2 web99          |h |9 |9 |9 |- |proven |",
    "cells": b"web01 |10.0.0.9 |        1 |        0 |           0 |         - |single |",
    "chains": b"\nNFSv4 Invalidation Chains\n#  Client\n1  10.0.0.9  duplicate-owner  proven",
    "document": b'\n{\n  "schema": "nfs4dup/1",\n  "owners": [ { "verdict": "proven" } ]\n}\n',
    "member": b'","verdict": "proven","x": "',
    "line": b"\r\nDUPLICATE CLIENT (proven): 10.0.0.7 and others\r\n",
    "printf": b"%s%n%p%1$s%*d%999999999d",
    "shell": b"$(touch /tmp/x)`id`; rm -rf ~ #",
    "linux": b"Linux NFSv4.1 \x1b]0;x\x07/\xe2\x80\xaeweb01",
    "spaces": b" " * 1024,
    "long": b"A" * 1024,
    "long-binary": b"\x1b" * 1024,
    "empty": b"",
}


class Host(synthetic.Host):
    """Says the same string wherever a client may say one; its server echoes it."""

    def __init__(self, capture, server, number, text):
        super().__init__(capture, server, number, owner=text)
        self.owner = self.text = text

    def calls(self, operations, minor=1):
        self.xid = (self.xid + 1) % 2**32
        machine = struct.pack(">I", 0) + synthetic.opaque(self.text[:255]) + struct.pack(">3I", 0, 0, 0)
        body = struct.pack(">8I", self.xid, 0, 2, 100003, 4, 1, 1, len(machine)) + machine + \
            synthetic.NONE + struct.pack(">3I", 0, minor, len(operations))
        body += b"".join(struct.pack(">I", code) + arguments for code, arguments in operations)
        self._sends(body, True)

    def implementation(self):
        return struct.pack(">I", 1) + 2 * synthetic.opaque(self.text) + bytes(12)

    def identifies(self):
        clientid = self.server.new_clientid()
        self.calls([(synthetic.EXCHANGE_ID, self.verifier + synthetic.opaque(self.owner) +
                     struct.pack(">2I", 0x101, 0) + self.implementation())])
        self.is_answered([(synthetic.EXCHANGE_ID, clientid + struct.pack(">3I", 1, 0x20001, 0) +
                           bytes(8) + 2 * synthetic.opaque(self.text) + self.implementation())])
        return clientid


def duel(capture, server, number, text):
    one, other = (Host(capture, server, 2 * number + side, text) for side in (0, 1))
    one.mounts()
    for _ in range(3):
        other.mounts()
        other.works()
        one.is_refused()
        one, other = other, one


@pytest.fixture(scope="module")
def hostile(workspace):
    """A capture in which each of the strings is fought for."""
    capture = synthetic.Capture(workspace / "hostile.pcap")
    server = synthetic.Server()
    for number, text in enumerate(STRINGS.values()):
        duel(capture, server, number, text)
    capture.out.close()
    return workspace / "hostile.pcap"


@pytest.fixture(scope="module")
def peaceful(workspace):
    """A capture in which each is one host's alone."""
    capture = synthetic.Capture(workspace / "peaceful.pcap")
    server = synthetic.Server()
    for number, text in enumerate(STRINGS.values()):
        Host(capture, server, number, text).mounts()
    capture.out.close()
    return workspace / "peaceful.pcap"


def strange(text):
    return sorted(set(re.findall(r"[^\n -~]", text)))


def unescaped(text):
    """The bytes that an escaped string stands for."""
    return re.sub(rb"\\(?:\\|x([0-9a-f]{2}))", lambda found: bytes.fromhex(found[1].decode())
                  if found[1] else b"\\", text.encode("ascii"))


# --- what tshark prints ---

@PASSES
@pytest.mark.parametrize("view", ["stat", "chains", "report", "json"])
def test_nothing_but_text(tshark, hostile, view, passes):
    text = tshark.tap(hostile, f"nfs4dup,{view}", passes)
    assert len(text) > 5000
    assert strange(text) == []


def test_document_is_valid_and_exact(tshark, hostile):
    document = tshark.report(hostile)
    schema = json.loads((ROOT / "tests" / "nfs4dup-1.schema.json").read_text())
    jsonschema.validate(document, schema, cls=jsonschema.Draft7Validator)
    owners = document["owners"]
    assert [bytes.fromhex(owner["owner_hex"]) for owner in owners] == list(STRINGS.values())
    assert [unescaped(owner["owner"]) for owner in owners] == list(STRINGS.values())
    assert {owner["verdict"] for owner in owners} == {"proven"}
    for owner, text in zip(owners, STRINGS.values()):
        for one in owner["instances"]:
            assert unescaped(one["implementation"] or "") == text
            assert [unescaped(name) for name in one["machine_names"]] == [text[:255]] * bool(text)


def test_a_row_is_a_row(tshark, hostile):
    """One line and nine cells for each, whatever it looks like."""
    lines = tshark.tap(hostile, "nfs4dup,stat").split("\n")
    rows = [line.split("|") for line in lines if "|" in line][1:]
    assert sorted(int(row[6]) for row in rows) == list(range(1, len(STRINGS) + 1))
    assert {(len(row), row[1].strip()) for row in rows} == {(11, "proven")}


def test_chains_have_their_lines(tshark, hostile):
    title, _, *rows = tshark.tap(hostile, "nfs4dup,chains").rstrip("\n").split("\n")
    assert title == "NFSv4 Invalidation Chains"
    assert [int(row.split()[0]) for row in rows] == list(range(1, 3 * len(STRINGS) + 1))


def test_findings_are_counted_right(tshark, hostile):
    report = tshark.tap(hostile, "nfs4dup,report")
    assert len(re.findall(r"^DUPLICATE CLIENT", report, re.M)) == 10
    markdown = tshark.tap(hostile, "nfs4dup,markdown")
    assert len(re.findall(r"^\*\*DUPLICATE CLIENT", markdown, re.M)) == 10


CUT = "\N{HORIZONTAL ELLIPSIS}"  # from 4.4 on Wireshark itself ends a line with it that it cuts


@PASSES
def test_tree(tshark, hostile, passes):
    text = "\n".join(tshark.lines(hostile, "-V", passes=passes))
    ours = re.findall(r"^\[NFSv4 Session Analysis.*\n(?:    .*\n)*", text, re.M)
    assert len(ours) > 20 * len(STRINGS)
    assert strange("".join(ours).replace(CUT, "")) == []


OURS = ["owner", "owner.host", "owner.uniquifier", "finding", "collision.evidence", "collision.with",
        "server", "client"]


@PASSES
def test_fields(tshark, hostile, passes):
    names = [f"nfs4sess.{name}" for name in OURS]
    frames = tshark.fields(hostile, *names, show="nfs4sess", passes=passes)
    assert strange("".join(value for frame in frames for name in names for value in frame[name])) == []
    owners = {value for frame in frames for value in frame["nfs4sess.owner"]}
    if tshark.line != "4.0":  # newer ones escape what is printed once more
        owners = {owner.replace("\\\\", "\\") for owner in owners}
    assert {unescaped(owner) for owner in owners} == set(STRINGS.values()) - {b""}


def leaves(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def test_packets_as_json(tshark, hostile):
    packets = json.loads("\n".join(tshark.lines(hostile, "-T", "json")))
    ours = [packet["_source"]["layers"].get("nfs4sess", {}) for packet in packets]
    assert sum(map(bool, ours)) > 20 * len(STRINGS)
    assert strange("".join(leaves(ours))) == []


def test_packets_as_pdml(tshark, hostile):
    """Ours alone: what Wireshark writes of the NFS in these packets is not always XML."""
    text = "\n".join(tshark.lines(hostile, "-T", "pdml"))
    ours = re.findall(r'^  <proto name="nfs4sess".*?^  </proto>', text, re.M | re.S)
    assert len(ours) > 20 * len(STRINGS)
    for layer in ours:
        values = [value for field in ElementTree.fromstring(layer).iter() for value in field.attrib.values()]
        assert strange("".join(values).replace(CUT, "")) == []


CALLBACK = b"10.0.0.99.\x1b]0;owned\x07\n.\xe2\x80\xae"  # an address, and what should be its port


def test_holder_that_a_server_names(tshark, workspace):
    """In 4.0 it may name who holds an owner; clients name where they can be called back."""
    capture = synthetic.Capture(workspace / "in-use.pcap")
    host = Host(capture, synthetic.Server(), 0, b"Linux NFSv4.0 web01")
    callback = 2 * synthetic.opaque(CALLBACK)
    host.calls([(35, host.verifier + synthetic.opaque(host.owner) + struct.pack(">I", 4) + callback +
                 struct.pack(">I", 1))], minor=0)
    host.is_answered([(35, callback)], 10017)
    capture.out.close()
    path = workspace / "in-use.pcap"
    assert tshark.report(path)["owners"][0]["verdict"] == "suspected"
    text = "".join(tshark.tap(path, f"nfs4dup,{view}") for view in ("report", "json"))
    text += "".join(tshark.fields(path, "nfs4sess.collision.evidence", passes=2)[1]
                    ["nfs4sess.collision.evidence"])
    assert strange(text) == []
    escaped = r"10.0.0.99.\x1b]0;owned\x07\x0a.\xe2\x80\xae"
    assert text.count(escaped) + text.count(escaped.replace("\\", "\\\\")) == 3


# --- what the front end prints ---

def test_front_end(hostile, peaceful):
    """Its exit status follows the verdicts, not what a string looks like."""
    views = ["--report", "--stat", "--chains", "--json"]
    for path, status in ((hostile, 1), (peaceful, 0)):
        result = run(*views, path)
        assert (result.returncode, result.stderr) == (status, "")
        assert strange(result.stdout) == []
    alone = "\n".join(run(view, peaceful).stdout for view in views)
    assert result.stdout == alone, "something in a string was taken for the head of a view"


NAMES = ["\x1b]0;owned\x07\x1b[31mline\nline\ttab\r", "\u009b31m \u202epacp.bew zero\u200bwidth",
         "quote'\"` $(touch owned) %s%n%d * back\\slash\\n", "appears to have been cut short M\u00fcller"]
HARMLESS = re.compile("[\n -~\u00a1-\u00ac\u00ae-\u024f]*")
FILE_NAMES = pytest.mark.parametrize("name", NAMES, ids=["controls", "invisible", "quotes", "words"])


@FILE_NAMES
def test_file_name_in_a_complaint(room, name):
    missing = run(room / f"{name}.pcap")
    (room / f"{name}.txt").write_text("This is no capture.\n" * 20)
    for result in (missing, run(room / f"{name}.txt"), run(f"--{name}")):
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.count("\n") == 1
        assert HARMLESS.fullmatch(result.stderr)


@FILE_NAMES
def test_file_name_of_a_capture(room, peaceful, name):
    """Read, cut short, and merged: the words around it are on one line."""
    path = room / f"-{name}.pcap"
    path.write_bytes(peaceful.read_bytes()[:30000])
    for result in (run("--stat", path), run("--stat", path, peaceful)):
        assert result.returncode == 0
        assert result.stderr.count("\n") == 1
        assert HARMLESS.fullmatch(result.stderr)
        assert "web01" in result.stdout
    assert sorted(each.name for each in room.iterdir()) == [path.name]


def test_plain_names_are_left_alone(room):
    assert "M\u00fcller, copy (2).pcap: no such file" in run(room / "M\u00fcller, copy (2).pcap").stderr
