# SPDX-License-Identifier: GPL-2.0-or-later
"""Chains: what a tshark without the plugin counts, the links between frames, table and JSON."""
import collections
import functools
import json
import re

import jsonschema
import pytest

import packets
from conftest import CAPTURES, PASSES, ROOT, SHARED, shipped
from test_cuts import cut
from test_shared import files

ADMIN_REVOKED = "10047"
LAB = SHARED / "captures" / "lab"
HEAD = ["#", "Client", "Cause", "Grade", "Frames", "Culprit", "Restored", "Outage", "Ending", "Lost",
        "Client owner"]


def lab_captures():
    if not (LAB / "truth.json").exists():
        return {}
    scenarios = json.loads((LAB / "truth.json").read_text())["scenarios"]
    return {f"{scenario}/{name}": known for scenario, files in scenarios.items()
            for name, known in files["files"].items()}


SHIPPED = pytest.mark.parametrize("name", shipped())
EVERY = pytest.mark.parametrize("name", [*shipped(), *lab_captures()])


def path_of(name):
    return LAB / name if "/" in name else CAPTURES / name


@functools.cache
def report_of(tshark, path, passes=1):
    return tshark.report(path, passes)


def lost_leases(tshark, path):
    """The chains of leases that are gone."""
    return [chain for chain in chains_of(tshark, path).values()
            if chain["cause"] not in ("admin-revoked", "session-only")]


@functools.cache
def losses_of(tshark, path):
    return packets.read_losses(tshark, path)


@functools.cache
def chains_of(tshark, path, passes=1):
    """Number -> chain, as the JSON document has it."""
    return {chain["chain"]: chain for chain in report_of(tshark, path, passes)["chains"]}


def frames_in(chain):
    return [step["frame"] for step in chain["steps"]]


def is_duplicate(truth, name):
    """Whether two hosts with one owner met in the capture, seen from whichever side."""
    if "/" in name:
        return lab_captures()[name]["verdict"].startswith("duplicate")
    return any(owner["kind"] for owner in truth[name])


@functools.cache
def marked(tshark, path, passes=2):
    """Frame -> the fields of its chain."""
    names = ["nfs4sess.chain", "nfs4sess.chain.step", "nfs4sess.chain.cause", "nfs4sess.chain.first",
             "nfs4sess.chain.prev", "nfs4sess.chain.next", "nfs4sess.chain.culprit",
             "nfs4sess.chain.outage", "nfs4sess.lost.opens", "nfs4sess.lost.locks",
             "nfs4sess.lost.delegations"]
    frames = tshark.fields(path, *names, show="nfs4sess.chain", passes=passes)
    return {frame["frame"]: {name.removeprefix("nfs4sess."): [*map(float, frame[name])]
                             for name in names} for frame in frames}


@functools.cache
def packets_of(tshark, path):
    """Frame -> its fields, of every frame with RPC, by a tshark without the plugin."""
    names = ["frame.time_epoch", "tcp.stream", "rpc.msgtyp", "rpc.repframe", "nfs.opcode", "nfs.nfsstat4"]
    return {frame["frame"]: frame for frame in tshark.fields(path, *names, show="rpc", bare=True)}


@functools.cache
def calls_of(tshark, path):
    """Frame of a reply -> frames of its calls."""
    return {number: [*map(int, frame["rpc.repframe"])]
            for number, frame in packets_of(tshark, path).items() if "1" in frame["rpc.msgtyp"]}


# --- against a tshark without the plugin ---

@EVERY
def test_lost_leases_are_chains(tshark, truth, name):
    losses, chains = losses_of(tshark, path_of(name)), lost_leases(tshark, path_of(name))
    assert [(loss.host, loss.refused) for loss in losses] == \
        [(chain["client"], frames_in(chain)[0]) for chain in chains]
    blamed = [chain for chain in chains if chain["cause"] == "duplicate-owner"]
    seen = sum(loss.culprit is not None for loss in losses)
    assert len(blamed) == (seen or len(losses) if is_duplicate(truth, name) else 0)
    assert all(chain["grade"] for chain in blamed)


