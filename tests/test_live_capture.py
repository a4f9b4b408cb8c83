# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that are still running: on an interface, and in Wireshark's window.

Run as a program with a capture and an interface, this file sends the one's frames on the
other.
"""
import os
import socket
import subprocess
import sys

import pytest

from conftest import CAPTURES, IS_ROOT
from gui.fixtures import (NEEDS_A_DESKTOP, PCAP_HEADER, TABLE, becomes, desktop,  # fixtures
                          records, rows_of, rows_of_tshark, start)

DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
# A network of the test's own: two ends of a cable, on which the kernel says nothing by itself.
NETWORK = """set -eu
{ echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; } 2>/dev/null || true
ip link add here type veth peer name there
ip link set here up
ip link set there up
"""


def send(capture, interface):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind((interface, 0))
        with open(capture, "rb") as file:
            for frame in records(file.read()):
                wire.send(frame[16:])


def may_have_a_network():
    """As root, or where the kernel lets everybody have a network of his own."""
    return subprocess.run([*network(), "true"], capture_output=True, check=False).returncode == 0


def network():
    own_user = [] if IS_ROOT else ["--map-current-user", "--keep-caps"]  # not root: no plugins
    return ["unshare", "--net", *own_user]


@pytest.mark.skipif(not may_have_a_network(), reason="no right to a network of its own")
def test_interface(tshark, tmp_path):
    """What is sent on a cable is captured at its other end and judged by a tshark -i that does
    not know when it will end. Times are those of the sending, so the outage is another one."""
    if "LD_PRELOAD" in tshark.environment:
        pytest.skip("dumpcap hangs in the sanitizer")
    count = len(list(records(DUPLICATE.read_bytes())))
    ready = tmp_path / "ready"
    script = NETWORK + f"""
dumpcap -q -i here -c {count} -P -w - 2>{ready} |
    {" ".join(tshark.prefix)} tshark -n -i - -q -z nfs4dup,stat &
until grep -q '^File: -' {ready} || ! kill -0 $!; do sleep 0.1; done
{sys.executable} {__file__} {DUPLICATE} there
wait
"""
    result = subprocess.run([*network(), "sh", "-c", script], env=tshark.environment, cwd="/",
                            capture_output=True, text=True, timeout=120, check=False)
    (found,), (expected,) = rows_of(result.stdout), rows_of_tshark(tshark, DUPLICATE)
    outage = slice(5, 6)
    del found[outage], expected[outage]
    assert found == expected


@pytest.fixture
def pipe(desktop):
    path = desktop.home / "pipe"
    os.mkfifo(path)
    os.chown(path, desktop.user, -1)
    yield path
    path.unlink()


@NEEDS_A_DESKTOP
def test_window_fills_while_the_capture_runs(start, pipe, tshark, room):
    """The packet list and the report by themselves; the table when it is asked again."""
    data = (DUPLICATE).read_bytes()
    half = 90  # one host has been thrown out, and does not know it yet
    sent = list(records(data))
    (room / "half.pcap").write_bytes(data[:PCAP_HEADER] + b"".join(sent[:half]))
    wireshark = start("-k", "-i", pipe)
    with open(pipe, "wb", buffering=0) as writer:
        writer.write((room / "half.pcap").read_bytes())
        becomes(wireshark.status, (half, half))
        with wireshark.dialog(*TABLE) as dialog:
            becomes(dialog.get("tree").rows, rows_of_tshark(tshark, room / "half.pcap"))
            writer.write(b"".join(sent[half:]))
            becomes(wireshark.status, (len(sent), len(sent)))
            dialog.get("push button", "Apply").press()
            becomes(dialog.get("tree").rows, rows_of_tshark(tshark, DUPLICATE))
    assert wireshark.packet(93)[-1].endswith("[lease lost to 10.0.0.12]")
    assert wireshark.quit() == 0


@NEEDS_A_DESKTOP
def test_preference_is_changed_while_the_capture_runs(start, pipe, tshark):
    """What came is read again with the new one, what comes is added to that."""
    data = DUPLICATE.read_bytes()
    sent = list(records(data))
    half = len(sent) // 2
    wireshark = start("-k", "-i", pipe)
    with open(pipe, "wb", buffering=0) as writer:
        writer.write(data[:PCAP_HEADER] + b"".join(sent[:half]))
        becomes(wireshark.status, (half, half))
        wireshark.set_preference("NFSv4 Sessions", "Add findings to the Info column")
        writer.write(b"".join(sent[half:]))
        becomes(wireshark.status, (len(sent), len(sent)))
        assert not wireshark.packet(93)[-1].endswith("]")
        with wireshark.dialog(*TABLE) as dialog:
            becomes(dialog.get("tree").rows, rows_of_tshark(tshark, DUPLICATE))
        wireshark.set_preference("NFSv4 Sessions", "Add findings to the Info column")
        becomes(lambda: wireshark.packet(93)[-1].endswith("[lease lost to 10.0.0.12]"), True)
    assert wireshark.quit() == 0


if __name__ == "__main__":
    send(*sys.argv[1:])
