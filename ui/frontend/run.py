# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of tshark on one source: what the plugin drew, each view in a file of its own.

The environment variable NFS4DUP_FD_VIEW tells the plugin the file descriptor on which a view
is wanted, so that no view is ever looked for in the text of another.
"""
import contextlib
import json
import tempfile
import typing

import captures
import place
from say import Trouble


class Result(typing.NamedTuple):
    name: str  # of the captures
    document: dict
    views: dict  # name -> bytes
    printed: bytes  # by tshark itself, for options that it was given
    complaints: str
    stopped_at: typing.Optional[float]  # how much had been read when Ctrl-C was pressed


def read(wireshark, source, views, passed, watch):
    """Has tshark read the source and draw the views, and the document in any case.
    watch(process, source) waits until a process has ended."""
    taps = list(dict.fromkeys([*views, "json"]))
    with contextlib.ExitStack() as stack:
        stack.callback(source.close)
        out, err, *files = (stack.enter_context(tempfile.TemporaryFile())
                            for _ in range(len(taps) + 2))
        source.prepare(watch)
        process = wireshark.start(
            "tshark", "-n", "-q", "-r", source.argument, *_taps(taps, passed.filter),
            *passed.options, stdin=source.stdin, stdout=out, stderr=err,
            pass_fds=[file.fileno() for file in files],
            env={f"NFS4DUP_FD_{view}": str(file.fileno()) for view, file in zip(taps, files)})
        stack.callback(_end, process)
        source.started()
        watch(process, source)
        source.finish()
        drawn = {view: _content(file) for view, file in zip(taps, files)}
        complaints = _content(err).decode(errors="replace")
        document = _document(wireshark, source.name, drawn["json"], complaints)
        if not document["totals"]["compounds"] and not source.holds_packets(wireshark):
            raise Trouble(f"{source.name} is not a capture file: it holds no packets")
        return Result(source.name, document, drawn, _content(out), complaints, source.stopped_at)


def _taps(views, chosen):
    for view in views:
        yield from ("-z", f"nfs4dup,{view}" + (chosen and f",{chosen}"))


def _end(process):
    if process.poll() is None:
        process.kill()  # at anything else it may wait for input
        process.wait()


def _content(file):
    file.seek(0)
    return file.read()


def _document(wireshark, name, text, complaints):
    try:
        document = json.loads(text)
        if document["schema"] == "nfs4dup/1":
            return document
    except (ValueError, KeyError, TypeError):
        pass
    raise without_document(wireshark, name, complaints)


def without_document(wireshark, name, complaints):
    status, reason = wireshark.check(short=True)
    if status:
        return Trouble(f"Wireshark {place.wireshark_line()} did not load the nfs4sess plugin: "
                       f"{reason.strip()}")
    if captures.complaint(complaints):
        return captures.unread(name, complaints)
    return Trouble(f"{name}: tshark ended without a result and without a message")
