# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile "NFSv4 sessions" and the Tools menu: every filter of them is run by tshark."""
import csv
import itertools
import re
import shutil

import pytest

from conftest import CAPTURES, ROOT

NAME = "NFSv4 sessions"
PROFILE = ROOT / "ui" / "profile" / NAME
DUPLICATES = [*sorted(CAPTURES.glob("duplicate-*-server.pcap")),
              CAPTURES / "made-shared-session-server.pcap"]  # whose slots are out of step
DUPLICATE = CAPTURES / "duplicate-v42-server.pcap"
LOCKS = CAPTURES / "duplicate-locks-server.pcap"
CONTROL = CAPTURES / "unique-hostnames-server.pcap"
# What healthy clients do as well.
HARMLESS = {"Identity operations", "Identity Operations", "Identifications", "Requests"}


def rows_of(name):
    """The lines of a file of the profile, without comments."""
    lines = (PROFILE / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def color_rules():
    """(name, filter, background, text), colours from 0 to 1, without those of Wireshark itself."""
    for row in rows_of("colorfilters"):
        name, expression, background, text = re.fullmatch(
            r"@([^@]+)@([^@]+)@\[([\d,]+)\]\[([\d,]+)\]", row).groups()
        if not name.startswith("NFSv4"):
            continue
        yield name, expression, *([int(part) / 65535 for part in color.split(",")]
                                  for color in (background, text))


def buttons():
    return [(row[1], row[2]) for row in csv.reader(rows_of("dfilter_buttons"))]


def graphs():
    return list(csv.reader(rows_of("io_graphs")))


def menu_entries():
    """(label, filter) of the Tools menu, from its source."""
    source = (ROOT / "plugin" / "show" / "menu.c").read_text()
    table = re.search(r"\} entries\[\] = \{(.*?)^\};", source, re.M | re.S).group(1)
    text = r'((?:"[^"]*"\s*)+)'
    rows = re.findall(rf"\{{{text},\s*{text},\s*{text}\}}", table)
    assert len(rows) == len(re.findall(r'^    \{"', table, re.M))
    return [(join(label), join(expression)) for label, _, expression in rows]


def join(literals):
    """Adjacent string literals of C as one string."""
    return "".join(re.findall(r'"([^"]*)"', literals))


SELECTED = "${"  # of the frame that is selected: in the window alone
FILTERS = [*((name, expression) for name, expression, *_ in color_rules()),
           *((name, expression) for name, expression in buttons() if SELECTED not in expression),
           *((row[1], row[2]) for row in graphs()), *menu_entries()]
EVERY_FILTER = pytest.mark.parametrize("name, expression", FILTERS,
                                       ids=[f"{name}-{number}" for number, (name, _)
                                            in enumerate(FILTERS)])


@pytest.fixture(scope="module")
def profile(tshark):
    """The option that selects the profile, which is installed for tshark's user."""
    folder = tshark.home / ".config" / "wireshark" / "profiles" / NAME
    shutil.copytree(PROFILE, folder)
    yield ["-C", NAME]
    shutil.rmtree(folder)


@EVERY_FILTER
def test_filter_finds_something_where_hosts_collide(tshark, name, expression):
    assert any(tshark.lines(capture, "-Y", expression, passes=2) for capture in DUPLICATES)


@EVERY_FILTER
def test_filter_finds_no_fault_with_unique_hosts(tshark, name, expression):
    found = tshark.lines(CONTROL, "-Y", expression, passes=2)
    assert bool(found) == (name in HARMLESS)


def test_all_findings_are_all_expert_information():
    """The field behind it is compared with the entries in test_tree.py."""
    assert dict(menu_entries())["All Findings"] == "nfs4sess.expert"


@pytest.mark.parametrize("name", ["duplicate-locks-server.pcap", "lease-expiry-server.pcap",
                                  "field-report-host1.pcap"])
def test_lost_state_is_what_the_report_counts(tshark, name):
    """Not a reclaim that was refused, after which the client took its state anew."""
    expression = dict(menu_entries())["Lost State"]
    shown = tshark.fields(CAPTURES / name, show=expression, passes=2)
    ends = {chain["steps"][-1]["frame"] for chain in tshark.report(CAPTURES / name)["chains"]
            if chain["lost"]["opens"] or chain["lost"]["locks"]}
    assert {frame["frame"] for frame in shown} == ends


# --- colours ---

@pytest.mark.parametrize("name, rule", [("duplicate-v41-lossy.pcap", "Bad TCP"),
                                        ("connection-broken-server.pcap", "TCP RST")])
def test_errors_of_tcp_keep_their_colours(tshark, profile, name, rule):
    """Those of the default profile, where a frame shows nothing worse."""
    for options in (["--color"], [*profile, "--color"]):
        frames = tshark.fields(CAPTURES / name, "frame.coloring_rule.name",
                               show=f'frame.coloring_rule.name == "{rule}"', options=options)
        assert frames, options


@pytest.mark.parametrize("frame, rule", [(91, None), (92, "refused"), (93, "refused"),
                                         (101, "takeover"), (103, "takeover"), (105, "recovery")])
def test_rows_are_coloured(tshark, profile, frame, rule):
    found, = tshark.fields(DUPLICATE, "frame.coloring_rule.name", passes=2,
                           show=f"frame.number == {frame}", options=[*profile, "--color"])
    assert found["frame.coloring_rule.name"] == ([f"NFSv4 {rule}"] if rule else [])


def test_lost_locks_are_coloured(tshark, profile):
    found = tshark.fields(LOCKS, "frame.coloring_rule.name",
                          show="nfs4sess.lost.locks > 0", passes=2, options=[*profile, "--color"])
    assert found
    assert all(frame["frame.coloring_rule.name"] == ["NFSv4 state lost"] for frame in found)


def linear(color):
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color]


