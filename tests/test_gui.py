# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark's window with the plugin, on a display that nobody sees.

What is in menus, tables and lines is read as a screen reader does, and compared with what
tshark says about the same capture. Waits for what has to happen, never for a while.
"""
import contextlib
import re
import shutil
import struct
import time

import pytest

from conftest import CAPTURES
from gui.accessible import FOCUSED, SHOWING, wait_for
from gui.fixtures import (EXPERT, NEEDS_A_DESKTOP, TABLE, becomes, captures, desktop,  # fixtures
                          records, rows_of, rows_of_tshark, start)
from test_invisible import (COMPOUND, PUTROOTFH, PUTROOTFH_OK, Connection, call, capture,
                            reply)  # `capture` is a fixture
from test_profile import NAME as PROFILE, columns, menu_entries

pytestmark = NEEDS_A_DESKTOP

DUPLICATE = "duplicate-v42-server.pcap"
EXPIRY = "lease-expiry-server.pcap"
CHAINS = "NFSv4 Invalidation Chains"
ANALYSIS = "[NFSv4 Session Analysis"
TAKEOVER, REFUSAL = 62, 93


@pytest.fixture(scope="module")
def process(start, captures):
    """One Wireshark for most tests, with the duplicate open."""
    wireshark = start("-r", captures / DUPLICATE)
    wireshark.wait_for_file(DUPLICATE)
    return wireshark


@pytest.fixture
def wireshark(process, captures):
    """The same, as the test before may have left it: another file, a filter."""
    process.show_all()
    if process.main.name != DUPLICATE:
        process.open(captures / DUPLICATE)
    return process


def count(tshark, capture, expression):
    return len(tshark.lines(capture, "-Y", expression, passes=2))


def info(wireshark, frame):
    columns_of_row = wireshark.packet(frame)
    return columns_of_row and columns_of_row[-1]


# --- the packet list and the details ---

def test_title_names_the_file(wireshark):
    assert wireshark.main.name == DUPLICATE
    assert wireshark.status() == (383, 383)


def test_packet_list_tells_the_story(wireshark):
    assert info(wireshark, TAKEOVER).endswith("[client owner taken over from 10.0.0.11]")
    assert info(wireshark, REFUSAL).endswith("[lease lost to 10.0.0.12]")


def test_details_read_as_tshark_prints_them(wireshark, tshark):
    wireshark.go_to(TAKEOVER)
    wireshark.expand(ANALYSIS)
    lines = wireshark.details.column()
    ours = lines[next(number for number, line in enumerate(lines) if line.startswith(ANALYSIS)):]
    printed = tshark.lines(CAPTURES / DUPLICATE, "-O", "nfs4sess", passes=2,
                           *["-Y", f"frame.number == {TAKEOVER}"])
    printed = [line.strip() for line in printed if line.strip()]
    assert ours == printed[-len(ours):]
    assert ours[0].startswith(ANALYSIS)
    assert len(ours) > 10


@pytest.mark.parametrize("link, field", [
    ("[Shown by frame", "nfs4sess.collision.frame"),
    ("[Identified in frame", "nfs4sess.identified_in"),
    ("[Takes over from the confirm in frame", "nfs4sess.takeover")])
def test_frame_link_leads_there(wireshark, tshark, link, field):
    found, = tshark.fields(CAPTURES / DUPLICATE, field, passes=2,
                           show=f"frame.number == {TAKEOVER}")
    wireshark.go_to(TAKEOVER)
    wireshark.expand(ANALYSIS)
    wireshark.follow(link)
    becomes(wireshark.frame, int(found[field][0]))


# --- menus ---

@pytest.mark.parametrize("menu", ["Statistics", "Tools"])
@pytest.mark.parametrize("label, expression", menu_entries(), ids=lambda text: text[:20])
def test_menu_applies_its_filter(wireshark, tshark, menu, label, expression):
    wireshark.menu(menu, "NFSv4 Sessions", label)
    becomes(lambda: wireshark.filter_line.text, expression)
    becomes(wireshark.status, (383, count(tshark, CAPTURES / DUPLICATE, expression)))


@pytest.mark.parametrize("frame", [TAKEOVER, REFUSAL])
@pytest.mark.parametrize("label, field", [("NFSv4 session", "nfs4sess.sessionid"),
                                          ("NFSv4 client owner", "nfs4sess.owner.number")])
def test_conversation_filter(wireshark, tshark, label, field, frame):
    """A refusal names no session; its call does."""
    found, = tshark.fields(CAPTURES / DUPLICATE, field, passes=2, show=f"frame.number == {frame}")
    value = found[field][0]
    if field == "nfs4sess.sessionid":
        value = ":".join(re.findall("..", value))
    wireshark.go_to(frame)
    wireshark.menu("Analyze", "Conversation Filter", label)
    becomes(lambda: wireshark.filter_line.text, f"{field} == {value}")
    becomes(wireshark.status, (383, count(tshark, CAPTURES / DUPLICATE, f"{field} == {value}")))


# --- dialogs ---

def test_table_says_what_tshark_says(wireshark, tshark):
    with wireshark.dialog(*TABLE) as dialog:
        becomes(dialog.get("tree").rows, rows_of_tshark(tshark, CAPTURES / DUPLICATE))


def test_filter_of_the_table(wireshark, tshark, captures):
    """One that fits no frame, then one that fits some."""
    with wireshark.dialog(*TABLE) as dialog:
        becomes(lambda: dialog.get("tree").height, 1)
        for expression, rows in [
                ("frame.number == 1", []),
                ("ip.addr == 10.0.0.12",
                 rows_of_tshark(tshark, CAPTURES / DUPLICATE, "ip.addr == 10.0.0.12"))]:
            dialog.get("text", "Display filter entry").text = expression
            dialog.get("push button", "Apply").press()
            becomes(dialog.get("tree").rows, rows)
        assert rows


def setclientid(xid, owner, verifier):
    """A client of NFSv4.0 introduces itself: four messages. Its clientid is its xid."""
    name = struct.pack(">I", len(owner)) + owner + bytes(-len(owner) % 4)
    head, answered = struct.pack(">4I", 0, 0, 1, 35), struct.pack(">3I", 0, 0, 1)
    clientid = struct.pack(">2Q", xid, xid)
    return [(call, xid, head + struct.pack(">Q", verifier) + name + struct.pack(">4I", 0, 0, 0, 0)),
            (reply, xid, answered + struct.pack(">2I", 35, 0) + clientid),
            (call, xid + 1, struct.pack(">4I", 0, 0, 1, 36) + clientid),
            (reply, xid + 1, answered + struct.pack(">2I", 36, 0))]


def clients(owners):
    """The frames of clients that come one after the other: owner -> how many instances of it."""
    connection = Connection(700)
    messages = [message for number, (owner, instances) in enumerate(owners.items())
                for instance in range(instances)
                for message in setclientid(1000 * number + 2 * instance + 2, owner, instance + 1)]
    return connection.opens() + [
        connection.says(make(xid, COMPOUND, body=body)) if make is call else
        connection.answers(make(xid, body=body)) for make, xid, body in messages]


def test_owner_of_200_bytes(wireshark, tshark, capture):
    owner = b"Linux NFSv4.0 " + 186 * b"x"
    path = capture(clients({owner: 1}))
    wireshark.open(path)
    with wireshark.dialog(*TABLE) as dialog:
        becomes(dialog.get("tree").rows, rows_of_tshark(tshark, path))
        assert dialog.get("tree").cell(0, 2).name == owner.decode()


def test_table_sorts_by_a_column(wireshark, tshark, capture, desktop):
    """Numbers by their value: 10 comes after 9."""
    wireshark.open(capture(clients({b"ten": 10, b"one": 1, b"nine": 9})))
    with wireshark.dialog(*TABLE) as dialog:
        tree = dialog.get("tree")
        becomes(lambda: tree.column(8), ["10", "9", "1"])
        desktop.widen(dialog.name)
        for owners in (["one", "nine", "ten"], ["ten", "nine", "one"]):
            desktop.click_until(
                lambda: next(each for each in tree.children() if each.name == "Instances"),
                lambda: tree.column(2) == owners)


def test_table_of_chains_says_what_tshark_says(wireshark, tshark):
    """The worst first."""
    rows = rows_of(tshark.tap(CAPTURES / DUPLICATE, "nfs4dup,invalidations", passes=2))
    outages = [row[5] for row in rows]
    assert len(rows) == 13 and outages == sorted(outages, reverse=True)
    with wireshark.dialog(CHAINS, "Statistics", CHAINS) as dialog:
        becomes(dialog.get("tree").rows, rows)


# --- windows ---

REPORT = ("NFSv4 Session Report", "NFSv4 Sessions", "Session Report")
CHAINS_TEXT = (CHAINS, "NFSv4 Sessions", "Invalidation Chains")
PROFILE_LINE = "Columns, colours and filters for this: Edit > Configuration Profiles, " \
               '"NFSv4 sessions".'


@contextlib.contextmanager
def opened(wireshark, view, menu="Statistics"):
    title, *path = view
    with wireshark.dialog(title, menu, *path) as window:
        becomes(lambda: window.get("text").text.split("\n")[0], DUPLICATE)
        yield window


@pytest.mark.parametrize("menu", ["Statistics", "Tools"])
def test_report_window_says_what_tshark_says(wireshark, tshark, menu):
    printed = tshark.tap(CAPTURES / DUPLICATE, "nfs4dup,report", passes=2)
    with opened(wireshark, REPORT, menu) as window:
        becomes(lambda: window.get("text").text.split(), # wrapped earlier
                [DUPLICATE, *printed.split(), *PROFILE_LINE.split()])


def without_nfs():
    """The frames of a connection that says nothing."""
    return Connection(700).opens()


def unclaimed_requests():
    """Of one at the port of https, where Wireshark takes NFSv4 for TLS."""
    connection = Connection(700, server_port=443)
    return connection.opens() + [connection.says(call(1, COMPOUND, body=PUTROOTFH)),
                                 connection.answers(reply(1, body=PUTROOTFH_OK))]


def test_words_of_the_window(wireshark, captures, capture):
    """No option of tshark, in captures of which tshark's own report names one, and in others."""
    paths = [*(captures / name for name in (DUPLICATE, "made-trouble-server.pcap",
                                            "field-report-snapped.pcap")),
             capture(without_nfs()), capture(unclaimed_requests())]
    found = {}
    for view in (REPORT, CHAINS_TEXT):
        wireshark.open(captures / DUPLICATE)
        with opened(wireshark, view) as window:
            for path in paths:
                wireshark.open(path)
                becomes(lambda: window.get("text").text.split("\n")[0], path.name)
                words = " ".join(window.get("text").text.split())
                options = re.findall(r"(?<!\S)-[a-z] (?:nfs4dup|tcp\.)\S*", words)
                if options:
                    found[view[0], path.name] = options
    assert found == {}


