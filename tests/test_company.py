# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin in company: other post-dissectors, Lua, MATE, sharkd, ring buffers, limits and
preferences. test_load.py has protocols that are switched off, and TRANSUM."""
import json
import re
import shutil
import subprocess
import zlib

import pytest

from conftest import CAPTURES, PASSES, owners_above

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
CONTROL = CAPTURES / "unique-hostnames-server.pcap"


# --- others at the same table ---

LUA = """
local owner, msgtyp = Field.new("nfs4sess.owner"), Field.new("rpc.msgtyp")
local proto = Proto("guest", "Guest")
local seen = ProtoField.string("guest.owner", "Owner")
proto.fields = { seen }
function proto.dissector(tvb, pinfo, tree)
    if owner() then tree:add(seen, tostring(owner())) end
end
register_postdissector(proto, true)
local collisions, messages = 0, 0
local tap = Listener.new("frame", "nfs4sess.collision")
function tap.packet() collisions = collisions + 1 end
local ours = Listener.new("nfs4dup")
function ours.packet() messages = messages + 1 end
function tap.draw() print("guest saw " .. collisions .. " and " .. messages) end
"""


@PASSES
def test_lua(tshark, room, passes):
    """A post-dissector and two taps written in Lua, with fields of ours."""
    script = room / "guest.lua"
    script.write_text(LUA)
    options = ["-X", f"lua_script:{script}"]
    report = tshark.tap(DUPLICATE, "nfs4dup,json", passes, options)
    found = re.search(r"guest saw (\d+) and (\d+)\n", report)
    if not found and "with Lua" not in tshark("--version").stdout:
        pytest.skip("this tshark has no Lua")
    assert report.replace(found.group(), "") == tshark.tap(DUPLICATE, "nfs4dup,json", passes)
    collisions = tshark.fields(DUPLICATE, show="nfs4sess.collision", passes=passes)
    messages = tshark.fields(DUPLICATE, show="nfs4sess", passes=passes)
    assert [int(count) for count in found.groups()] == [len(collisions), len(messages)]
    owners = tshark.fields(DUPLICATE, "nfs4sess.owner", show="nfs4sess.owner", passes=passes)
    shown = tshark.lines(DUPLICATE, *options, "-Y", "guest.owner", passes=passes)
    assert len(shown) in (1, len(owners) + 1)  # and what it saw; it may come before ours


MATE = """
Pdu call Proto nfs Transport ip {
    Extract host From ip.addr;
    Extract xid From rpc.xid;
};
Gop exchange On call Match (host, host, xid) {
    Start (xid);
    Stop (xid);
};
Done;
"""


@PASSES
def test_mate(tshark, room, module, passes):
    listed = subprocess.run(["tshark", "-G", "plugins"], capture_output=True, text=True, check=True)
    mate = re.search(r"\S+/epan/mate\.so$", listed.stdout, re.MULTILINE)
    if not mate:
        pytest.skip("this Wireshark has no plugin MATE")
    epan = room / tshark.line / "epan"
    epan.mkdir(parents=True)
    shutil.copy(module, epan)
    shutil.copy(mate.group(), epan)
    (room / "config.mate").write_text(MATE)
    options = ["-o", f"mate.config:{room / 'config.mate'}"]  # MATE says on stderr that it begins
    report = tshark.read(DUPLICATE, *options, "-q", "-z", "nfs4dup,json", passes=passes, modules=room)
    assert json.loads(report.stdout) == tshark.report(DUPLICATE, passes)
    pdus = tshark.read(DUPLICATE, *options, "-Y", "mate.call", passes=passes, modules=room)
    assert report.returncode == pdus.returncode == 0
    assert pdus.stdout.count("\n") > 300


# --- what nobody reads ---

HANDED_ON = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
const char *dissector_handle_get_protocol_short_name(const void *);
static int messages;
int call_dissector_only(void *handle, void *tvb, void *pinfo, void *tree, void *data)
{
    int (*original)(void *, void *, void *, void *, void *) = dlsym(RTLD_NEXT, "call_dissector_only");
    messages += strcmp(dissector_handle_get_protocol_short_name(handle), "NFS") == 0;
    return original(handle, tvb, pinfo, tree, data);
}
__attribute__((destructor)) static void tell(void)
{
    fprintf(stderr, "counted: %d", messages);
}
"""


