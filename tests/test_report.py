# SPDX-License-Identifier: GPL-2.0-or-later
"""The report as a person reads it: in order, without empty headings, narrow enough."""
import json
import re
import subprocess

import pytest

import pcap
from conftest import CAPTURES, VERDICTS, all_shipped

WIDTH = 80
HEAD = r"(?:LIKELY |POSSIBLE )?DUPLICATE CLIENT|(?:LIKELY )?CLONED MACHINE|UNDECIDED|(?:PROBABLY )?NOT A DUPLICATE|ANOTHER CAUSE"
LABELS = ("Denied", "Cost", "Decide", "Fix", "Proof", "Signs", "Seen", "Who", "Not", "Or", "Note", "Filter")
EVERY_CAPTURE = pytest.mark.parametrize("name", all_shipped())


def heads(text):
    """The head of each finding: its lines."""
    blocks = [block.split("\n") for block in text.strip("\n").split("\n\n")]
    return [block for block in blocks if re.match(rf"(?:{HEAD})\b.*: ", block[0])]


def words(lines):
    return " ".join(" ".join(lines).split())


@pytest.fixture
def report(tshark):
    return lambda name, view="report": tshark.tap(CAPTURES / name, f"nfs4dup,{view}")


def rows(lines):
    """Label -> words, of the head of a finding."""
    found, label = {}, ""
    for line in lines:
        first = line.split(" ", 1)[0]
        label = first if line[:1] != " " and first in LABELS else label
        found[label] = f"{found.get(label, '')} {line.removeprefix(label)}".strip()
    return {key: " ".join(value.split()) for key, value in found.items()}


@pytest.fixture
def views(tshark):
    """Of a capture: view -> what it prints."""
    return lambda name: tshark.views(CAPTURES / name, "brief", "report", "full", "json")


@EVERY_CAPTURE
def test_lines_fit(views, name):
    drawn = views(name)
    lines = [line for view in ("brief", "report", "full") for line in drawn[view].split("\n")]
    wide = [line for line in lines if len(line) > WIDTH and not line.startswith(" " * 10)]
    assert [line for line in wide if " " in line.strip()] == []


@EVERY_CAPTURE
def test_full_report_has_no_empty_heading(views, name):
    lines = views(name)["full"].split("\n")
    for line, following in zip(lines, lines[1:]):
        if re.match(r"    (?:Who|Proof|Evidence|W[^:]*)$", line):
            assert following.startswith("      "), f"nothing below {line.strip()}"


@EVERY_CAPTURE
def test_a_head_fits_a_ticket(views, name):
    """What it is, a filter that finds it, what to do where there is something to do, and when
    each frame was that shows it."""
    for head in heads(views(name)["brief"]):
        assert len(head) <= 20
        told = rows(head)
        assert told["Filter"].startswith("nfs4sess.")
        shown = [line[7:] for line in head if line[7:].startswith("frame ")]
        assert [line for line in shown if not re.match(r"frame \d+ +(?:\S+ )?\d\d:\d\d:\d\d\.\d{3} \S", line)] == []
        if "DUPLICATE CLIENT" in head[0] or "CLONED" in head[0]:
            assert {"Cost", "Fix"} <= set(told) and {"Proof", "Signs"} & set(told)
        if head[0].startswith("UNDECIDED"):
            assert "for " in told["Decide"] and " s or more" in told["Decide"]


def numbers_in(pattern, text):
    return {int(number) for found in re.findall(pattern, text) for number in re.findall(r"\d+", found)}


@EVERY_CAPTURE
def test_innocents_and_chains_have_a_word(views, name):
    """Who has several addresses or verifiers and is no duplicate, and every lease that no duplicate
    took: a head says why."""
    document, report = json.loads(views(name)["json"]), views(name)["full"]
    owners = numbers_in(r"owner\.number (?:== \d+|in \{[\d, ]+\})", report)
    chains = numbers_in(r"\.chain (?:== \d+|in \{[\d, ]+\})", report)
    causes = set(re.findall(r'chain\.cause == "([a-z-]+)"', report))
    for owner in document["owners"]:
        several = len(owner["instances"]) > 1 or \
            any(len(instance["addresses"]) > 1 for instance in owner["instances"])
        assert owner["kind"] or not several or owner["number"] in owners
    for chain in document["chains"]:
        assert chain["cause"] == "duplicate-owner" or chain["cause"] in causes or chain["chain"] in chains