def report_of(wireshark, path):
    wireshark.open(path)
    with wireshark.dialog(REPORT[0], "Statistics", *REPORT[1:]) as window:
        becomes(lambda: window.get("text").text.split("\n")[0], path.name)
        return " ".join(window.get("text").text.split())


def test_menus_instead_of_options(wireshark, capture, captures):
    text = report_of(wireshark, captures / "made-trouble-server.pcap")
    assert "more troubles" not in text  # it has no table of them
    assert text.count("TROUBLE (") == 15 and "15 troubles of another kind" in text
    assert report_of(wireshark, capture(without_nfs())).endswith(
        "port than 2049, set that TCP port to RPC in Analyze > Decode As.")
    assert "In Analyze > Decode As, set TCP port 443 to RPC." in \
        report_of(wireshark, capture(unclaimed_requests()))


def test_profile_is_named_where_it_is(wireshark, capture, captures, desktop):
    """And for NFSv4 alone."""
    profiles = desktop.home / ".config" / "wireshark" / "profiles"
    assert report_of(wireshark, captures / DUPLICATE).endswith(PROFILE_LINE)
    assert PROFILE_LINE not in report_of(wireshark, capture(without_nfs()))
    (profiles / PROFILE).rename(profiles / "elsewhere")
    try:
        assert PROFILE_LINE not in report_of(wireshark, captures / DUPLICATE)
    finally:
        (profiles / "elsewhere").rename(profiles / PROFILE)


