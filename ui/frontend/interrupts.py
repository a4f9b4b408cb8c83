# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for a program: progress on a terminal, Ctrl-C and other signals."""
import signal
import subprocess
import time

from say import Trouble, progress

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 2  # seconds without a word about the progress


class Interrupts:
    """The first Ctrl-C asks whoever is `to_stop`, a function, to read no further; nfs4dup goes
    on with what was read. Where it returns false, and at any other signal, nfs4dup ends."""

    def __init__(self):
        self.to_stop = None
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._hear)

    def _hear(self, number, _):
        stop, self.to_stop = self.to_stop, None
        if number == signal.SIGINT and stop and stop():
            return
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)  # while everything is put away
        raise Trouble("interrupted")

    def watch(self, process, source):
        """Waits until a process that reads the source has ended."""
        self.to_stop = source.stop
        self.wait(lambda seconds: _ends_within(process, seconds), lambda: _said_of(source))
        self.to_stop = None

    @staticmethod
    def wait(ends_within, so_far):
        """Shows what so_far() returns, if anything, until ends_within(seconds) is true."""
        began = time.monotonic()
        try:
            while not ends_within(0.5):
                text = so_far() if time.monotonic() - began >= PATIENCE else None
                if text:
                    progress.show(text)
        finally:
            progress.erase()


def _said_of(source):
    share = source.share() if source.stopped_at is None else None
    return None if share is None else f"{int(100 * share)} % of {source.what} read"


def _ends_within(process, seconds):
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