@EVERY
def test_ways_back(tshark, name):
    for loss, chain in zip(losses_of(tshark, path_of(name)), lost_leases(tshark, path_of(name)), strict=True):
        confirms = [step["frame"] for step in chain["steps"] if step["step"] == "confirm"]
        assert confirms[:1] == ([loss.confirmed] if loss.confirmed else [])
        if len(confirms) < 2:  # else it was to no avail the first time
            assert chain["restored"] == (pytest.approx(loss.restored, abs=1e-6) if loss.restored else None)


@EVERY
def test_culprits(tshark, name):
    for loss, chain in zip(losses_of(tshark, path_of(name)), lost_leases(tshark, path_of(name)), strict=True):
        assert (chain["culprit"], chain["culprit_frame"]) == (loss.culprit or (None, None))
        if not chain["culprit"]:
            continue
        assert (chain["cause"], chain["grade"]) == ("duplicate-owner", "proven")
        assert chain["culprit"] in chain["reason"] and str(chain["culprit_frame"]) in chain["reason"]
        assert chain["culprit_frame"] not in frames_in(chain)


@EVERY
def test_outages(tshark, name):
    """From the first step to the last where that is work that was done, and nothing before it was."""
    times = {number: (float(frame["frame.time_epoch"][0]), set(frame["nfs.opcode"]),
                      frame["nfs.nfsstat4"], frame["tcp.stream"])
             for number, frame in packets_of(tshark, path_of(name)).items()
             if frame["nfs.opcode"] and "1" in frame["rpc.msgtyp"]}
    upkeep = {"53", "30", "41", "44", "42", "43", "35", "36", "58", "55", "45", "20", "18", "12", "24"}
    for chain in chains_of(tshark, path_of(name)).values():
        frames = frames_in(chain)
        assert (chain["ending"] == "resumed") == (chain["steps"][-1]["step"] == "resumed")
        if chain["ending"] != "resumed":
            assert chain["outage"] is None or chain["ending"] == "idle"
            continue
        span = times[frames[-1]][0] - times[frames[0]][0]  # or, idle for a second and longer, until then
        assert chain["outage"] == pytest.approx(span, abs=1e-6) or 0 < chain["outage"] <= span - 1
        assert int(times[frames[-1]][2][0]) < 10000
        confirm = max((step["frame"] for step in chain["steps"] if step["step"] == "confirm"),
                      default=frames[0])
        worked = [frame for frame, (_, operations, status, stream) in times.items()
                  if confirm < frame < frames[-1] and stream == times[frames[-1]][3]
                  and int(status[0]) < 10000 and not operations & upkeep - {"53"}
                  and operations != {"53"}]
        assert worked == []


@EVERY
def test_steps_are_what_the_packets_say(tshark, name):
    operations = {"destroy-session": "44", "create-session-refused": "43", "reclaim-complete": "58",
                  "lease-time": "9", "reopen": "18"}
    replies = packets_of(tshark, path_of(name))
    for chain in chains_of(tshark, path_of(name)).values():
        assert chain["steps"][0]["step"] == "refused"
        assert frames_in(chain) == sorted(set(frames_in(chain)))
        for step in chain["steps"]:
            packet = replies[step["frame"]]
            assert operations.get(step["step"], packet["nfs.opcode"][-1]) in packet["nfs.opcode"]
            if step["step"] in ("identify", "confirm"):
                assert set(packet["nfs.opcode"]) & (packets.IDENTIFY | packets.CONFIRM)
            assert (step["status"] == "NFS4_OK") == (packet["nfs.nfsstat4"][0] == "0")
            if step["step"] == "refused":
                assert packet["nfs.nfsstat4"][0] in \
                    packets.LEASE_LOST | ({ADMIN_REVOKED} if chain["cause"] == "admin-revoked" else set())
                assert not set(packet["nfs.opcode"]) & {"43", "44"}


