# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup --watch: what it tells and when, what it keeps, and the whole of it on a cable.

Run as a program with a capture and an interface, this file sends the one's frames on the
other, as fast as they were captured.
"""
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest

from conftest import CAPTURES, IS_ROOT, ROOT
from test_live_capture import NETWORK, may_have_a_network, network, records

sys.path.insert(0, str(ROOT / "ui" / "frontend"))
import judge  # noqa: E402, of ui/frontend
import watch_window  # noqa: E402
from watch_metrics import Metrics  # noqa: E402
from watch_news import LONGEST_PAUSE, QUIET, News  # noqa: E402

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
MINUTE = 60
SEEN = {name: 0 for name in (*judge.UNSEEN, "unclaimed_connections", "unclaimed_port", "dropped")}


# ---- what is told -----------------------------------------------------------------------

def an_owner(verdict="proven", takeovers=2, hosts=("10.0.0.11", "10.0.0.12"), **more):
    return {"server": "10.0.0.1:2049", "owner": "Linux NFSv4.2 web01", "owner_hex": "77",
            "verdict": verdict, "harmful": True, "takeovers": takeovers, "outage": 0.5,
            "invalidations": takeovers, "evidence": [{"kind": "recurrence", "count": 1}],
            "instances": [{"addresses": [host]} for host in hosts], **more}


def a_chain(frame, client="10.0.0.21", cause="lease-expired", **more):
    return {"server": "10.0.0.1:2049", "client": client, "owner": "Linux NFSv4.2 db01",
            "cause": cause, "reason": "nothing was heard of it for 95 s", "recovered": True,
            "outage": 1.0, "steps": [{"source": "ring_1", "source_frame": frame}], **more}


def a_document(owners=(), chains=(), troubles=(), **totals):
    return {"owners": list(owners), "chains": list(chains), "troubles": list(troubles),
            "totals": {**SEEN, "compounds": 9, "answered": 9, **totals}}


@pytest.fixture
def tells():
    """tells(time, document): names of the events. Each call is a watch that was started anew."""
    kept = ["{}"]

    def of(now, document, rolled=False):
        news = News(json.loads(kept[0]))
        tells.events = list(news.of(document, now, rolled))
        tells.totals = news.memory["totals"]
        kept[0] = json.dumps(news.memory)
        assert all(event["text"] for event in tells.events)
        return [event["event"] for event in tells.events]

    tells = of
    return of


def test_duplicate_is_told_once(tells):
    assert tells(0, a_document([an_owner()])) == ["duplicate"]
    event, = tells.events
    assert event["hosts"] == ["10.0.0.11", "10.0.0.12"]
    assert "10.0.0.11 and 10.0.0.12 present the same client owner" in event["text"]
    assert tells(10, a_document([an_owner()])) == []


def test_innocents_are_not_told(tells):
    for verdict in ("single", "restarted", "undecided"):
        assert tells(0, a_document([an_owner(verdict)])) == []


def test_host_that_the_capture_does_not_show_is_not_named(tells):
    tells(0, a_document([an_owner("suspected", hosts=["10.0.0.11"])]))
    assert "10.0.0.11 and a host that the capture does not show" in tells.events[0]["text"]


def test_verdict_that_rises_and_a_third_host(tells):
    assert tells(0, a_document([an_owner("suspected")])) == ["duplicate"]
    assert tells(10, a_document([an_owner("proven")])) == ["verdict-rose"]
    assert tells(20, a_document([an_owner("suspected")])) == []
    more = ("10.0.0.11", "10.0.0.12", "10.0.0.13")
    assert tells(30, a_document([an_owner(hosts=more)])) == ["another-host"]


def test_storm_is_told_once(tells):
    tells(0, a_document([an_owner(takeovers=2)]))
    assert tells(10, a_document([an_owner(takeovers=5)])) == ["storm"]
    assert tells.events[0]["takeovers_per_minute"] == 18
    assert tells(20, a_document([an_owner(takeovers=9)])) == []


def test_what_goes_on_is_told_ever_more_rarely(tells):
    tells(0, a_document([an_owner(takeovers=1)]))
    told, day = [], 24 * 60 * MINUTE
    for number, now in enumerate(range(MINUTE // 2, 3 * day, MINUTE // 2), 2):
        told += [now] * ("continues" in tells(now, a_document([an_owner(takeovers=number)])))
    pauses = [later - sooner for sooner, later in zip([0, *told], told)]
    assert pauses == sorted(pauses) and pauses[0] == MINUTE and pauses[-1] == LONGEST_PAUSE
    assert len(told) < 24


def test_over_and_again(tells):
    tells(0, a_document([an_owner(takeovers=1)]))
    assert tells(QUIET - 1, a_document([an_owner(takeovers=1)])) == []
    assert tells(QUIET, a_document([an_owner(takeovers=1)])) == ["over"]
    assert tells(2 * QUIET, a_document([an_owner(takeovers=1)])) == []
    assert tells(3 * QUIET, a_document([an_owner(takeovers=2)])) == ["again"]


def test_what_left_the_window_is_over_and_may_come_back(tells):
    tells(0, a_document([an_owner()]))
    assert tells(QUIET, a_document()) == ["over"]
    assert tells(QUIET + 1, a_document()) == []
    assert tells(QUIET + 2, a_document([an_owner()])) == ["duplicate"]


def test_counts_that_become_smaller_with_the_window_count_no_takeover(tells):
    tells(0, a_document([an_owner(takeovers=9)]))
    tells(10, a_document([an_owner(takeovers=4)]), rolled=True)
    tells(20, a_document([an_owner(takeovers=5)]))
    assert tells.totals["takeovers"] == 10


def test_lost_leases_of_one_cause_are_one_event(tells):
    chains = [a_chain(frame, f"10.0.0.{frame}") for frame in range(20, 32)]
    assert tells(0, a_document(chains=chains)) == ["lease-lost"]
    event, = tells.events
    assert event["count"] == 12 and "and 4 more" in event["text"]
    assert tells(10, a_document(chains=chains)) == []
    assert tells(20, a_document(chains=[*chains, a_chain(99)])) == ["lease-lost"]
    assert tells.totals["lost lease-expired"] == 13


def test_duplicates_losses_are_counted_and_not_told_apart(tells):
    assert tells(0, a_document(chains=[a_chain(1, cause="duplicate-owner")])) == []
    assert tells.totals["lost duplicate-owner"] == 1


def test_cause_that_is_not_known_yet_is_waited_for(tells):
    lost = a_chain(1, cause="unknown", recovered=False)
    assert tells(0, a_document(chains=[lost])) == []
    assert tells(10, a_document(chains=[a_chain(1, cause="server-restart")])) == ["lease-lost"]
    assert tells.events[0]["cause"] == "server-restart"
    assert tells(20, a_document(chains=[a_chain(2, cause="unknown", recovered=False)])) == []
    assert tells(20 + MINUTE, a_document(
        chains=[a_chain(2, cause="unknown", recovered=False)])) == ["lease-lost"]


def test_trouble_is_told_once_and_goes_on(tells):
    trouble = {"kind": "grace", "client": "10.0.0.11", "server": "10.0.0.1:2049", "owner": "x",
               "operation": "OPEN", "status": "NFS4ERR_GRACE", "count": 20, "reason": "it waits"}
    assert tells(0, a_document(troubles=[trouble])) == ["trouble"]
    assert tells(10, a_document(troubles=[{**trouble, "count": 40}])) == []
    assert tells(MINUTE, a_document(troubles=[{**trouble, "count": 60}])) == ["continues"]
    assert tells.events[0]["more"] == 40
    assert tells(MINUTE + QUIET, a_document(troubles=[{**trouble, "count": 60}])) == ["over"]


def test_what_cannot_be_seen_is_told_once(tells):
    assert tells(0, a_document(invisible=3)) == ["unseen"]
    assert tells(10, a_document(invisible=30)) == []


def test_dropped_packets():
    news = News({})
    assert [event["packets"] for event in news.dropped(5, 1000)] == [5]
    assert not list(news.dropped(5, 1010))
    assert [event["packets"] for event in news.dropped(0, 1000 + 2 * MINUTE)] == [5]


def test_what_was_told_takes_no_more_room_than_the_window(tells):
    for now in range(0, 40):
        tells(now, a_document([an_owner(owner_hex=f"{now:04x}")], [a_chain(now)]))
    tells(QUIET + MINUTE, a_document())
    news = News({})
    news.memory.update(json.loads(json.dumps(news.memory)))
    assert tells(QUIET + 2 * MINUTE, a_document()) == []


# ---- the window -------------------------------------------------------------------------

class Programs:
    """Starts what the window starts, as whoever runs the tests."""

    def start(self, program, *arguments, **options):
        self.calls = getattr(self, "calls", 0) + 1
        return subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, **options)

    @staticmethod
    def hand_over(_):
        pass

    @staticmethod
    def name_of(end):
        return f"/dev/fd/{end}"


def a_window(folder, seconds=24 * 3600, limit=64000000):
    return watch_window.Window(Programs(), folder, seconds, limit)


@pytest.fixture
def small(tmp_path):
    """Some packets in a file of the kind that extracts are."""
    path = tmp_path / "small.pcapng"
    subprocess.run(["editcap", "-r", CAPTURES / "remount-server.pcap", path, "1-2"], check=True)
    return path


def packets_in(window, path):
    with path.open("wb") as out:
        window.write(out)
    found = subprocess.run(["capinfos", "-M", "-T", "-r", "-c", path], text=True, check=True,
                           capture_output=True)
    return int(found.stdout.split()[-1])


def test_window_keeps_all_in_few_files(tmp_path, small):
    window = a_window(tmp_path / "window")
    for now in range(150):
        window.add([small], now)
    assert len(window.pieces) <= watch_window.LEVELS * (watch_window.TOGETHER - 1)
    again = a_window(tmp_path / "window")
    assert [piece.path for piece in again.pieces] == [piece.path for piece in window.pieces]
    assert packets_in(again, tmp_path / "all.pcapng") == 300


def test_window_is_bounded_by_age_and_by_size(tmp_path, small):
    old = a_window(tmp_path / "old", seconds=100)
    assert [old.add([small], now) for now in (0, 90)] == [False, False]
    assert old.add([], 150) and len(old.pieces) == 1
    large = a_window(tmp_path / "large", limit=10 * small.stat().st_size)
    for now in range(100):
        large.add([small], now)
        assert large.size() <= large.limit
    assert large.pieces


def test_empty_extracts_are_not_kept(tmp_path):
    path = tmp_path / "none.pcapng"
    subprocess.run(["editcap", CAPTURES / "remount-server.pcap", path, "1-100000"], check=True)
    window = a_window(tmp_path / "window")
    window.add([path], 1)
    assert window.pieces == []


def test_what_a_killed_watch_left_half_written_goes(tmp_path):
    folder = tmp_path / "window"
    folder.mkdir()
    (folder / "abc.new").write_text("half")
    a_window(folder)
    assert list(folder.iterdir()) == []


# ---- metrics ----------------------------------------------------------------------------

def test_metrics_are_whole_and_as_prometheus_wants_them(tmp_path):
    path = tmp_path / "nfs4dup.prom"
    facts = dict.fromkeys(("lag_seconds", "judgement_seconds", "last_judgement_timestamp_seconds",
                           "window_bytes"), 1.5)
    Metrics(path, 'eth"0').write(a_document([an_owner(), an_owner("single")]),
                                 {"takeovers": 7, "lost lease-expired": 2}, facts)
    text = path.read_text()
    assert 'nfs4dup_client_owners{interface="eth\\"0",verdict="proven"} 1\n' in text
    assert 'nfs4dup_takeovers_total{interface="eth\\"0"} 7\n' in text
    assert 'nfs4dup_leases_lost_total{interface="eth\\"0",cause="lease-expired"} 2\n' in text
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    names = {line.split("{")[0] for line in text.splitlines() if not line.startswith("#")}
    assert all(f"# HELP {name} " in text and f"# TYPE {name} " in text for name in names)
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "metrics"], input=text, text=True, check=True)


# ---- a long time ------------------------------------------------------------------------

def test_days_take_no_more_room_than_a_day(tmp_path, small, pytestconfig):
    """Files of ten seconds, for days: files, bytes and programs that were started stay within
    bounds that do not grow with the number of days."""
    window = a_window(tmp_path / "window", limit=400 * small.stat().st_size)
    news, most, batches = News({}), 0, 0
    for now in range(0, pytestconfig.getoption("--watch-days") * 24 * 3600, 60):
        rolled = window.add([small], now)
        list(news.of(a_document([an_owner(takeovers=now // 600)], [a_chain(now)]), now, rolled))
        most, batches = max(most, len(window.pieces)), batches + 1
        assert window.size() <= window.limit
    assert most <= (watch_window.LEVELS - 1) * (watch_window.TOGETHER - 1) + 400
    assert len(json.dumps(news.memory)) < 10000
    assert window.wireshark.calls < batches / (watch_window.TOGETHER - 1)


# ---- the service ------------------------------------------------------------------------

SERVICE = ROOT / "ui" / "packaging" / "systemd" / "nfs4dup-watch@.service.in"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_service_is_well_formed_and_confined(tmp_path):
    text = SERVICE.read_text().replace("@CMAKE_INSTALL_FULL_BINDIR@/nfs4dup", "/bin/true")
    template = tmp_path / "nfs4dup-watch@.service"
    template.write_text(re.sub("^Documentation=.*", "", text, flags=re.M))
    checked = subprocess.run(["systemd-analyze", "verify", tmp_path / "nfs4dup-watch@lo.service"],
                             text=True, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    plain = tmp_path / "watch.service"
    plain.write_text(text.replace("%I", "lo").replace("%i", "lo"))
    exposed = subprocess.run(["systemd-analyze", "security", "--offline=true", plain], text=True,
                             capture_output=True, check=False).stdout
    assert float(re.search(r"exposure level for .*: ([\d.]+)", exposed).group(1)) < 2


# ---- the whole of it --------------------------------------------------------------------

def send(capture, interface):
    began, first = time.monotonic(), None
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind((interface, 0))
        for frame in records(capture.read_bytes()):
            seconds, micros = (int.from_bytes(frame[at:at + 4], "little") for at in (0, 4))
            first = first or seconds + micros / 1e6
            time.sleep(max(0, seconds + micros / 1e6 - first - time.monotonic() + began))
            wire.send(frame[16:])


NEEDS_A_NETWORK = pytest.mark.skipif(not may_have_a_network(),
                                     reason="no right to a network of its own")


def on_a_cable(script):
    return subprocess.run([*network(), "bash", "-c", NETWORK + script], cwd=ROOT, text=True,
                          capture_output=True, timeout=300, check=False)


@NEEDS_A_NETWORK
@pytest.mark.skipif(not IS_ROOT, reason="dumpcap captures for root")
def test_watch_names_both_hosts_while_it_happens(tmp_path):
    """While the capture is sent, which takes 20 s, a line names both; later the file of metrics
    counts, a second watch does not tell it again, and nothing of the ring is left."""
    watch = f"ui/nfs4dup --watch here --ring 2 --state {tmp_path}/state"
    result = on_a_cable(f"""
{watch} --metrics {tmp_path}/metrics.prom --on-finding 'tee -a {tmp_path}/called' \
    >{tmp_path}/told 2>{tmp_path}/said &