@EVERY_CAPTURE
def test_every_verdict_has_its_word(views, name):
    """As many accusing heads as accused owners, and none where there is none."""
    accused = [owner for owner in json.loads(views(name)["json"])["owners"] if owner["kind"]]
    told = [head for head in heads(views(name)["brief"])
            if re.match(r"(?:LIKELY |POSSIBLE )?(?:DUPLICATE|CLONED)", head[0])]
    assert len(told) == len(accused)
    for owner, head in zip(sorted(accused, key=lambda owner: VERDICTS.index(owner["verdict"])), told):
        assert f"({owner['verdict']}" in head[0]


def test_head_of_a_duplicate(report):
    head, = heads(report("duplicate-v42-server.pcap", "brief"))
    told = rows(head)
    assert told[""] == (
        "DUPLICATE CLIENT (proven, harmful): 10.0.0.11 and 10.0.0.12 both call themselves web01 and "
        "evict each other at server 10.0.0.1: 14 takeovers in 16 s, 13 leases lost.")
    assert told["Proof"].startswith(
        "frame 62 11:00:02.676 .12 confirms 'Linux NFSv4.2 web01' (frame 59) "
        "frame 93 11:00:05.617 .11's SEQUENCE is refused (NFS4ERR_BADSESSION) "
        "frame 103 11:00:05.685 .11 returns, same verifier (frame 100): no reboot")
    assert told["Not"] == ("a client restart (13 returns), an expired lease (at most 3.9 of 90 s used), a server "
                           "restart (one start, 10:59:55).")
    assert told["Fix"].startswith("rename one host (hostnamectl set-hostname NAME), then unmount")


def test_a_cause_has_its_own_losses(report):
    """A duplicate whose server restarts: 12 leases went to the duplicate, one to the restart."""
    duplicate, restart = heads(report("server-restart-duplicate-server.pcap", "brief"))
    assert "12 leases lost" in words(duplicate)
    assert words(restart).startswith("ANOTHER CAUSE (server-restart, proven): server 10.0.0.1 restarted at "
                                     "17:06:38, as its clientids show, and 2 clients lost leases by that.")
    assert "10.0.0.30 refused at 17:06:38.350 in frame 320 (NFS4ERR_BADSESSION), 2 opens reclaimed, " \
        "1 lock reclaimed, no open or lock lost" in words(restart)


def test_a_restart_of_the_server_is_one_event(report):
    first, second = heads(report("server-restart-server.pcap", "brief"))
    for head, chains in ((first, "1, 2"), (second, "3, 4")):
        assert "2 clients lost leases by that" in words(head)
        assert rows(head)["Filter"] == f"nfs4sess.chain in {{{chains}}}"


def test_an_expired_lease_is_no_duplicate(report):
    head, = heads(report("lease-expiry-server.pcap", "brief"))
    told = rows(head)
    assert told[""] == (
        "NOT A DUPLICATE (lease-expired, probable): 10.0.0.11 (web01) lost a lease at server 10.0.0.1, "
        "because no request of the client succeeded for 34 s; the lease time is 10 s.")
    assert told["Who"].endswith("2 locks lost on 'locked', recovered 0.061 s later, then idle for 11.9 s")
    assert told["Fix"].startswith("find out why the client was silent")


def test_a_restart_says_how_long_silence_was_watched(report):
    head, = heads(report("client-restart-server.pcap", "brief"))
    assert words(head).startswith("NOT A DUPLICATE (restarted, probable): 10.0.0.11 (web01) restarted 2 times,")
    assert rows(head)["Note"].startswith("the capture goes on for 17 s after the last restart.")


