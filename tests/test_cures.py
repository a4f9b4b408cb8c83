# SPDX-License-Identifier: GPL-2.0-or-later
"""What a report says cures a duplicate: right for its clients, lines that a shell takes, and in the
manual under its name; and nfs4dup --after, which says whether it took."""
import json
import re
import runpy
import subprocess

import pytest

from conftest import CAPTURES, ROOT, SHARED
from test_nfs4dup import SERVER, assert_trouble, built, run  # noqa: F401 (a fixture)

PAGE = (ROOT / "ui" / "nfs4dup-cures.7.md").read_text()
SOURCES = "".join((ROOT / "ui" / name).read_text() for name in ("cures_linux.c", "cures_others.c"))
FAULTS = SHARED / "faults"


def entries():
    """Heading of the second level -> its text."""
    parts = re.split(r"^## (.+)\n", PAGE, flags=re.M)[1:]
    return dict(zip(parts[::2], (re.split(r"^# ", text, flags=re.M)[0] for text in parts[1::2]), strict=True))


def rows():
    """(name, source) of each row of the tables."""
    source = re.sub(r'"\s*\n\s*"', "", SOURCES).replace("KERNEL_DOCUMENT", re.search(
        r'define KERNEL_DOCUMENT (".*")', SOURCES).group(1))
    return re.findall(r'\{\.name = "([a-z0-9-]+)".*?\.source =\s*"([^"]+)"', source, re.S)


def cures_in(report):
    """Name of each cure that the report tells -> its shell lines, in order; where one goes on behind
    a backslash, it is one."""
    found, name = {}, None
    for line in report.split("\n"):
        cure = re.match(r" {6}- ([a-z0-9-]+): ", line)
        if cure:
            name = cure.group(1)
            found.setdefault(name, [])
        elif re.match(r" {10}\S", line) and name:
            found[name].append(line.strip())
        elif re.match(r" {12}\S", line) and name and "".join(found[name][-1:]).endswith("\\"):
            found[name][-1] = found[name][-1][:-1] + line.strip()
        elif not line.startswith(" " * 6):
            name = None
    return found


@pytest.fixture
def cures(tshark):
    return lambda path: cures_in(tshark.tap(path, "nfs4dup,report"))


# --- the manual ---

def test_every_cure_has_an_entry_with_its_source():
    found = entries()
    assert len(rows()) > 25
    assert {name for name, _ in rows()} == set(found)
    for name, source in rows():
        told = " ".join(re.search(r"\*Source:\*(.*?)\*Tried", found[name], re.S).group(1).replace("**", "").split())
        for part in source.split("; "):
            assert part.split(",")[0] in told, f"{name}: {part}"


@pytest.mark.parametrize("name", sorted(entries()))
def test_every_entry_says_for_whom_it_is_and_whether_it_was_tried(name):
    assert entries()[name].count("*Fits*") == 1
    assert re.search(r"\*Tried\*", entries()[name])


# --- shell lines ---

def answer(tshark, path):
    """The document and the report, from one run."""
    text = tshark.tap(path, "nfs4dup,json", options=["-z", "nfs4dup,report"])
    document = re.search(r"^\{\n.*?^\}$", text, re.M | re.S)
    return json.loads(document.group()), text[:document.start()] + text[document.end():]


def is_shell(line):
    """Neither an argument of the kernel, nor a line of ONTAP's or of PowerShell."""
    return not line.startswith(("nfs.nfs4_unique_id=", "event log show", "Get-NetAdapter"))


WRITTEN = {"/etc/nfs4_unique_id", "/etc/modprobe.d/nfs4_unique_id.conf", "/etc/hostname", "/etc/hostid",
           "/data/nfs4_unique_id", "/proc/sys/kernel/hostname", "/sys/module/nfs/parameters/nfs4_unique_id",
           "/sys/fs/nfs/net/nfs_client/identifier"}
DESTRUCTIVE = re.compile(r"\b(rm|mkfs|dd|kill|pkill|shutdown|reboot|poweroff|mv)\b|sed -i|umount .*-[fl]\b")


def assert_harmless(line):
    """A shell takes it; it removes, kills and forces nothing, and writes our files or the kernel's own. An
    empty $(...) is no error to a shell: only a file that a line before it made stands in one."""
    for shell in ["dash"], ["bash", "--posix"]:
        result = subprocess.run([*shell, "-n", "-c", line], capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, ""), line
    assert not DESTRUCTIVE.search(line), line
    assert set(re.findall(r">(/[^ ;}]+)", line)) <= WRITTEN, line
    assert set(re.findall(r"\$\(([^)]*)\)", line)) <= {"cat /etc/nfs4_unique_id"}, line