watch=$!
until ls {tmp_path}/state/ring/ring_* >/dev/null 2>&1 || ! kill -0 $watch; do sleep 0.1; done
{sys.executable} {__file__} {DUPLICATE} there & sender=$!
for i in $(seq 400); do grep -q DUPLICATE {tmp_path}/told && break; sleep 0.1; done
wait $sender
kill -TERM $watch
wait $watch
{watch} --json-lines >{tmp_path}/again 2>&1 & watch=$!
until ls {tmp_path}/state/ring/ring_* >/dev/null 2>&1 || ! kill -0 $watch; do sleep 0.1; done
kill -INT $watch
wait $watch
""")
    said = (tmp_path / "said").read_text()
    assert (result.returncode, "Traceback" in said) == (0, False), result.stderr + said
    told = (tmp_path / "told").read_text()
    first = told.splitlines()[0]
    assert re.match(r"DUPLICATE CLIENT \((probable|proven, harmful)\): 10.0.0.11 and 10.0.0.12 present",
                    first)
    assert " verdict=proven" in told
    assert "event=duplicate" in first and 'owner="Linux NFSv4.2 web01"' in first
    assert told.count("event=duplicate") == 1
    assert json.loads((tmp_path / "called").read_text().split("}{")[0].rstrip("}") + "}")["hosts"]
    assert "nfs4dup_takeovers_total" in (tmp_path / "metrics.prom").read_text()
    assert list((tmp_path / "state" / "ring").iterdir()) == []
    assert '"duplicate"' not in (tmp_path / "again").read_text()


@NEEDS_A_NETWORK
@pytest.mark.skipif(not IS_ROOT, reason="dumpcap captures for root")
def test_short_look_at_an_interface(tmp_path):
    result = on_a_cable(f"""