def test_counters_acquit_nobody_for_good(report):
    head, = heads(report("administrative-expiry-server.pcap", "brief"))
    assert words(head).startswith("PROBABLY NOT A DUPLICATE (removed-by-server, probable): 10.0.0.11 (web01) "
                                  "lost 2 leases at server 10.0.0.1, the first because the server dropped a lease")
    assert "no second client did this" not in words(head)


def test_several_addresses_of_one_client_get_a_word(report):
    head, = heads(report("trunking-server.pcap", "brief"))
    assert words(head).startswith("NOT A DUPLICATE (single): 10.0.")
    assert "because they present one verifier" in words(head)


def test_address_that_never_identified_itself_presents_no_verifier(report):
    head, = heads(report("address-change-server.pcap", "brief"))
    assert "because 10.0.0.99 goes on with the lease of 10.0.0.11." in words(head)
    assert re.findall(r"frame (\d+) \S+ (\S+) (\S+)", rows(head)["Seen"]) == [
        ("8", "10.0.0.11", "tells"), ("69", "10.0.0.99", "goes")]


def test_restart_between_takeovers_is_not_denied(report):
    """The server restarted once; its restart explains one of twelve losses."""
    head = heads(report("server-restart-duplicate-server.pcap", "brief"))[0]
    told = rows(head)
    assert "a server restart (the same start before and after 11 of 12 losses)" in told["Not"]
    assert "12 such refusals and 11 such returns in all" in told["Proof"]


def test_first_line_tells_of_trouble(report):
    text = report("made-trouble-server.pcap", "brief")
    told, more = len(re.findall("^TROUBLE", text, re.M)), re.search(r"^(\d+) more troubles", text, re.M)
    assert f"; {told + int(more[1])} troubles of another kind." in " ".join(text.split("\n")[:2])


def test_who_was_refused_before_it_ever_held_the_owner_has_no_other_principal(report):
    head, = heads(report("owner-in-use-takeover-server.pcap", "brief"))
    assert rows(head)["Denied"].startswith("10.0.0.12 was refused 2 times in 0.046 s with NFS4ERR_CLID_INUSE "
                                           "(frames 82 to 85): the server holds the owner for somebody else")


def test_expired_lease_is_shown_by_two_frames(report):
    """The last success under it, and the refusal."""
    head, = heads(report("lease-expiry-v40-server.pcap", "brief"))
    assert re.findall(r"frame (\d+) +[\d:.]+ (last success|refused)", rows(head)["Seen"]) == [
        ("95", "last success"), ("181", "refused")]
    assert "25.3 s later" in rows(head)["Seen"]


def test_pause_after_all_is_back_is_no_outage(report):
    """State was revoked and the lease lives on: there is no RECLAIM_COMPLETE to wait for."""
    head, = heads(report("administrative-revocation-server.pcap", "brief"))
    assert rows(head)["Who"].endswith("3 opens taken anew, recovered 0.033 s later, then idle for 6.1 s")


def test_one_client_with_two_owners_is_one_finding(report):
    head, = heads(report("trunking-server.pcap", "brief"))
    told = rows(head)
    assert "('Linux NFSv4.2 web01' and 'Linux NFSv4.1 web01') at one server (10.0.0.1, 10.0.1.1)" in told[""]
    assert re.findall(r"frame (\d+) \S+ (\S+) tells (\S+)", told["Seen"]) == [
        ("10", "10.0.0.11", "10.0.0.1"), ("52", "10.0.1.11", "10.0.1.1"), ("157", "10.0.1.11", "10.0.1.1")]
    assert told["Filter"] == "nfs4sess.owner.number in {1, 2}"


def test_one_name_with_two_minor_versions_is_named(report, tshark):
    text = " ".join(report("different-versions-server.pcap").split())
    assert "Hint: 10.0.0.11 (NFSv4.1) and 10.0.0.12 (NFSv4.2) call themselves web01 at server 10.0.0.1" in text
    hints = tshark.report(CAPTURES / "different-versions-server.pcap")["hints"]
    assert [hint["kind"] for hint in hints] == ["other-version"]
    assert tshark.report(CAPTURES / "many-mounts-server.pcap")["hints"] == []


