# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything that people type to get at a finding: tree, fields, filters, columns, statistics."""
import collections
import json
import subprocess

import jsonschema
import pytest

from conftest import CAPTURES, PASSES, ROOT, shipped

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
INNOCENT = ["client-restart-server.pcap", "lease-expiry-server.pcap", "remount-server.pcap",
            "server-restart-server.pcap", "trunking-server.pcap", "unique-hostnames-server.pcap"]
OWNER = "Linux NFSv4.2 web01"
EVERY_CAPTURE = pytest.mark.parametrize("name", shipped())

# Those that name the lease, and stand at most once for each message.
IDENTITY = ["nfs4sess.server", "nfs4sess.client", "nfs4sess.owner", "nfs4sess.owner.number",
            "nfs4sess.owner.software", "nfs4sess.owner.host", "nfs4sess.instance",
            "nfs4sess.instance.start", "nfs4sess.verifier", "nfs4sess.clientid",
            "nfs4sess.sessionid", "nfs4sess.identified_in", "nfs4sess.confirmed_in"]
FINDINGS = ["nfs4sess.collision", "nfs4sess.collision.evidence", "nfs4sess.collision.with",
            "nfs4sess.collision.frame", "nfs4sess.takeover"]


def numbers(frames):
    return {frame["frame"] for frame in frames}


# --- fields ---

@PASSES
def test_identity_fields(tshark, passes):
    frames = {frame["frame"]: frame
              for frame in tshark.fields(DUPLICATE, *IDENTITY, show="nfs.opcode", passes=passes)}
    # 92 is a call of 10.0.0.11 with an OPEN, on the lease that frames 14 to 17 made.
    call = frames[92]
    assert call["nfs4sess.server"] == ["10.0.0.1:2049"]
    assert call["nfs4sess.client"] == ["10.0.0.11"]
    assert call["nfs4sess.owner"] == [OWNER]
    assert call["nfs4sess.owner.number"] == ["1"]
    assert call["nfs4sess.owner.software"] == ["Linux"]
    assert call["nfs4sess.owner.host"] == ["web01"]
    assert call["nfs4sess.instance"] == ["1"]
    assert call["nfs4sess.verifier"] == ["0x18ea58eed3c886ba"]
    assert call["nfs4sess.clientid"] == ["0x2bcb026be4826307"]
    assert call["nfs4sess.sessionid"][0].replace(":", "").startswith("2bcb026be4826307")
    assert call["nfs4sess.identified_in"] == ["14"]
    assert call["nfs4sess.confirmed_in"] == ["17"]
    assert "2026" in call["nfs4sess.instance.start"][0]
    assert frames[85]["nfs4sess.instance"] == ["2"]
    assert frames[85]["nfs4sess.client"] == ["10.0.0.12"]


@PASSES
@EVERY_CAPTURE
def test_every_message_names_server_and_client(tshark, name, passes):
    frames = tshark.fields(CAPTURES / name, "nfs4sess.server", "nfs4sess.client",
                           show="rpc.program == 100003 && nfs.opcode", passes=passes)
    assert len(frames) > 50
    assert [frame for frame in frames
            if not frame["nfs4sess.server"] or not frame["nfs4sess.client"]] == []


@PASSES
@EVERY_CAPTURE
def test_no_value_is_doubled(tshark, name, passes):
    frames = tshark.fields(CAPTURES / name, "rpc.msgtyp", *IDENTITY, show="nfs4sess", passes=passes)
    assert len(frames) > 50
    for frame in frames:
        for field in IDENTITY:
            assert len(frame[field]) <= len(frame["rpc.msgtyp"]), f'{field} in {frame["frame"]}'


@EVERY_CAPTURE
def test_second_pass_never_shows_less(tshark, name):
    first, second = (tshark.fields(CAPTURES / name, *IDENTITY, *FINDINGS, passes=passes)
                     for passes in (1, 2))
    assert numbers(first) == numbers(second)
    for one, two in zip(first, second):
        for field in IDENTITY:
            missing = collections.Counter(one[field]) - collections.Counter(two[field])
            assert not missing, f'{field} in {one["frame"]}'
        for field in FINDINGS:
            assert len(two[field]) >= len(one[field]), f'{field} in {one["frame"]}'
        collisions = [max(map(int, frame["nfs4sess.collision"]), default=0) for frame in (one, two)]
        assert collisions[0] <= collisions[1]


# --- the filter ---

@PASSES
def test_collision_filter_finds_takeover_and_refusal(tshark, passes):
    frames = {frame["frame"]: frame for frame in
              tshark.fields(DUPLICATE, *FINDINGS, show="nfs4sess.collision", passes=passes)}
    # 93: the first host's SEQUENCE is refused after the second one's confirm, frame 62.
    assert frames[93]["nfs4sess.collision"] == ["3"]
    assert frames[93]["nfs4sess.collision.with"] == ["10.0.0.12"]
    assert frames[93]["nfs4sess.collision.evidence"]
    assert frames[93]["nfs4sess.collision.frame"]


