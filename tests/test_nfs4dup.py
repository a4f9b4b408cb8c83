# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line front end, ui/nfs4dup: what it prints, what it exits with, what it says."""
import contextlib
import functools
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

import pytest

from conftest import CAPTURES, IS_ROOT, ROOT, tshark_line

SERVER = CAPTURES / "duplicate-v42-server.pcap"
HOST1 = CAPTURES / "duplicate-v42-host1.pcap"
HOST2 = CAPTURES / "duplicate-v42-host2.pcap"
CLEAN = CAPTURES / "unique-hostnames-server.pcap"


PROGRAM = ROOT / "ui" / "nfs4dup"
README = pathlib.Path(__file__).resolve().parent.parent / "README.md"
PAGE = ROOT / "ui" / "nfs4dup.1.md"
VIEWS = ["--report", "--brief", "--full", "--markdown", "--stat", "--chains", "--trouble",
         "--json"]


def run(*arguments, program=PROGRAM, **options):
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
               "stderr": subprocess.PIPE} | options
    return subprocess.run([program, *map(str, arguments)], text=True, timeout=300, check=False,
                          **options)


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def assert_trouble(result, *words):
    """Exit status 2 and one line on stderr that has all the words."""
    assert result.returncode == 2
    assert result.stdout == ""
    line, = result.stderr.splitlines()
    assert line.startswith("nfs4dup: ")
    assert [word for word in words if word not in line] == []


@contextlib.contextmanager
def nothing_left_behind():
    """Of the folders that appear meanwhile, each goes. Other tests that run beside this one
    make some too: theirs go when they end."""
    parent = pathlib.Path("/tmp" if IS_ROOT else tempfile.gettempdir())
    before = set(parent.glob("nfs4dup.*"))
    yield
    new = set(parent.glob("nfs4dup.*")) - before
    wait_for(lambda: not any(folder.exists() for folder in new), seconds=120)


@pytest.fixture(scope="module", autouse=True)
def built(module):
    """The tests of this file are about a build that is there, unless they say otherwise."""
    assert module.exists()


# --- findings ---

def test_report_is_the_default():
    result = run(SERVER)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("1 of 1 client owner is presented by more than one client.\n")
    assert result.stdout == run("--report", SERVER).stdout


def test_stat_says_how_many_outages_were_timed():
    assert "  1.508 s (5/6)  proven" in run("--stat", CAPTURES / "duplicate-locks-server.pcap").stdout


@pytest.mark.parametrize("option", [view for view in VIEWS if view != "--stat"])
def test_a_view_is_that_of_tshark(tshark, option):
    drawn = tshark.tap(SERVER, f"nfs4dup,{option[2:]}")
    assert view_of(option, SERVER) == drawn.strip("\n") + "\n"


@functools.cache
def view_of(option, path):
    return run(option, path).stdout


@pytest.mark.parametrize(("path", "options"), [
    (SERVER, VIEWS[::-1]), (SERVER, ["--chains", "--json", "--stat"]), (CLEAN, VIEWS)],
    ids=["duplicate", "some", "innocent"])
def test_several_views_in_the_order_given(path, options):
    assert run(*options, path).stdout == "\n".join(view_of(one, path) for one in options)


def examples():
    """Command line -> the lines below it, for each example of the man page with a prompt."""
    blocks = re.findall(r"^    \$ nfs4dup (.*)\n((?:(?:    .*)?\n)+)", PAGE.read_text(), re.M)
    assert len(blocks) == 6
    return {command: [line[4:] for line in text.rstrip().split("\n")] for command, text in blocks}


@pytest.mark.parametrize("command", examples())
def test_examples_of_the_man_page(command):
    """They are what is printed, where three dots stand for any number of lines."""
    parts = [re.escape(line) + "\n" if line != "..." else "(?:.*\n)+?"
             for line in examples()[command]]
    printed = run(*command.split(), cwd=CAPTURES).stdout
    assert re.fullmatch("".join(parts), printed)


def test_sample_of_the_readme():
    """The head that README shows is what its first command prints."""
    sample = re.search(r"^    DUPLICATE CLIENT.*\n(?:    .*\n)+", README.read_text(), re.M).group(0)
    assert "".join(line.removeprefix("    ") for line in sample.splitlines(True)) in run(SERVER).stdout


def test_document():
    result = run("--json", SERVER)
    assert (result.returncode, result.stderr) == (1, "")
    assert json.loads(result.stdout)["owners"][0]["verdict"] == "proven"