def test_lost_delegations_alarm_nobody(report):
    """The client closed its files, or opened them anew: it misses nothing."""
    text = report("duplicate-v42-host1.pcap", "full")
    assert "no open or lock lost" in text
    assert "Lost for good" not in text
    assert "7 delegations went with the leases; a client does without." in text


def test_outages_that_could_not_be_timed_are_told(report, tshark):
    text = " ".join(report("duplicate-locks-server.pcap").split())
    assert "outage 1.508 s in all, 1.148 s at the longest (6 interruptions, of which 5 could be timed)" in text
    document = tshark.report(CAPTURES / "duplicate-locks-server.pcap")
    owner, = document["owners"]
    assert (owner["outage"], owner["outage_timed"], owner["outage_of"]) == (pytest.approx(1.508, abs=5e-4), 5, 6)
    last = document["chains"][-1]  # CLOSE comes 1.3 s after the open is back
    assert last["outage"] == pytest.approx(0.068278)
    text = " ".join(report("idle-twins-server.pcap").split())  # nothing was asked for, but the end is known
    assert "outage 0.445 s in all, 0.074 s at the longest (10 interruptions, of which 8 could be timed)" in text
    owner, = tshark.report(CAPTURES / "idle-twins-server.pcap")["owners"]
    assert (owner["outage"], owner["outage_timed"], owner["outage_of"]) == (pytest.approx(0.445, abs=5e-4), 8, 10)


def test_packet_list_tells_outage_and_pause_apart(tshark):
    line, = tshark.lines(CAPTURES / "lease-expiry-server.pcap", "-Y", "frame.number == 330", passes=2)
    assert "[recovered after 0.061 s, then idle for 11.9 s; lost 2 locks" in line


@pytest.mark.parametrize("passes", [1, 2])
def test_clock_set_back_in_a_recovery_leaves_no_outage_below_nothing(tshark, room, passes):
    """Ten seconds back between the refusal in frame 93 and the work in frame 109."""
    source = CAPTURES / "duplicate-v42-server.pcap"
    before, after, path = room / "before.pcap", room / "after.pcap", room / "set-back.pcap"
    subprocess.run(["editcap", "-F", "pcap", "-r", source, before, "1-95"], check=True)
    subprocess.run(["editcap", "-F", "pcap", "-t", "-10", source, after, "1-95"], check=True)
    subprocess.run(["mergecap", "-F", "pcap", "-a", "-w", path, before, after], check=True)
    path.chmod(0o644)
    chain = tshark.report(path, passes)["chains"][0]
    assert (chain["ending"], chain["outage"], chain["restored"]) == ("resumed", None, None)
    for view in ("stat", "chains", "invalidations", "full"):
        assert not re.search(r"-\d+\.\d", tshark.tap(path, f"nfs4dup,{view}", passes)), view
    line, = tshark.lines(path, "-Y", "frame.number == 109", passes=passes)
    assert "[works again" in line and "after" not in line


@pytest.mark.parametrize("name", sorted(path.name for path in CAPTURES.glob("*.pcap")))
def test_outage_is_the_same_wherever_it_is_told(report, tshark, name):
    """In the rows Cost of the report, the table and the document."""
    document = tshark.report(CAPTURES / name)
    rows = tshark.tap(CAPTURES / name, "nfs4dup,stat")
    for owner in document["owners"]:
        if owner["outage"] is None:
            continue
        seconds = f"{owner['outage']:.3f} s"
        row, = re.findall(rf"^ +\d+ \|.* {re.escape(seconds)}( \(\d+/\d+\))? +\| +{owner['number']} \|", rows, re.M)
        assert row.strip() == ("" if owner["outage_timed"] == owner["outage_of"]
                               else f"({owner['outage_timed']}/{owner['outage_of']})")
        own = [chain for chain in document["chains"] if chain["owner"] == owner["owner"]]
        if owner["verdict"] == "proven" and all(chain["cause"] == "duplicate-owner" for chain in own):
            assert f"outage {seconds}" in " ".join(report(name).split())


