# SPDX-License-Identifier: GPL-2.0-or-later
"""Extracts: what the judgement rests on, of each capture, made side by side and merged."""
import contextlib
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

import captures
import chains
import rings
import run
import sources
import spans
from crew import Crew
from interrupts import Interrupts
from passed import Passed
from say import Trouble, say
from wireshark import Wireshark


KEY_LEAST = 16  # bytes


class Extraction:
    """Makes the extracts of captures. `host` stands before the name of each, or is empty; `key`
    names a file with the key for other names, or is None."""

    def __init__(self, wireshark, passed, crew, host, key=None):
        self.wireshark = wireshark
        self.passed = passed
        self.crew = crew
        self.host = host
        self.key = key
        self.troubles = []
        self.read_until = None  # what share was read of one that was stopped, the smallest

    def of(self, names):
        """Spans of the captures, and the files that hold their extracts."""
        given = spans.of_all(self.wireshark, names, self.crew.jobs)
        called = {name: self.host + short for name, short in rings.names(given).items()}
        found = rings.of(given)
        made = self.crew.do(lambda ring: self._of_ring(ring, called), found, self._so_far)
        self.troubles += [one for one in made if isinstance(one, Trouble)]
        return given, [one for one in made if not isinstance(one, Trouble)]

    def _so_far(self, tasks):
        done = sum(task.done() for task in tasks)
        shares = [source.share() or 0 for source in list(self.crew.running)]
        return f"{int(100 * (done + sum(shares)) / len(tasks))} % of the captures read"

    def _source_of(self, given, called):
        if len(given) > 1:
            return chains.Chain(self.wireshark, given, called)
        return sources.Alone(given[0]) if given[0].size is not None else sources.Piped(given[0])

    def _of_ring(self, ring, called):
        given = [captures.Capture(span.name) for span in ring]
        source = self._source_of(given, called)
        with contextlib.ExitStack() as stack:
            stack.callback(source.close)
            said = stack.enter_context(tempfile.TemporaryFile("w+", errors="replace"))
            file = stack.enter_context(self._new_file())
            self._run(source, called[ring[0].name], file, said)
            said.seek(0)
            self._tell(source, said.read(), file)
            return pathlib.Path(file.name)

    def _new_file(self):
        number, name = tempfile.mkstemp(".pcapng", "extract-", self.wireshark.folder)
        file = os.fdopen(number, "wb")
        file_with_name = open(name, "wb")
        file.close()
        self.wireshark.hand_over(file_with_name)
        return file_with_name

    def _run(self, source, name, file, said):
        files = {"extract": file}
        with contextlib.ExitStack() as stack:
            if self.key is not None:
                files["key"] = stack.enter_context(open(self.key, "rb"))
            process = self.wireshark.start(
                "tshark", "-n", "-q", "-r", source.argument, "-z", "nfs4dup,extract",
                *self.passed.once, stdin=source.stdin, stdout=subprocess.DEVNULL, stderr=said,
                pass_fds=[one.fileno() for one in files.values()],
                env={"NFS4DUP_SOURCE": name, **{f"NFS4DUP_FD_{what}": str(one.fileno())
                                                for what, one in files.items()}})
        source.started()
        self.crew.watch(process, source)
        source.finish()

    def _tell(self, source, said, file):
        if isinstance(source, chains.Chain):
            self.troubles += source.troubles()
        elif captures.CUT in said and source.capture.has_a_beginning(self.wireshark):
            captures.say_cut(source.name)
        elif captures.complaint(said):
            raise captures.unread(source.name, said)
        elif not source.holds_packets(self.wireshark):
            raise Trouble(f"{source.name} is not a capture file: it holds no packets")
        if not os.path.getsize(file.name):
            raise run.without_document(self.wireshark, source.name, said)
        if source.stopped_at is not None:
            self.read_until = min(source.stopped_at, self.read_until or 1)


def merge(wireshark, files, out):
    """Writes the packets of all files to `out`, an open file, by time. mergecap gets them open:
    they may lie where nobody can enter."""
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(file.open("rb")) for file in files]
        if len(opened) == 1:
            shutil.copyfileobj(opened[0], out)
            return
        process = stack.enter_context(wireshark.start(
            "mergecap", "-w", "-", *(wireshark.name_of(file.fileno()) for file in opened), stdout=out,
            stderr=subprocess.PIPE, text=True, pass_fds=[file.fileno() for file in opened]))
        _, said = process.communicate()
    if process.returncode:
        raise Trouble(f"the extracts cannot be merged: {captures.complaint(said)}")


class Merged(sources.Named):
    """The extracts of several captures, by time, under the names of those."""

    def __init__(self, wireshark, path, names, stopped_at):
        super().__init__(wireshark, captures.Capture(str(path)))
        self.name = " ".join(names)
        self.stopped_at = stopped_at

    def holds_packets(self, wireshark):
        return True


def merged(wireshark, passed, crew, names):
    """A source of what all captures hold together, and their spans. Any trouble ends it."""
    extraction = Extraction(wireshark, passed, crew, "")
    given, files = extraction.of(names)
    if extraction.troubles:
        raise extraction.troubles[0]
    path = wireshark.folder / "merged.pcapng"
    with path.open("xb") as out:
        wireshark.hand_over(out)
        merge(wireshark, files, out)
    return Merged(wireshark, path, names, extraction.read_until), given


def main(wanted):
    """nfs4dup --extract OUT FILE..."""
    names = [name for name in wanted.files if _is_readable(name)]
    whole = len(names) == len(wanted.files)
    if not wanted.files:
        captures.check_all([])
    if wanted.extract == "-" and os.isatty(1):
        raise Trouble("standard output is a terminal, and an extract is no text")
    passed = Passed(wanted.tshark, ["extract"])
    if wanted.key is not None:
        _check_key(wanted.key)
    with Wireshark() as wireshark:
        extraction = Extraction(wireshark, passed, Crew(wanted.jobs, Interrupts()),
                                os.uname().nodename + ":", wanted.key)
        _, files = extraction.of(names) if names else ([], [])
        for trouble in extraction.troubles:
            say(str(trouble))
        if files:
            with _open_out(wanted.extract) as out:
                merge(wireshark, files, out)
        if extraction.read_until is not None:
            say("interrupted; the extract is of what was read until then")
    return 0 if whole and not extraction.troubles and not extraction.crew.stopped else 2


def _check_key(name):
    if not os.path.isfile(name):  # a pipe can be read by one tshark only
        raise Trouble(f"--key: {name} is no file")
    with open(name, "rb") as file:
        if len(file.read(KEY_LEAST)) < KEY_LEAST:
            raise Trouble(f"--key: {name} holds less than {KEY_LEAST} bytes; "
                          f"head -c 32 /dev/urandom >{shlex.quote(name)} makes a key")


def _open_out(name):
    return open(1, "wb", closefd=False) if name == "-" else open(name, "wb")


def _is_readable(name):
    try:
        captures.check(name)
    except Trouble as trouble:
        say(str(trouble))
        return False
    return True