@PASSES
def test_collision_filter_marks_takeovers_and_refusals(tshark, passes):
    """From the first refusal on, which is what proves it; with the whole capture known, all."""
    marked = numbers(tshark.fields(DUPLICATE, show="nfs4sess.collision", passes=passes))
    takeovers = numbers(tshark.fields(DUPLICATE, passes=passes,
                                      show="nfs4sess.takeover && rpc.msgtyp == 1"))
    refused = numbers(tshark.fields(DUPLICATE, bare=True, show="nfs.nfsstat4 == 10052"))
    assert len(takeovers) == 14
    assert takeovers - marked == (set() if passes == 2 else {62})
    assert len(refused) == 26
    assert refused <= marked


def test_collision_filter_marks_the_identification_of_a_takeover(tshark):
    marked = numbers(tshark.fields(DUPLICATE, show="nfs4sess.collision", passes=2))
    assert {59, 60, 61, 62} <= marked
    assert 17 not in marked, "the confirm of the host that came first"


@PASSES
@pytest.mark.parametrize("name", INNOCENT)
def test_collision_filter_is_silent_on_the_innocent(tshark, name, passes):
    assert tshark.fields(CAPTURES / name, show="nfs4sess.collision", passes=passes) == []


def test_takeover_links_to_the_confirm_that_it_undoes(tshark):
    frames = tshark.fields(DUPLICATE, "nfs4sess.takeover", show="nfs4sess.takeover")
    first_takeover = frames[0]
    assert (first_takeover["frame"], first_takeover["nfs4sess.takeover"]) == (62, ["17"])
    assert frames[1]["nfs4sess.takeover"] == ["62"]


# --- tree ---

@PASSES
def test_tree_names_the_owner(tshark, passes):
    text = "\n".join(tshark.lines(DUPLICATE, "-V", "-Y", "frame.number == 93", passes=passes))
    tree = text[text.index("[NFSv4 Session Analysis: DUPLICATE OWNER, lost to 10.0.0.12 (proven, frame 62)"):]
    assert f"[Client owner: {OWNER}]" in tree
    assert "[Duplicate client owner: proven (3)]" in tree
    assert "[Other host: 10.0.0.12]" in tree
    assert f"Expert Info (Warning/Sequence): {OWNER} lost to 10.0.0.12 in frame 62: session" in tree


@PASSES
def test_pdml_has_the_fields(tshark, passes):
    text = "\n".join(tshark.lines(DUPLICATE, "-T", "pdml", "-Y", "frame.number == 93",
                                  passes=passes))
    assert '<proto name="nfs4sess"' in text
    assert 'name="nfs4sess.owner"' in text
    assert 'name="nfs4sess.collision"' in text


@PASSES
def test_json_tree_has_the_fields(tshark, passes):
    packets = json.loads("\n".join(tshark.lines(DUPLICATE, "-T", "json", "-Y", "nfs4sess.collision",
                                                passes=passes)))
    assert len(packets) >= 30
    layer = packets[0]["_source"]["layers"]["nfs4sess"]
    assert OWNER in json.dumps(layer)


# --- columns ---

COLUMN = 'gui.column.format:"No.","%m","Owner","%Cus:nfs4sess.owner:0:R","Info","%i"'


@PASSES
def test_custom_column(tshark, passes):
    lines = tshark.lines(DUPLICATE, "-o", COLUMN, "-Y", "nfs.opcode", passes=passes)
    with_owner = [line for line in lines if line.split(maxsplit=1)[1].startswith(OWNER)]
    assert len(with_owner) >= 0.9 * len(lines) > 0


@PASSES
def test_custom_column_is_empty_without_nfs(tshark, passes):
    lines = tshark.lines(DUPLICATE, "-o", COLUMN, "-Y", "tcp && !nfs", passes=passes)
    assert len(lines) > 40
    assert not any(OWNER in line for line in lines)


@PASSES
@pytest.mark.parametrize("frame, text", [(93, "lease lost to 10.0.0.12"),
                                         (103, "client owner taken over from 10.0.0.12"),
                                         (125, "client owner taken over from 10.0.0.11")])
def test_info_says_who_took_over(tshark, frame, text, passes):
    line, = tshark.lines(DUPLICATE, "-Y", f"frame.number == {frame}", passes=passes)
    bare, = tshark.lines(DUPLICATE, "-Y", f"frame.number == {frame}", bare=True)
    assert line == f"{bare} [{text}]"


def test_info_accuses_nobody_before_there_is_proof(tshark):
    """The first takeover, frame 62, may be a restart until frame 93 is refused."""
    first, second = (tshark.lines(DUPLICATE, "-Y", "frame.number == 62", passes=passes)[0]
                     for passes in (1, 2))
    assert second == f"{first} [client owner taken over from 10.0.0.11]"