def interposed(tshark, source):
    """Runs tshark on DUPLICATE with a library before Wireshark's own; what that counted."""
    if "LD_PRELOAD" in tshark.environment:
        pytest.skip("the sanitizer is interposed itself")
    library = tshark.workspace / f"{zlib.crc32(source.encode())}.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library], input=source,
                   text=True, check=True)

    def count(*options):
        result = subprocess.run(
            [*tshark.prefix, "env", f"LD_PRELOAD={library}", "tshark", "-n", "-r",
             tshark.hand_in(DUPLICATE), *options], env=tshark.environment, cwd="/",
            capture_output=True, text=True, timeout=60, check=True)
        told, number = result.stderr.split(": ")  # and nothing else
        assert told == "counted"
        return int(number)
    return count


@pytest.fixture(scope="module")
def handed_on(tshark):
    """How many messages of DUPLICATE the NFS dissector gets."""
    return interposed(tshark, HANDED_ON)


def test_what_nobody_reads_is_not_dissected(handed_on):
    """But the first few messages, by which it is found out."""
    assert handed_on("-q", "-z", "nfs4dup,stat") <= 3
    assert handed_on("-q", "-z", "nfs4dup,json", "-z", "rpc,programs") <= 3


@pytest.mark.parametrize("options", [
    [], ["-V"], ["-2", "-q", "-z", "nfs4dup,stat"], ["-q", "-z", "nfs4dup,stat", "-z", "expert"],
    ["-q", "-z", "nfs4dup,stat", "-z", "io,phs"], ["-z", "nfs4dup,stat"],
    ["-Y", "nfs.status != 0", "-q", "-z", "nfs4dup,stat"], ["-q", "-z", "io,stat,0"]], ids=" ".join)
def test_what_somebody_reads_is_dissected(tshark, handed_on, options):
    passes = 2 if "-2" in options else 1
    compounds = tshark.fields(DUPLICATE, "nfs.ops.count", show="nfs.ops.count", bare=True)
    assert handed_on(*options) >= passes * len(compounds)


SHOWN = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
const char *proto_registrar_get_abbrev(int);
static int messages;
void *proto_tree_add_string(void *tree, int field, void *tvb, int start, int length, char *text)
{
    void *(*original)(void *, int, void *, int, int, char *) =
        dlsym(RTLD_NEXT, "proto_tree_add_string");
    messages += strcmp(proto_registrar_get_abbrev(field), "nfs4sess.server") == 0;
    return original(tree, field, tvb, start, length, text);
}
__attribute__((destructor)) static void tell(void)
{
    fprintf(stderr, "counted: %d", messages);
}
"""


@pytest.fixture(scope="module")
def shown(tshark):
    """Of how many messages of DUPLICATE the lines are added to a tree."""
    return interposed(tshark, SHOWN)


@pytest.mark.parametrize("options", [
    ["-Y", "tcp"], ["-Y", "_ws.expert"], ["-2", "-Y", "nfs.opcode == 53", "-q", "-z", "nfs4dup,stat"],
    ["-q", "-z", "io,stat,0,nfs.status != 0"]], ids=" ".join)
def test_lines_that_nobody_asks_for(shown, options):
    """A tree that nobody sees, as the one that colours the packet list of Wireshark's window."""
    assert shown(*options) == 0


