# SPDX-License-Identifier: GPL-2.0-or-later
"""Twice as many frames cost twice as much, whatever is in them: instructions and memory of
reader, model and document, on each kind of capture that tests/bench can make."""
import sys

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench"))
import hostile
import measure

FRAMES = 1000
TWICE = 2.2  # rounded up: maps and arrays grow in leaps
SLACK = 256  # KiB that a leap may take where there is little else


@pytest.fixture(scope="module")
def program(tmp_path_factory, pytestconfig):
    path = tmp_path_factory.mktemp("scale") / "scale"
    measure.compile_scale(ROOT / (pytestconfig.getoption("--build") or "build"), path)
    return path


@pytest.fixture(scope="module")
def start(program, tmp_path_factory):
    """Instructions of the program on a capture without frames."""
    empty = tmp_path_factory.mktemp("empty") / "empty.pcap"
    hostile.write("replies", 0, empty)
    return measure.count_scale(program, empty)


def counted(program, path):
    _, size = measure.run_scale(program, path)
    return measure.count_scale(program, path), size


@pytest.mark.parametrize("kind", hostile.KINDS)
def test_twice_as_many_frames_cost_twice_as_much(program, start, tmp_path, kind):
    costs = []
    for frames in (FRAMES, 2 * FRAMES):
        path = tmp_path / f"{frames}.pcap"
        hostile.write(kind, frames, path)
        costs.append(counted(program, path))
    (one, one_size), (two, two_size) = costs
    assert two - start < TWICE * (one - start)
    assert two_size < TWICE * one_size + SLACK
