# SPDX-License-Identifier: GPL-2.0-or-later
"""The tree item "NFSv4 Session Analysis": what is found on its first line, then groups."""
import collections
import re

import pytest

from conftest import CAPTURES, PASSES

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
SILENT = ["remount-server.pcap", "unique-hostnames-server.pcap"]

STANDING = "It is proven that more than one client presents this owner to this server: " \
           "10.0.0.11, 10.0.0.12"
ROOT = "[NFSv4 Session Analysis"
# frame -> what stands on the first line; what the group "Finding" says.
FOUND = {
    # An ordinary READ.
    87: ("DUPLICATE OWNER, hosts 10.0.0.11, 10.0.0.12 (proven)", [STANDING]),
    # EXCHANGE_ID and CREATE_SESSION of the second host.
    59: ("DUPLICATE OWNER, evicts 10.0.0.11 (proven), who is refused in frame 93",
         ["The client is taking this owner over from 10.0.0.11; it succeeds in frame 62"]),
    62: ("DUPLICATE OWNER, evicts 10.0.0.11 (proven), who is refused in frame 93",
         ["Client owner 'Linux NFSv4.2 web01' taken over from 10.0.0.11: two clients present it to "
          "this server (proven)"]),
    # The first host is refused, and comes back.
    93: ("DUPLICATE OWNER, lost to 10.0.0.12 (proven, frame 62)",
         ["Session invalidated: 10.0.0.12 presented the same client owner 'Linux NFSv4.2 web01' "
          "and confirmed it in frame 62"]),
    97: ("DUPLICATE OWNER, lost to 10.0.0.12 (proven, frame 62)", [STANDING]),
    101: ("DUPLICATE OWNER, evicts 10.0.0.12 (proven), who is refused in frame 116",
          ["The client is taking this owner over from 10.0.0.12; it succeeds in frame 103"]),
    109: ("DUPLICATE OWNER, lost to 10.0.0.12 (proven, frame 62), works again after 0.111 s",
          ["Recovered: operations work again 0.110775 s after the first refusal",
           "The client has not got back 1 delegation"]),
}
LINE = 60  # characters that a narrow window shows


