# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages that people read name everything that the plugin says, under its own name."""
import functools
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "ui" / "frontend"))
import options  # noqa: E402
PAGE = ROOT / "ui" / "nfs4dup-verdicts.7.md"
COMMAND_PAGE = ROOT / "ui" / "nfs4dup.1.md"
PAGES = pytest.mark.parametrize("path", [PAGE, COMMAND_PAGE], ids=lambda path: path.stem)
README = ROOT / "README.md"


@functools.cache
def strings_in(file, function):
    """The string literals in the body of a C function that is defined in `file`."""
    source = (ROOT / "plugin" / file).read_text()
    body = re.search(rf"^const char \*{function}\([^;{{]*\)\n\{{(.*?)^\}}", source, re.M | re.S)
    assert body, f"{function} is not in plugin/{file}"
    names = re.findall(r'"([^"]+)"', body.group(1))
    assert len(names) > 1, f"{function} has no names"
    return names


def names_in(file, *functions):
    return [(function, name) for function in functions for name in strings_in(file, function)]


@functools.cache
def page():
    return PAGE.read_text()


def section(title):
    """The text below a heading of the first level."""
    found = re.search(rf"^# {re.escape(title)}\n(.*?)(?=^# |\Z)", page(), re.M | re.S)
    assert found, f"the page has no section {title}"
    return found.group(1)


def entries(title):
    """Heading of the second level -> its text."""
    parts = re.split(r"^## (.+)\n", section(title), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@functools.cache
def fields():
    """Names of the display filter fields that plugin/show/fields.c registers."""
    source = (ROOT / "plugin" / "show" / "fields.c").read_text()
    found = re.findall(r'\{"[^"]*",\s*"(nfs4sess\.[a-z_.]+)",\s*FT_', source)
    assert len(found) == len(re.findall(r"^\s*\{&hf_", source, re.M))
    return found


def rule_files():
    return sorted((ROOT / "plugin" / "model" / "judge").glob("*.c"))


@functools.cache
def rules():
    """Name of each rule of evidence -> the text of its struct."""
    found = {}
    for path in rule_files():
        for body in re.findall(r"^const nfs4_rule rule_\w+ = \{(.*?)^\};", path.read_text(), re.M | re.S):
            found[re.search(r'\.name = "([^"]+)"', body).group(1)] = body
    return found


def names_of(title):
    if title == "EVIDENCE":
        return list(rules())
    return strings_in(*{"VERDICTS": ("model/judge/verdict.c", "verdict_name"),
                        "CAUSES": ("model/judge/causes.c", "cause_name")}[title])


def kinds():
    return sorted(set(re.findall(r'\.kind = "([^"]+)"', " ".join(rules().values()))))


TITLES = ["VERDICTS", "EVIDENCE", "CAUSES"]
NOT_AN_ENTRY = {"VERDICTS": {"kind and harmful"}, "EVIDENCE": set(),
                "CAUSES": {"Steps of a chain", "How a chain ends", "What was lost"}}


@pytest.mark.parametrize("title, name", [(title, name) for title in TITLES for name in names_of(title)])
def test_every_name_has_an_entry(title, name):
    entry = entries(title).get(name)
    assert entry is not None, f"no entry ## {name} under # {title}"
    assert "Set when" in entry
    assert "*To do:*" in entry


@pytest.mark.parametrize("title", TITLES)
def test_every_entry_has_a_name(title):
    known = set(names_of(title)) | NOT_AN_ENTRY[title]
    assert set(entries(title)) == known


@pytest.mark.parametrize("name", kinds())
def test_every_kind_is_explained(name):
    assert f"**{name}**" in section("VERDICTS")


@pytest.mark.parametrize(
    "function, name",
    [(function, name) for function, name in names_in("show/wording_chain.c", "wording_step", "wording_ending")
     if name != "none"])
def test_every_step_and_ending_is_mentioned(function, name):
    titles = {"wording_step": "Steps of a chain", "wording_ending": "How a chain ends"}
    assert f"`{name}`" in entries("CAUSES")[titles[function]]


@functools.cache
def words_of_heads():
    """What findings begin with, as the sources write it: capitals, up to a bracket or a colon."""
    sources = "".join((ROOT / "ui" / name).read_text() for name in ("head_title.c", "head_incident.c"))
    found = set(re.findall(r'"(?:%s)?((?:[A-Z]{5,}|A|NOT)(?: [A-Z]+)*)(?=[":( %])', sources))
    return {word for word in found if word not in {"NFS4ERR", "LIKELY"}}


def test_the_first_table_explains_what_findings_begin_with():
    table = section("THE WORDS IN SHORT")
    rows = re.findall(r"^\| ([A-Z][A-Z ]+[A-Z])", table, re.M)
    assert {"DUPLICATE CLIENT", "CLONED MACHINE", "UNDECIDED", "NOT A DUPLICATE", "ANOTHER CAUSE",
            "POSSIBLE DUPLICATE CLIENT"} <= words_of_heads() <= set(rows)
    for name in names_of("VERDICTS") + names_of("CAUSES"):
        assert name in table.lower() or name in ("duplicate-owner", "unknown"), name


@PAGES
def test_title_block_has_no_version(path):
    """The build puts the version into the man page."""
    name, number = path.stem.split(".")
    assert path.read_text().startswith(f"% {name.upper()}({number})\n")


def test_names_in_code_style_exist():
    """What the page writes as `takeover-refused` is a name that the plugin knows."""
    known = {name for title in TITLES for name in names_of(title)} | set(kinds())
    known |= set(strings_in("show/wording_chain.c", "wording_step"))
    known |= set(strings_in("show/wording_chain.c", "wording_ending"))
    known |= {"invisible", "tls_connections", "undecoded_connections", "cut_off", "dropped"}
    known |= {"cut_messages", "unpaired_replies", "unclaimed_connections", "unclaimed_port", "answered"}
    known |= {"co_ownerid", "client_using", "outage_timed", "outage_of", "requests_refused", "lost_files"}
    used = set(re.findall(r"`([a-z]+(?:[-_][a-z]+)*)`", page()))
    assert used <= known


@functools.cache
def fields_in_readme():
    """README names a field in full, or behind its family in the same row: `nfs4sess.owner.host`,
    `.uniquifier`. A row with `.chain.*` speaks for all fields below that one."""
    mentioned = set()
    for row in re.findall(r"^\| (`nfs4sess\..*?) \|", README.read_text(), re.M):
        first, *others = re.findall(r"`([a-z0-9_.*]+)`", row)
        parts = first.split(".")
        families = [".".join(parts[:length]) for length in range(1, len(parts))]
        mentioned.add(first)
        mentioned.update(family + name for family in families for name in others)
    return mentioned


@pytest.mark.parametrize("field", fields())
def test_readme_mentions_every_field(field):
    family = field.rpartition(".")[0]
    assert {field, f"{family}.*"} & fields_in_readme()


def options_in(text):
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text.replace("\\", "")))