@pytest.mark.parametrize("menu", ["Statistics", "Tools"])
def test_chains_window_lists_what_tshark_tables(wireshark, tshark, menu):
    expected = []
    for chain in tshark.report(CAPTURES / DUPLICATE, passes=2)["chains"]:
        expected += [f"{chain['chain']}: {chain['client']}, {chain['cause']} ({chain['grade']}), "
                     f"lost to {chain['culprit']} in {chain['culprit_frame']}",
                     f"frames {chain['steps'][0]['frame']}-{chain['steps'][-1]['frame']}, {chain['ending']};"]
    with opened(wireshark, CHAINS_TEXT, menu) as window:
        becomes(lambda: [line for line in expected if line not in window.get("text").text], [])


def proof_in(text):
    return [int(number) for number in re.findall(r"\bframe (\d+) +\d", text)]


def test_next_proof_frame_leads_to_each(wireshark):
    """And begins anew, also where a display filter hides the frame."""
    with opened(wireshark, REPORT) as window:
        frames = proof_in(window.get("text").text)
        assert frames == [62, 93, 103]
        wireshark.filter("frame.number == 93")
        for frame in [*frames, frames[0]]:
            window.get("push button", "Next proof frame").press()
            becomes(wireshark.frame, frame)
        becomes(wireshark.status, (383, 383))