@EVERY
def test_held_state(tshark, name):
    held = packets.read_held(tshark, path_of(name))
    for loss, chain in zip(losses_of(tshark, path_of(name)), lost_leases(tshark, path_of(name)), strict=True):
        cost, lost = chain["cost"], chain["lost"]
        ours = held.get(packets.reversed_id(loss.clientid), held[loss.clientid])
        if chain["continues"] or cost["opens"]["held"] is None:
            continue
        assert (cost["opens"]["held"], cost["locks"]["held"]) == (len(ours.opens), sum(ours.locks.values()))
        assert (lost["delegations"] or 0) <= len(ours.delegations)


@EVERY
def test_files_of_lost_locks(tshark, name):
    locked = packets.read_locked_names(tshark, path_of(name))
    for loss, chain in zip(losses_of(tshark, path_of(name)), lost_leases(tshark, path_of(name)), strict=True):
        lost, held = chain["lost"], chain["cost"]["locks"]["held"]
        ours = locked.get(packets.reversed_id(loss.clientid), locked.get(loss.clientid, set()))
        if chain["continues"]:
            continue
        assert set(chain["lost_files"]) <= ours
        assert chain["lost_files"] or not lost["locks"] or lost["locks"] < held or not ours


@files([*lab_captures()])
def test_recoveries_of_the_lab(tshark, name):
    """The lab's own notes, made by yet another program."""
    known = lab_captures()[name]["recovery_s"]
    restored = [chain["restored"] for chain in chains_of(tshark, path_of(name)).values()
                if chain["restored"] is not None]
    assert len(restored) == known.get("n", 0)
    assert not restored or min(restored) == pytest.approx(known["min"], abs=1e-4)


# --- fields ---

@EVERY
def test_links_lead_through_the_chain(tshark, name):
    frames = marked(tshark, path_of(name))
    for number, chain in chains_of(tshark, path_of(name)).items():
        there = frames_in(chain)
        walk = [there[0]]
        while frames[walk[-1]]["chain.next"]:
            walk += frames[walk[-1]]["chain.next"]
        assert walk == there
        while frames[walk[-1]]["chain.prev"]:
            walk += frames[walk[-1]]["chain.prev"]
        assert walk == there + there[-2::-1]
        for place, frame in enumerate(there):
            fields = frames[frame]
            assert fields["chain"] == [number]
            assert fields["chain.first"] == [there[0]]
            assert fields["chain.culprit"] == ([chain["culprit_frame"]] if chain["culprit_frame"] else [])
            last = place == len(there) - 1
            assert fields["chain.outage"] == ([pytest.approx(chain["outage"])]
                                              if last and chain["ending"] == "resumed" else [])
            for kind, lost in chain["lost"].items():
                assert fields[f"lost.{kind}"] == ([lost] if last and lost is not None else [])


@EVERY
def test_calls_have_the_links_of_their_replies(tshark, name):
    frames, calls = marked(tshark, path_of(name)), calls_of(tshark, path_of(name))
    for chain in chains_of(tshark, path_of(name)).values():
        for frame in frames_in(chain):
            call, = calls[frame]
            for field in ("chain", "chain.step", "chain.cause", "chain.first", "chain.prev", "chain.next"):
                assert set(frames[frame][field]) <= set(frames[call][field])
            assert call in frames_in(chain) or not any(
                frames[call][field] for field in ("lost.opens", "lost.locks", "lost.delegations"))


@EVERY
def test_every_frame_of_a_chain_has_step_and_cause(tshark, name):
    steps = ["none", "refused", "destroy-session", "create-session-refused", "identify", "confirm",
             "lease-time", "reclaim", "reclaim-complete", "probe-state", "resumed", "reopen"]
    causes = ["unknown", "duplicate-owner", "client-restart", "server-restart", "failover",
              "lease-expired", "admin-revoked", "removed-by-server", "session-only"]
    chains = chains_of(tshark, path_of(name))
    for frame, fields in marked(tshark, path_of(name)).items():
        assert len(fields["chain"]) == len(fields["chain.step"]) == len(fields["chain.cause"]) > 0
        for number, cause in zip(fields["chain"], fields["chain.cause"]):
            assert causes[int(cause)] == chains[number]["cause"]
            if frame in frames_in(chains[number]):
                step = chains[number]["steps"][frames_in(chains[number]).index(frame)]
                assert fields["chain.step"] == [steps.index(step["step"])]


