# SPDX-License-Identifier: GPL-2.0-or-later
"""Chains of captures that were cut short: less is told, and nothing else.

--cut-step 10 looks more closely than the default does.
"""
import pytest

from conftest import CAPTURES
from test_chains import chains_of, frames_in
from test_cuts import cut, frames_of, places


WITH_CHAINS = pytest.mark.parametrize("name", ["duplicate-locks-server.pcap", "duplicate-v40-server.pcap",
                                               "duplicate-v42-server.pcap", "lease-expiry-server.pcap",
                                               "server-restart-server.pcap"])


@WITH_CHAINS
def test_cut_at_the_end(tshark, room, request, name):
    """A shorter capture tells the beginnings of the same chains."""
    whole = chains_of(tshark, CAPTURES / name)
    for last in places(request, name):
        found = tshark.report(cut(CAPTURES / name, room, 1, last))["chains"]
        assert [chain["chain"] for chain in found] == \
            [number for number, chain in whole.items() if frames_in(chain)[0] <= last]
        for chain in found:
            expected = whole[chain["chain"]]
            assert chain["steps"] == [step for step in expected["steps"] if step["frame"] <= last]
            if frames_in(expected)[-1] > last:
                assert chain["ending"] in ("unfinished", "idle", "refused-again")
                assert chain["outage"] is None
                assert last < frames_in(expected)[-1]
            if chain["cause"] == "duplicate-owner":
                assert expected["cause"] == "duplicate-owner"
                assert chain["culprit"] in (expected["culprit"], None)


@WITH_CHAINS
def test_cut_at_the_beginning(tshark, room, request, name):
    """Nobody is blamed who is not blamed by the whole, or who has done nothing in the part."""
    whole = chains_of(tshark, CAPTURES / name).values()
    frames = frames_of(CAPTURES / name)
    blamed = {chain["culprit"] for chain in whole if chain["culprit"]}
    for start in places(request, name):
        found = tshark.report(cut(CAPTURES / name, room, start, frames))
        heard = {address for owner in found["owners"] for one in owner["instances"]
                 for address in one["addresses"]}
        for chain in found["chains"]:
            first = frames_in(chain)[0] + start - 1
            full, = [chain for chain in whole if first in frames_in(chain)]
            shown = [frame + start - 1 for frame in frames_in(chain)]
            assert set(shown) <= set(frames_in(full)) and shown[-1] == frames_in(full)[-1]
            if chain["cause"] == "duplicate-owner":
                assert full["cause"] == "duplicate-owner"
                assert chain["culprit"] is None or chain["culprit"] in heard & blamed