def test_proof_frames_of_chains(wireshark, tshark):
    first, *_ = tshark.report(CAPTURES / DUPLICATE, passes=2)["chains"]
    wireshark.go_to(1)  # a button pressed while it is down knows nothing of it
    with opened(wireshark, CHAINS_TEXT) as window:
        for frame in (first["culprit_frame"], first["steps"][0]["frame"]):
            window.get("push button", "Next proof frame").press()
            becomes(wireshark.frame, frame)


@pytest.mark.parametrize("button, expression", [
    ("Show these frames", "frame.number in {62, 93, 103}"),
    ("Filter this owner", "nfs4sess.owner.number == 1")])
def test_button_applies_its_filter(wireshark, tshark, button, expression):
    with opened(wireshark, REPORT) as window:
        window.get("push button", button).press()
        becomes(lambda: wireshark.filter_line.text, expression)
        becomes(wireshark.status, (383, count(tshark, CAPTURES / DUPLICATE, expression)))


@pytest.mark.parametrize("title, name", [REPORT[::2], CHAINS_TEXT[::2],
                                         ("NFSv4 Flow of Collisions", "Flow of Collisions")])
def test_one_window_of_each_kind(wireshark, title, name):
    """Chosen again, it is opened anew, in front; and closed, it is gone."""
    for _ in range(2):
        wireshark.menu("Statistics", "NFSv4 Sessions", name)
        becomes(lambda: [each.has(SHOWING) for each in wireshark.program.children()
                         if each.name == f"Wireshark · {title}"], [True])
    wireshark.press_last(wireshark.window(f"Wireshark · {title}"), "Close")
    assert not wireshark.find_window(f"Wireshark · {title}")


def test_shell_lines_are_not_wrapped(wireshark, captures):
    """By the window, which would begin the rest at its left edge."""
    for name in ("duplicate-v42-server.pcap", "ten-clones-server.pcap"):
        wireshark.open(captures / name)
        with wireshark.dialog(REPORT[0], "Statistics", *REPORT[1:]) as window:
            becomes(lambda: window.get("text").text.split("\n")[0], name)
            text = window.get("text").text
            assert "hostnamectl" in text
            assert [line for line in text.split("\n") if len(line) > 82] == []