@pytest.mark.parametrize("options", [
    ["-V"], ["-Y", "nfs4sess.owner"], ["-Y", "nfs4sess"], ["-T", "json"],
    ["-T", "fields", "-e", "nfs4sess.verifier"], ["-q", "-z", "io,stat,0,nfs4sess.owner"]], ids=" ".join)
def test_lines_that_somebody_asks_for(tshark, shown, options):
    assert shown(*options) >= len(tshark.fields(DUPLICATE, "nfs4sess.server", show="nfs4sess"))


@PASSES
def test_expert_information_without_our_fields(tshark, passes):
    """Of a tree in which nobody names a field of ours: the same as where somebody does."""
    def entries(*fields):
        frames = tshark.fields(DUPLICATE, "_ws.expert.message", *fields, show="_ws.expert.message",
                               passes=passes)
        return [(frame["frame"], frame["_ws.expert.message"]) for frame in frames]
    assert any("taken over" in message for _, messages in entries() for message in messages)
    assert entries() == entries("nfs4sess.owner")


def test_statistics_of_frames_that_are_not_of_note(tshark):
    """The rows of a filter that leaves out all frames that say who an owner is."""
    frames = tshark.fields(CONTROL, "nfs4sess.owner.number", show="nfs4sess.owner.number")
    last = frames[-1]
    notes = tshark.fields(CONTROL, show="nfs4sess.expert")
    assert last["frame"] not in [frame["frame"] for frame in notes]
    table = tshark.tap(CONTROL, f"nfs4dup,stat,frame.number == {last['frame']}")
    assert table.count("|single ") == 1


def test_a_frame_of_the_last_second(tshark, room):
    """The time of frame 12 is the last that 31 bits hold: nothing that is asked for a second time
    is taken for lost because of that."""
    path = room / "late.pcap"
    capture = bytearray(DUPLICATE.read_bytes())
    at = 24
    for _ in range(11):
        at += 16 + int.from_bytes(capture[at + 8:at + 12], "little")
    capture[at:at + 8] = (2**31 - 1).to_bytes(4, "little") + bytes(4)
    path.write_bytes(capture)
    for passes in (1, 2):
        found = tshark.tap(path, "nfs4dup,stat", passes=passes)
        assert "proven" in found
    assert len(tshark.fields(path, show="nfs4sess.collision", passes=2)) > 100


@pytest.mark.parametrize("view", ["chains", "trouble"])
def test_a_blank_filter_leaves_out_nothing(tshark, view):
    assert tshark.tap(DUPLICATE, f"nfs4dup,{view}, ") == tshark.tap(DUPLICATE, f"nfs4dup,{view}")


def test_warnings_that_end_the_program(tshark):
    """Nothing warns."""
    options = ["--log-fatal=warning", "-q", "-z", "nfs4dup,stat"]
    assert tshark.lines(DUPLICATE, *options) == tshark.lines(DUPLICATE, "-q", "-z", "nfs4dup,stat")


@PASSES
def test_expert_information_of_nfs(tshark, passes):
    """What others say of a message is the same beside our statistics."""
    def of_nfs(options=(), **how):
        lines = tshark.lines(DUPLICATE, "-q", *options, "-z", "expert", passes=passes, **how)
        return [line for line in lines if " NFS " in line]
    assert of_nfs(["-z", "nfs4dup,stat"]) == of_nfs(bare=True) != []


# --- a part of the capture ---

@pytest.mark.parametrize("options", [["-c", "100"], ["-a", "packets:50"], ["-a", "filesize:1"],
                                     ["-2", "-R", "nfs"], ["-2", "-R", "tcp.port == 9"],
                                     ["-R", "nfs"], ["-a", "files:2"], ["-b", "packets:10"]],
                         ids=" ".join)