def accused_here():
    truth = json.loads((CAPTURES / "truth.json").read_text())["captures"]
    shipped = [CAPTURES / name for name, owners in truth.items() if any(owner["kind"] for owner in owners)]
    return sorted(shipped) + (sorted(FAULTS.glob("*.pcap")) if FAULTS.is_dir() else [])


def test_report_and_document_name_the_same_cures_and_every_line_is_harmless(tshark):
    """Of every shipped capture of a duplicate, and of every fault from the field."""
    lines = set()
    for path in accused_here():
        document, report = answer(tshark, path)
        told = cures_in(report)
        assert {cure for owner in document["owners"] for cure in owner["cures"]} == set(told), path
        for owner in document["owners"]:
            assert bool(owner["cures"]) == (owner["kind"] is not None), path
        lines |= {line for found in told.values() for line in found}
    assert len(lines) > 15
    for line in filter(is_shell, sorted(lines)):
        assert_harmless(line)


class Sandbox:
    """A folder in which lines run: /etc, /proc, /sys and /data are in it, and no tool but those given."""

    def __init__(self, folder):
        self.folder = folder
        self.tools = folder / "bin"
        self.tools.mkdir()
        for name in ("proc/sys/kernel/random", "sys/module/nfs/parameters", "sys/fs/nfs/net/nfs_client",
                     "etc/modprobe.d", "data"):
            (folder / name).mkdir(parents=True)
        (folder / "proc/sys/kernel/random/uuid").write_text("6b1f0c2e-0000-4000-8000-000000000001\n")
        (folder / "proc/sys/kernel/hostname").write_text("web01\n")
        (folder / "sys/module/nfs/parameters/nfs4_unique_id").write_text("\n")
        (folder / "sys/fs/nfs/net/nfs_client/identifier").write_text("(null)\n")
        for tool in ("cat", "grep"):
            (self.tools / tool).symlink_to(f"/usr/bin/{tool}")

    def stub(self, name, text):
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def run(self, line):
        inside = re.sub(r"(?<![\w.])/(etc|proc|sys|data|usr)/", rf"{self.folder}/\1/", line)
        return subprocess.run(["/bin/sh", "-c", inside], env={"PATH": str(self.tools)}, capture_output=True, text=True,
                              check=False)

    def read(self, name):
        return (self.folder / name).read_text()


@pytest.fixture
def sandbox(tmp_path):
    return Sandbox(tmp_path)


UNIQUE = "6b1f0c2e-0000-4000-8000-000000000001"


def test_uniquifier_is_made_once_set_now_and_kept(cures, sandbox):
    commands = cures(SERVER)["uniquifier"]
    for line in commands[:3]:
        result = sandbox.run(line)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", ""), line
    parameter = "sys/module/nfs/parameters/nfs4_unique_id"
    assert sandbox.read(parameter) == UNIQUE  # no newline, which would be part of the owner
    assert sandbox.read("etc/modprobe.d/nfs4_unique_id.conf") == f"options nfs nfs4_unique_id={UNIQUE}\n"
    assert sandbox.run(commands[3]).stdout == UNIQUE
    (sandbox.folder / "proc/sys/kernel/random/uuid").write_text("another\n")
    for line in commands[:3]:
        sandbox.run(line)
    assert sandbox.read(parameter) == UNIQUE


@pytest.mark.parametrize("cure, name", [("uniquifier", "duplicate-v42-server.pcap"), ("container", "nat-server.pcap")])
def test_a_missing_file_is_said(cures, sandbox, cure, name):
    """Where the kernel has no such parameter or file, the shell says which one."""
    for path in (sandbox.folder / "sys").rglob("*"):
        if path.is_file():
            path.unlink()
    for folder in ("sys/module/nfs/parameters", "sys/fs/nfs/net/nfs_client"):
        (sandbox.folder / folder).rmdir()
    said = "".join(sandbox.run(line).stderr for line in cures(CAPTURES / name)[cure])
    assert "/sys/" in said


def test_a_name_is_set_without_hostnamectl_too(cures, sandbox):
    line = cures(SERVER)["host-name"][0].replace("NAME", "web02")
    result = sandbox.run(line)
    assert (result.returncode, sandbox.read("proc/sys/kernel/hostname"), sandbox.read("etc/hostname")) == \
        (0, "web02\n", "web02\n")
    assert "hostnamectl" in result.stderr
    sandbox.stub("hostnamectl", 'echo "$*"')
    assert sandbox.run(line).stdout == "set-hostname web02\n"


def test_an_identifier_is_kept_by_its_container(cures, sandbox):
    commands = cures(CAPTURES / "nat-server.pcap")["container"]
    for _ in range(2):
        for line in commands[:2]:
            assert sandbox.run(line).returncode == 0
        assert sandbox.read("sys/fs/nfs/net/nfs_client/identifier") == f"{UNIQUE}\n"
        (sandbox.folder / "proc/sys/kernel/random/uuid").write_text("of another start\n")


