# SPDX-License-Identifier: GPL-2.0-or-later
"""The extract of a capture: its document is the capture's, and nothing private is in it."""
import functools
import json
import os
import re
import subprocess

import pytest

from conftest import CAPTURES, SHARED, all_shipped, shipped
from test_shared import ABSENT

FRAMES = re.compile(r"\b(frames?) \d+( of [^\s,;()]*[^\s,;:()])?")
MADE_HERE = [path.relative_to(SHARED) for folder in ("captures", "faults")
             for path in sorted((SHARED / folder).rglob("*.pcap*"))]
INFINIBAND = [name for name in MADE_HERE if name.stem == "lml-2021-5d878a-sniffer"]  # has LIDs


def pytest_generate_tests(metafunc):
    """Some captures stand for all, unless --all-extracts asks for each."""
    everything = metafunc.config.getoption("--all-extracts")
    if "another" in metafunc.fixturenames:
        chosen = MADE_HERE if everything else sorted({*MADE_HERE[::10], *INFINIBAND})
        metafunc.parametrize("another", chosen or [ABSENT], ids=str)
    if "looked_into" in metafunc.fixturenames:
        metafunc.parametrize("looked_into", all_shipped() if everything else shipped())


def without_frames(value):
    """A document without frame numbers, which are another file's, and without names of files."""
    if isinstance(value, dict):
        return {name: without_frames(member) for name, member in value.items()
                if name not in ("frames", "source", "sources", "lost_files") and
                not name.endswith(("frame", "_source"))}
    if isinstance(value, list):
        return [without_frames(member) for member in value]
    return FRAMES.sub(r"\1", value) if isinstance(value, str) else value


def make(tshark, capture, path, *options, key=None):
    """The extract of a capture, at `path`, and the capture's document."""
    with path.open("wb") as out, open(key or os.devnull, "rb") as secret:
        result = subprocess.run(
            [*tshark.prefix, "tshark", "-n", "-q", "-r", tshark.hand_in(capture), *options,
             "-z", "nfs4dup,extract", "-z", "nfs4dup,json"],
            env={**tshark.environment, "NFS4DUP_FD_extract": str(out.fileno()),
                 "NFS4DUP_SOURCE": capture.name,
                 **({"NFS4DUP_FD_key": str(secret.fileno())} if key else {})},
            pass_fds=[out.fileno(), secret.fileno()], stdin=subprocess.DEVNULL, capture_output=True, timeout=300,
            cwd="/", check=False)
    path.chmod(0o644)
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def extracts(tshark, workspace):
    """extracts(capture): (path of its extract, its document), made once."""
    folder = workspace / "extracts"
    folder.mkdir()

    @functools.cache
    def of(capture):
        path = folder / f"{capture.parent.name}-{capture.name}"
        return path, make(tshark, capture, path)
    return of


@pytest.mark.parametrize("name", all_shipped())
def test_extract_says_what_the_capture_says(tshark, extracts, name):
    path, document = extracts(CAPTURES / name)
    assert without_frames(tshark.report(path)) == without_frames(document)


def test_extract_says_what_another_capture_says(tshark, extracts, another):
    path, document = extracts(SHARED / another)
    assert without_frames(tshark.report(path)) == without_frames(document)


# --- several captures ---

TOGETHER = [("duplicate-v42-host1.pcap", "duplicate-v42-host2.pcap")]


@pytest.mark.parametrize("names", TOGETHER, ids=" ".join)
def test_merge_of_extracts_is_the_extract_of_the_merge(tshark, extracts, room, names):
    captures = [CAPTURES / name for name in names]
    subprocess.run(["mergecap", "-w", room / "merged.pcapng", *captures], check=True)
    subprocess.run(["mergecap", "-w", room / "extracts.pcapng",
                    *(extracts(capture)[0] for capture in captures)], check=True)
    document = make(tshark, room / "merged.pcapng", room / "extract.pcapng")
    for name in ("extract.pcapng", "extracts.pcapng"):
        assert without_frames(tshark.report(room / name)) == without_frames(document)