def frames_of_chains(tshark, path, passes):
    """Number of a chain -> the frames that bear it."""
    found = collections.defaultdict(set)
    for frame, fields in marked(tshark, path, passes).items():
        for number in fields["chain"]:
            found[number].add(frame)
    return found


@EVERY
def test_field_tells_the_story(tshark, name):
    path = path_of(name)
    first, second = (frames_of_chains(tshark, path, passes) for passes in (1, 2))
    assert set(first) == set(second) == set(chains_of(tshark, path))
    for number, chain in chains_of(tshark, path).items():
        replies = set(frames_in(chain))
        calls = {call for frame in replies for call in calls_of(tshark, path)[frame]}
        assert second[number] == replies | calls
        # In one pass nobody knows when the call comes what its answer will be.
        assert first[number] == replies


@PASSES
@pytest.mark.parametrize("number", [1, 6])
def test_filter_prints_the_story(tshark, number, passes):
    path = CAPTURES / "duplicate-locks-server.pcap"
    shown = {frame["frame"] for frame in
             tshark.fields(path, show=f"nfs4sess.chain == {number}", passes=passes)}
    assert shown == frames_of_chains(tshark, path, passes)[number]
    assert len(shown) > 3


@EVERY
def test_expert_information_says_what_was_lost(tshark, name):
    errors = tshark.fields(path_of(name), "_ws.expert.message", show="nfs4sess.state.lost", passes=2)
    said = {frame["frame"]: " ".join(frame["_ws.expert.message"]) for frame in errors}
    expected = set()
    for chain in chains_of(tshark, path_of(name)).values():
        last = frames_in(chain)[-1]
        if chain["lost"]["opens"] or chain["lost"]["locks"]:  # delegations alone are no alarm
            expected.add(last)
            for kind, lost in chain["lost"].items():
                assert not lost or f"{lost} {kind.removesuffix('s')}" in said[last]
        expected |= {step["frame"] for step in chain["steps"] if step["step"] == "reclaim"
                     and step["status"] not in ("NFS4_OK", "NFS4ERR_GRACE", "NFS4ERR_DELAY")}
    assert set(said) == expected


# --- the document ---

@EVERY
def test_document_is_as_its_schema_says(tshark, name):
    schema = json.loads((ROOT / "tests" / "nfs4dup-1.schema.json").read_text())
    jsonschema.validate(report_of(tshark, path_of(name)), schema)


# What makes an answer a refusal: the session, the clientid or the state is gone.
GONE = {f"NFS4ERR_{name}" for name in (
    "BADSESSION", "DEADSESSION", "STALE_CLIENTID", "STALE_STATEID", "BAD_STATEID", "OLD_STATEID",
    "EXPIRED", "ADMIN_REVOKED", "DELEG_REVOKED", "BADLAYOUT")}


