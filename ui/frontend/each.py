# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup --each: a line for each capture, each read by a tshark of its own."""
import typing

import captures
import color
import judge
import run
import sources
import spans
import table
import tell
import views
from crew import Crew
from interrupts import Interrupts
from passed import Passed
from say import Trouble, say
from wireshark import Wireshark

HEADINGS = {"Capture": "<", "Begins (UTC)": "<", "Seconds": ">", "#": ">", "Client owner": "<",
            "Hosts": "<", "Verdict": "<"}


class Verdict(typing.NamedTuple):
    """What is known of one capture."""
    result: run.Result
    begins: str = "-"
    seconds: str = "-"

    def row(self):
        owners = judge.worst_first(self.result.document["owners"])
        if not owners:
            return [self.result.name, self.begins, self.seconds, "-", "-", "-", "nothing to judge"]
        worst = owners[0]
        more = f" (+{len(owners) - 1})" if len(owners) > 1 else ""
        return [self.result.name, self.begins, self.seconds, str(worst["number"]),
                views.owner_text(worst), views.hosts_text(worst), worst["verdict"] + more]


def main(wanted):
    names = wanted.files
    if "-" in names:
        raise Trouble("--each reads files, not standard input")
    if not names:
        captures.check_all(names)
    passed = Passed(wanted.tshark, ["each"])
    interrupts = Interrupts()
    with Wireshark() as wireshark:
        crew = Crew(wanted.jobs, interrupts)
        verdicts = crew.do(lambda name: _read(wireshark, passed, crew, name), names, _so_far)
    rows = [one.row() for one in verdicts if isinstance(one, Verdict)]
    if rows:
        views.put(table.draw(HEADINGS, rows, ["Capture", "Client owner", "Hosts"],
                             table.width_of_terminal(), color.is_wanted(wanted.color)).encode())
    return max((_judge(one, wanted.strict) for one in verdicts), key=[0, 3, 1, 2].index)


def _so_far(tasks):
    return f"{sum(task.done() for task in tasks)} of {len(tasks)} captures read"


def _read(wireshark, passed, crew, name):
    """The verdict on one capture."""
    captures.check(name)
    source = sources.source_of(wireshark, [name], passed.two_passes)
    result = run.read(wireshark, source, [], passed, crew.watch)
    return Verdict(result, *spans.of(wireshark, name).words())


def _judge(one, strict):
    """The exit status for one capture, and what there is to say about it."""
    if isinstance(one, Trouble):
        say(str(one))
        return 2
    tell.of_run(one.result)
    tell.of_judgement(one.result, strict)
    return judge.status(one.result.document, strict, one.result.stopped_at is None)
