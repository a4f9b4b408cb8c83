# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture cut anywhere never accuses an innocent, and a duplicate's verdict only grows.

--cut-step 10 looks more closely than the default does.
"""
import subprocess

import pytest

from conftest import CAPTURES, VERDICTS, all_shipped, shipped

ACCUSED = VERDICTS.index("suspected")


def frames_of(capture):
    listing = subprocess.run(["capinfos", "-TMrc", capture], capture_output=True, text=True,
                             check=True)
    return int(listing.stdout.split("\t")[-1])


def places(request, name):
    """Where to cut a capture."""
    frames = frames_of(CAPTURES / name)
    step = request.config.getoption("--cut-step")
    if step is None:
        step = 100 if name in shipped() else frames // 2 + 1
    return range(step, frames, step)


def cut(capture, room, first, last):
    path = room / f"{first}-{last}.pcap"
    subprocess.run(["editcap", "-r", capture, path, f"{first}-{last}"], check=True,
                   capture_output=True)
    path.chmod(0o644)
    return path


def guilty(truth, name):
    """The owners of which something may be said."""
    return {owner["owner"] for owner in truth[name]
            if any(VERDICTS.index(verdict) >= ACCUSED for verdict in owner["verdicts"])}


def accused(report):
    return {owner["owner"] for owner in report["owners"]
            if VERDICTS.index(owner["verdict"]) >= ACCUSED} | \
        {chain["owner"] for chain in report["chains"] if chain["cause"] == "duplicate-owner"}


def worst(report):
    return max((VERDICTS.index(owner["verdict"]) for owner in report["owners"]), default=0)


@pytest.mark.parametrize("end", ["late", "early"])
@pytest.mark.parametrize("name", all_shipped())
def test_cut_capture(tshark, truth, room, request, name, end):
    so_far = 0
    frames = frames_of(CAPTURES / name)
    for frame in places(request, name):
        first, last = (frame, frames) if end == "late" else (1, frame)
        report = tshark.report(cut(CAPTURES / name, room, first, last))
        assert accused(report) <= guilty(truth, name), f"frames {first} to {last}"
        if end == "early" and guilty(truth, name):
            assert worst(report) >= so_far or so_far < ACCUSED, f"less in frames 1 to {last}"
            so_far = worst(report)