def luminance(color):
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(color)))


def contrast(one, other):
    """As WCAG 2 defines it."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("rule", color_rules(), ids=lambda rule: rule[0])
def test_text_is_readable(rule):
    """7 is what WCAG asks of the best. Rules set both colours, so a dark theme changes nothing."""
    assert contrast(rule[2], rule[3]) >= 7


# Machado, Oliveira and Fernandes 2009, severity 1.0, in linear RGB.
EYES = {
    "usual": [(1, 0, 0), (0, 1, 0), (0, 0, 1)],
    "protan": [(0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)],
    "deutan": [(0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)],
    "tritan": [(1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)],
}


def lab(color, eyes):
    """CIE L*a*b* of a colour as these eyes see it."""
    red, green, blue = (min(1, max(0, sum(a * b for a, b in zip(row, linear(color)))))
                        for row in EYES[eyes])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
               for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", EYES)
def test_colours_can_be_told_apart(eyes):
    """Any two by 25 units of L*a*b*; 2.3 is the least that people notice side by side."""
    for one, other in itertools.combinations(color_rules(), 2):
        distance = sum((a - b) ** 2 for a, b in zip(lab(one[2], eyes), lab(other[2], eyes))) ** 0.5
        assert distance >= 25, (one[0], other[0])


# --- columns, preferences, graphs ---

def columns():
    """title -> format, in order."""
    text = (PROFILE / "preferences").read_text()
    lines = re.search(r"^gui\.column\.format:((?:\n\t.*)+)", text, re.M).group(1)
    words = re.findall(r'"([^"]*)"', lines)
    return dict(zip(words[::2], words[1::2], strict=True))


def test_columns_are_filled(tshark, profile):
    """tshark prints the columns of the profile, and complains of no preference in it."""
    line, = tshark.lines(DUPLICATE, *profile, "-Y", "frame.number == 93", passes=2)
    assert line.endswith("NFS Linux NFSv4.2 web01 1 1 10.0.0.12 V4 Reply (Call In 92) SEQUENCE "
                         "Status: NFS4ERR_BADSESSION [lease lost to 10.0.0.12]")


def test_every_preference_is_known(tshark):
    known = set(re.findall(r"^#?([a-z0-9_.]+):", tshark("-G", "defaultprefs").stdout, re.M))
    used = [line.split(":")[0] for line in rows_of("preferences") if not line.startswith("\t")]
    assert "gui.column.format" in used
    assert set(used) <= known


def test_columns_have_a_width():
    widths = re.findall(r'^\t"?(%\w+(?::[\w.]+)?)"?, -?\d+,?$', (PROFILE / "recent").read_text(),
                        re.M)
    assert widths == [text.removesuffix(":0:R") for text in columns().values()]


def test_graphs_are_well_formed():
    """Wireshark skips a graph that it does not understand; tshark does not read them at all."""
    for enabled, name, expression, color, style, unit, field, average, factor in graphs():
        assert enabled in ("Enabled", "Disabled")
        assert name
        assert expression
        assert re.fullmatch(r"#[0-9A-F]{6}", color)
        assert style in ("Line", "Stacked Bar")
        assert (unit, field, average, factor) == ("Packets", "", "None", "1")
