# SPDX-License-Identifier: GPL-2.0-or-later
"""ui/nfs4dup: --each, --strict, --color, --jobs, --check, what is passed to tshark, what is no
capture, and the rules of its code."""
import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from conftest import CAPTURES, IS_ROOT, NOBODY, ROOT
from test_nfs4dup import (  # `built` is a fixture
    CLEAN, HOST1, HOST2, PROGRAM, SERVER, assert_trouble, built, cut, installed, run)
from test_extract import without_frames
from test_nfs4dup_live import CONTROL_C, terminal

FRONTEND = ROOT / "ui" / "frontend"
sys.path.insert(0, str(FRONTEND))
import passed  # noqa: E402
import spans  # noqa: E402
import table  # noqa: E402

PICTURE = ROOT / "ui" / "pictures" / "report.png"
RED = "\x1b[1;31m"


# --- --each ---

def rows_of(text):
    """Cells of each line below the headings."""
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()[1:]]


def test_each_has_a_line_for_each_capture():
    result = run("--each", SERVER, CLEAN, CAPTURES / "client-restart-server.pcap")
    assert (result.returncode, result.stderr) == (1, "")
    first, second, third = rows_of(result.stdout)
    assert first[0] == str(SERVER)
    assert first[1:] == ["2026-11-22 10:59:57", "22", "1", "Linux NFSv4.2 web01",
                         "10.0.0.11, 10.0.0.12", "proven"]
    assert (second[0], second[-1]) == (str(CLEAN), "single (+1)")
    assert third[-1] == "restarted (+1)"


def test_each_goes_on_behind_what_is_no_capture(room):
    """It is named, the others are judged, and the exit status is that of trouble."""
    (room / "letter.pcap").write_text("Dear reader, this is no capture.\n" * 10)
    result = run("--each", room / "letter.pcap", SERVER, room / "gone.pcap", PICTURE, "--jobs", "2")
    assert result.returncode == 2
    assert [row[-1] for row in rows_of(result.stdout)] == ["proven"]
    letter, gone, picture = result.stderr.splitlines()
    assert "letter.pcap is not a capture file" in letter
    assert "gone.pcap: no such file" in gone
    assert "report.png is not a capture file" in picture


def test_each_of_a_capture_that_is_cut(room):
    result = run("--each", cut(SERVER, 40000, room))
    assert result.returncode == 1
    assert result.stderr.endswith("what stands before that was read\n")


def test_each_of_a_capture_without_nfs(room):
    path = without_nfs(room)
    result = run("--each", path)
    assert result.returncode == 0
    assert rows_of(result.stdout)[0][-1] == "nothing to judge"
    assert result.stderr == f"nfs4dup: {path}: no NFSv4 request or reply was found that can be read\n"
    assert run("--each", "--strict", path).returncode == 3


def test_each_without_trouble_takes_files_only():
    assert_trouble(run("--each", "-"), "--each reads files")
    assert_trouble(run("--each"), "no capture given")
    assert_trouble(run("--each", "--json", SERVER), "--each", "--json")


def test_one_job_says_the_same_as_many():
    captures = sorted(CAPTURES.glob("duplicate-v4*.pcap"))[:5]
    one, many = (run("--each", f"--jobs={jobs}", *captures) for jobs in (1, 5))
    assert len(rows_of(one.stdout)) == 5
    assert (one.stdout, one.returncode) == (many.stdout, many.returncode)


@pytest.mark.parametrize("value", ["0", "-1", "two"])
def test_jobs_that_are_no_number(value):
    assert_trouble(run("--jobs", value, SERVER), "--jobs N", value)


@pytest.mark.parametrize("option", ["--jobs", "--color"])
def test_option_without_its_value(option):
    assert_trouble(run(SERVER, option), f"{option} needs a value")


def test_option_with_a_value_that_it_does_not_take():
    assert_trouble(run("--json=yes", SERVER), "unknown option --json=yes")


# --- --strict ---

def without_nfs(room):
    path = room / "no-nfs.pcap"
    subprocess.run(["tshark", "-r", SERVER, "-Y", "arp || icmpv6", "-w", path],
                   capture_output=True, check=True)
    return path


def short(room):
    path = room / "short.pcap"
    subprocess.run(["editcap", "-s", "128", CLEAN, path], check=True)
    return path


