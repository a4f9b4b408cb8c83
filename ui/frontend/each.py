# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup --each: a line for each capture, each read by a tshark of its own."""
import concurrent.futures
import threading
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


class Triage:
    """Reads captures side by side. Ctrl-C stops all of them where they are."""

    def __init__(self, wireshark, passed):
        self.wireshark = wireshark
        self.passed = passed
        self.running = {}  # source -> process
        self.stopped = False
        self.lock = threading.Lock()

    def read(self, name):
        """Verdict, or the Trouble with this capture."""
        try:
            captures.check(name)
            source = sources.source_of(self.wireshark, [name], self.passed.two_passes)
            result = run.read(self.wireshark, source, [], self.passed, self._wait)
            return Verdict(result, *spans.of(self.wireshark, name).words())
        except Trouble as trouble:
            return trouble

    def _wait(self, process, source):
        with self.lock:
            self.running[source] = process
            if self.stopped:
                process.kill()
        process.wait()
        with self.lock:
            del self.running[source]
            if self.stopped and source.stopped_at is None:
                raise Trouble(f"{source.name} was not read: interrupted")

    def stop(self):
        """Those that run report on what they have read, the others do not begin."""
        self.stopped = True
        return all([source.stop() for source in list(self.running)])

    def give_up(self):
        self.stopped = True
        for process in list(self.running.values()):
            process.kill()


def main(wanted):
    names = wanted.files
    if "-" in names:
        raise Trouble("--each reads files, not standard input")
    if not names:
        captures.check_all(names)
    passed = Passed(wanted.tshark, ["each"])
    interrupts = Interrupts()
    with Wireshark() as wireshark:
        verdicts = _read_all(Triage(wireshark, passed), names, wanted.jobs, interrupts)
    rows = [one.row() for one in verdicts if isinstance(one, Verdict)]
    if rows:
        views.put(table.draw(HEADINGS, rows, ["Capture", "Client owner", "Hosts"],
                             table.width_of_terminal(), color.is_wanted(wanted.color)).encode())
    return max((_judge(one, wanted.strict) for one in verdicts), key=[0, 3, 1, 2].index)


def _read_all(triage, names, jobs, interrupts):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        tasks = [pool.submit(triage.read, name) for name in names]
        interrupts.to_stop = triage.stop

        def all_end_within(seconds):
            return not concurrent.futures.wait(tasks, seconds).not_done

        def so_far():
            return f"{sum(task.done() for task in tasks)} of {len(tasks)} captures read"
        try:
            interrupts.wait(all_end_within, so_far)
        except BaseException:
            triage.give_up()
            raise
        return [task.result() for task in tasks]


def _judge(one, strict):
    """The exit status for one capture, and what there is to say about it."""
    if isinstance(one, Trouble):
        say(str(one))
        return 2
    tell.of_run(one.result)
    tell.of_judgement(one.result, strict)
    return judge.status(one.result.document, strict, one.result.stopped_at is None)
