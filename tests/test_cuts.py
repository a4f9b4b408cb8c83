# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture cut anywhere never accuses an innocent, and a duplicate's verdict only grows.

--cut-step 10 looks more closely than the default does.
"""
import subprocess

import pytest

from conftest import CAPTURES, VERDICTS, shipped

ACCUSED = VERDICTS.index("suspected")


def frames_of(capture):
    listing = subprocess.run(["capinfos", "-TMrc", capture], capture_output=True, text=True,
                             check=True)
    return int(listing.stdout.split("\t")[-1])


def cut(capture, room, first, last):
    path = room / f"{first}-{last}.pcap"
    subprocess.run(["editcap", "-r", capture, path, f"{first}-{last}"], check=True,
                   capture_output=True)
    path.chmod(0o644)
    return path


def worst(report):
    return max((VERDICTS.index(owner["verdict"]) for owner in report["owners"]), default=0)


def may_accuse(truth, name):
    return any(VERDICTS.index(verdict) >= ACCUSED
               for owner in truth[name] for verdict in owner["verdicts"])


@pytest.mark.parametrize("end", ["late", "early"])
@pytest.mark.parametrize("name", shipped())
def test_cut_capture(tshark, truth, room, request, name, end):
    step = request.config.getoption("--cut-step")
    frames = frames_of(CAPTURES / name)
    so_far = 0
    for frame in range(step, frames, step):
        first, last = (frame, frames) if end == "late" else (1, frame)
        report = tshark.report(cut(CAPTURES / name, room, first, last))
        if not may_accuse(truth, name):
            assert worst(report) < ACCUSED, f"accused in frames {first} to {last}"
            assert not [chain for chain in report["chains"]
                        if chain["cause"] == "duplicate-owner"], f"frames {first} to {last}"
        elif end == "early":
            assert worst(report) >= so_far or so_far < ACCUSED, f"less in frames 1 to {last}"
            so_far = worst(report)
