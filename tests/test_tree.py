# SPDX-License-Identifier: GPL-2.0-or-later
"""The tree item "NFSv4 Session Analysis": sentences first, then links and fields."""
import pytest

from conftest import CAPTURES, PASSES

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
INNOCENT = ["client-restart-server.pcap", "remount-server.pcap", "trunking-server.pcap",
            "unique-hostnames-server.pcap"]

STANDING = "It is proven that more than one client presents this owner to this server: " \
           "10.0.0.11, 10.0.0.12"
SENTENCES = {
    # An ordinary READ.
    87: [STANDING],
    # EXCHANGE_ID and CREATE_SESSION of the second host.
    59: ["The client is taking this owner over from 10.0.0.11; it succeeds in frame 62", STANDING],
    62: ["Client owner 'Linux NFSv4.2 web01' taken over from 10.0.0.11: two clients present it to "
         "this server (proven)", STANDING],
    # The first host is refused, and comes back.
    93: ["Session invalidated: 10.0.0.12 presented the same client owner 'Linux NFSv4.2 web01' and "
         "confirmed it in frame 62", "Step 1 of 8 on the client's way back: refused", STANDING],
    101: ["The client is taking this owner over from 10.0.0.12; it succeeds in frame 103",
          "Step 4 of 8 on the client's way back from the refusal in frame 93: identify", STANDING],
    109: ["Recovered: operations work again 0.110775 s after the first refusal",
          "The client has not got back 1 delegation",
          "Step 8 of 8 on the client's way back from the refusal in frame 93: resumed", STANDING],
}


def children(tshark, frame):
    """The lines right below the root of our tree, without the brackets."""
    text = "\n".join(tshark.lines(DUPLICATE, "-V", "-Y", f"frame.number == {frame}", passes=2))
    ours = text[text.index("[NFSv4 Session Analysis"):].split("\n")[1:]
    return [line.strip()[1:-1] for line in ours if line.startswith("    [")]


@pytest.mark.parametrize("frame", SENTENCES)
def test_sentences_come_first(tshark, frame):
    lines = children(tshark, frame)
    assert lines[:len(SENTENCES[frame])] == SENTENCES[frame]
    assert not any(line.startswith("Expert Info") for line in lines), \
        "below a sentence: on the root it makes Wireshark forget that the tree is open"


@pytest.mark.parametrize("frame", SENTENCES)
def test_the_field_holds_the_same_sentences(tshark, frame):
    found, = tshark.fields(DUPLICATE, "nfs4sess.finding", show=f"frame.number == {frame}", passes=2)
    assert found["nfs4sess.finding"] == SENTENCES[frame]


def test_links_name_the_frames(tshark):
    assert {"Shown by frame: 93", "Takes over from the confirm in frame: 17",
            "Identified in frame: 59"} <= set(children(tshark, 62))
    assert {"Lost to the confirm in frame: 62", "First refused in frame: 93",
            "Next step in frame: 97"} <= set(children(tshark, 93))


@PASSES
@pytest.mark.parametrize("name", INNOCENT)
def test_nothing_is_said_of_the_innocent(tshark, name, passes):
    assert tshark.fields(CAPTURES / name, show="nfs4sess.finding", passes=passes) == []


def test_expert_information_names_the_protocol(tshark):
    said = [line for line in tshark.tap(DUPLICATE, "expert").split("\n") if "taken over from" in line]
    assert said
    assert [line for line in said if "NFSv4 Sessions" not in line] == []
