# SPDX-License-Identifier: GPL-2.0-or-later
"""Findings that stand by themselves: a JSON line for each, and a database of them over months."""
import contextlib
import datetime
import hashlib
import json
import sqlite3

from say import Trouble

SCHEMA = """
CREATE TABLE IF NOT EXISTS finding (
    id TEXT PRIMARY KEY,
    server TEXT NOT NULL,
    owner TEXT,
    owner_hex TEXT,
    software TEXT,
    verdict TEXT NOT NULL,
    kind TEXT,
    harmful INTEGER NOT NULL,
    takeovers INTEGER NOT NULL,
    invalidations INTEGER NOT NULL,
    outage REAL,
    begins TEXT,
    ends TEXT,
    line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS host (
    finding TEXT NOT NULL REFERENCES finding (id), address TEXT NOT NULL, names TEXT,
    PRIMARY KEY (finding, address));
CREATE TABLE IF NOT EXISTS capture (
    finding TEXT NOT NULL REFERENCES finding (id), name TEXT NOT NULL,
    PRIMARY KEY (finding, name));
CREATE TABLE IF NOT EXISTS evidence (
    finding TEXT NOT NULL REFERENCES finding (id), kind TEXT NOT NULL, count INTEGER, text TEXT,
    PRIMARY KEY (finding, kind));
"""
COPIED = ["server", "owner", "owner_hex", "software", "verdict", "kind", "harmful", "takeovers",
          "invalidations", "outage"]
COLUMNS = ["id", *COPIED, "begins", "ends"]


def _time(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _hosts(owner):
    hosts = {}
    for instance in owner["instances"]:
        for address in instance["addresses"]:
            names = hosts.setdefault(address, [])
            names += [name for name in instance["machine_names"] if name not in names]
    return [{"address": address, "machine_names": names} for address, names in hosts.items()]


def _evidence(owner):
    return [{name: one[name] for name in ("kind", "count", "text", "frames", "source",
                                          "source_frame") if name in one}
            for one in owner["evidence"]]


def of(document, given):
    """The owners that are more than `single`, each with all that is needed to understand it.
    `given` are the spans of the captures."""
    known = [span for span in given if span.first is not None]
    names = [source["name"] for source in document.get("sources", [])] or [
        span.name for span in given]
    for owner in document["owners"]:
        if owner["verdict"] == "single":
            continue
        finding = {name: owner[name] for name in COPIED}
        finding["begins"] = _time(min(span.first for span in known)) if known else None
        finding["ends"] = _time(max(span.last for span in known)) if known else None
        finding["captures"] = names
        finding["hosts"] = _hosts(owner)
        finding["evidence"] = _evidence(owner)
        text = json.dumps(finding, sort_keys=True)
        yield {"id": hashlib.sha256(text.encode()).hexdigest()[:32], **finding}


def lines(document, given):
    return "".join(json.dumps(finding) + "\n" for finding in of(document, given))


def add_to(path, document, given):
    """Adds the findings to a database. What is in it already is not added again."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.executescript(SCHEMA)
            for finding in of(document, given):
                _add(database, finding)
    except sqlite3.Error as error:
        raise Trouble(f"{path}: {error}") from None


def _add(database, finding):
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    added = database.execute(f"INSERT OR IGNORE INTO finding VALUES ({marks})",
                             [*(finding[name] for name in COLUMNS), json.dumps(finding)])
    if not added.rowcount:
        return
    rows = {"host": [(host["address"], " ".join(host["machine_names"]))
                     for host in finding["hosts"]],
            "capture": [(name,) for name in finding["captures"]],
            "evidence": [(one["kind"], one["count"], one["text"]) for one in finding["evidence"]]}
    for table, values in rows.items():
        for value in values:
            marks = ", ".join("?" * (len(value) + 1))
            database.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})",
                             [finding["id"], *value])
