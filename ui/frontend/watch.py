# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup --watch INTERFACE: captures without end, and says so when hosts collide.

dumpcap writes a ring of small files. Each finished file becomes an extract and is deleted; a
rolling window of extracts is judged after each, and what is new is told. The window and what
was told lie in a folder, so that a watch that begins again goes on where it was.
"""
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import captures
import crew
import run
import sources
import watch_ring
from extract import Extraction
from passed import Passed
from say import Trouble, plain, say
from watch_metrics import Metrics
from watch_news import News
from watch_window import Window
from wireshark import Wireshark

PATIENCE = 600  # seconds for one tshark
HOOK_PATIENCE = 30  # seconds for --on-finding
SHARE = 5  # the time between two judgements is so many times what one takes
FINDINGS = {"duplicate", "verdict-rose", "another-host", "storm", "again", "trouble"}
SERIOUS, NOTED = "<4>", "<6>"  # priorities, for a journal: warning, informational


class Waiting:
    """What a crew asks to wait: without progress, and without end at Ctrl-C."""

    to_stop = None

    @staticmethod
    def wait(ends_within, _):
        while not ends_within(1):
            pass


class Folder:
    """What the watch of one interface keeps: ring, window, and what was told."""

    def __init__(self, path):
        self.path = path
        self.ring = path / "ring"
        self.window = path / "window"
        self.told = path / "told.json"
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Trouble(f"{path}: {error.strerror}; --state names another folder") from None

    def memory(self):
        try:
            return json.loads(self.told.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            say(f"{self.told} cannot be read; what was told before is told again")
            return {}

    def keep(self, memory):
        new = self.told.with_suffix(".new")
        new.write_text(json.dumps(memory))
        os.replace(new, self.told)


def default_folder(interface):
    given = os.environ.get("STATE_DIRECTORY")  # systemd's
    if given:
        return pathlib.Path(given.split(":")[0])
    above = pathlib.Path("/var/lib" if os.geteuid() == 0 else
                         os.environ.get("XDG_STATE_HOME") or pathlib.Path.home() / ".local/state")
    return above / "nfs4dup" / interface.replace("/", "_")


class Watch:
    def __init__(self, wireshark, folder, wanted):
        self.wireshark = wireshark
        self.folder = folder
        self.machine = wanted.json_lines
        self.command = shlex.split(wanted.on_finding) if wanted.on_finding else None
        self.window = Window(wireshark, folder.window, 3600 * wanted.window,
                             1000000 * wanted.window_size)
        self.news = News(folder.memory())
        self.metrics = Metrics(wanted.metrics, wanted.watch) if wanted.metrics else None
        self.passed = Passed(wanted.tshark, ["extract"])
        self.rolled = self.pending = False
        self.took = self.judged = 0  # seconds of the last judgement, and when it was

    def take(self, files, now):
        """Files of the ring, which are deleted; none, to judge what was put off."""
        arrived = [file for file in files if self._is_readable(file)]
        self.news.count("bytes", sum(file.stat().st_size for file in arrived))
        extraction = Extraction(self.wireshark, self.passed, crew.Crew(1, Waiting()), "")
        if arrived:
            _, made = extraction.of([str(file) for file in arrived])
            self.rolled |= self.window.add(made, now)
            for path in made:
                path.unlink()
        for trouble in extraction.troubles:
            say(str(trouble))
        for file in files:
            file.unlink(missing_ok=True)
        self.pending |= bool(arrived)
        if self.pending and time.monotonic() - self.judged >= SHARE * self.took:
            self.judge(now)

    def count_dropped(self, packets, now):
        self.news.count("dropped", packets)
        for event in self.news.dropped(packets, now):
            self.tell(event)

    @staticmethod
    def _is_readable(file):
        try:
            captures.check(str(file))
        except Trouble as trouble:
            say(str(trouble))
            return False
        return True

    def judge(self, now):
        began = time.monotonic()
        document = self._document()
        if document is None:
            return
        for event in self.news.of(document, now, self.rolled):
            self.tell(event)
        self.rolled = self.pending = False
        self.folder.keep(self.news.memory)
        self.judged = time.monotonic()
        self.took = self.judged - began
        if self.metrics:
            self.metrics.write(document, self.news.memory["totals"], {
                "lag_seconds": time.time() - now, "judgement_seconds": self.took,
                "last_judgement_timestamp_seconds": time.time(),
                "window_bytes": self.window.size()})

    def _document(self):
        """Of the window; None where that is empty, or nobody could read it."""
        if not self.window.pieces:
            return None
        with tempfile.NamedTemporaryFile(dir=self.wireshark.folder, suffix=".pcapng") as file:
            self.window.write(file)
            file.flush()
            source = sources.Alone(captures.Capture(file.name))
            try:
                return run.read(self.wireshark, source, [], self.passed, self._wait).document
            except Trouble as trouble:
                say(str(trouble))
                return None

    @staticmethod
    def _wait(process, source):
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Trouble(f"tshark was stopped after {PATIENCE} s on {source.name}") from None

    def tell(self, event):
        event = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **event}
        line = json.dumps(event) if self.machine else in_words(event)
        try:
            print(line, flush=True)
        except OSError:
            raise Trouble("standard output cannot be written to") from None
        if self.command and event["event"] in FINDINGS:
            self._call(event)

    def _call(self, event):
        """Runs the command of --on-finding, by no shell."""
        name = self.command[0]
        try:
            status = subprocess.run(self.command, input=json.dumps(event), text=True,
                                    timeout=HOOK_PATIENCE, stdout=2, check=False).returncode
        except subprocess.TimeoutExpired:
            say(f"{name} was stopped after {HOOK_PATIENCE} s")
        except OSError as error:
            say(f"{name}: {error.strerror}")
        else:
            if status:
                say(f"{name} ended with status {status}")


def in_words(event):
    """The sentence, then name=value for programs; before it a priority, for a journal."""
    facts = " ".join(f"{name}={_value(value)}" for name, value in event.items()
                     if name not in ("text", "time") and value is not None)
    priority = ""
    if os.environ.get("JOURNAL_STREAM"):
        priority = SERIOUS if event["event"] in FINDINGS | {"dropped"} else NOTED
    return f"{priority}{plain(event['text'])} {facts}"


def _value(value):
    if isinstance(value, list):
        value = ",".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text if text and all(one.isalnum() or one in ".,:_-/" for one in text) \
        else json.dumps(text)


def main(wanted):
    """nfs4dup --watch INTERFACE"""
    if wanted.files or wanted.interface:
        raise Trouble("--watch captures by itself, on one interface")
    folder = Folder(pathlib.Path(wanted.state) if wanted.state else default_folder(wanted.watch))
    with Wireshark() as wireshark, watch_ring.Ring(
            folder.ring, wanted.watch, wanted.ring, wanted.ring_size, wanted.filter) as ring:
        watch = Watch(wireshark, folder, wanted)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: ring.stop())
        say(f"watching {wanted.watch}; what it keeps lies in {folder.path}")
        for files in ring.batches():
            now = time.time()
            watch.take(files, now)
            watch.count_dropped(ring.newly_dropped(), now)
        watch.judge(time.time())
    return 0
