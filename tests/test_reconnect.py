# SPDX-License-Identifier: GPL-2.0-or-later
"""A client that connects anew from the same port, as Linux does, while another one works.

Wireshark keeps the old connection and the new one apart by who was heard first on each, so
who sent the first packet of a capture must not change what is said about all the others.
"""
import sys

import pytest

from conftest import PASSES, ROOT

sys.path.insert(0, str(ROOT / "tests" / "bench"))
import synthetic  # noqa: E402

ONE_PORT, OTHER_PORT = 900, 704  # in one direction they share a place in the hook's cache
SYN, ACK = 2, 16
ROUNDS = 4


class Host(synthetic.Host):
    def says(self, flags, to_server):
        ports = (self.port, synthetic.NFS_PORT)
        ends = (self.address, synthetic.SERVER)
        sequences = (self.sent, self.received)
        turn = slice(None, None, 1 if to_server else -1)
        self.capture.write(*ends[turn], ports[turn], sequences[turn], b"", flags)

    def connects_again(self):
        self.sent, self.received = 900_000, 800_000
        self.says(SYN, True)
        self.says(SYN | ACK, False)
        self.says(ACK, True)

    def asks(self):
        self.calls([(synthetic.SEQUENCE, self.sequence()), (synthetic.PUTROOTFH, b"")])

    def succeeds(self):
        self.is_answered([(synthetic.SEQUENCE, self.session + bytes(20)), (synthetic.PUTROOTFH, b"")])

    def fails(self):
        self.is_answered([(synthetic.SEQUENCE, b"")], synthetic.BADSESSION)


def duel(path, heard_first):
    """Each mounts, and both ask before either is answered: one of them is refused."""
    capture, server = synthetic.Capture(path), synthetic.Server()
    one, other = (Host(capture, server, number, b"Linux NFSv4.1 twin", bytes([number]) * 8)
                  for number in (1, 2))
    one.connects(ONE_PORT)
    other.connects(OTHER_PORT)
    one.says(ACK, heard_first == "client")
    one.mounts()
    one.connects_again()
    one.works()
    for _ in range(ROUNDS):
        for owner, loser in ((other, one), (one, other)):
            owner.mounts()
            owner.asks()
            loser.asks()
            owner.succeeds()
            loser.fails()
    capture.out.close()
    path.chmod(0o644)
    return path


@pytest.fixture(scope="module", params=["client", "server"])
def capture(request, workspace):
    return duel(workspace / f"{request.param}-first.pcap", request.param)


@PASSES
def test_all_of_it_is_found(tshark, capture, passes):
    owner, = tshark.report(capture, passes)["owners"]
    assert (owner["verdict"], owner["takeovers"], owner["invalidations"]) == \
        ("proven", 2 * ROUNDS, 2 * ROUNDS)
    lines = tshark.lines(capture, passes=passes)
    assert sum("[lease lost to 10.0.0." in line for line in lines) == 2 * ROUNDS


def test_replies_alone_are_read_as_in_one_pass(tshark, capture):
    """The second pass may come without the calls."""
    replies = tshark.lines(capture, "-R", "rpc.msgtyp == 1", passes=2)
    assert sum("[lease lost to 10.0.0." in line for line in replies) == 2 * ROUNDS