def test_every_mount_of_the_server_and_no_other_is_taken_down(cures):
    assert cures(SERVER)["remount"] == ["umount -a -t nfs4 -O addr=10.0.0.1", "cat /proc/fs/nfsfs/servers",
                                        "mount -a -t nfs,nfs4"]


@pytest.mark.parametrize("name, addresses", [("two-addresses-server.pcap", ["10.0.0.1", "10.0.0.2"]),
                                             ("two-protocols-server.pcap", ["10.0.0.1", "fd00::1"])])
def test_a_server_is_unmounted_by_all_its_addresses(cures, name, addresses):
    """Each host may have mounted it by another one."""
    assert cures(CAPTURES / name)["remount"][:2] == [f"umount -a -t nfs4 -O addr={one}" for one in addresses]


# --- for whom ---

LINUX = {"host-name", "uniquifier", "remount", "compare", "linux-server", "image"}
OF = {
    "duplicate-v42-server.pcap": LINUX,
    "duplicate-v40-server.pcap": LINUX,
    "duplicate-ganesha-server.pcap": LINUX - {"linux-server"},
    "nat-server.pcap": LINUX | {"container", "container-name"},
    "kerberos-integrity-server.pcap": LINUX | {"kerberos"},
    "owner-in-use-server.pcap": LINUX | {"refused"},
    "libnfs-containers-server.pcap": {"libnfs-name", "compare", "linux-server"},
    "field-report-snapped.pcap": {"unknown-software", "compare"},
    "cloned-instance-server.pcap": LINUX | {"copies"},
}


@pytest.mark.parametrize("name", OF)
def test_cures_fit_the_clients(cures, name):
    assert set(cures(CAPTURES / name)) == OF[name]


OF_FAULTS = {
    "docker_bridge_v40_rhel7": ({"nfs-version", "migration-option", "client-address"}, {"uniquifier", "container"}),
    "openqa_same_unique_id": ({"copied-uniquifier", "remount"}, {"uniquifier", "host-name"}),
    "diskless_none": ({"kernel-command-line"}, {"host-name", "uniquifier", "remount"}),
    "windows_impl_two_vms": ({"windows-address"}, {"unknown-software", "remount"}),
    "d_freebsd_clones_same_boot_second": ({"freebsd-uuid"}, {"remount", "host-name"}),
    "v_vmrevert30": ({"one-host", "host-name"}, {"copies"}),
    "v_clonemem_samexid": ({"copies"}, {"one-host"}),
    "ontap_clid_inuse_sys": ({"ontap-server", "refused"}, {"linux-server", "kerberos"}),
}


@pytest.mark.skipif(not FAULTS.is_dir(), reason="no folder ../shared here")
@pytest.mark.parametrize("name", OF_FAULTS)
def test_cures_fit_the_clients_of_reports_from_the_field(cures, name):
    found = set(cures(FAULTS / f"{name}.pcap"))
    fitting, wrong = OF_FAULTS[name]
    assert fitting <= found
    assert not wrong & found


def patched(room, name, changes):
    """The capture with other bytes, as many as before, in its owners and implementation ids."""
    data = (CAPTURES / name).read_bytes()
    for before, after in changes.items():
        assert len(before) == len(after) and before.encode() in data
        data = data.replace(before.encode(), after.encode())
    path = room / name
    path.write_bytes(data)
    return path


V42 = "duplicate-v42-server.pcap"
OWNER = "Linux NFSv4.2 web01"
KERNEL = "Linux 6.1.0-"
PATCHED = {
    "a copied uniquifier": (V42, {OWNER: "Linux NFSv4.2 u/web"}, {"copied-uniquifier", "remount"},
                            {"uniquifier", "host-name"}),
    "a kernel before 3.7": (V42, {OWNER: "10.0.0.1/web001.a/1"},
                            {"old-kernel", "host-name", "client-address", "remount"}, {"uniquifier"}),
    "nobody's form": (V42, {OWNER: "a b c d e f g h i j"}, {"unknown-software"}, {"uniquifier", "remount"}),
    "a kernel before 5.10": ("nat-server.pcap", {KERNEL: "Linux 5.9.0-"}, {"container-name", "uniquifier"},
                             {"container"}),
    "a kernel of a vendor": ("nat-server.pcap", {KERNEL: "Linux 4.1.el"}, {"container", "container-name"}, set()),
}


@pytest.mark.parametrize("what", PATCHED)
def test_cures_fit_what_is_shown(cures, room, what):
    name, changes, fitting, wrong = PATCHED[what]
    found = set(cures(patched(room, name, changes)))
    assert fitting <= found
    assert not wrong & found