ui/nfs4dup -i here --for 8 --brief >{tmp_path}/found 2>{tmp_path}/said & look=$!
sleep 3
{sys.executable} - <<'END'
import pathlib, sys
sys.path.insert(0, "tests")
import test_watch
test_watch.time.sleep = lambda _: None
test_watch.send(pathlib.Path("{DUPLICATE}"), "there")
END
wait $look || echo status $?
""")
    assert "status 1" in result.stdout, result.stderr + (tmp_path / "said").read_text()
    assert "10.0.0.11 and 10.0.0.12 both call themselves" in (tmp_path / "found").read_text()


@pytest.mark.parametrize("words, says", [
    (["--watch", "none0"], "none0"),
    (["--watch", "none0", "x.pcap"], "captures by itself"),
    (["--watch", "none0", "--stat"], "--watch prints a line for each event, and no --stat"),
    (["-i", "none0"], "none0"),
    (["-i", "none0", "x.pcap"], "-i captures, and reads no file"),
    (["-i", "none0", "--", "-2"], "cannot read twice"),
    (["--for", "5", "x.pcap"], "--for tells -i when to end"),
    (["--ring", "5", "x.pcap"], "--ring belongs to --watch"),
])
def test_one_clear_line(words, says, tmp_path):
    state = ["--state", str(tmp_path)] if "--watch" in words else []
    result = subprocess.run([ROOT / "ui" / "nfs4dup", *words[:2], *state, *words[2:]], text=True,
                            capture_output=True, timeout=120, check=False)
    assert result.returncode == 2
    line = result.stderr.splitlines()[-1]
    assert line.startswith("nfs4dup: ") and says in line


if __name__ == "__main__":
    send(pathlib.Path(sys.argv[1]), sys.argv[2])
