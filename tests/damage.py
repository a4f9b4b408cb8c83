# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures with wrong bytes in them, and what has to hold of each, whatever the bytes say.

test_sanitized.py does this to a few, tests/fuzz/captures to as many as time allows.
"""
import difflib
import json
import re
import subprocess

import jsonschema

from conftest import ROOT

# How many bytes in one are wrong, and how many at the front of each packet are spared: as
# Wireshark's own fuzzing has it; what TCP carries, so that more gets through to NFS; and
# little, so that the model sees whole stories with something wrong in them.
LEVELS = [("0.02", 0), ("0.005", 66), ("0.001", 0)]
VIEWS = ["stat", "json", "report", "chains", "trouble"]
TAPS = [word for view in VIEWS for word in ("-z", f"nfs4dup,{view}")]
# Both change, on purpose, what tshark says of other protocols.
APART = ["-o", "nfs4sess.info_suffix:FALSE", "-o", "nfs4sess.reserved_ports:FALSE"]
OURS = re.compile(r',\n {8}"nfs4sess": \{\n.*?\n {8}\}', re.S)
SCHEMA = json.loads((ROOT / "tests" / "nfs4dup-1.schema.json").read_text())


def damage(capture, seed, path):
    """Writes a damaged copy; the seed says where, and how badly."""
    rate, spared = LEVELS[seed % len(LEVELS)]
    subprocess.run(["editcap", "-E", rate, "-o", str(spared), "--seed", str(seed), capture, path],
                   check=True, capture_output=True)
    path.chmod(0o644)
    return path


def wrong(tshark, path):
    """What is wrong with what tshark with the plugin says of a capture: a list of sentences.
    Eight times it reads it, two of them without the plugin."""
    quiet, again = (tshark.read(path, "-q", *TAPS, passes=passes) for passes in (1, 2))
    found = [*wrong_document(quiet.stdout), *wrong_characters(quiet.stdout),
             *differences("two passes say", quiet.stdout, again.stdout)]
    for passes, result in ((1, quiet), (2, again)):
        bare = tshark.read(path, "-T", "json", passes=passes, bare=True)
        packets = tshark.read(path, "-T", "json", *APART, *TAPS, passes=passes)
        tree = tshark.read(path, "-V", "-x", *TAPS, passes=passes)
        if result.returncode != bare.returncode or "Sanitizer" in result.stderr:
            found.append(f"-q: {ending(result)}")
        found += [f"{passes} passes: {ending(one)}, not {ending(bare)}" for one in (packets, tree)
                  if ending(one) != ending(bare)]
        found += wrong_dissection(bare.stdout, packets.stdout, passes)
    return found


def ending(result):
    """Exit status and complaints, without the number of the process and the time of day."""
    return result.returncode, re.sub(r"\(tshark:\d+\) [\d:.]+ ", "", result.stderr)[:2000]


def wrong_dissection(bare, whole, passes):
    """All that is not ours is as it is without the plugin; what the taps say comes behind it."""
    packets, ours = OURS.subn("", whole)
    if packets.startswith(bare):
        return []
    return differences(f"{passes} passes, {ours} frames of ours:", bare, packets)


def wrong_document(text):
    document = re.search(r"^\{\n.*?^\}$", text, re.M | re.S)
    try:
        jsonschema.validate(json.loads(document.group()), SCHEMA, cls=jsonschema.Draft7Validator)
    except (AttributeError, ValueError, jsonschema.ValidationError) as error:
        return [f"no document: {error}"]
    return []


def wrong_characters(text):
    strange = sorted(set(re.findall(r"[^\n -~]", text)))
    return [f"written to the terminal: {strange}"] if strange else []


def differences(what, left, right):
    if left == right:
        return []
    lines = difflib.unified_diff(left.split("\n"), right.split("\n"), lineterm="", n=1)
    return [f"{what} something else: " + " | ".join(line for line, _ in zip(lines, range(12)))]
