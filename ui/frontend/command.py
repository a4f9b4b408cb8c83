# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: what it does for the options that it was given, and how it ends."""
import shlex

import after
import captures
import check_here
import color
import each
import extract
import findings
import judge
import live
import options
import place
import run
import sources
import spans
import tell
import views
import watch
from crew import Crew
from interrupts import Interrupts
from passed import Passed
from say import Trouble, say
from wireshark import Wireshark


def main(arguments):
    """Returns the exit status."""
    try:
        wanted = options.parse(arguments)
        return MODES.get(wanted.mode, judge_captures)(wanted)
    except Trouble as trouble:
        say(str(trouble))
    except KeyboardInterrupt:
        say("interrupted")
    except OSError as error:  # no room on the disk, too many open files
        say(f"{error.filename or 'nfs4dup'}: {error.strerror}")
    return 2


def show_help(_):
    views.put(options.usage().encode())
    return 0


def show_version(_):
    views.put(f"nfs4dup {place.version()}\n".encode())
    return 0


def _source(wireshark, wanted, passed):
    if not wanted.interface:
        return sources.source_of(wireshark, wanted.files, passed.two_passes)
    if passed.two_passes:
        raise Trouble("-i captures while tshark reads, which cannot read twice then")
    return live.Live(wanted.interface, wanted.seconds, wanted.filter)


def judge_captures(wanted):
    if wanted.interface and wanted.files:
        raise Trouble("-i captures, and reads no file")
    asked = len(wanted.files)
    if not wanted.interface:
        wanted.files = captures.check_all(wanted.files)
    passed = Passed(wanted.tshark, wanted.views)
    interrupts = Interrupts()
    with Wireshark() as wireshark:
        if len(wanted.files) > 1 and passed.is_for_reading:
            crew = Crew(wanted.jobs, interrupts)
            source, given = extract.merged(wireshark, passed, crew, wanted.files)
        else:
            source = _source(wireshark, wanted, passed)
            tells_times = wanted.files and (wanted.sqlite or wanted.json_lines)
            given = spans.of_all(wireshark, wanted.files if tells_times else source.files,
                                 wanted.jobs)
        result = run.read(wireshark, source, views.taps(wanted.views), passed, interrupts.watch)
    result.document["given"] = given
    if wanted.sqlite:
        findings.add_to(wanted.sqlite, result.document, given)
    views.show(result, wanted.views, color.is_wanted(wanted.color))
    tell.of_run(result)
    if len(wanted.files) > 1 and not passed.is_for_reading:
        say("frame numbers are those of: mergecap -w merged.pcapng " + shlex.join(wanted.files))
    for sentence in [*spans.gaps(given), *spans.strangers(result.document)]:
        say(sentence)
    if not TELLING & {*wanted.views}:  # which say it themselves
        tell.of_judgement(result, wanted.strict)
    whole = result.stopped_at is None and len(wanted.files) == asked
    return judge.status(result.document, wanted.strict, whole)


TELLING = {"report", "brief", "full", "markdown"}
MODES = {"help": show_help, "version": show_version, "check": check_here.main, "each": each.main,
         "after": after.main, "extract": extract.main, "watch": watch.main}