@EVERY
def test_costs_fit_the_steps(tshark, name):
    for chain in chains_of(tshark, path_of(name)).values():
        cost, steps = chain["cost"], [step["step"] for step in chain["steps"]]
        assert chain["steps_dropped"] == 0
        gone = sum(step["status"] in GONE for step in chain["steps"])
        failed = sum(cost[kind] for kind in ("reads_failed", "writes_failed", "delegations_refused",
                                             "layouts_refused"))
        assert steps.count("refused") <= gone <= cost["requests_refused"] <= gone + failed
        assert cost["recovery_requests"] == len(steps) - steps.count("refused") - steps.count("resumed")
        assert cost["requests_resent"] <= cost["requests_refused"]
        assert cost["stateids_bad"] <= cost["stateids_tested"]
        assert sum(cost[kind]["taken_anew"] for kind in ("opens", "locks")) == \
            sum(step["step"] == "reopen" and step["status"] == "NFS4_OK" for step in chain["steps"])
        answers = [step["status"] for step in chain["steps"] if step["step"] == "reclaim"]
        for member, status in (("reclaimed", "NFS4_OK"), ("no_grace", "NFS4ERR_NO_GRACE"),
                               ("reclaim_bad", "NFS4ERR_RECLAIM_BAD"),
                               ("reclaim_conflict", "NFS4ERR_RECLAIM_CONFLICT")):
            assert sum(cost[kind][member] for kind in ("opens", "locks")) == answers.count(status)
        for kind in ("opens", "locks"):
            if chain["lost"][kind] is not None and cost[kind]["held"] is not None:
                regained = cost[kind]["reclaimed"] + cost[kind]["taken_anew"]
                assert chain["lost"][kind] == max(0, cost[kind]["held"] - regained)


@EVERY
def test_owners_add_their_chains_up(tshark, name):
    report = report_of(tshark, path_of(name))
    chains = list(chains_of(tshark, path_of(name)).values())
    assert report["totals"]["chains"] == len(chains)
    for owner in report["owners"]:
        own = [chain for chain in chains
               if (chain["owner"], chain["server"]) == (owner["owner"], owner["server"])]
        assert owner["invalidations"] == sum(chain["cause"] != "admin-revoked" for chain in own)
        if not any(chain["continues"] for chain in own):
            assert (owner["outage"] or 0) == pytest.approx(sum(chain["outage"] or 0 for chain in own))


@EVERY
def test_chains_that_continue(tshark, name):
    chains = chains_of(tshark, path_of(name))
    for chain in chains.values():
        if chain["continues"]:
            before = chains[chain["continues"]]
            assert before["ending"] == "refused-again"
            assert (before["client"], before["owner"]) == (chain["client"], chain["owner"])
            assert before["chain"] < chain["chain"]
    broken_off = [chain["chain"] for chain in chains.values() if chain["ending"] == "refused-again"]
    assert broken_off == sorted(chain["continues"] for chain in chains.values() if chain["continues"])


# --- the table ---

def rows_of(table):
    title, head, *rows = table.rstrip("\n").split("\n")
    assert title == "NFSv4 Invalidation Chains"
    assert re.split("  +", head.strip()) == HEAD
    return [dict(zip(HEAD, re.split("  +", row.strip()), strict=True)) for row in rows]


def seconds(value):
    return "-" if value is None else f"{value:.3f} s"


def lost_text(lost):
    parts = [f"{count} {kind if count > 1 else kind.removesuffix('s')}"
             for kind, count in lost.items() if count]
    return ", ".join(parts) or "-"


@EVERY
def test_table_says_what_the_document_says(tshark, name):
    rows = rows_of(tshark.tap(path_of(name), "nfs4dup,chains"))
    chains = chains_of(tshark, path_of(name)).values()
    owners = {owner["owner"]: owner["number"] for owner in report_of(tshark, path_of(name))["owners"]}
    assert len(rows) == len(chains)
    for row, chain in zip(rows, chains):
        frames = frames_in(chain)
        assert row == {
            "#": str(chain["chain"]), "Client": chain["client"], "Cause": chain["cause"],
            "Grade": chain["grade"] or "-", "Frames": f"{frames[0]}-{frames[-1]}",
            "Culprit": f"{chain['culprit']} in {chain['culprit_frame']}" if chain["culprit"] else "-",
            "Restored": seconds(chain["restored"]), "Outage": seconds(chain["outage"]),
            "Ending": chain["ending"], "Lost": lost_text(chain["lost"]),
            "Client owner": f"#{owners[chain['owner']]} {chain['owner']}"}