@pytest.mark.parametrize("option", VIEWS)
def test_no_duplicate(option):
    result = run(option, CLEAN)
    assert (result.returncode, result.stderr) == (0, "")
    sign = {"--stat": "web02", "--json": "web02", "--chains": "Client", "--trouble": "Client"}
    assert sign.get(option, "No duplicate") in result.stdout


def test_restart_is_no_duplicate():
    assert run(CAPTURES / "client-restart-server.pcap").returncode == 0


def test_two_sides_make_the_whole():
    """Each host captured itself; merged by time, the captures prove what neither shows alone."""
    result = run("--json", HOST2, HOST1)
    assert result.returncode == 1
    owner, = json.loads(result.stdout)["owners"]
    assert owner["verdict"] == "proven"
    hosts = sorted(address for one in owner["instances"] for address in one["addresses"])
    assert hosts == ["10.0.0.11", "10.0.0.12"]


def test_capture_given_twice_counts_once():
    once, twice = (json.loads(run("--json", *captures).stdout)["owners"][0]
                   for captures in ([SERVER], [SERVER, SERVER]))
    assert (twice["verdict"], twice["takeovers"]) == (once["verdict"], once["takeovers"])


def test_standard_input():
    with SERVER.open("rb") as capture:
        from_file = run("--json", "-", stdin=capture)
    with subprocess.Popen(["cat", SERVER], stdout=subprocess.PIPE) as pipe:
        from_pipe = run("--json", "-", stdin=pipe.stdout)
    assert from_file.returncode == from_pipe.returncode == 1
    assert from_file.stdout == from_pipe.stdout == run("--json", SERVER).stdout


def test_standard_input_may_be_a_socket():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(SERVER.read_bytes())
        ours.shutdown(socket.SHUT_WR)
        result = run("--json", "-", stdin=theirs)
    assert result.stdout == run("--json", SERVER).stdout


@pytest.mark.parametrize("options", [["-2"], ["-o", "nfs4sess.info_suffix:FALSE"]],
                         ids=lambda options: options[0])
def test_options_for_tshark(options):
    result = run("--json", SERVER, "--", *options)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == run("--json", SERVER).stdout


def test_options_for_tshark_have_an_effect():
    result = run("--json", SERVER, "--", "--disable-protocol", "nfs")
    assert result.returncode == 0
    assert json.loads(result.stdout)["owners"] == []


def test_help_names_every_option():
    result = run("--help")
    assert (result.returncode, result.stderr) == (0, "")
    for word in (*VIEWS, "--version", "--help", "FILE", "Exit status"):
        assert word in result.stdout


def test_version(tshark):
    result = run("--version")
    assert (result.returncode, result.stderr) == (0, "")
    version = result.stdout.split()[-1]
    assert f"nfs4sess.so     \t{version}\t" in tshark("-G", "plugins").stdout


# --- trouble ---

def test_no_file_given():
    assert_trouble(run(), "no capture given", "--help")


def test_unknown_option():
    assert_trouble(run("--frobnicate", SERVER), "--frobnicate", "--help")


def test_missing_file(room):
    assert_trouble(run(room / "nothing.pcap"), "nothing.pcap", "no such file")


def test_folder(room):
    assert_trouble(run(room), str(room), "folder")


def test_empty_file(room):
    (room / "empty.pcap").touch()
    assert_trouble(run(room / "empty.pcap"), "empty.pcap", "empty")


@pytest.mark.parametrize("several", [False, True], ids=["alone", "with-a-capture"])
def test_no_capture(room, several):
    (room / "letter.pcap").write_text("Dear reader, this is no capture.\n" * 10)
    captures = [room / "letter.pcap"] + ([SERVER] if several else [])
    assert_trouble(run(*captures), "letter.pcap", "not a capture file")


@pytest.mark.skipif(IS_ROOT, reason="root may read every file")
def test_unreadable_file(room):
    shutil.copy(SERVER, room / "secret.pcap")
    (room / "secret.pcap").chmod(0)
    assert_trouble(run(room / "secret.pcap"), "secret.pcap", "permission")


def test_merged_frames_can_be_looked_up(tshark):
    """Each is that of one of the captures, where the refusal is that it speaks of."""
    merged = json.loads(run("--json", HOST1, HOST2).stdout)
    assert [source["name"] for source in merged["sources"]] == [HOST1.name, HOST2.name]
    refused = [step for chain in merged["chains"] for step in chain["steps"]
               if step["step"] == "refused"]
    assert len(refused) > 10
    for host in (HOST1, HOST2):
        frames = {frame["frame"] for frame in tshark.fields(host, show="nfs.status == 10052")}
        assert frames >= {step["source_frame"] for step in refused if step["source"] == host.name}