def test_command_page_explains_every_option():
    """Those of the table that the program reads its command line by, and no others, with what
    has to stand behind them."""
    text = COMMAND_PAGE.read_text().replace("\\", "").replace("*", "")
    words = {f"{option.word} {option.value}".strip() for option in options.OPTIONS}
    entries = {entry for line in re.findall(r"^(--?.+)\n: ", text, re.M) for entry in line.split(", ")}
    assert entries - {"--"} == words
    synopsis = text.partition("# SYNOPSIS")[2].partition("# DESCRIPTION")[0]
    assert options_in(synopsis) == {option.word for option in options.OPTIONS}


def test_command_page_explains_every_exit_status():
    part = COMMAND_PAGE.read_text().partition("# EXIT STATUS")[2].partition("\n# ")[0]
    told = re.search(r"Exit status: .*", options.usage(), re.S).group(0)
    assert re.findall(r"^(\d)\n: ", part, re.M) == re.findall(r"\b(\d) [a-z(]", told) == list("0123")


def test_fields_in_the_command_page_exist():
    used = set(re.findall(r"nfs4sess\.[a-z_.]+[a-z]", COMMAND_PAGE.read_text()))
    assert len(used) > 3
    assert used <= set(fields())


@PAGES
def test_pandoc_makes_a_man_page_of_it(path):
    result = subprocess.run(["pandoc", "-s", "-f", "markdown", "-t", "man", str(path)],
                            capture_output=True, text=True, check=True)
    assert result.stderr == ""
    head = re.search(r'^\.TH "?([^" ]+)"? "?(\d)"?', result.stdout, re.M)
    name, number = path.stem.split(".")
    assert head and (head.group(1).replace("\\-", "-"), head.group(2)) == (name.upper(), number)
    assert result.stdout.count("\n.SH ") >= 8
    assert "SPDX" not in result.stdout
