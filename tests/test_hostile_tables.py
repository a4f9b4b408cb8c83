# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tables, the report and the document say of captures that somebody made up: they
agree with each other, and stay readable however much there is to tell."""
import re
import sys

import pytest

from conftest import PASSES, ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench"))
import synthetic  # noqa: E402


@pytest.fixture
def written(room):
    """written(story) -> the path of a capture; the story is told a capture and a server."""
    def write(story):
        path = room / f"{story.__name__}.pcap"
        capture = synthetic.Capture(path)
        story(capture, synthetic.Server())
        capture.out.close()
        path.chmod(0o644)
        return path
    return write


def stat_rows(tshark, path, passes=1):
    lines = tshark.tap(path, "nfs4dup,stat", passes).split("\n")
    return [[cell.strip() for cell in line.split("|")] for line in lines if re.match(" *[0-9]+ *[|]", line)]


# --- they agree ---

def new_name(capture, server):
    """A host that is refused and comes back with another owner: what it went through is the
    first owner's, and ends in a message of the second."""
    host = synthetic.Host(capture, server, 0, owner=b"Linux NFSv4.1 before")
    host.mounts()
    host.works()
    host.is_refused()
    host.owner = b"Linux NFSv4.1 after"
    host.mounts()
    host.works()


@PASSES
def test_rows_say_what_the_document_says(tshark, written, passes):
    path = written(new_name)
    before, after = tshark.report(path, passes)["owners"]
    assert before["outage"] > 0 == after["outage"]
    rows = {row[2]: row for row in stat_rows(tshark, path, passes)}
    assert rows[before["owner"]][7] == f"{before['outage']:.3f} s"
    assert rows[after["owner"]][7] == "-"
