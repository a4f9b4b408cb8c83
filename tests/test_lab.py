# SPDX-License-Identifier: GPL-2.0-or-later
"""What is shipped in captures/: that it is described, small, and holds what a judge has to
have seen; and that the lab which makes it says clearly what it lacks."""
import functools
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import CAPTURES, IS_ROOT, LAB, NOBODY, all_shipped

README = (CAPTURES / "README.md").read_text()
RUN = LAB / "run"
CAPTURE_BYTES, ALL_BYTES = 300_000, 15_000_000


def rows():
    """Of the tables in captures/README.md: capture -> the scenario that makes it."""
    found = {}
    for row in re.findall(r"^\|.*\.pcap.*\|$", README, re.M):
        names, story, verdict, command = (cell.strip() for cell in row.strip("|").split(" | "))
        assert len(story) > 20 and verdict
        for name in re.findall(r"`([^`]+\.pcap)`", names):
            assert name not in found, f"{name} is told twice"
            found[name] = re.fullmatch(r"`lab/run ([a-z0-9-]+)`", command).group(1)
    return found


def scenarios():
    """What `run --list` names."""
    done = subprocess.run([RUN, "--list"], capture_output=True, text=True, check=True)
    return [line.split()[0] for line in done.stdout.splitlines()]


# --- what is shipped ---

def test_every_capture_is_described():
    assert sorted(rows()) == all_shipped()


def test_every_capture_can_be_made_again():
    listed = scenarios()
    for name, scenario in rows().items():
        assert scenario in listed, name
        assert name.startswith(scenario)
        file = name.removeprefix(scenario + "-").removesuffix(".pcap")
        assert re.search(rf"\b{file}\b", story_of(scenario)), name


def story_of(scenario):
    """The text of a scenario, and of one that it builds on."""
    story = next(path for path in (LAB / "scenarios" / f"{scenario}.sh", LAB / "made" / scenario)
                 if path.exists()).read_text()
    for other in re.findall(r"^\. /lab/scenarios/([a-z0-9-]+)\.sh$", story, re.M):
        story += story_of(other)
    return story


def test_every_scenario_is_shipped():
    """All but those whose captures are too large."""
    assert set(scenarios()) - set(rows().values()) == {"large-transfers", "metadata"}


def test_captures_are_small():
    sizes = {name: (CAPTURES / name).stat().st_size for name in all_shipped()}
    assert max(sizes.values()) < CAPTURE_BYTES
    assert sum(sizes.values()) < ALL_BYTES


def test_nothing_names_this_machine():
    """No path of one machine, no address of an archive."""
    for path in [CAPTURES / "truth.json", CAPTURES / "README.md", *LAB.rglob("*")]:
        if path.is_file() and "__pycache__" not in path.parts:
            text = path.read_text()
            assert not re.search(r"https?://|/(home|work|root)/", text), path
    for name in all_shipped():
        assert str(pathlib.Path.home()).encode() + b"/" not in (CAPTURES / name).read_bytes()


# --- what it holds, by a tshark that has no plugin ---

@functools.cache
def frames(tshark, name, show):
    return tshark.lines(CAPTURES / name, "-d", "tcp.port==2049,rpc", "-Y", show, bare=True)


