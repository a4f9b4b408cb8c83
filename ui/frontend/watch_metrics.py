# SPDX-License-Identifier: GPL-2.0-or-later
"""Metrics for Prometheus: a file for the textfile collector of its node exporter, whole at any
time. Names and units: https://prometheus.io/docs/practices/naming/"""
import os
import tempfile

import judge

CAUSES = ("duplicate-owner", "client-restart", "server-restart", "failover", "lease-expired",
          "admin-revoked", "removed-by-server", "session-only", "unknown")


def _escaped(text):
    return text.replace("\\", r"\\").replace('"', r'\"').replace("\n", r"\n")


class Metrics:
    def __init__(self, path, interface):
        self.path = path
        self.label = f'interface="{_escaped(interface)}"'

    def write(self, document, totals, facts):
        """totals: what News has counted; facts: name -> value, of the watch itself."""
        text = "".join([*self._judged(document), *self._counted(totals), *self._watched(facts)])
        folder = os.path.dirname(os.path.abspath(self.path))
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".nfs4dup.", delete=False) as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o644)
        os.replace(file.name, self.path)

    def _family(self, name, kind, text, samples):
        yield f"# HELP nfs4dup_{name} {text}\n# TYPE nfs4dup_{name} {kind}\n"
        for labels, value in samples:
            yield f"nfs4dup_{name}{{{','.join([self.label, *labels])}}} {value:.10g}\n"

    def _judged(self, document):
        verdicts = [owner["verdict"] for owner in document["owners"]]
        yield from self._family(
            "client_owners", "gauge", "Client owners in the window, by verdict.",
            [([f'verdict="{verdict}"'], verdicts.count(verdict)) for verdict in judge.VERDICTS])
        kinds = [trouble["kind"] for trouble in document.get("troubles", [])]
        yield from self._family(
            "troubles", "gauge", "Clients in the window that do not get on, by kind.",
            [([f'kind="{_escaped(kind)}"'], kinds.count(kind)) for kind in sorted({*kinds})])

    def _counted(self, totals):
        yield from self._family("takeovers_total", "counter",
                                "Leases that one host of a client owner took from another.",
                                [([], totals.get("takeovers", 0))])
        yield from self._family(
            "leases_lost_total", "counter", "Leases and sessions that clients lost, by cause.",
            [([f'cause="{cause}"'], totals.get(f"lost {cause}", 0)) for cause in CAUSES])
        yield from self._family("outage_seconds_total", "counter",
                                "Time from first refusals to the first request that worked again.",
                                [([], totals.get("outage", 0))])
        yield from self._family("captured_bytes_total", "counter", "Bytes that were captured.",
                                [([], totals.get("bytes", 0))])
        yield from self._family("packets_dropped_total", "counter",
                                "Packets that the capture dropped.",
                                [([], totals.get("dropped", 0))])

    def _watched(self, facts):
        for name, text in (
                ("lag_seconds", "From the end of the last capture file to its judgement."),
                ("judgement_seconds", "How long the last judgement took."),
                ("last_judgement_timestamp_seconds", "When the window was judged last."),
                ("window_bytes", "Size of the extracts in the window.")):
            yield from self._family(name, "gauge", text, [([], facts[name])])