GONE = {"BADSESSION": 10052, "DEADSESSION": 10078, "STALE_CLIENTID": 10022, "STALE_STATEID": 10023,
        "BAD_STATEID": 10025, "OLD_STATEID": 10024, "EXPIRED": 10011, "ADMIN_REVOKED": 10047,
        "DELEG_REVOKED": 10087, "BADLAYOUT": 10050}


@pytest.mark.parametrize("name", ["duplicate-v42-server.pcap", "duplicate-v40-server.pcap",
                                  "duplicate-locks-server.pcap", "duplicate-delegations-server.pcap"])
def test_refused_requests_are_those_whose_answer_says_that_all_is_gone(tshark, name):
    """Counted by Wireshark's own dissector; a reply has the status of its COMPOUND first."""
    frames = tshark.fields(CAPTURES / name, "nfs.nfsstat4", show="rpc.msgtyp == 1 && nfs.nfsstat4", bare=True)
    refused = sum(int(frame["nfs.nfsstat4"][0]) in GONE.values() for frame in frames)
    chains = tshark.report(CAPTURES / name)["chains"]
    assert refused == sum(chain["cost"]["requests_refused"] for chain in chains)


IN_USE = "10017"


@pytest.mark.parametrize("name", ["owner-in-use-server.pcap", "owner-in-use-takeover-server.pcap",
                                  "duplicate-v42-server.pcap"])
def test_refused_identifications_are_counted(tshark, name):
    """By Wireshark's own dissector: EXCHANGE_ID and SETCLIENTID that got NFS4ERR_CLID_INUSE."""
    frames = tshark.fields(CAPTURES / name, "nfs.nfsstat4", "ip.dst", "frame.time_epoch", bare=True,
                           show="rpc.msgtyp == 1 && (nfs.opcode == 42 || nfs.opcode == 35)")
    hosts = {}
    for frame in frames:
        if frame["nfs.nfsstat4"][0] == IN_USE:
            hosts.setdefault(frame["ip.dst"][0], []).append(frame)
    owners = tshark.report(CAPTURES / name)["owners"]
    told = {instance["addresses"][0]: instance["refused"] for owner in owners
            for instance in owner["instances"] if instance["refused"] is not None}
    assert set(told) == set(hosts)
    for host, refused in hosts.items():
        assert told[host]["status"] == "NFS4ERR_CLID_INUSE"
        assert told[host]["count"] == len(refused)
        assert told[host]["first_frame"] == refused[0]["frame"]
        assert told[host]["last_frame"] == refused[-1]["frame"]
        assert told[host]["seconds"] == pytest.approx(
            float(refused[-1]["frame.time_epoch"][0]) - float(refused[0]["frame.time_epoch"][0]),
            abs=1e-6)


def test_suspicion_tells_what_decides_before_the_cure(report):
    head, = heads(report("duplicate-v42-host1.pcap"))
    told = rows(head)
    assert list(told) == ["", "Cost", "Decide", "Fix", "Signs", "Not", "Or", "Filter"]
    assert "This capture does not show which host." in told[""]
    assert told["Fix"].startswith("if that confirms it: ")


def test_copies_of_a_machine(report):
    head, = heads(report("cloned-instance-server.pcap"))
    assert words(head).startswith("CLONED MACHINE (proven): 10.0.0.11 and 10.0.0.12 present the same client "
                                  "owner (web01) and the same verifier at server 10.0.0.1")
    assert "one host with a new address" in rows(head)["Not"]


def test_a_newcomer_that_is_turned_away(report):
    head, = heads(report("owner-in-use-server.pcap"))
    assert words(head).startswith("DUPLICATE CLIENT (proven): 10.0.0.11 and 10.0.0.12 both call themselves "
                                  "web01, and server 10.0.0.1 turned 10.0.0.12 away 1 time "
                                  "(NFS4ERR_CLID_INUSE) while 10.0.0.11 worked on.")


