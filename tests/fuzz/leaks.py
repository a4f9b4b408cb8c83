# SPDX-License-Identifier: GPL-2.0-or-later
"""What valgrind says of the module in tshark: errors and lost memory that have a function of
ours on their stack. Those of Wireshark and its libraries are not ours to judge."""
import json
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

from damage import TAPS

# Wireshark's pools and GLib's slices become plain malloc, or valgrind would not see into them.
PLAIN = {"WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple", "G_SLICE": "always-malloc"}
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite,possible",
            "--keep-debuginfo=yes", "--num-callers=40", "--xml=yes"]
WAYS = [["-q", *TAPS], ["-V", *TAPS], ["-2", "-q", *TAPS]]


def frames_of(error):
    return [(frame.findtext("obj", ""), frame.findtext("fn", "?")) for frame in error.iter("frame")]


def ours(report):
    """(kind, functions of ours) of the errors in a file of valgrind's; and how many there are."""
    errors = ElementTree.parse(report).getroot().findall("error")
    found = []
    for error in errors:
        functions = [name for library, name in frames_of(error) if "nfs4sess" in library]
        if functions:
            found.append((error.findtext("kind"), functions))
    return found, len(errors)


def run(tshark, command, requests=""):
    """Under valgrind; returns what it found of ours, and how much it found in all."""
    report = tshark.home / "valgrind.xml"
    subprocess.run([*tshark.prefix, *VALGRIND, f"--xml-file={report}", *command], text=True, cwd="/",
                   env=tshark.environment | PLAIN, input=requests, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ours(report)


def tell(what, found, errors):
    print(f"{what}: {len(found)} of ours among {errors}", flush=True)
    for kind, functions in found:
        print(f"    {kind}: {' < '.join(functions)}")
    return len(found)


def hand_in(tshark, capture):
    copy = tshark.workspace / capture.name
    shutil.copyfile(capture, copy)
    copy.chmod(0o644)
    return copy


def in_turn(captures):
    """Requests to one sharkd: open each, look at the table and at a packet."""
    for capture in captures:
        for method, params in (("load", {"file": str(capture)}),
                               ("tap", {"tap0": "nstat:nfs4dup,stat"}),
                               ("frame", {"frame": 5, "proto": True})):
            yield json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) + "\n"


def search(tshark, captures):
    """Prints what is found; returns how much of it is ours."""
    copies = [hand_in(tshark, capture) for capture in captures]
    count = 0
    for copy in copies:
        for way in WAYS:
            count += tell(f"{copy.name} {way[0]}", *run(tshark, ["tshark", "-n", "-r", copy, *way]))
    if shutil.which("sharkd"):
        count += tell("all in turn, in one sharkd", *run(tshark, ["sharkd", "-"], "".join(in_turn(copies))))
    return count