@EVERY
def test_two_passes_say_the_same(tshark, name):
    path = path_of(name)
    assert tshark.tap(path, "nfs4dup,chains", 1) == tshark.tap(path, "nfs4dup,chains", 2)
    assert chains_of(tshark, path, 1) == chains_of(tshark, path, 2)


@PASSES
@pytest.mark.parametrize("show,chosen", [
    ("nfs4sess.chain == 2 || nfs4sess.chain == 5", [2, 5]),
    ("nfs4sess.chain.outage", [6, 10]),
    ("frame.number == 115", [2]),
    ("frame.number == 1", []),
    ("ip.src == 10.0.0.11", [1, 3, 5, 7, 9]),
    ("tcp", list(range(1, 11)))])
def test_filtered_table(tshark, passes, show, chosen):
    everything = rows_of(tshark.tap(CAPTURES / "duplicate-locks-server.pcap", "nfs4dup,chains"))
    rows = rows_of(tshark.tap(CAPTURES / "duplicate-locks-server.pcap", f"nfs4dup,chains,{show}", passes))
    assert rows == [row for row in everything if int(row["#"]) in chosen]


def test_wrong_filter(tshark):
    result = tshark.read(CAPTURES / "duplicate-locks-server.pcap", "-q", "-z", "nfs4dup,chains,no such field")
    assert result.returncode != 0 or "nfs4dup,chains" in result.stderr


@PASSES
def test_nothing_but_the_head(tshark, room, passes):
    handshake = cut(CAPTURES / "duplicate-locks-server.pcap", room, 1, 3)
    assert rows_of(tshark.tap(handshake, "nfs4dup,chains", passes)) == []
    assert rows_of(tshark.tap(CAPTURES / "remount-server.pcap", "nfs4dup,chains", passes)) == []


@SHIPPED
def test_table_golden(tshark, golden, name):
    golden(name.replace(".pcap", ".chains.txt"), tshark.tap(CAPTURES / name, "nfs4dup,chains"))


def sessions_made(tshark, path, hosts):
    """(number of the session, clientid, frame) of each that knfsd gave these hosts, by number."""
    made = []
    for frame in tshark.fields(path, "nfs.session_id4", "ip.dst", bare=True,
                               show="nfs.opcode == 43 && rpc.msgtyp == 1 && nfs.session_id4"):
        session = bytes.fromhex(frame["nfs.session_id4"][0].replace(":", ""))
        if frame["ip.dst"][0] in hosts:
            made.append((int.from_bytes(session[8:12], "little"), session[:8], frame["frame"]))
    return sorted(made)


@pytest.mark.parametrize("name", ["storm-server.pcap", "ten-clones-server.pcap",
                                  "duplicate-v42-server.pcap"])
def test_culprit_made_the_next_session(tshark, name):
    """Each confirm makes a session, and the server numbers them: whoever made the one after the
    last one of a lease ended that lease, however late confirms and refusals are answered."""
    chains = chains_of(tshark, path_of(name)).values()
    made = sessions_made(tshark, path_of(name), {chain["client"] for chain in chains})
    refused = {frame["frame"]: bytes.fromhex(frame["nfs.session_id4"][0].replace(":", ""))[:8]
               for frame in tshark.fields(path_of(name), "nfs.session_id4", bare=True,
                                          show="nfs.session_id4 && rpc.msgtyp == 0")}
    calls = {frame["frame"]: int(frame["rpc.repframe"][0])
             for frame in tshark.fields(path_of(name), "rpc.repframe", bare=True,
                                        show="rpc.repframe && rpc.msgtyp == 1")}
    blamed = 0
    for chain in chains:
        if chain["cause"] != "duplicate-owner" or not chain["culprit_frame"]:
            continue
        lost = refused[calls[frames_in(chain)[0]]]
        last = max(number for number, clientid, _ in made if clientid == lost)
        following = [frame for number, _, frame in made if number > last]
        assert chain["culprit_frame"] == following[0], f"chain {chain['chain']}"
        blamed += 1
    assert blamed > 5