def test_an_owner_that_was_cut_off_is_no_unknown_form(tshark):
    report = " ".join(tshark.tap(CAPTURES / "field-report-snapped.pcap", "nfs4dup,report").split())
    assert "The capture cut off the client owner" in report
    assert "The form of this owner does not tell" not in report


# --- the lab ---

LAB = ROOT / "captures" / "lab"
STORIES = {path.stem: path.read_text() for path in sorted((LAB / "cures").glob("*.sh"))}
SAME_FAULT = {  # story -> a shipped capture of the fault that it plays
    "host-name": V42, "uniquifier": V42, "uniquifier-v40": "duplicate-v40-server.pcap",
    "nfs-version": "duplicate-v40-server.pcap", "migration-option": "duplicate-v40-migration-server.pcap",
    "container": "nat-server.pcap", "kerberos": "kerberos-integrity-server.pcap",
    "uniquifier-for-good": V42, "remount": "two-protocols-server.pcap",
}


def test_every_story_stands_in_the_manual():
    told = re.split(r"^# WHAT WAS TRIED$", PAGE, flags=re.M)[1]
    assert sorted(re.findall(r"^\| `([a-z0-9-]+)` \|", told, re.M)) == sorted(STORIES)


@pytest.mark.parametrize("story", SAME_FAULT)
def test_reports_tell_the_lines_that_a_story_runs(cures, tshark, story):
    """Of the same fault; and the lab reads them out of the report as this test does."""
    found = cures(CAPTURES / SAME_FAULT[story])
    wanted = set(re.findall(r"^cure_run c2 ([a-z-]+)", STORIES[story], re.M)) | {"remount"}
    assert len(wanted) > 1
    assert all(found[cure] for cure in wanted)
    of_the_lab = runpy.run_path(str(LAB / "host" / "answer"), run_name="answer")["cures_in"]
    report = tshark.tap(CAPTURES / SAME_FAULT[story], "nfs4dup,report")
    assert of_the_lab(report) == found


# --- nfs4dup --after ---

def after(before, later):
    return run("--after", before, later)


def test_apart():
    result = after(SERVER, CAPTURES / "identifiers-set-server.pcap")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == (
        "APART: #1 'Linux NFSv4.2 web01' at server 10.0.0.1:2049: no client presents it any more, and its hosts "
        "have client owners of their own.\n"
        "  10.0.0.11 presents 'Linux NFSv4.2 6b1f0c2e-one/web01'\n"
        "  10.0.0.12 presents 'Linux NFSv4.2 6b1f0c2e-two/web01'\n")


def test_one_host_keeps_its_owner():
    result = after(SERVER, CAPTURES / "unique-hostnames-server.pcap")
    assert result.returncode == 0
    assert "one client presents it, alone, and the others have client owners of their own" in result.stdout


def test_one_host_is_not_seen():
    """At a capture of the other one: the first may have its old owner, alone."""
    result = after(SERVER, CAPTURES / "lease-expiry-v40-host1.pcap")
    assert result.returncode == 0
    assert "one client does not identify itself, and may keep it alone; the others have" in result.stdout
    assert "10.0.0.12 does not identify itself there" in result.stdout


def test_apart_by_the_minor_version_alone():
    result = after(SERVER, CAPTURES / "different-versions-server.pcap")
    assert result.returncode == 0
    assert "which differ by the minor version alone" in result.stdout


def test_not_apart():
    result = after(SERVER, CAPTURES / "duplicate-locks-server.pcap")
    assert result.returncode == 1
    assert result.stdout.startswith("NOT APART: #1 'Linux NFSv4.2 web01' at server 10.0.0.1:2049: "
                                    "'Linux NFSv4.2 web01' is presented by more than one client.\n")


def test_hosts_that_are_not_seen_are_not_apart():
    """One host alone is seen, and with the old owner."""
    result = after(SERVER, CAPTURES / "remount-server.pcap")
    assert result.returncode == 3
    assert result.stdout.startswith("NOT KNOWN: ")
    assert "0 clients of 2 seen with another client owner" in result.stdout
    assert "10.0.0.12 does not identify itself there" in result.stdout


def test_captures_in_the_wrong_order_are_named():
    result = after(CAPTURES / "duplicate-v41-server.pcap", SERVER)
    assert "begins before" in result.stderr


def test_after_needs_two_captures_and_a_duplicate():
    assert_trouble(run("--after", SERVER), "--after takes two captures")
    assert_trouble(after(CAPTURES / "remount-server.pcap", SERVER), "holds no duplicate")
    assert_trouble(run("--after", "--json", SERVER, SERVER), "--after prints whether owners are apart")