# Capture -> what the first presses on "Next proof frame" lead to: the frame, those of its finding,
# the filter of its finding.
FINDINGS = {
    "made-callbacks-server.pcap": [
        (101, "101, 169", "nfs4sess.trouble.number == 1"),
        (169, "101, 169", "nfs4sess.trouble.number == 1"),
        (109, "109, 113, 173", "nfs4sess.trouble.number == 2")],
    "made-trouble-server.pcap": [(84, "84, 512", "nfs4sess.trouble.number == 1")],
    "two-servers-one-name-merged.pcap": [(44, "44", None)],
    "field-report-snapped.pcap": [(8, "8", None)],
    "server-restart-server.pcap": [
        (15, "15, 150, 163, 192", "nfs4sess.chain in {1, 2}"),
        *((frame, "15, 150, 163, 192", "nfs4sess.chain in {1, 2}") for frame in (150, 163, 192)),
        (163, "163, 340, 351, 372", "nfs4sess.chain in {3, 4}")],
    "server-restart-duplicate-server.pcap": [
        *((frame, "84, 126, 157", "nfs4sess.owner.number == 2") for frame in (84, 126, 157)),
        (13, "13, 320, 327, 376", "nfs4sess.chain in {6, 8}")],
    "trunking-server.pcap": [(10, "10, 52, 157", "nfs4sess.owner.number in {1, 2}")],
}
NO_FILTER = "(This finding has no filter: Show these frames.)"


def press_for_filter(wireshark, window, button, expression):
    window.get("push button", button).press()
    becomes(lambda: wireshark.filter_line.text, expression)


def steps_through(wireshark, window, steps):
    """Each press, and the other two buttons after it."""
    for frame, frames, expression in steps:
        window.get("push button", "Next proof frame").press()
        becomes(wireshark.frame, frame)
        press_for_filter(wireshark, window, "Show these frames", f"frame.number in {{{frames}}}")
        if expression:
            press_for_filter(wireshark, window, "Filter this owner", expression)
        else:
            window.get("push button", "Filter this owner").press()
            becomes(lambda: window.get("text").text.split("\n")[1], NO_FILTER)


@pytest.mark.parametrize("name", FINDINGS)
def test_buttons_lead_to_each_finding(wireshark, captures, name):
    """Of every kind, with its own frames alone and its own filter."""
    wireshark.open(captures / name)
    with wireshark.dialog(REPORT[0], "Statistics", *REPORT[1:]) as window:
        becomes(lambda: window.get("text").text.split("\n")[0], name)
        steps_through(wireshark, window, FINDINGS[name])


def test_buttons_lead_to_each_chain(wireshark, captures):
    wireshark.open(captures / "server-restart-server.pcap")
    with wireshark.dialog(CHAINS_TEXT[0], "Statistics", *CHAINS_TEXT[1:]) as window:
        becomes(lambda: window.get("text").text.split("\n")[0], "server-restart-server.pcap")
        ranges = re.findall(r"frames (\d+)-(\d+)", window.get("text").text)
        assert len(ranges) == 4
        steps_through(wireshark, window, [
            (int(frame), f"{first}, {last}", f"nfs4sess.chain == {chain}")
            for chain, (first, last) in enumerate(ranges, 1) for frame in (first, last)])


def test_next_proof_frame_begins_anew_with_a_capture(wireshark, captures):
    with opened(wireshark, REPORT) as window:
        window.get("push button", "Next proof frame").press()
        becomes(wireshark.frame, 62)
        wireshark.open(captures / EXPIRY)
        becomes(lambda: window.get("text").text.split("\n")[0], EXPIRY)
        for frame in (151, 270, 151):
            window.get("push button", "Next proof frame").press()
            becomes(wireshark.frame, frame)


@pytest.mark.parametrize("button, words", [
    ("Next proof frame", "(There is no frame to go to.)"),
    ("Show these frames", "(There is no frame to show.)"),
    ("Filter this owner", "(There is no finding to filter by.)")])