def tree_of(tshark, path, frame, passes=2):
    """The lines of our tree, as (depth, text without the brackets); the root is 0."""
    text = "\n".join(tshark.lines(path, "-V", "-Y", f"frame.number == {frame}", passes=passes))
    lines = text[text.index(ROOT):].split("\n")
    return [((len(line) - len(line.lstrip())) // 4, line.strip()[1:-1]) for line in lines if line]


def groups_of(lines):
    return [text for depth, text in lines if depth == 1]


@pytest.mark.parametrize("frame", FOUND)
def test_first_line_states_the_finding(tshark, frame):
    (_, root), *_ = tree_of(tshark, DUPLICATE, frame)
    assert root == f"NFSv4 Session Analysis: {FOUND[frame][0]}"


@pytest.mark.parametrize("frame", FOUND)
def test_other_host_stands_within_the_first_characters(tshark, frame):
    found, = tshark.fields(DUPLICATE, "nfs4sess.collision.with", show=f"frame.number == {frame}",
                           passes=2)
    (_, root), *_ = tree_of(tshark, DUPLICATE, frame)
    for host in found["nfs4sess.collision.with"]:
        assert host in f"[{root}"[:LINE]


@pytest.mark.parametrize("frame, groups", [
    (87, ["Finding", "Identity"]), (62, ["Finding", "Evidence", "Identity"]),
    (93, ["Finding", "Evidence", "Invalidation chain", "Identity"]),
    (109, ["Finding", "Invalidation chain", "Identity"])])
def test_lines_are_grouped(tshark, frame, groups):
    lines = groups_of(tree_of(tshark, DUPLICATE, frame))
    assert [line.split(":")[0] for line in lines] == groups
    assert not any(line.startswith("Expert Info") for line in lines), \
        "below a sentence: on the root it makes Wireshark forget that the tree is open"


@pytest.mark.parametrize("frame", FOUND)
def test_the_field_holds_what_the_group_says(tshark, frame):
    found, = tshark.fields(DUPLICATE, "nfs4sess.finding", show=f"frame.number == {frame}", passes=2)
    assert found["nfs4sess.finding"] == FOUND[frame][1]
    first, *others = FOUND[frame][1]
    lines = tree_of(tshark, DUPLICATE, frame)
    assert f"Finding: {first}" in groups_of(lines)
    assert set(others) <= {text for depth, text in lines if depth == 2}


@pytest.mark.parametrize("frame", FOUND)
def test_no_sentence_stands_twice(tshark, frame):
    """But the text of expert information, which Wireshark itself repeats below it."""
    texts = [re.sub(r"^(Finding|Evidence): ", "", text) for _, text in
             tree_of(tshark, DUPLICATE, frame)]
    said = {text.split(": ", 1)[1] for text in texts if text.startswith("Expert Info")}
    counts = collections.Counter(texts)
    assert [text for text, count in counts.items() if count > 1 and text not in said] == []
    assert said.isdisjoint(FOUND[frame][1])


def test_links_name_the_frames(tshark):
    assert {"Shown by frame: 93", "Takes over from the confirm in frame: 17",
            "Identified in frame: 59"} <= {text for _, text in tree_of(tshark, DUPLICATE, 62)}
    assert {"Lost to the confirm in frame: 62", "First refused in frame: 93",
            "Next step in frame: 97"} <= {text for _, text in tree_of(tshark, DUPLICATE, 93)}


# --- innocents ---

@PASSES
@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_said_of_who_did_nothing(tshark, name, passes):
    assert tshark.fields(CAPTURES / name, show="nfs4sess.finding", passes=passes) == []
    assert tshark.fields(CAPTURES / name, show="nfs4sess.expert", passes=passes) == []


@pytest.mark.parametrize("name, head, finding", [
    ("client-restart-server.pcap", "client restarted", " began at "),
    ("trunking-server.pcap", "one client, also at 10.0.0.11", "one client with several addresses"),
    ("address-change-server.pcap", "one client, also at 10.0.0.11",
     "one client with several addresses"),
    ("server-restart-server.pcap", "lease lost: server restarted (proven)", "Server restarted: "),
    ("lease-expiry-server.pcap", "lease expired (probable)", "Lease expired: ")])
def test_reason_of_an_innocent(tshark, name, head, finding):
    frames = tshark.fields(CAPTURES / name, "nfs4sess.finding", show="nfs4sess.finding", passes=2)
    said = [frame for frame in frames
            if any(finding in text for text in frame["nfs4sess.finding"])]
    assert said
    (_, root), *_ = tree_of(tshark, CAPTURES / name, said[0]["frame"])
    assert root == f"NFSv4 Session Analysis: {head}"


@pytest.mark.parametrize("name, field, summary", [
    ("client-restart-server.pcap", "client.restarted",
     "Linux NFSv4.2 web01 of 10.0.0.11: the client restarted"),
    ("trunking-server.pcap", "client.addresses",
     "Linux NFSv4.2 web01, also at 10.0.0.11: one client with several addresses"),
    ("server-restart-server.pcap", "server.restarted",
     "Linux NFSv4.2 web01 of 10.0.0.11: the server restarted: its clientids begin with a new "
     "start time")])
def test_expert_information_of_an_innocent(tshark, name, field, summary):
    found = tshark.fields(CAPTURES / name, "_ws.expert.message", show=f"nfs4sess.{field}", passes=2)
    assert summary in [text for frame in found for text in frame["_ws.expert.message"]]


# --- expert information ---

def expert_fields(tshark):
    rows = (line.split("\t") for line in tshark("-G", "fields").stdout.splitlines())
    return sorted({row[2] for row in rows if row[0] == "F" and row[2].startswith("nfs4sess.")
                   and row[3] == "FT_NONE"})


@PASSES
@pytest.mark.parametrize("name", ["duplicate-locks-server.pcap", "lease-expiry-server.pcap",
                                  "trunking-server.pcap", "field-report-host1.pcap"])
def test_expert_field_stands_for_every_entry(tshark, name, passes):
    entries = tshark.fields(CAPTURES / name, show=" || ".join(expert_fields(tshark)), passes=passes)
    marked = tshark.fields(CAPTURES / name, "nfs4sess.expert", show="nfs4sess.expert", passes=passes)
    assert [frame["frame"] for frame in marked] == [frame["frame"] for frame in entries]
    assert {value for frame in marked for value in frame["nfs4sess.expert"]} <= {"1", "True"}


def test_expert_information_begins_with_the_owner_and_the_other_host(tshark):
    frames = tshark.fields(DUPLICATE, "_ws.expert.message", show="nfs4sess.expert", passes=2)
    texts = [text for frame in frames for text in frame["_ws.expert.message"] if "web01" in text]
    assert len(texts) >= len(frames) > 30
    assert [text for text in texts if not re.match(
        r"Linux NFSv4\.2 web01 (taken over from|lost to) 10\.0\.0\.1[12]\b", text)] == []


@PASSES
def test_a_refused_identification_says_so(tshark, passes):
    """The call and the reply."""
    field = "nfs4sess.identification.refused"
    frames = tshark.fields(CAPTURES / "owner-in-use-server.pcap", field, "rpc.msgtyp", "nfs.opcode",
                           show=field, passes=passes)
    assert {value for frame in frames for value in frame[field]} == {"NFS4ERR_CLID_INUSE"}
    assert {value for frame in frames for value in frame["nfs.opcode"]} <= {"42", "35"}
    kinds = [frame["rpc.msgtyp"][0] for frame in frames]
    assert kinds.count("1") > 0
    assert passes == 1 or kinds.count("0") == kinds.count("1")


def test_expert_information_names_the_protocol(tshark):
    said = [line for line in tshark.tap(DUPLICATE, "expert").split("\n") if "taken over from" in line]
    assert said
    assert [line for line in said if "NFSv4 Sessions" not in line] == []