def test_info_suffix_can_be_switched_off(tshark):
    quiet = tshark.lines(DUPLICATE, "-o", "nfs4sess.info_suffix:FALSE")
    assert quiet == tshark.lines(DUPLICATE, bare=True)
    assert quiet != tshark.lines(DUPLICATE)


@PASSES
@pytest.mark.parametrize("name", ["remount-server.pcap", "trunking-server.pcap",
                                  "unique-hostnames-server.pcap"])
def test_packet_list_of_the_innocent_is_untouched(tshark, name, passes):
    assert tshark.lines(CAPTURES / name, passes=passes) == \
        tshark.lines(CAPTURES / name, passes=passes, bare=True)


# --- statistics ---

@PASSES
def test_table(tshark, passes):
    table = tshark.tap(DUPLICATE, "nfs4dup,stat", passes)
    headings, = [line.split("|")[:-1] for line in table.splitlines() if "Client owner " in line]
    assert [heading.strip() for heading in headings] == [
        "Rank", "Verdict", "Client owner", "Hosts", "Takeovers", "Outage", "#", "Server",
        "Instances", "Invalidated"]
    row, = [line for line in table.splitlines() if OWNER in line]
    assert "10.0.0.1:2049" in row
    assert "10.0.0.11" in row and "10.0.0.12" in row
    assert "proven" in row
    assert {"2", "14", "13"} <= set(row.replace("|", " ").split())


@PASSES
def test_table_has_the_worst_first(tshark, room, passes):
    """The duplicate is the third owner that the capture shows, and the first row."""
    path = room / "appended.pcapng"
    subprocess.run(["mergecap", "-a", "-w", path, CAPTURES / "unique-hostnames-server.pcap",
                    CAPTURES / "duplicate-v40-server.pcap"], check=True)
    rows = [line.split("|") for line in tshark.tap(path, "nfs4dup,stat", passes).splitlines()
            if line.startswith("   ") and "Verdict" not in line]
    found = [(int(row[6]), row[1].strip()) for row in rows]
    assert [int(row[0]) for row in rows] == [1, 2, 3]
    assert found[0] == (3, "proven")
    assert sorted(found[1:]) == [(1, "single"), (2, "single")]


@PASSES
def test_table_takes_a_filter(tshark, passes):
    capture = CAPTURES / "unique-hostnames-server.pcap"
    every = tshark.tap(capture, "nfs4dup,stat", passes)
    one = tshark.tap(capture, "nfs4dup,stat,ip.addr == 10.0.0.12", passes)
    assert "web01" in every and "web02" in every
    assert "web02" in one
    assert "web01" not in one


@PASSES
def test_filter_that_matches_nothing_leaves_no_row(tshark, passes):
    table = tshark.tap(DUPLICATE, "nfs4dup,stat,ip.addr == 192.0.2.1", passes)
    assert "Client owner" in table
    assert OWNER not in table


@PASSES
def test_json_takes_a_filter(tshark, passes):
    capture = CAPTURES / "unique-hostnames-server.pcap"
    text = tshark.tap(capture, "nfs4dup,json,nfs4sess.owner.host == \"web02\"", passes)
    assert [owner["host"] for owner in json.loads(text)["owners"]] == ["web02"]


@PASSES
@EVERY_CAPTURE
def test_json_follows_its_schema(tshark, name, passes):
    schema = json.loads((ROOT / "tests" / "nfs4dup-1.schema.json").read_text())
    report = tshark.report(CAPTURES / name, passes)
    jsonschema.validate(report, schema, cls=jsonschema.Draft7Validator)
    for owner in report["owners"]:
        assert bytes.fromhex(owner["owner_hex"]).decode() == owner["owner"]


@pytest.mark.parametrize("others", [["-Y", "nfs4sess.collision == 3"], ["-Y", "arp"], ["-V"],
                                    ["-T", "fields", "-e", "frame.number"], ["-x"]],
                         ids=["filter", "empty-filter", "tree", "fields", "bytes"])
def test_statistics_do_not_depend_on_what_is_printed(tshark, others):
    alone = tshark.tap(DUPLICATE, "nfs4dup,json")
    lines = tshark.lines(DUPLICATE, *others, "-z", "nfs4dup,json")
    assert "".join(line + "\n" for line in lines).endswith(alone)


def test_table_and_document_together(tshark):
    both = tshark.tap(DUPLICATE, "nfs4dup,stat", options=["-z", "nfs4dup,json"])
    assert tshark.tap(DUPLICATE, "nfs4dup,stat") in both
    assert tshark.tap(DUPLICATE, "nfs4dup,json") in both


def test_live_capture_says_the_same_as_the_file(tshark):
    """-i - reads packets as they come, through the capture program, like any interface."""
    live = tshark("-n", "-q", "-i", "-", "-z", "nfs4dup,json", stdin=DUPLICATE)
    assert live.returncode == 0, live.stderr
    assert live.stdout == tshark.tap(DUPLICATE, "nfs4dup,json")