def test_button_says_that_there_is_nothing(wireshark, capture, button, words):
    path = capture(without_nfs())
    wireshark.open(path)
    with wireshark.dialog(REPORT[0], "Statistics", *REPORT[1:]) as window:
        becomes(lambda: window.get("text").text.split("\n")[0], path.name)
        window.get("push button", button).press()
        becomes(lambda: window.get("text").text.split("\n")[1], words)


CONVERSATIONS = "___conversation_color_filter___"
PAINTED = {TAKEOVER: CONVERSATIONS + "03", REFUSAL: CONVERSATIONS + "02"}


def colours(wireshark, *frames):
    """The rules that colour these frames. No packet can be gone to while Wireshark reads them: it
    says so, and waits for an answer."""
    wait_for("packets", lambda: wireshark.list.height)
    rules = {}
    for frame in frames or (1, TAKEOVER, REFUSAL):
        wireshark.go_to(frame)
        rules[frame] = wireshark.color()
    wireshark.collapse(0)
    return rules


def press_colours(wireshark):
    with opened(wireshark, REPORT) as window:
        window.get("push button", "Colour findings").press()
        time.sleep(3)  # it acts a moment later, and then Wireshark reads the packets again


def test_button_colours_the_findings(wireshark):
    """And gives the ordinary colours back, of each frame; also from another window."""
    ordinary = colours(wireshark)
    assert not any(CONVERSATIONS in rule for rule in ordinary.values())
    for expected in ({**ordinary, **PAINTED}, ordinary, {**ordinary, **PAINTED}, ordinary):
        press_colours(wireshark)
        becomes(lambda: colours(wireshark), expected)


def test_colours_outlive_window_and_capture(wireshark, captures):
    """The next window takes them away, also from the next capture."""
    ordinary = colours(wireshark)
    press_colours(wireshark)
    wireshark.open(captures / EXPIRY)
    wireshark.open(captures / DUPLICATE)
    assert colours(wireshark) == {**ordinary, **PAINTED}
    press_colours(wireshark)
    becomes(lambda: colours(wireshark), ordinary)
    wireshark.open(captures / EXPIRY)
    assert CONVERSATIONS not in colours(wireshark, 1)[1]


def test_colours_are_reset_by_wireshark_too(wireshark):
    """Then the next press paints."""
    ordinary = colours(wireshark)
    press_colours(wireshark)
    wireshark.menu("View", "Colorize Conversation", "Reset Colorization")
    press_colours(wireshark)
    assert colours(wireshark) == {**ordinary, **PAINTED}
    press_colours(wireshark)
    assert colours(wireshark) == ordinary


def pasted(desktop, line):
    """The words of what is copied. A button acts a moment after it was pressed."""
    desktop.xdotool("key", "ctrl+a", "ctrl+v")
    return line.text.split()


def test_button_copies_the_report(wireshark):
    """Pasted into the window's own line for highlighting, which makes one line of it."""
    with opened(wireshark, REPORT) as window:
        window.get("push button", "Copy").press()
        line = window.get("text", condition=lambda node: not node.text)
        line.focus()
        wireshark.desktop.click_until(lambda: line, lambda: line.has(FOCUSED))
        becomes(lambda: pasted(wireshark.desktop, line), window.get("text").text.split())


def test_flow_of_collisions_says_what_to_tick(wireshark, tshark):
    expression = "nfs4sess.collision && rpc.msgtyp == 1"
    title = "NFSv4 Flow of Collisions"
    with wireshark.dialog(title, "Statistics", "NFSv4 Sessions", "Flow of Collisions") as window:
        becomes(lambda: wireshark.filter_line.text, expression)
        becomes(wireshark.status, (383, count(tshark, CAPTURES / DUPLICATE, expression)))
        text = window.get("text").text
        assert 'tick "Limit to display filter"' in text and 'Flow type "NFSv4 Sessions"' in text