def test_limits_and_filters(tshark, options):
    """As without the plugin: the same frames, the same end, the same complaint."""
    apart = ["-o", "nfs4sess.info_suffix:FALSE"]
    with_plugin = tshark.read(DUPLICATE, *options, *apart)
    bare = tshark.read(DUPLICATE, *options, bare=True)
    assert (with_plugin.returncode, with_plugin.stderr, with_plugin.stdout) == \
        (bare.returncode, bare.stderr, bare.stdout)


@pytest.mark.parametrize("frames", [1, 62, 200])
def test_a_report_of_the_first_frames(tshark, room, frames):
    """As of a file that holds no more."""
    path = room / "first.pcap"
    subprocess.run(["editcap", "-r", DUPLICATE, path, f"1-{frames}"], check=True)
    assert tshark.report(DUPLICATE, options=["-c", str(frames)]) == tshark.report(path)


@pytest.mark.parametrize("show", ["nfs", "rpc.msgtyp == 1", "ip.src == 10.0.0.11"])
def test_a_read_filter(tshark, show):
    """It takes frames away before the second pass, and the others get new numbers; the first
    pass has seen all of them, and what it found stays with the frames that are left."""
    options = ["-2", "-R", show]
    owner, = tshark.report(DUPLICATE, options=options)["owners"]
    whole, = tshark.report(DUPLICATE)["owners"]
    for name in ("verdict", "takeovers", "invalidations", "outage"):
        assert owner[name] == whole[name]
    names = ["nfs.opcode", "rpc.xid", "nfs4sess.collision", "nfs4sess.chain"]
    left = tshark.fields(DUPLICATE, *names, show="nfs4sess.collision", options=options)
    marked = tshark.fields(DUPLICATE, *names, show=f"nfs4sess.collision && ({show})", passes=2)
    assert [[frame[name] for name in names] for frame in left] == \
        [[frame[name] for name in names] for frame in marked]


# --- ring buffers ---

def in_a_ring(tshark, room, program, *options):
    """Writes files of a hundred packets each, out of a pipe."""
    folder = room / program
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    environment = {name: value for name, value in tshark.environment.items() if name != "LD_PRELOAD"}
    with open(DUPLICATE, "rb") as capture, subprocess.Popen(["cat"], stdin=capture,
                                                            stdout=subprocess.PIPE) as pipe:
        result = subprocess.run(
            [*tshark.prefix, program, "-i", "-", "-q", "-b", "packets:100", "-w", folder / "ring.pcapng",
             *options], stdin=pipe.stdout, env=environment, cwd="/", capture_output=True, text=True,
            timeout=60, check=True)
    for path in folder.iterdir():
        path.chmod(0o644)
    return sorted(folder.iterdir()), result.stdout


def rows(text):
    """Without the rank, which goes on from file to file."""
    return sorted(line.partition("|")[2] for line in text.split("\n")
                  if re.match(" *[0-9]+ *[|]", line))


def test_ring_buffer_of_dumpcap(tshark, room):
    """Each of its files can be read, and together they are the capture."""
    files, _ = in_a_ring(tshark, room, "dumpcap")
    assert len(files) == 4
    for path in files:
        owner, = tshark.report(path)["owners"]
        assert owner["verdict"] == "proven"
    subprocess.run(["mergecap", "-w", room / "merged.pcapng", *files], check=True)
    assert tshark.report(room / "merged.pcapng") == tshark.report(DUPLICATE)


def test_ring_buffer_of_tshark(tshark, room):
    """Judged while it is written, each file by itself: a row for each."""
    if "LD_PRELOAD" in tshark.environment:
        pytest.skip("dumpcap hangs in the sanitizer")
    files, text = in_a_ring(tshark, room, "tshark", "-n", "-z", "nfs4dup,stat")
    assert len(files) == 4
    assert rows(text) == rows("".join(tshark.tap(path, "nfs4dup,stat") for path in files))


# --- preferences of others ---