def requests_alone(room):
    path = room / "requests.pcap"
    subprocess.run(["tshark", "-r", CLEAN, "-Y", "tcp.dstport == 2049", "-w", path],
                   capture_output=True, check=True)
    return path


@pytest.mark.parametrize("options, status", [([SERVER], 1), ([CLEAN], 0)], ids=["duplicate", "clean"])
def test_strict_where_the_capture_tells(options, status):
    result = run("--strict", *options)
    assert (result.returncode, result.stderr) == (status, "")


@pytest.mark.parametrize("make", [without_nfs, short])
def test_strict_where_nothing_could_be_judged(room, make):
    path = make(room)
    assert run(path).returncode == 0
    result = run("--strict", "--json", path)
    assert result.returncode == 3
    assert result.stderr.startswith(f"nfs4dup: {path}: no")


def test_one_direction(room):
    """Somebody who cannot be judged is no good news, and a line says so."""
    path = requests_alone(room)
    result = run("--json", path)
    assert result.returncode == 0
    assert result.stderr == f"nfs4dup: {path}: not visible: replies; only requests were captured, " \
        "or no reply could be paired with its request\n"
    assert run("--strict", path).returncode == 3


def test_strict_where_an_owner_is_undecided(room):
    """The first of two instances, and the second one's confirm: no more."""
    for frames in range(50, 100, 2):
        path = room / f"{frames}.pcap"
        subprocess.run(["editcap", "-r", SERVER, path, f"1-{frames}"], check=True)
        result = run("--strict", "--stat", path)
        if "undecided" in result.stdout:
            break
    assert result.returncode == 3
    assert result.stderr == f"nfs4dup: {path}: undecided: client owner #1\n"
    assert run("--stat", path).returncode == 0


# --- color and width ---

def test_color(room):
    assert RED not in run(SERVER).stdout
    for view in ("--report", "--stat"):
        plain = run(view, SERVER).stdout
        colored = run(view, "--color", "always", SERVER).stdout
        assert RED in colored
        assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
    for view in ("--json", "--chains"):
        assert "\x1b" not in run(view, "--color=always", SERVER).stdout


def test_color_on_a_terminal():
    assert RED in terminal(f"{PROGRAM} --stat {SERVER}", NO_COLOR="")
    assert RED not in terminal(f"{PROGRAM} --stat {SERVER}", NO_COLOR="1")
    assert RED not in terminal(f"{PROGRAM} --stat --color never {SERVER}", NO_COLOR="")
    assert RED in terminal(f"{PROGRAM} --stat --color always {SERVER}", NO_COLOR="1")


def test_color_that_is_none():
    assert_trouble(run("--color", "purple", SERVER), "--color WHEN", "purple")


@pytest.mark.parametrize("width", [97, 105, 120])
def test_table_keeps_to_the_width_of_the_terminal(width):
    shown = terminal(f"{PROGRAM} --stat {SERVER}", COLUMNS=str(width))
    words = "# Server Client owner Hosts Instances Takeovers Invalidated Outage Verdict".split()
    assert [word for word in words if word not in shown] == []
    assert max(map(len, shown.splitlines())) <= width


def test_table_has_room_for_three_hosts():
    """A column is as wide as its longest cell, so that the next one begins below its heading."""
    headings = {"Hosts": "<", "Takeovers": ">"}
    rows = [["10.0.0.11, 10.0.0.12, 10.0.0.13", "5"], ["10.0.0.11", "1234"]]
    lines = table.draw(headings, rows, ["Hosts"]).splitlines()
    assert {len(line) for line in lines} == {len("10.0.0.11, 10.0.0.12, 10.0.0.13  Takeovers")}
    narrow = table.draw(headings, rows, ["Hosts"], 30).splitlines()
    assert max(map(len, narrow)) <= 30
    assert "".join(narrow).count("10.0.0.1") == 4


# --- --check ---

