# SPDX-License-Identifier: GPL-2.0-or-later
"""Extracts with other names in them: none of the capture's is left, and they say the same."""
import ipaddress
import json
import re

import pytest

from conftest import CAPTURES, SHARED, all_shipped, shipped
from test_extract import MADE_HERE, make, without_frames

KEY = b"a key for tests, and for nothing else"
WORD = re.compile(r"LID: \d+|[^\s\"',;()\[\]/=@]+")
NUMBER = re.compile(r"[\d.]+(ms)?$")
ALIAS = re.compile(r"h[a-z2-7]{11}[a-z0-9](\W|$)|[0-9a-f]{8}-|[0-9a-f]+$|\\|.*[0-9a-f]+[.:]")
STAY = {"localhost", "localhost.localdomain", "(none)", "none", "ubuntu", "debian"}


def pytest_generate_tests(metafunc):
    """Some captures stand for all, unless --all-extracts asks for each."""
    if "capture" in metafunc.fixturenames:
        paths = [CAPTURES / name for name in shipped()[::3]]
        paths += [SHARED / name for name in MADE_HERE if name.parts[0] == "faults"][4::20]
        if metafunc.config.getoption("--all-extracts"):
            paths = [*(CAPTURES / name for name in all_shipped()),
                     *(SHARED / name for name in MADE_HERE)]
        metafunc.parametrize("capture", paths, ids=lambda path: path.name)


@pytest.fixture
def key(room):
    path = room / "key"
    path.write_bytes(KEY)
    return path


def texts_of(value):
    """All names and texts of a document, in order."""
    if isinstance(value, (dict, list)):
        for member in value.items() if isinstance(value, dict) else value:
            yield from texts_of(list(member) if isinstance(member, tuple) else member)
    else:
        yield str(value)


def words_of(text, other):
    """Words that stand for each other; the whole texts, where bytes that are no text have more."""
    given, found = WORD.findall(text), WORD.findall(other)
    return zip(given, found) if len(given) == len(found) else [(text, other)]


def aliases_in(document, other):
    """What stands in one document for what stands in the other. Each word has one alias, and no
    alias stands for two."""
    given, found = (list(texts_of(without_frames(one))) for one in (document, other))
    assert len(given) == len(found)
    pairs = {(word, alias) for texts in zip(given, found) for word, alias in words_of(*texts)
             if word != alias}
    assert len({word for word, _ in pairs}) == len(pairs) == len({alias for _, alias in pairs})
    return dict(pairs)


def is_alias(text):
    return any(ALIAS.match(word) and not NUMBER.match(word) or ":" in word or word.count(".") == 3
               for word in WORD.findall(text))


def addresses_in(words):
    for word in words:
        for text in (word, word.rpartition(":")[0]):
            try:
                yield ipaddress.ip_address(text)
            except ValueError:
                pass


FIELDS = ("ip.addr", "ipv6.addr", "eth.addr", "rpc.auth.machinename", "nfs.machinename4",
          "nfs.r_addr", "nfs.majorid4", "nfs.scope")
BYTES = ("nfs.majorid4", "nfs.scope")


def names_of(tshark, capture):
    """Names and addresses in a capture, as tshark alone reads them."""
    columns = [word for field in FIELDS for word in ("-e", field)]
    result = tshark.read(capture, "-Y", "nfs", "-T", "fields", *columns, bare=True)
    for line in result.stdout.splitlines():
        for field, values in zip(FIELDS, line.split("\t")):
            for value in values.split(","):
                value = bytes.fromhex(value).decode("latin-1") if field in BYTES else value
                if len(value) > 3 and value not in STAY:
                    yield value


def test_another_name_says_the_same(tshark, room, key, capture):
    document = make(tshark, capture, room / "plain.pcapng")
    make(tshark, capture, room / "keyed.pcapng", key=key)
    other = tshark.report(room / "keyed.pcapng")
    aliases = aliases_in(tshark.report(room / "plain.pcapng"), other)
    assert aliases or not document["owners"]
    assert all(map(is_alias, aliases.values())), aliases
    content = (room / "keyed.pcapng").read_bytes()
    names = {*names_of(tshark, capture)}
    assert names or not document["totals"]["compounds"] or "foreign-port" in capture.name
    for name in names | {name for name in aliases if len(name) > 3 and not name.isdigit()}:
        assert name.encode("latin-1", "replace") not in content, name
    aligned = {content[at:at + size] for size in (4, 16) for at in range(0, len(content), 4)}
    for address in addresses_in(names):
        assert address.packed not in aligned, address
