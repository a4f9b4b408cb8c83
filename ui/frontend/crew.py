# SPDX-License-Identifier: GPL-2.0-or-later
"""Several programs that read side by side. Ctrl-C stops all of them where they are."""
import concurrent.futures
import threading

from say import Trouble


class Crew:
    def __init__(self, jobs, interrupts):
        self.jobs = jobs
        self.interrupts = interrupts
        self.running = {}  # source -> process
        self.stopped = False
        self.lock = threading.Lock()

    def watch(self, process, source):
        """Waits until a process that reads the source has ended."""
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

    def do(self, work, things, so_far):
        """What work(thing) returns, or the Trouble it is in, for each thing; so_far(tasks) says
        how far that is, for people."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            tasks = [pool.submit(_in_trouble, work, thing) for thing in things]
            self.interrupts.to_stop = self.stop
            try:
                self.interrupts.wait(
                    lambda seconds: not concurrent.futures.wait(tasks, seconds).not_done,
                    lambda: so_far(tasks))
            except BaseException:
                self.give_up()
                raise
            self.interrupts.to_stop = None
            return [task.result() for task in tasks]


def _in_trouble(work, thing):
    try:
        return work(thing)
    except Trouble as trouble:
        return trouble