def test_report_of_merged_captures_names_them():
    assert re.search(r"is refused \(NFS4ERR_BADSESSION\), in frame \d+\s+of duplicate-v42-host1.pcap\n",
                     run("--report", HOST1, HOST2).stdout)


def test_standard_input_cannot_be_merged():
    assert_trouble(run("-", SERVER), "standard input")


def test_empty_standard_input():
    """What a tcpdump leaves that may not capture; tshark takes it for a capture."""
    assert_trouble(run("-"), "standard input is empty")
    with subprocess.Popen(["true"], stdout=subprocess.PIPE) as nothing:
        assert_trouble(run("-", stdin=nothing.stdout), "standard input is empty")


def test_standard_input_without_a_capture():
    with subprocess.Popen(["echo", "This is no capture." * 10], stdout=subprocess.PIPE) as letter:
        assert_trouble(run("-", stdin=letter.stdout), "standard input", "not a capture file")


def test_result_that_cannot_be_written():
    with open("/dev/full", "w", encoding="ascii") as full:
        result = run(SERVER, stdout=full)
    assert (result.returncode, result.stderr) == \
        (2, "nfs4dup: the result cannot be written to standard output\n")


def test_reader_that_has_seen_enough():
    """As in nfs4dup | head: no complaint, and the exit status stays."""
    reading, writing = os.pipe()
    os.close(reading)
    result = run("--json", SERVER, stdout=writing)
    os.close(writing)
    assert (result.returncode, result.stderr) == (1, "")


def test_bad_option_for_tshark():
    assert_trouble(run(SERVER, "--", "-Y", "this is no filter"), str(SERVER))


def cut(capture, size, room):
    path = room / f"{capture.stem}-cut.pcap"
    path.write_bytes(capture.read_bytes()[:size])
    return path


@pytest.mark.parametrize("capture, status", [(SERVER, 1), (CLEAN, 0)], ids=["duplicate", "clean"])
def test_capture_cut_inside_a_packet(room, capture, status):
    """The findings stand, a line says what happened, the exit status follows the findings."""
    path = cut(capture, 40000, room)
    result = run("--json", path)
    assert result.returncode == status
    assert len(json.loads(result.stdout)["owners"]) == (1 if status else 2)
    line, = result.stderr.splitlines()
    assert line.startswith(f"nfs4dup: {path} is cut short in the middle of a packet")


def test_capture_cut_before_its_first_packet(room):
    assert_trouble(run(cut(SERVER, 20, room)), "cut short")


def test_one_of_several_captures_is_cut(room):
    """The others are read to their ends all the same."""
    path = cut(HOST1, 10000, room)
    result = run("--json", path, HOST2)
    line, = result.stderr.splitlines()
    assert line.startswith(f"nfs4dup: {path} is cut short in the middle of a packet")
    whole = json.loads(run("--json", HOST2).stdout)["owners"][0]
    leases = {lease for owner in json.loads(result.stdout)["owners"]
              for one in owner["instances"] for lease in one["leases"]}
    assert set(whole["instances"][0]["leases"]) <= leases


# --- surroundings ---

def test_names_with_spaces_and_dashes(room):
    folder = room / "two words"
    folder.mkdir()
    shutil.copy(SERVER, folder / "-my capture.pcap")
    assert run("./-my capture.pcap", cwd=folder).returncode == 1
    assert run(folder / "-my capture.pcap", HOST1).returncode == 1


def test_called_through_a_link_from_elsewhere(room):
    (room / "find-duplicates").symlink_to(ROOT / "ui" / "nfs4dup")
    shutil.copy(SERVER, room / "server.pcap")
    assert run("server.pcap", program=room / "find-duplicates", cwd=room).returncode == 1


def test_nothing_is_left_behind(room):
    with nothing_left_behind():
        run(HOST1, HOST2)
        run(room)


def test_settings_of_the_user_do_not_count(room):
    """Preferences, disabled protocols and colours of the one who calls are not read."""
    for folder in (room / ".config" / "wireshark", room / ".wireshark"):
        folder.mkdir(parents=True)
        (folder / "disabled_protos").write_text("nfs\nnfs4sess\n")
        (folder / "preferences").write_text("nfs4sess.info_suffix: FALSE\nno.such: 1\n")
    environment = dict(os.environ, HOME=str(room), XDG_CONFIG_HOME=str(room / ".config"))
    result = run(SERVER, env=environment)
    assert (result.returncode, result.stderr) == (1, "")