def test_hosts_behind_one_address_are_no_two_addresses(report):
    head, = heads(report("nat-server.pcap"))
    assert "at least two hosts behind 10.0.0.9 call themselves web01" in words(head)
    assert "instance 1's SEQUENCE is refused" in rows(head)["Proof"]
    head, = heads(report("nat-router.pcap"))
    assert "192.168.7.11 and 192.168.7.12 both call themselves web01" in words(head)


def test_date_is_told_once(report):
    assert report("duplicate-v42-server.pcap", "brief").count("2026") == 1


def test_views_hold_more_and_more(report):
    brief, middle, full = (report("duplicate-v42-server.pcap", view) for view in ("brief", "report", "full"))
    assert heads(brief) == heads(middle) == heads(full)
    assert "To cure #1" not in brief and "To cure #1" in middle
    assert "takeover-refused" not in middle
    assert full.count("- takeover-refused, ") == full.count("- recurrence, ") == 1


def test_markdown_for_a_ticket(report):
    text = report("duplicate-v42-server.pcap", "markdown")
    assert "\n**DUPLICATE CLIENT (proven, harmful): 10.0.0.11 and 10.0.0.12 both call themselves web01" in text
    assert "\n- **Proof:**\n  - frame 62 11:00:02.676 .12 confirms 'Linux NFSv4.2 web01' (frame 59)\n" in text
    assert "(NFS4ERR\\_BADSESSION)" in text
    assert "\n- **Filter:** `nfs4sess.owner.number == 1`\n" in text


def test_filter_that_hides_everything_is_named(report, tshark):
    text = tshark.tap(CAPTURES / "duplicate-v42-server.pcap", "nfs4dup,report,ip.addr == 192.0.2.1")
    assert text.startswith("No client owner is known of the frames that match the filter.")


@pytest.mark.parametrize("view", ["brief", "report", "full", "markdown"])
def test_a_filter_chooses_owners(tshark, view):
    """ipv6-server has two: one of them is no duplicate."""
    chosen = tshark.tap(CAPTURES / "ipv6-server.pcap", f"nfs4dup,{view},nfs4sess.owner.number == 2")
    assert "No duplicate shows in this capture: 1 client owner, one client." in chosen


@pytest.mark.parametrize(("number", "told"), [(5, "one client"), (6, "1 lost lease not explained")])
def test_losses_in_the_first_line_are_those_of_the_owners_chosen(tshark, number, told):
    chosen = tshark.tap(CAPTURES / "made-trouble-server.pcap",
                        f"nfs4dup,brief,nfs4sess.owner.number == {number}")
    assert f"No duplicate shows in this capture: 1 client owner, {told};" in chosen


@pytest.mark.parametrize("argument", ["nfs4dup,reports", "nfs4dup,report,no.such.field"])
def test_argument_that_is_none_ends_with_an_error(tshark, argument):
    result = tshark.read(CAPTURES / "duplicate-v42-server.pcap", "-q", "-z", argument)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "nfs4dup,report" in result.stderr


def behind_a_router(capture, target):
    """The capture as it would look where one router stands before all clients."""
    router = bytes.fromhex("020000000001")
    head, frames = pcap.read(capture)
    for frame in frames:
        if frame.segment is not None:
            place = 0 if frame.is_reply else 6
            frame.data = frame.data[:place] + router + frame.data[place + 6:]
    pcap.write(target, head, frames)


def test_hardware_addresses_are_named(report):
    text = words(report("duplicate-v42-server.pcap", "full").split("\n"))
    links = re.findall("hardware address (..:..:..:..:..:..), its own or a router's", text)
    assert len(links) == len(set(links)) == 2
    assert "same hardware address" not in text


def test_hosts_behind_one_router_have_its_hardware_address(tshark, room):
    behind_a_router(CAPTURES / "duplicate-v42-server.pcap", room / "routed.pcap")
    text = words(tshark.tap(room / "routed.pcap", "nfs4dup,full").split("\n"))
    assert text.count("hardware address 02:00:00:00:00:01, its own or a router's") == 2
    assert "on the same machine, or behind the same router" in text