def test_check_in_a_checkout(module):
    """nfs4dup works there, whatever the Wireshark of the caller does."""
    result = run("--check")
    assert (result.returncode, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()[:2]
    assert first.startswith("nfs4dup in this checkout: Wireshark ")
    assert first.endswith(str(module))
    assert second.startswith("Without nfs4dup: Wireshark ")


def test_check_in_a_checkout_without_a_build(room):
    for folder in ("ui", "plugin"):
        (room / folder).mkdir()
    for name in ("CMakeLists.txt", "ui/nfs4dup", "ui/setup"):
        shutil.copy(ROOT / name, room / name)
    shutil.copytree(FRONTEND, room / "ui" / "frontend")
    result = run("--check", program=room / "ui" / "nfs4dup")
    assert "nfs4sess plugin" in result.stdout
    assert "in this checkout" not in result.stdout


# --- what is passed to tshark ---

def test_filter_chooses_findings():
    assert len(json.loads(run("--json", CLEAN).stdout)["owners"]) == 2
    for words in (["-Y", "ip.addr == 10.0.0.12"], ["ip.addr", "==", "10.0.0.12"],
                  ["-nYip.addr == 10.0.0.12"]):
        result = run("--json", CLEAN, "--", *words)
        assert (result.returncode, result.stderr) == (0, "")
        assert [owner["host"] for owner in json.loads(result.stdout)["owners"]] == ["web02"]


def test_filter_that_leaves_no_finding():
    result = run("--json", SERVER, "--", "-Y", "ip.addr == 192.0.2.1")
    assert (result.returncode, json.loads(result.stdout)["owners"]) == (0, [])


def test_statistics_of_tshark_stand_behind_the_views():
    result = run("--stat", SERVER, "--", "-z", "io,phs")
    assert (result.returncode, result.stderr) == (1, "")
    ours, _, theirs = result.stdout.partition("\n\n")
    assert ours + "\n" == run("--stat", SERVER).stdout
    assert "Protocol Hierarchy Statistics" in theirs


@pytest.mark.parametrize("option", ["-T", "-V", "-x", "-P", "-O", "-r", "-i", "-G", "-D", "--print"])
def test_options_of_tshark_that_have_no_place_here(option):
    assert_trouble(run(SERVER, "--", option, "fields"), f"tshark's option {option} ")


def test_every_refusal_has_a_reason():
    for option, reason in passed.REFUSED.items():
        assert_trouble(run(SERVER, "--", option, "x"), option, reason)


def test_option_of_tshark_without_its_value():
    assert_trouble(run(SERVER, "--", "-o"), "tshark's option -o needs a value")


def test_json_prints_nothing_but_the_document():
    assert_trouble(run("--json", SERVER, "--", "-z", "io,phs"), "-z io,phs", "--json")
    assert "Protocol Hierarchy" in run("--json", "--stat", SERVER, "--", "-z", "io,phs").stdout


def test_views_are_not_asked_for_twice():
    assert_trouble(run(SERVER, "--", "-z", "nfs4dup,json"), "-z nfs4dup,json", "-Y FILTER")


# --- what is no capture ---

@pytest.mark.parametrize("name, text", [("picture.png", PICTURE.read_bytes()),
                                        ("page.xml", b"<?xml version='1.0'?><page/>"),
                                        ("list.json", b'{"list": [1, 2, 3]}')],
                         ids=["picture", "xml", "json"])
@pytest.mark.parametrize("several", [False, True], ids=["alone", "with-a-capture"])
def test_file_of_another_kind_that_wireshark_reads(room, name, text, several):
    (room / name).write_bytes(text)
    assert_trouble(run(room / name, *([SERVER] if several else [])), name, "not a capture file")


def as_somebody(room, module, line, *arguments):
    """What an installed nfs4dup says to a user who is not root."""
    program = installed(room)
    epan = room / "plugins" / line / "epan"
    epan.mkdir(parents=True)
    shutil.copy(module, epan)
    prefix = [shutil.which("setpriv"), f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if IS_ROOT else []
    return subprocess.run([*prefix, program, *map(str, arguments)], cwd="/", check=False, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL,
                          env={**os.environ, "HOME": str(room),  # that of root is closed to him
                               "WIRESHARK_PLUGIN_DIR": str(room / "plugins")})


def test_closed_folder(room, tshark, module):
    closed = room / "closed"
    closed.mkdir()
    shutil.copy(SERVER, closed)
    closed.chmod(0)
    result = as_somebody(room, module, tshark.line, closed / SERVER.name)
    assert_trouble(result, f"no permission to enter {closed}")


def test_file_that_somebody_may_not_read(room, tshark, module):
    shutil.copy(SERVER, room / "secret.pcap")
    (room / "secret.pcap").chmod(0)
    assert_trouble(as_somebody(room, module, tshark.line, room / "secret.pcap"), "secret.pcap",
                   "no permission to read it")


def test_installed_with_the_plugin(room, tshark, module):
    shutil.copy(SERVER, room)
    result = as_somebody(room, module, tshark.line, room / SERVER.name, "--json")
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == run("--json", SERVER).stdout


# --- several captures ---

def test_gap_between_captures(room):
    later = room / "later.pcap"
    subprocess.run(["editcap", "-t", "7200", HOST2, later], check=True)
    gap, = [line for line in run(later, HOST1).stderr.splitlines() if "begins" in line]
    assert re.fullmatch(rf"nfs4dup: {later} begins 71\d\d s after {HOST1} ends: .*", gap)
    assert "begins" not in run(HOST1, HOST2).stderr


def test_short_gaps_of_a_ring_are_none():
    ring = [spans.Span(str(i), 100.0 * i, 100.0 * i + 90) for i in range(9)]
    assert list(spans.gaps(ring)) == []
    assert len(list(spans.gaps(ring[:4] + ring[7:]))) == 1
    inside = [spans.Span("all", 0.0, 5000.0), spans.Span("a", 10.0, 20.0), spans.Span("b", 4000.0, 4010.0)]
    assert list(spans.gaps(inside)) == []


def test_two_passes_over_several_captures():
    assert run("--json", HOST1, HOST2, "--", "-2").stdout == run("--json", HOST1, HOST2).stdout


def test_one_of_several_is_no_capture_but_a_header(room):
    assert_trouble(run(SERVER, cut(HOST1, 20, room)), str(room), "cut short before its first packet")


def test_captures_of_two_servers():
    """Each of them is a stranger to the other, and says so."""
    lines = run("--json", SERVER, CAPTURES / "ipv6-server.pcap").stderr.splitlines()
    assert len([line for line in lines if "shares no server with the other captures" in line]) == 2
    assert "shares no server" not in run("--json", HOST1, HOST2).stderr


# --- --extract ---

def test_extract_of_several_is_judged_like_them(room):
    made = run("--extract", room / "out.pcapng", HOST1, HOST2)
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    one, other = (json.loads(run("--json", *files).stdout)
                  for files in ([room / "out.pcapng"], [HOST1, HOST2]))
    assert without_frames(one) == without_frames(other)
    assert [source["name"] for source in one["sources"]] == [
        f"{os.uname().nodename}:{host.name}" for host in (HOST1, HOST2)]


def test_extract_goes_on_behind_what_is_no_capture(room):
    (room / "letter.pcap").write_text("Dear reader, this is no capture.\n" * 10)
    made = run("--extract", room / "out.pcapng", room / "letter.pcap", SERVER, room / "gone.pcap")
    assert made.returncode == 2
    gone, letter = made.stderr.splitlines()
    assert "gone.pcap: no such file" in gone
    assert "letter.pcap is not a capture file" in letter
    assert run("--stat", room / "out.pcapng").returncode == 1


def ring_of(capture, count, room):
    """The capture in so many pieces, as tcpdump -C leaves them."""
    packets = int(subprocess.run(["capinfos", "-T", "-r", "-c", "-M", capture], check=True,
                                 capture_output=True, text=True).stdout.split()[1])
    subprocess.run(["editcap", "-c", str(-(-packets // count)), capture, room / "ring.pcap"],
                   check=True)
    return sorted(room.glob("ring*.pcap"))


@pytest.mark.parametrize("count", [5, 50])
def test_extract_of_a_ring_is_that_of_the_whole(room, count):
    """Whatever the cuts divided meets again."""
    ring = ring_of(SERVER, count, room)
    assert len(ring) >= count - 5
    assert run("--extract", room / "out.pcapng", *reversed(ring)).returncode == 0
    one, other = (json.loads(run("--json", path).stdout) for path in (room / "out.pcapng", SERVER))
    assert without_frames(one) == without_frames(other)
    assert len(one["sources"]) == len(ring)


def test_what_a_host_that_was_not_reached_leaves(room):
    """An empty file among others is named, and the others are judged."""
    (room / "gone.pcapng").touch()
    found = run("--stat", room / "gone.pcapng", SERVER)
    nothing = run("--stat", CLEAN, room / "gone.pcapng")
    assert (found.returncode, nothing.returncode) == (1, 2)
    assert " proven" in found.stdout and " single" in nothing.stdout
    for result in (found, nothing):
        assert "gone.pcapng is empty: what was captured there is missing" in result.stderr
    assert_trouble(run(room / "gone.pcapng", room / "gone.pcapng"), "gone.pcapng is empty")


def test_extract_with_other_names(room):
    """To standard output; ui/nfs4dup hands the key over."""
    (room / "key").write_bytes(bytes(range(32)))
    with (room / "out.pcapng").open("wb") as out:
        made = subprocess.run([PROGRAM, "--extract", "-", "--key", room / "key", HOST1, HOST2],
                              stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert (made.returncode, made.stderr) == (0, "")
    content = (room / "out.pcapng").read_bytes()
    assert not any(name in content for name in (b"web01", b"duplicate-v42", b"10.0.0.1",
                                                os.uname().nodename.encode() + b":"))
    verdicts = [[owner["verdict"] for owner in json.loads(run("--json", *files).stdout)["owners"]]
                for files in ([room / "out.pcapng"], [HOST1, HOST2])]
    assert verdicts[0] == verdicts[1] != []


def test_key_that_is_none(room):
    (room / "short").write_bytes(bytes(15))
    for key, words in (("short", "less than 16 bytes"), ("gone", "no file")):
        assert_trouble(run("--extract", room / "out.pcapng", "--key", room / key, SERVER), words)
    assert not (room / "out.pcapng").exists()
    assert_trouble(run("--key", room / "short", SERVER), "--key belongs to --extract")


def test_extract_writes_no_view():
    assert_trouble(run("--extract", "out.pcapng", "--json", SERVER), "--extract", "--json")
    assert_trouble(run("--extract", "out.pcapng"), "no capture given")


# --- Ctrl-C ---

def slow(room, program, size):
    """A PATH with a `program` of Wireshark that reads `size` bytes of a capture and makes the
    file `ready`; then it takes its time."""
    wrapper = room / program
    wrapper.write_text(f"""#!/usr/bin/python3
import os, pathlib, subprocess, sys, time
if not {{"-r", "-"}} & set(sys.argv) or "-G" in sys.argv:
    os.execv({shutil.which(program)!r}, sys.argv)
real = subprocess.Popen(["{shutil.which(program)}", *sys.argv[1:]], stdin=subprocess.PIPE, close_fds=False)
part = os.read(0, {size})
real.stdin.write(part)
pathlib.Path({str(room / "open" / "ready")!r} + str(os.getpid())).touch()
time.sleep(2)
while part := os.read(0, {size}):
    real.stdin.write(part)
real.stdin.close()
sys.exit(real.wait())
""")
    wrapper.chmod(0o755)
    (room / "open").mkdir()
    (room / "open").chmod(0o777)
    return f"{room}:{os.environ['PATH']}"


class Sign:
    """That so many slow programs are reading."""

    def __init__(self, room, count):
        self.folder, self.count = room / "open", count

    def exists(self):
        return len(list(self.folder.iterdir())) >= self.count

    def unlink(self):
        for path in self.folder.iterdir():
            path.unlink()


def test_control_c_reports_on_what_was_read(room):
    path = slow(room, "tshark", 40000)
    shown = terminal(f"{PROGRAM} --stat {SERVER}; echo status $?", (CONTROL_C, Sign(room, 1)), PATH=path)
    part = run("--stat", cut(SERVER, 40000, room)).stdout
    percent = 100 * 40000 // SERVER.stat().st_size
    assert shown == f"^C{part}nfs4dup: interrupted; the first {percent} % of {SERVER} were read and " \
        "judged\nstatus 1\n"


def test_control_c_before_there_was_a_duplicate(room):
    """What was read does not tell of what was not: that is trouble."""
    path = slow(room, "tshark", 5000)
    shown = terminal(f"{PROGRAM} --stat {SERVER}; echo status $?", (CONTROL_C, Sign(room, 1)), PATH=path)
    assert "nfs4dup: interrupted; the first 6 % of" in shown
    assert shown.endswith("status 2\n")


def test_control_c_while_several_captures_are_read(room):
    path = slow(room, "tshark", 15000)
    shown = terminal(f"{PROGRAM} --jobs 2 --stat {HOST1} {HOST2}; echo status $?",
                     (CONTROL_C, Sign(room, 2)), PATH=path)
    assert re.search(r"nfs4dup: interrupted; the first \d\d % of ", shown)
    assert "10.0.0.1:2049" in shown


def test_control_c_while_each_is_read(room):
    path = slow(room, "tshark", 40000)
    shown = terminal(f"{PROGRAM} --each --jobs 1 {SERVER} {HOST1}; echo status $?",
                     (CONTROL_C, Sign(room, 1)), PATH=path)
    assert "proven" in shown
    assert f"nfs4dup: {HOST1} was not read: interrupted\n" in shown
    assert shown.endswith("status 2\n")


def test_progress_over_several_captures(room):
    path = slow(room, "tshark", 15000)
    shown = terminal(f"{PROGRAM} --stat {HOST1} {HOST2} 2>&1", PATH=path.replace("sleep(2)", ""))
    assert re.search(r"nfs4dup: \d+ % of the captures read", shown)


# --- messages ---

def test_missing_program_of_wireshark(room):
    """mergecap may be packaged apart from tshark."""
    for name in ("tshark", "editcap", "capinfos", "sh", "readlink", "dirname", "test"):
        (room / name).symlink_to(shutil.which(name))
    (room / "python3").symlink_to(sys.executable)
    result = run(HOST1, HOST2, env=dict(os.environ, PATH=str(room)))
    assert result.returncode == 2
    assert result.stderr == "nfs4dup: mergecap is not installed\n"


def test_warning_of_wireshark_is_passed_on(room):
    """To a user whose group is root, for example."""
    wrapper = room / "tshark"
    wrapper.write_text('#!/bin/sh\necho "Running as user \\"x\\" and group \\"root\\". This could be '
                       f'dangerous." >&2\nexec {shutil.which("tshark")} "$@"\n')
    wrapper.chmod(0o755)
    result = run(SERVER, env=dict(os.environ, PATH=f"{room}:{os.environ['PATH']}"))
    assert result.returncode == 1
    assert result.stderr == 'nfs4dup: Running as user "x" and group "root". This could be dangerous.\n'


def test_installation_that_is_damaged(room):
    (room / "bin").mkdir()
    shutil.copy(PROGRAM, room / "bin")
    assert_trouble(run(SERVER, program=room / "bin" / "nfs4dup"), "frontend", "install nfs4dup again")


def test_installed_without_python(room):
    program = installed(room)
    tools = room / "tools"
    tools.mkdir()
    for name in ("sh", "readlink", "dirname"):
        (tools / name).symlink_to(shutil.which(name))
    assert_trouble(run(SERVER, program=program, env={"PATH": str(tools)}), "python3 is not installed")


def test_checkout_without_python_installs_it(room):
    """And goes on with it: ui/setup is what does so."""
    (room / "ui").mkdir()
    shutil.copy(PROGRAM, room / "ui")
    (room / "ui" / "frontend").mkdir()
    (room / "ui" / "frontend" / "__main__.py").write_text("print('started')")
    tools = room / "tools"
    tools.mkdir()
    for name in ("sh", "readlink", "dirname", "ln"):
        (tools / name).symlink_to(shutil.which(name))
    setup = room / "ui" / "setup"
    setup.write_text(f"#!/bin/sh\necho building\nln -s {shlex.quote(sys.executable)} {tools}/python3\n")
    setup.chmod(0o755)
    result = run(program=room / "ui" / "nfs4dup", env={"PATH": str(tools)})
    assert (result.returncode, result.stdout, result.stderr) == (0, "started\n", "building\n")


# --- the rules of its code ---

@pytest.mark.parametrize("path", sorted(FRONTEND.glob("*.py")), ids=lambda path: path.stem)
def test_modules_are_small_and_of_python_3_9(path):
    text = path.read_text()
    assert len(text.splitlines()) < 300
    tree = ast.parse(text, feature_version=(3, 9))
    names = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import)
             for name in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    own = {path.stem for path in FRONTEND.glob("*.py")}
    assert names - own <= set(sys.stdlib_module_names)


def test_no_bash_is_left():
    assert PROGRAM.read_text().startswith("#!/bin/sh\n")
    assert len(PROGRAM.read_text().splitlines()) < 50
    result = subprocess.run(["sh", "-n", PROGRAM], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