def test_window_of_a_closed_capture(wireshark, captures):
    """It says so, its buttons do nothing, and the next capture is told."""
    with wireshark.dialog(REPORT[0], "Statistics", *REPORT[1:]) as window:
        becomes(lambda: window.get("text").text.split("\n")[0], DUPLICATE)
        wireshark.menu("File", "Close")
        becomes(lambda: window.get("text").text, "No capture is open.\n")
        for button in ("Next proof frame", "Show these frames", "Filter this owner", "Copy"):
            window.get("push button", button).press()
        wireshark.open(captures / EXPIRY)
        becomes(lambda: window.get("text").text.split("\n")[0], EXPIRY)


def test_expert_information_groups_our_findings(wireshark, tshark):
    fields = ["nfs4sess.collision.proven", "nfs4sess.session.invalidated",
              "nfs4sess.session.recovered"]
    counts = [str(count(tshark, CAPTURES / DUPLICATE, field)) for field in fields]
    with wireshark.dialog(*EXPERT) as dialog:
        becomes(lambda: [row for row in dialog.get("tree").rows() if row[3] == "NFSv4 Sessions"], [
            ["Error", "Two clients present the same client owner (proven)", "Protocol",
             "NFSv4 Sessions", counts[0]],
            ["Warning", "Session or lease invalidated", "Sequence", "NFSv4 Sessions", counts[1]],
            ["Chat", "Client recovered", "Sequence", "NFSv4 Sessions", counts[2]]])


def test_flow_graph_shows_the_duel(wireshark, tshark, desktop):
    """Limited to the collisions; what it draws, it also writes as text."""
    collisions = count(tshark, CAPTURES / DUPLICATE, "nfs4sess.collision")
    wireshark.menu("Tools", "NFSv4 Sessions", "Collisions")
    becomes(wireshark.status, (383, collisions))
    with wireshark.dialog("Flow", "Statistics", "Flow Graph") as dialog:
        dialog.get("check box", "Limit to display filter").tick()
        dialog.get("label", condition=lambda node: re.match(
            rf"3 node\W?s\W?, {collisions} item\W?s\b", node.name))
        dialog.get("push button", "Export").press()
        path = desktop.home / "flow.txt"
        wireshark.name_file("Save Graph As…", path, "Save", kind="ASCII (*.txt)")
        wait_for("the text", lambda: path.exists() and path.stat().st_size)
    heads, *lines = path.read_text().splitlines()
    assert {"10.0.0.11", "10.0.0.12"} < set(heads.replace("|", " ").split())
    assert any("CREATE_SESSION [client owner taken over from 10.0.0.11]" in line for line in lines)


def test_flow_graph_has_a_type_of_ours(wireshark, tshark):
    """What it draws, -z flow prints, which tests/test_company.py reads."""
    text = tshark.tap(CAPTURES / DUPLICATE, "flow,nfs4sess,standard", passes=2)
    drawn = len(re.findall(r"^\|\d", text, re.M))
    with wireshark.dialog("Flow", "Statistics", "Flow Graph") as dialog:
        wireshark.choose(dialog.get("combo box", condition=lambda node: node.name == "All Flows"), "NFSv4 Sessions")
        dialog.get("label", condition=lambda node: re.match(rf"3 node\W?s\W?, {drawn} item\W?s\b", node.name))


# --- files ---

def test_reload_reads_the_file_again(wireshark, captures, tshark, desktop):
    """Another file under its name gives another table, and the first one the first again.

    They have different numbers of packets, which tell that the file was read.
    """
    path = desktop.home / "changing.pcap"
    for name in (DUPLICATE, EXPIRY, DUPLICATE):
        shutil.copyfile(captures / name, path)
        if wireshark.main.name == path.name:
            wireshark.menu("View", "Reload")
        else:
            wireshark.open(path)
        becomes(lambda: wireshark.status()[0], count(tshark, CAPTURES / name, "frame"))
        with wireshark.dialog(*TABLE) as dialog:
            becomes(dialog.get("tree").rows, rows_of_tshark(tshark, CAPTURES / name))