# --- nothing private ---

NAMES = ("nfs.pathname.component", "nfs.name", "nfs.symlink.linktext", "nfs.readdir.entry.name",
         "nfs.entry_name", "nfs.tag")


@functools.cache
def known_names():
    """Those that this Wireshark has."""
    fields = subprocess.run(["tshark", "-G", "fields"], capture_output=True, text=True,
                            check=True).stdout
    return [name for name in NAMES if f"\t{name}\t" in fields]


def names_in(tshark, capture):
    """Names of files in a capture that are long enough not to be there by chance."""
    known = known_names()
    frames = tshark.fields(capture, *known, show="nfs", bare=True)
    return {value for frame in frames for name in known for value in frame[name] if len(value) > 4}


def data_in(tshark, capture):
    """Pieces of file data that are not one byte again and again."""
    frames = tshark.fields(capture, "nfs.data", show="nfs.data", bare=True)
    for frame in frames:
        for value in frame["nfs.data"]:
            data = bytes.fromhex(value.replace(":", ""))
            for start in range(0, len(data) - 16, 16):
                piece = data[start:start + 16]
                if len(set(piece)) > 4:
                    yield piece


def test_nothing_private_is_in_an_extract(tshark, extracts, looked_into):
    path, document = extracts(CAPTURES / looked_into)
    content = path.read_bytes()
    told = json.dumps([document["owners"], document["chains"]])
    for word in names_in(tshark, CAPTURES / looked_into):
        assert word in told or word.encode() not in content, word
    for piece in data_in(tshark, CAPTURES / looked_into):
        assert piece.hex() in told or piece not in content


def test_names_and_data_are_found_where_they_are(tshark):
    """What the test above looks for is there to be found."""
    path = CAPTURES / "duplicate-v42-server.pcap"
    names = names_in(tshark, path)
    assert names and all(name.encode() in path.read_bytes() for name in names)


def test_no_message_of_an_extract_looks_damaged(tshark, extracts, looked_into):
    path, _ = extracts(CAPTURES / looked_into)
    damaged = len(tshark.lines(CAPTURES / looked_into, "-Y", "_ws.malformed && nfs", bare=True))
    assert len(tshark.lines(path, "-Y", "_ws.malformed", bare=True)) <= damaged


# --- Wireshark's own way ---

@pytest.mark.parametrize("passes", [1, 2])
def test_export_tap(tshark, room, passes):
    """tshark -U gives the same answer; with two passes it is small."""
    capture = CAPTURES / "lease-expiry-server.pcap"
    room.chmod(0o777)
    result = tshark.read(capture, "-U", "NFSv4 sessions", "-w", room / "out.pcapng", passes=passes)
    assert result.returncode == 0, result.stderr
    document = without_frames(tshark.report(room / "out.pcapng"))
    assert document["owners"] == without_frames(tshark.report(capture))["owners"]
    assert ((room / "out.pcapng").stat().st_size < capture.stat().st_size // 2) == (passes == 2)


def test_packets_say_where_they_are_from(tshark, extracts):
    capture = CAPTURES / "lease-expiry-server.pcap"
    path, _ = extracts(capture)
    frames = tshark.fields(path, "frame.comment", "rpc.xid", "frame.time_epoch", show="nfs")
    original = {frame["frame"]: frame for frame in
                tshark.fields(capture, "rpc.xid", "frame.time_epoch", show="nfs")}
    assert frames
    for frame in frames:
        number, name = re.match(r"frame (\d+) of (\S+?)(,|$)", frame["frame.comment"][0]).group(1, 2)
        assert name == capture.name
        assert frame["rpc.xid"][0] in original[int(number)]["rpc.xid"]
        assert frame["frame.time_epoch"] == original[int(number)]["frame.time_epoch"]


