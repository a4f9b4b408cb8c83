# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin loads, registers what it promises, and disturbs nothing."""
import re
import shutil
import subprocess

import pytest

from conftest import CAPTURES, ROOT, shipped

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"

FIELDS = {
    "nfs4sess.server": "FT_STRING", "nfs4sess.client": "FT_STRING",
    "nfs4sess.owner": "FT_STRING", "nfs4sess.owner.number": "FT_UINT32",
    "nfs4sess.owner.software": "FT_STRING", "nfs4sess.owner.host": "FT_STRING",
    "nfs4sess.owner.uniquifier": "FT_STRING", "nfs4sess.instance": "FT_UINT32",
    "nfs4sess.instance.start": "FT_ABSOLUTE_TIME", "nfs4sess.verifier": "FT_UINT64",
    "nfs4sess.clientid": "FT_UINT64", "nfs4sess.sessionid": "FT_BYTES",
    "nfs4sess.identification.refused": "FT_STRING",
    "nfs4sess.identified_in": "FT_FRAMENUM", "nfs4sess.confirmed_in": "FT_FRAMENUM",
    "nfs4sess.collision": "FT_UINT8", "nfs4sess.collision.evidence": "FT_STRING",
    "nfs4sess.collision.with": "FT_STRING", "nfs4sess.collision.frame": "FT_FRAMENUM",
    "nfs4sess.takeover": "FT_FRAMENUM", "nfs4sess.chain": "FT_UINT32",
    "nfs4sess.chain.step": "FT_UINT8", "nfs4sess.chain.cause": "FT_UINT8",
    "nfs4sess.chain.first": "FT_FRAMENUM", "nfs4sess.chain.prev": "FT_FRAMENUM",
    "nfs4sess.chain.next": "FT_FRAMENUM", "nfs4sess.chain.culprit": "FT_FRAMENUM",
    "nfs4sess.chain.outage": "FT_RELATIVE_TIME", "nfs4sess.lost.opens": "FT_UINT32",
    "nfs4sess.lost.locks": "FT_UINT32", "nfs4sess.lost.delegations": "FT_UINT32",
}

PREFERENCES = {"reserved_ports": "TRUE", "info_suffix": "TRUE", "clock_margin": "300", "records": "1000000"}

EXPERT = ["collision.proven", "collision.probable", "collision.suspected", "session.invalidated",
          "session.recovered", "state.lost", "server.restarted", "lease.expired", "owner.weak",
          "identity.invisible"]


@pytest.fixture(scope="module")
def registered(tshark):
    """abbreviation -> type, of all fields of this tshark."""
    rows = (line.split("\t") for line in tshark("-G", "fields").stdout.splitlines())
    return {row[2]: row[3] for row in rows if row[0] == "F"}


def test_module_is_loaded_once(tshark):
    result = tshark("-G", "plugins")
    rows = [line.split("\t") for line in result.stdout.splitlines() if "nfs4sess" in line]
    version = re.search(r"^project\(nfs4sess VERSION ([\d.]+)",
                        (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE).group(1)
    assert len(rows) == 1
    assert rows[0][0].strip() == "nfs4sess.so"
    assert rows[0][1] == version
    assert "dissector" in rows[0][2]
    assert result.stderr == ""


def test_bare_tshark_is_bare(tshark):
    """The comparisons with a tshark without the plugin are worth nothing otherwise."""
    assert "nfs4sess" not in tshark("-G", "plugins", bare=True).stdout


def test_fields_are_registered(registered):
    assert {name: registered.get(name) for name in FIELDS} == FIELDS


def test_expert_information_is_registered(registered):
    assert {f"nfs4sess.{name}" for name in EXPERT} <= set(registered)


def test_preferences_are_what_the_readme_says(tshark):
    found = dict(re.findall(r"^#?nfs4sess\.(\w+): (\S+)$", tshark("-G", "defaultprefs").stdout, re.MULTILINE))
    assert PREFERENCES.items() <= found.items()


def test_statistics_are_listed(tshark):
    taps = tshark("-z", "help").stderr + tshark("-z", "help").stdout
    assert {"nfs4dup,stat", "nfs4dup,json"} <= set(taps.split())


@pytest.mark.parametrize("name", shipped())
def test_reading_says_nothing_on_stderr(tshark, name):
    assert len(tshark.lines(CAPTURES / name, "-V")) > 1000


SWITCHES = [["--disable-protocol", "nfs4sess"], ["--disable-protocol", "nfs"],
            ["--disable-protocol", "rpc"], ["-d", "tcp.port==2049,rpc"]]


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: "-".join(switch).lstrip("-"))
def test_other_protocols_can_be_switched(tshark, switch):
    """NFS is dissected as it is without the plugin, and nothing fails."""
    columns = ["frame.protocols", "nfs.opcode", "nfs.nfsstat4", "nfs.session_id4", "rpc.xid"]
    bare_switch = [] if "nfs4sess" in switch else switch
    assert tshark.fields(DUPLICATE, *columns, options=switch) == \
        tshark.fields(DUPLICATE, *columns, options=bare_switch, bare=True)


def test_it_works_beside_all_other_plugins(tshark, room, module):
    """As it does once it is installed; TRANSUM, off by default, wants a tree for every packet."""
    listed = subprocess.run(["tshark", "-G", "plugins"], capture_output=True, text=True, check=True)
    others = re.findall(r"\S+/epan/(?!nfs4sess)\S+\.so$", listed.stdout, re.MULTILINE)
    if not any("transum" in other for other in others):
        pytest.skip("this Wireshark has no plugin TRANSUM")
    epan = room / tshark.line / "epan"
    epan.mkdir(parents=True)
    for path in [module, *others]:
        shutil.copy(path, epan)
    options = ["--enable-protocol", "transum", "-o", "transum.tcp_port_ranges:2049"]
    assert tshark.report(DUPLICATE, options=options, modules=room) == tshark.report(DUPLICATE)
    timed = tshark.lines(DUPLICATE, *options, "-Y", "transum.status", passes=2, modules=room)
    assert len(timed) > 50


def test_disabled_it_shows_nothing(tshark):
    frames = tshark.fields(DUPLICATE, "nfs4sess.owner", "nfs4sess.server",
                           options=["--disable-protocol", "nfs4sess"])
    assert len(frames) == 383
    assert not any(frame["nfs4sess.owner"] or frame["nfs4sess.server"] for frame in frames)


def test_without_nfs_there_is_nothing_to_show(tshark):
    report = tshark.report(DUPLICATE, options=["--disable-protocol", "nfs"])
    assert report["owners"] == []
    assert report["totals"]["compounds"] == 0