def test_another_file_leaves_nothing_of_the_first(wireshark, captures, tshark):
    wireshark.menu("File", "Close")
    wait_for("no file", lambda: wireshark.main.name == "The Wireshark Network Analyzer")
    wireshark.open(captures / EXPIRY)
    with wireshark.dialog(*TABLE) as dialog:
        becomes(dialog.get("tree").rows, rows_of_tshark(tshark, CAPTURES / EXPIRY))
    with wireshark.dialog(*EXPERT) as dialog:
        becomes(lambda: {row[1] for row in dialog.get("tree").rows() if row[3] == "NFSv4 Sessions"},
                {"Lease expired", "Session or lease invalidated", "Client recovered",
                 "Opens, locks or delegations lost"})


def test_table_of_a_closed_file_stays_readable(wireshark, captures):
    """The window outlives the file, and what it shows must not."""
    wireshark.menu(*TABLE[1:])
    dialog = wireshark.window(f"Wireshark · {TABLE[0]}")
    wait_for("a row", lambda: dialog.get("tree").height)
    rows = dialog.get("tree").rows()
    wireshark.open(captures / EXPIRY)
    wireshark.desktop.click(dialog.get("tree").children()[-1])
    assert dialog.get("tree").rows() == rows
    wireshark.press_last(dialog, "Close")


@pytest.fixture
def growth(start, captures, desktop):
    """How much more kB Wireshark holds after a second round through ten files."""
    ten = sorted(captures.iterdir(), key=lambda path: path.stat().st_size)[:10]
    path = desktop.home / "round.pcap"

    def measure(*options):
        shutil.copyfile(ten[0], path)
        wireshark = start(*options, "-r", path, megabytes_kept=1)
        after = []
        for each in 2 * ten:
            shutil.copyfile(each, path)
            wireshark.menu("View", "Reload")
            becomes(lambda: wireshark.status()[0], len(list(records(each.read_bytes()))))
            after.append(wireshark.memory())
        assert wireshark.quit() == 0
        return after[-1] - after[9]
    return measure


def test_files_in_turn_take_no_memory(growth):
    """Wireshark itself takes more and more; with the plugin it takes hardly more than that."""
    without, with_it = growth("--disable-protocol", "nfs4sess"), growth()
    print(f"kB that a second round takes: {without} without, {with_it} with the plugin")
    assert with_it - without < 20_000


# --- preferences and profile ---

def test_preference_takes_effect_at_once(start, captures):
    """And is kept; so this Wireshark is not that of the other tests."""
    wireshark = start("-r", captures / DUPLICATE)
    wireshark.wait_for_file(DUPLICATE)
    with_it = info(wireshark, REFUSAL)
    wireshark.set_preference("NFSv4 Sessions", "Add findings to the Info column")
    becomes(lambda: info(wireshark, REFUSAL), with_it.removesuffix(" [lease lost to 10.0.0.12]"))
    wireshark.set_preference("NFSv4 Sessions", "Add findings to the Info column")
    becomes(lambda: info(wireshark, REFUSAL), with_it)
    assert wireshark.quit() == 0


def test_profile(start, captures):
    """Its columns and its colours."""
    wireshark = start("-C", PROFILE, "-r", captures / DUPLICATE)
    wireshark.wait_for_file(DUPLICATE)
    assert [each.name for each in wireshark.list.children()[:len(columns())]] == list(columns())
    row = dict(zip(columns(), wireshark.packet(REFUSAL), strict=True))
    assert (row["Client owner"], row["Instance"], row["Chain"], row["Other host"]) == \
        ("Linux NFSv4.2 web01", "1", "1", "10.0.0.12")
    wireshark.go_to(REFUSAL)
    assert wireshark.color() == "NFSv4 refused"
    assert wireshark.quit() == 0


# --- the end ---

def test_quits_in_peace(process):
    """After all of that: no crash, and not a word on standard error."""
    assert process.quit() == 0
    assert process.complaints() == []
