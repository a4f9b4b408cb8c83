# SPDX-License-Identifier: GPL-2.0-or-later
"""The pieces of a ring as one capture for tshark: one after the other, each behind a mark that
tells the plugin its name."""
import os
import subprocess
import tempfile
import threading

import captures
import marks
from say import Trouble
from sources import Alone


class Chain(Alone):
    """pcapng lets sections follow each other, so that the captures need only be written one
    behind the other. editcap makes pcapng of each, and forgives an end within a packet."""

    what = "the captures"

    def __init__(self, wireshark, given, names):
        self.given = given
        self.names = names
        self.name = " ".join(capture.name for capture in given)
        self.wireshark = wireshark
        self.wrong = {}  # capture -> what editcap said of it
        self.current = None
        self.stdin, self.end = os.pipe()
        self.thread = threading.Thread(target=self._feed, daemon=True)

    def started(self):
        os.close(self.stdin)
        self.thread.start()

    def _feed(self):
        try:
            for capture in self.given:
                if self.stopped_at is None:
                    self._feed_one(capture)
        except OSError:  # tshark has ended
            pass
        os.close(self.end)

    def _feed_one(self, capture):
        os.write(self.end, marks.begin(self.names[capture.path]))
        with tempfile.TemporaryFile("w+", errors="replace") as said:
            process = self.wireshark.start("editcap", "-", "-", stdin=capture.fd, stdout=self.end,
                                           stderr=said)
            status = process.wait()
            said.seek(0)
            text = said.read()
        if captures.CUT in text or status > 0:
            self.wrong[capture] = text

    def share(self):
        return (sum(capture.position() for capture in self.given) /
                sum(capture.size for capture in self.given))

    def stop(self):
        self.stopped_at = self.share()
        for capture in self.given:
            capture.skip_to_end()
        return True

    def troubles(self):
        """A Trouble for each capture of which nothing could be read; says which were cut."""
        self.thread.join()
        for capture, text in self.wrong.items():
            if captures.CUT not in text or not capture.has_a_beginning(self.wireshark):
                yield captures.unread(capture.name, text)
            else:
                captures.say_cut(capture.name)

    def holds_packets(self, wireshark):
        return True  # editcap would have refused it

    def close(self):
        for capture in self.given:
            capture.close()
