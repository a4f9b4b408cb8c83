# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that cannot be part of the project, where a folder ../shared has some.

`captures/lab` there holds more of our own, with their truth; `captures/third-party`
holds those of others, none of which shows two hosts with one owner.
"""
import functools
import gzip
import json

import pytest

from conftest import PASSES, SHARED, owners_above

LAB = SHARED / "captures" / "lab"
THIRD_PARTY = SHARED / "captures" / "third-party"


def lab_files():
    if not (LAB / "truth.json").exists():
        return []
    scenarios = json.loads((LAB / "truth.json").read_text())["scenarios"]
    return [f"{scenario}/{name}" for scenario, known in scenarios.items() for name in known["files"]]


def third_party_files():
    folders = ("nfs4", "negative-nfs", "negative-other", "malformed")
    return sorted(f"{folder}/{path.name}" for folder in folders
                  for path in (THIRD_PARTY / folder).glob("*"))


ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="no folder ../shared here"))


def files(names):
    """A test for each of the names; skipped where there is none."""
    return pytest.mark.parametrize("name", names or [ABSENT])


# Owners that are not `single`, for captures in which nobody shares an owner.
EXPECTED = {"client-restart": {"Linux NFSv4.2 web01": "restarted"}}


@PASSES
@files(lab_files())
def test_lab(tshark, name, passes):
    scenario, file_name = name.split("/")
    known = json.loads((LAB / "truth.json").read_text())["scenarios"][scenario]["files"][file_name]
    owners = tshark.report(LAB / name, passes)["owners"]
    assert owners
    verdicts = {owner["owner"]: owner["verdict"] for owner in owners}
    if known["verdict"] == "duplicate":
        for owner in owners:
            assert (owner["verdict"], owner["harmful"]) == ("proven", True)
            addresses = {address for one in owner["instances"] for address in one["addresses"]}
            assert addresses == set(known["machine_names"]) - {"10.0.0.1"}
    elif known["verdict"] == "duplicate-suspected":
        assert set(verdicts.values()) == {"suspected"}
    else:
        expected = dict.fromkeys(verdicts, "single") | EXPECTED.get(known["verdict"], {})
        assert verdicts == expected


@functools.cache
def document_of(tshark, name):
    return tshark.read(THIRD_PARTY / name, "-q", "-z", "nfs4dup,json")


@files(third_party_files())
def test_nobody_is_accused(tshark, name):
    """No verdict above `undecided`, no collision, and no failure that tshark does not have anyway."""
    with_plugin = document_of(tshark, name)
    bare = tshark.read(THIRD_PARTY / name, "-q", bare=True)
    assert (with_plugin.returncode, with_plugin.stderr) == (bare.returncode, bare.stderr)
    report = json.loads(with_plugin.stdout)
    assert owners_above(report, "undecided") == []
    if not name.startswith("nfs4/"):
        assert report["owners"] == []


@files([name for name in third_party_files() if name.startswith("nfs4/")])
def test_two_passes_find_no_collision(tshark, name):
    """No packet comes before the document, and the document is that of one pass."""
    result = tshark.read(THIRD_PARTY / name, "-Y", "nfs4sess.collision || nfs4sess.takeover",
                         "-z", "nfs4dup,json", passes=2)
    assert result.stdout == document_of(tshark, name).stdout


@files([name for name in third_party_files() if name.startswith("malformed/")])
def test_malformed_packets_are_read_to_the_end(tshark, name):
    for passes in (1, 2):
        with_plugin, bare = (tshark.read(THIRD_PARTY / name, "-V", "-x", passes=passes, bare=bare)
                             for bare in (False, True))
        assert (with_plugin.returncode, with_plugin.stderr) == (bare.returncode, bare.stderr)
        assert with_plugin.stdout.count("Malformed") == bare.stdout.count("Malformed")


UNCHANGED = ["nfs4/suricata-nfs4-01.pcap", "nfs4/lml-2025-mount.pcap", "nfs4/lml-2023-nfs_krb5i.pcap",
             "nfs4/nfstrace-eth-ipv4-tcp-nfsv41.pcap", "nfs4/lml-2022-netpart-reconnect.pcap",
             "negative-nfs/ws-nfs.pcap", "negative-nfs/nfstrace-lo-ipv4-tcp-nfsv3-nfsacl.pcap",
             "negative-other/ws-http.pcap", "negative-other/ws-tls13-rfc8446.pcap",
             "malformed/tcpdump-nfs-seg-fault-1.pcapng"]


@files([name for name in UNCHANGED if (THIRD_PARTY / name).exists()])
def test_dissection_is_unchanged(tshark, name):
    """Every line and every field of NFS, RPC and TCP is as it is without the plugin."""
    columns = ["frame.protocols", "tcp.len", "rpc.msgtyp", "rpc.xid", "rpc.time", "nfs.opcode",
               "nfs.nfsstat4", "nfs.verifier4", "nfs.clientid"]
    assert tshark.fields(THIRD_PARTY / name, *columns) == \
        tshark.fields(THIRD_PARTY / name, *columns, bare=True)
    suffix_off = ["-o", "nfs4sess.info_suffix:FALSE"]
    assert tshark.lines(THIRD_PARTY / name, *suffix_off) == \
        tshark.lines(THIRD_PARTY / name, bare=True)


@pytest.mark.skipif(not THIRD_PARTY.exists(), reason="no folder ../shared here")
def test_client_on_port_854_is_seen(tshark, room):
    """A real capture whose client has a source port that Wireshark gives to DLEP."""
    path = room / "cifs.pcap"
    packed = THIRD_PARTY / "nfs4" / "nfstrace-eth-ipv4-tcp-nfsv3-4-41-cifs1-2.pcap.gz"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    show = ["-Y", "nfs4sess && tcp.port == 854"]
    assert len(tshark.lines(path, *show)) > 0
    if tshark.line == "4.0":  # where DLEP, which takes them, complains about these packets
        assert tshark.read(path, *show, "-o", "nfs4sess.reserved_ports:FALSE").stdout == ""