@pytest.mark.skipif(not IS_ROOT, reason="about root's own files")
@pytest.mark.parametrize("options", [[], ["--", "-2"]], ids=["one-pass", "two-pass"])
def test_root_reads_what_nobody_else_may(room, options):
    private = room / "private"
    private.mkdir(mode=0o700)
    shutil.copy(SERVER, private / "server.pcap")
    (private / "server.pcap").chmod(0o600)
    result = run(private / "server.pcap", *options)
    assert (result.returncode, result.stderr) == (1, "")
    result = run("server.pcap", *options, cwd=private)
    assert (result.returncode, result.stderr) == (1, "")


# --- a checkout of which something is missing ---

@pytest.fixture
def checkout(room):
    """A checkout without a build, and with a ui/setup that fails."""
    for folder in ("ui", "plugin"):
        (room / folder).mkdir()
    shutil.copy(ROOT / "CMakeLists.txt", room)
    shutil.copy(ROOT / "ui" / "nfs4dup", room / "ui")
    shutil.copytree(ROOT / "ui" / "frontend", room / "ui" / "frontend")
    setup = room / "ui" / "setup"
    setup.write_text("#!/bin/sh\necho no packages today\nexit 2\n")
    setup.chmod(0o755)
    return room


def test_fresh_checkout_sets_itself_up(checkout, module):
    epan = checkout / "build" / "run" / tshark_line() / "epan"
    (checkout / "ui" / "setup").write_text(
        f"#!/bin/sh\necho building\nmkdir -p '{epan}'\ncp '{module}' '{epan}'\n")
    result = run(SERVER, program=checkout / "ui" / "nfs4dup")
    assert (result.returncode, result.stderr) == (1, "building\n")
    assert "proven" in result.stdout
    result = run(SERVER, program=checkout / "ui" / "nfs4dup")
    assert (result.returncode, result.stderr) == (1, "")


def test_setup_that_fails(checkout):
    result = run(SERVER, program=checkout / "ui" / "nfs4dup")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines()[0] == "no packages today"
    assert result.stderr.splitlines()[-1].startswith("nfs4dup: the set-up failed")


def test_module_that_does_not_load(checkout):
    epan = checkout / "build" / "run" / tshark_line() / "epan"
    epan.mkdir(parents=True)
    (epan / "nfs4sess.so").write_bytes(b"not a module")
    assert_trouble(run(SERVER, program=checkout / "ui" / "nfs4dup"),
                   "did not load the nfs4sess plugin", "file too short")


def test_module_of_another_line(checkout):
    epan = checkout / "build" / "run" / tshark_line() / "epan"
    epan.mkdir(parents=True)
    source = checkout / "other.c"
    source.write_text("""const char plugin_version[] = "0.1.0";
        const int plugin_want_major = 3, plugin_want_minor = 2;
        void plugin_register(void) {}""")
    subprocess.run(["gcc", "-shared", "-fPIC", source, "-o", epan / "nfs4sess.so"], check=True)
    assert_trouble(run(SERVER, program=checkout / "ui" / "nfs4dup"),
                   "did not load the nfs4sess plugin", "compiled for Wireshark version 3.2")


def installed(room):
    """nfs4dup as an installation has it, without the plugin."""
    (room / "bin").mkdir()
    shutil.copy(PROGRAM, room / "bin")
    shutil.copytree(ROOT / "ui" / "frontend", room / "libexec" / "nfs4sess" / "frontend")
    return room / "bin" / "nfs4dup"


def test_installed_without_the_plugin(room):
    listed = subprocess.run(["tshark", "-G", "plugins"], capture_output=True, text=True, check=True)
    if "nfs4sess.so" in listed.stdout:
        pytest.skip("the plugin is installed")
    assert_trouble(run(SERVER, program=installed(room)),
                   "did not load the nfs4sess plugin", "tshark -G folders")


def test_wireshark_that_is_too_old(room):
    program = room / "tshark"
    program.write_text("#!/bin/sh\necho 'TShark (Wireshark) 3.6.2 (Git v3.6.2)'\n")
    program.chmod(0o755)
    assert_trouble(run(SERVER, env=dict(os.environ, PATH=f"{room}:{os.environ['PATH']}")),
                   "Wireshark 3.6 is not supported", "4.0")
