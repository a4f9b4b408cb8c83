# SPDX-License-Identifier: GPL-2.0-or-later
"""nfs4dup --json-lines and --sqlite: findings that stand by themselves, over months."""
import json
import re
import sqlite3

import pytest

from conftest import ROOT
from test_nfs4dup import CLEAN, HOST1, HOST2, SERVER, assert_trouble, built, run  # noqa: F401

QUERIES = re.findall(r"```sql\n(.*?)```", (ROOT / "ui" / "nfs4dup.1.md").read_text(), re.S)


def test_a_line_for_each_finding():
    result = run("--json-lines", SERVER)
    assert (result.returncode, result.stderr) == (1, "")
    finding = json.loads(result.stdout)
    assert (finding["verdict"], finding["server"]) == ("proven", "10.0.0.1:2049")
    assert [host["address"] for host in finding["hosts"]] == ["10.0.0.11", "10.0.0.12"]
    assert finding["begins"].startswith("2026-11-22T10:59:5")
    assert "takeover-refused" in [one["kind"] for one in finding["evidence"]]
    assert run("--json-lines", CLEAN).stdout == ""


def test_lines_of_several_captures_name_them():
    finding = json.loads(run("--json-lines", HOST1, HOST2).stdout)
    assert finding["captures"] == [HOST1.name, HOST2.name]
    assert {*finding["evidence"][0]["source"]} == {HOST1.name, HOST2.name}


@pytest.fixture(scope="module")
def database(workspace):
    """Of two servers at which one owner collides: the second is the first, translated."""
    path = workspace / "findings.sqlite"
    other = workspace / "other-server.pcap"
    other.write_bytes(SERVER.read_bytes().replace(bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])))
    for capture in (SERVER, other):
        assert run("--sqlite", path, "--stat", capture).returncode == 1
    return path


def rows(path, query):
    with sqlite3.connect(path) as database:
        return database.execute(query).fetchall()


def test_findings_are_added_once(database):
    before = rows(database, "SELECT count(*) FROM finding")
    run("--sqlite", database, "--stat", SERVER)
    assert rows(database, "SELECT count(*) FROM finding") == before == [(2,)]


ANSWERS = [[("Linux NFSv4.2 web01", 2)],
           [("Linux NFSv4.2 web01", "10.0.0.11", "web01"),
            ("Linux NFSv4.2 web01", "10.0.0.12", "web01")]]


def test_manual_has_five_queries():
    assert len(QUERIES) == 5


@pytest.mark.parametrize("number", range(5))
def test_query_of_the_manual(database, number):
    found = rows(database, QUERIES[number])
    if number < len(ANSWERS):
        assert found == ANSWERS[number]
    elif number < 4:
        assert len(found) == 2 and found[0][0] == "Linux NFSv4.2 web01"
    else:  # the captures are older than a week, or younger; whoever made them knows
        assert all(row[0] == "Linux NFSv4.2 web01" for row in found)


def test_sqlite_of_what_is_no_database(room):
    (room / "letter").write_text("Dear reader, this is no database.\n" * 100)
    assert_trouble(run("--sqlite", room / "letter", SERVER), "letter", "not a database")