PREFERENCES = [["rpc.desegment_rpc_over_tcp:FALSE", "rpc.defragment_rpc_over_tcp:FALSE"],
               ["tcp.desegment_tcp_streams:FALSE", "tcp.analyze_sequence_numbers:FALSE"],
               ["tcp.reassemble_out_of_order:TRUE", "tcp.try_heuristic_first:TRUE"],
               ["rpc.find_fragment_start:TRUE", "rpc.dissect_unknown_programs:TRUE"],
               ["ip.defragment:FALSE", "tcp.check_checksum:TRUE", "nfs.file_name_snooping:TRUE"]]
OURS = [["nfs4sess.clock_margin:0", "nfs4sess.records:0"], ["nfs4sess.records:1"],
        ["nfs4sess.info_suffix:FALSE", "nfs4sess.reserved_ports:FALSE"]]


def options_of(values):
    return [word for value in values for word in ("-o", value)]


@pytest.mark.parametrize("values", PREFERENCES + OURS, ids=lambda values: values[0])
def test_preferences(tshark, values):
    """Nothing fails, two passes say the same, and whoever is innocent stays so."""
    options = options_of(values)
    assert tshark.report(DUPLICATE, 1, options) == tshark.report(DUPLICATE, 2, options)
    assert owners_above(tshark.report(CONTROL, options=options), "undecided") == []


@pytest.mark.parametrize("values", PREFERENCES, ids=lambda values: values[0])
def test_preferences_mean_what_they_mean_without_it(tshark, values):
    names = ["frame.protocols", "rpc.xid", "nfs.opcode", "nfs.session_id4"]
    assert tshark.fields(DUPLICATE, *names, options=options_of(values)) == \
        tshark.fields(DUPLICATE, *names, options=options_of(values), bare=True)


# --- sharkd ---

def sharkd(tshark, requests):
    """What one sharkd answers to the requests, in their order."""
    lines = [json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
             for number, (method, params) in enumerate(requests, 1)]
    result = subprocess.run([*tshark.prefix, "sharkd", "-"], input="\n".join(lines) + "\n", cwd="/",
                            env=tshark.environment, capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line)["result"] for line in result.stdout.splitlines()]


def test_sharkd_opens_files_in_turn(tshark):
    """Ten files in one process, twice over: each time the table is that of tshark."""
    paths = sorted(CAPTURES.glob("*.pcap"), key=lambda path: path.stat().st_size)[:9] + [DUPLICATE]
    asked = [("tap", {"tap0": "nstat:nfs4dup,stat"}), ("frame", {"frame": 5, "proto": True})]
    requests = [request for path in 2 * paths
                for request in (("load", {"file": str(tshark.hand_in(path))}), *asked)]
    answers = iter(sharkd(tshark, requests))
    expected = {path: sorted(
        [owner["number"], len(owner["instances"]), owner["takeovers"], owner["verdict"]]
        for owner in tshark.report(path)["owners"]) for path in paths}
    for path in 2 * paths:
        assert next(answers)["status"] == "OK"
        table, = next(answers)["taps"][0]["tables"]
        assert sorted([row[6], row[8], row[4], row[1]] for row in table["i"]) == expected[path]
        assert next(answers)["tree"]


# --- the flow graph ---

@pytest.mark.parametrize("name", ["duplicate-v42-server.pcap", "duplicate-v40-server.pcap",
                                  "lease-expiry-server.pcap", "unique-hostnames-server.pcap"])
def test_flow_is_identity_and_recovery(tshark, name):
    """What -z flow prints, Statistics > Flow Graph draws: identifications, confirms, chains."""
    text = tshark.tap(CAPTURES / name, "flow,nfs4sess,standard", passes=2)
    frames = tshark.fields(CAPTURES / name, "frame.time_relative", passes=2,
                           show="nfs.opcode in {35, 36, 42, 43} || nfs4sess.chain")
    assert re.findall(r"^\|([\d.]+)", text, re.M) == [
        frame["frame.time_relative"][0][:-3] for frame in frames] != []
