# SPDX-License-Identifier: GPL-2.0-or-later
"""The module built with the sanitizers, in a stock tshark: every capture, whole, damaged and cut.

The unit tests do this for the reader and the model; here the rest of the plugin has its
turn. tests/run builds the module (preset "sanitize").
"""
import subprocess

import pytest

import damage
from conftest import CAPTURES, PASSES, ROOT, Tshark, shipped, tshark_line

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
EVERYTHING = ["-V", "-z", "nfs4dup,stat", "-z", "nfs4dup,json", "-z", "expert"]


@pytest.fixture(scope="module")
def sanitized(workspace):
    line = tshark_line()
    module = ROOT / "build-sanitize" / "run" / line / "epan" / "nfs4sess.so"
    if not module.exists():
        pytest.skip('no sanitized build; "ui/setup --preset sanitize" makes one')
    return Tshark(workspace, module, line)


@PASSES
@pytest.mark.parametrize("name", shipped())
def test_capture(sanitized, name, passes):
    assert '"nfs4dup/1"' in "".join(sanitized.lines(CAPTURES / name, *EVERYTHING, passes=passes))


@PASSES
@pytest.mark.parametrize("seed", range(101, 106))
def test_damaged_capture(sanitized, room, seed, passes):
    path = room / "damaged.pcap"
    subprocess.run(["editcap", "-E", "0.02", "--seed", str(seed), DUPLICATE, path], check=True,
                   capture_output=True)
    assert '"nfs4dup/1"' in "".join(sanitized.lines(path, *EVERYTHING, passes=passes))


@PASSES
@pytest.mark.parametrize("snaplen", [100, 120, 150, 190])
def test_capture_with_a_snap_length(sanitized, room, snaplen, passes):
    path = room / "snap.pcap"
    subprocess.run(["editcap", "-s", str(snaplen), DUPLICATE, path], check=True)
    assert '"nfs4dup/1"' in "".join(sanitized.lines(path, *EVERYTHING, passes=passes))


@pytest.mark.parametrize("name, seed", [("duplicate-v42-host1.pcap", 1), ("duplicate-v40-host1.pcap", 2)])
def test_damage_changes_nothing_else(sanitized, room, name, seed):
    """tests/fuzz/captures does this to every capture, with more seeds."""
    path = damage.damage(CAPTURES / name, seed, room / name)
    assert damage.wrong(sanitized, path) == []
