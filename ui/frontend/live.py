# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup -i INTERFACE: a short look at what passes there now."""
import signal
import subprocess
import tempfile
import types

import captures
import sources
from say import Trouble


def complaint(file):
    """What dumpcap says in the file of its standard error that is wrong."""
    file.seek(0)
    lines = [line for line in file.read().splitlines()
             if line.strip() and not line.startswith(("Capturing on", "File: ", "Packets "))]
    return captures.complaint("\n".join(lines)) or "without a message"


def start(arguments, said):
    """dumpcap, with the rights of the caller, as it alone captures; it parses no packet."""
    try:
        return subprocess.Popen(["dumpcap", "-q", *arguments], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=said, start_new_session=True)
    except FileNotFoundError:
        raise Trouble("dumpcap is not installed; it comes with tshark") from None


class Live(sources.Piped):
    """dumpcap writes and tshark reads. Ctrl-C ends the capture, and what came is judged."""

    def __init__(self, interface, seconds, expression):
        limit = ["-a", f"duration:{seconds}"] if seconds else []
        self.said = tempfile.TemporaryFile("w+", errors="replace")
        self.dumpcap = start(["-i", interface, "-f", expression, *limit, "-w", "-"], self.said)
        super().__init__(types.SimpleNamespace(
            fd=self.dumpcap.stdout.fileno(), name=f"interface {interface}", size=None))

    def stop(self):
        self.dumpcap.send_signal(signal.SIGINT)
        return True

    def finish(self):
        if self.dumpcap.wait() or not self.arrived:
            raise Trouble(f"{self.name}: dumpcap ended: {complaint(self.said)}")

    def holds_packets(self, _):
        return True

    def close(self):
        if self.dumpcap.poll() is None:
            self.dumpcap.kill()
        self.dumpcap.wait()