SERVER, CLIENT = "rpc.msgtyp == 1", "rpc.msgtyp == 0"
HOLDS = [
    ("TEST_STATEID says BAD_STATEID", f"{SERVER} && nfs.opcode == 55 && nfs.nfsstat4 == 10025",
     ["duplicate-delegations-server.pcap", "duplicate-delegations-612-server.pcap",
      "duplicate-delegations-forky-server.pcap"]),
    ("TEST_STATEID says ADMIN_REVOKED", f"{SERVER} && nfs.opcode == 55 && nfs.nfsstat4 == 10047",
     ["administrative-revocation-server.pcap"]),
    ("TEST_STATEID says DELEG_REVOKED", f"{SERVER} && nfs.opcode == 55 && nfs.nfsstat4 == 10087",
     ["recall-unanswered-v42-server.pcap"]),
    ("CB_PATH_DOWN in SEQUENCE", f"{SERVER} && nfs.sequence.flags.cb_path_down == 1",
     ["connection-broken-server.pcap"]),
    ("RECALLABLE_STATE_REVOKED", f"{SERVER} && nfs.sequence.flags.recallable_state_revoked == 1",
     ["recall-unanswered-v42-server.pcap"]),
    ("ADMIN_STATE_REVOKED", f"{SERVER} && nfs.sequence.flags.admin_state_revoked == 1",
     ["administrative-revocation-server.pcap"]),
    ("BACKCHANNEL_FAULT", f"{SERVER} && nfs.sequence.flags.backchannel_fault == 1",
     ["recall-unanswered-v42-server.pcap"]),
    ("NO_GRACE", f"{SERVER} && nfs.opcode == 18 && nfs.nfsstat4 == 10033",
     ["duplicate-delegations-server.pcap", "duplicate-delegations-612-server.pcap"]),
    ("CLID_INUSE", f"{SERVER} && nfs.opcode == 42 && nfs.nfsstat4 == 10017",
     ["owner-in-use-server.pcap", "owner-in-use-takeover-server.pcap"]),
    ("BIND_CONN_TO_SESSION", f"{SERVER} && nfs.opcode == 41 && nfs.nfsstat4 == 0",
     ["connection-broken-server.pcap"]),
    ("CB_RECALL", f"{CLIENT} && nfs.cb.operation == 4",
     ["recall-unanswered-v42-server.pcap"]),
    ("Linux 6.12", 'nfs.nii_name4 contains "Linux 6.12"',
     ["duplicate-delegations-612-server.pcap", "administrative-revocation-server.pcap"]),
    ("forky's Linux", 'nfs.nii_name4 matches "Linux [7-9]"',
     ["duplicate-delegations-forky-server.pcap"]),
    ("libnfs", 'nfs.nfs_client_id4.id contains "Libnfs pid:"',
     ["libnfs-server.pcap", "libnfs-containers-server.pcap"]),
    ("layout granted", f"{SERVER} && nfs.opcode == 50 && nfs.nfsstat4 == 0",
     ["duplicate-layouts-server.pcap"]),
    ("layout lost", f"{SERVER} && nfs.opcode == 49 && nfs.nfsstat4 == 10050",
     ["duplicate-layouts-server.pcap"]),
    ("COMPLETE_ALREADY of a shared lease", f"{SERVER} && nfs.nfsstat4 == 10054",
     ["cloned-instance-server.pcap"]),
    ("SEQ_MISORDERED of a shared session", f"{SERVER} && nfs.nfsstat4 == 10063",
     ["made-shared-session-server.pcap"]),
    ("krb5i", f"{CLIENT} && rpc.authgss.service == 2", ["kerberos-integrity-server.pcap"]),
    ("Ganesha", f'{SERVER} && nfs.scope contains "anesha"',
     ["duplicate-ganesha-server.pcap", "server-restart-ganesha-server.pcap"]),
    ("4.1", f"{CLIENT} && nfs.minorversion == 1", ["duplicate-v41-server.pcap"]),
    ("IPv6", "ipv6 && nfs", ["ipv6-server.pcap", "two-protocols-server.pcap"]),
]


@pytest.mark.parametrize("what, show, names", HOLDS, ids=[what for what, _, _ in HOLDS])
def test_captures_hold(tshark, what, show, names):
    for name in names:
        assert frames(tshark, name, show), f"{name}: no {what}"
    assert not frames(tshark, "unique-hostnames-server.pcap", show)


@pytest.mark.parametrize("scenario", [path.name for path in (LAB / "made").glob("made-*")])
def test_made_captures_are_made_by_what_is_there(room, scenario):
    """To the byte, as there is no chance in them."""
    subprocess.run([LAB / "made" / scenario, room], check=True)
    for path in room.glob("*.pcap"):
        assert path.read_bytes() == (CAPTURES / f"{scenario}-{path.name}").read_bytes()
    assert "MADE out of" in story_of(scenario)
    assert f"`{scenario}-" in README.split("## Made by hand")[1]


# --- large captures, made of small ones ---

@pytest.mark.parametrize("name", ["duplicate-v42-server.pcap", "duplicate-v40-server.pcap",
                                  "unique-hostnames-server.pcap"])
def test_enlarged_capture_has_so_many_takeovers(tshark, truth, room, name):
    copies = 3
    large = room / "large.pcap"
    subprocess.run([LAB / "enlarge", CAPTURES / name, large, "--copies", str(copies)], check=True,
                   stdout=subprocess.DEVNULL)
    owners = {owner["owner"]: owner for owner in tshark.report(large)["owners"]}
    for known in truth[name]:
        owner = owners[known["owner"]]
        assert owner["verdict"] in known["verdicts"]
        # Where one copy ends and the next begins, the lease may change hands, too.
        borders = range(copies if known["takeovers"] else 1)
        assert owner["takeovers"] - copies * known["takeovers"] in borders
        assert owner["invalidations"] - copies * known["refused_leases"] in borders


def test_enlarged_capture_may_hold_no_nfs(tshark, room):
    large = room / "large.pcap"
    subprocess.run([LAB / "enlarge", CAPTURES / "duplicate-v42-server.pcap", large, "--copies", "2",
                    "--port", "8080"], check=True, stdout=subprocess.DEVNULL)
    assert len(tshark.fields(large)) == 2 * 383
    assert tshark.fields(large, show="nfs || rpc") == []
    assert tshark.report(large)["owners"] == []


# --- the lab, where it cannot do what it is asked ---

def says(*arguments, **environment):
    """The one line with which `run` gives up."""
    done = subprocess.run([RUN, *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})
    assert done.returncode == 2
    assert done.stdout == ""
    line, = done.stderr.splitlines()
    return line


def test_it_needs_root(room):
    shutil.copytree(LAB, room / "lab")
    nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    done = subprocess.run([*(nobody if IS_ROOT else []), room / "lab" / "run", "remount"],
                          capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "lab: only root can run it (the disk of the virtual machine needs it)\n"


def test_wrong_words_get_a_clear_line():
    assert says("no-such-thing") == "lab: there is no scenario no-such-thing; --list names them"
    assert says("--no-such-option").startswith("lab: unknown option --no-such-option; ")
    assert says("--out") == "lab: --out needs a value"
