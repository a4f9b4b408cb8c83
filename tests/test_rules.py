# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules say the same wherever they stand: in the code, in RULES.md, in the manual page, in the
JSON schema and in the README; names, order, grades and numbers of cases."""
import functools
import json
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
JUDGE = ROOT / "plugin" / "model" / "judge"
LAW = ROOT / "plugin" / "RULES.md"
PAGE = ROOT / "ui" / "nfs4dup-verdicts.7.md"
SCHEMA = json.loads((ROOT / "tests" / "nfs4dup-1.schema.json").read_text())["definitions"]


def sources(*folders):
    return "\n".join(path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.[ch]")))


@functools.cache
def rules():
    """Name -> text of its struct, in the order of the table."""
    table = re.findall(r"\[(EVIDENCE_\w+)\] = &(rule_\w+)", (JUDGE / "rules.c").read_text())
    enum = re.findall(r"^    (EVIDENCE_\w+),", (ROOT / "plugin/model/types.h").read_text(), re.M)
    assert [kind for kind, _ in table] == enum
    judge = sources("plugin/model/judge")
    bodies = [re.search(rf"^const nfs4_rule {rule} = \{{(.*?)^\}};", judge, re.M | re.S).group(1)
              for _, rule in table]
    return {re.search(r'\.name = "([^"]+)"', body).group(1): body for body in bodies}


def grades_of(rule):
    """[(verdict, cases)], the best one first."""
    grades = re.search(r"\.grades = (\{.*?\}\})", rules()[rule], re.S).group(1)
    return [(verdict.lower(), int(cases)) for cases, verdict in re.findall(r"(\d+), VERDICT_(\w+)\}", grades)]


def kind_of(rule):
    kind = re.search(r'\.kind = "([^"]+)"', rules()[rule])
    return kind and kind.group(1)


@functools.cache
def causes():
    """Name -> grades of its rows, in the order of the table; unknown has none."""
    source = (JUDGE / "causes.c").read_text()
    names = dict(re.findall(r'\[(CAUSE_\w+)\] = "([^"]+)"', source))
    found = {}
    for cause, grade in re.findall(r"^    \{(CAUSE_\w+), VERDICT_(\w+), \w+\},", source, re.M):
        found.setdefault(names[cause], []).append(grade.lower())
    assert sorted(found) == sorted(names.values())
    assert found.pop("unknown") == ["undecided"]
    return found | {"unknown": []}


def names_in(file, function):
    body = re.search(rf"^const char \*{function}\([^;{{]*\)\n\{{(.*?)^\}}", (JUDGE / file).read_text(), re.M | re.S)
    return re.findall(r'"([^"]+)"', body.group(1))


def entries(path, section, level):
    """Heading below a section -> its text, in order."""
    start = "#" * level
    found = re.search(rf"^{start} {section}\n(.*?)(?=^{start} |\Z)", path.read_text(), re.M | re.S)
    parts = re.split(rf"^{start}# (.+)\n", found.group(1), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def part(entry, word):
    """What stands behind *word:*, up to the next such word."""
    found = re.search(rf"\*{word}:\*(.*?)(?=\n\n|\*[A-Z][a-z ]+:?\*|\Z)", entry, re.S)
    assert found, f"no *{word}:*"
    return " ".join(found.group(1).split())


BOOKS = pytest.mark.parametrize("evidence, of_causes, worth", [
    ((LAW, "Evidence", 2), (LAW, "Causes", 2), "Worth"), ((PAGE, "EVIDENCE", 1), (PAGE, "CAUSES", 1), "Grade")],
    ids=["law book", "manual page"])


@BOOKS
def test_order_of_evidence_is_that_of_the_table(evidence, of_causes, worth):
    assert list(entries(*evidence)) == list(rules())


@BOOKS
def test_evidence_makes_the_verdicts_of_the_code_from_as_many_cases(evidence, of_causes, worth):
    for name, entry in entries(*evidence).items():
        told = re.findall(r"`([a-z]+)` from (\d+)", part(entry, "Worth"))
        assert [(verdict, int(cases)) for verdict, cases in told] == grades_of(name), name


@BOOKS
def test_causes_have_the_grades_of_the_code_in_its_order(evidence, of_causes, worth):
    told = {name: entry for name, entry in entries(*of_causes).items() if "Set when" in entry}
    order = list(causes())
    assert list(told) == order
    for name in order[:-1]:
        assert re.findall(r"`([a-z]+)`", part(told[name], worth)) == causes()[name], name
    assert "no grade" in told["unknown"]


def test_show_has_words_for_each_rule_in_the_order_of_the_table():
    def rows(file, table):
        return re.findall(rf"\[(EVIDENCE_\w+)\] = &{table}_(\w+),", (ROOT / file).read_text())

    told = rows("plugin/show/wording_evidence.c", "words")
    assert told == rows("plugin/model/judge/rules.c", "rule")
    show = sources("plugin/show")
    for _, rule in told:
        assert re.search(rf"^const rule_words words_{rule} = \{{\w+, \w+\}};", show, re.M), rule


def test_the_law_book_tells_kind_and_harm_of_each_rule():
    for name, entry in entries(LAW, "Evidence", 2).items():
        worth = part(entry, "Worth")
        kind = re.search(r"Kind ([a-z-]+)\.", worth)
        assert (kind and kind.group(1)) == kind_of(name), name
        assert ("Accuses nobody." in worth) == (kind is None), name
        assert ("Harmful." in worth) == (".is_harmful = true" in rules()[name]), name


def test_the_manual_names_the_verdicts_that_each_evidence_makes():
    """The entry of a verdict names the rules that make it, and no others, where it lists them."""
    verdicts = entries(PAGE, "VERDICTS", 1)
    for verdict in ("restarted", "undecided", "suspected", "probable", "proven"):
        conditions = verdicts[verdict].split("*Refuted by*")[0]
        made = {rule for rule in rules() if verdict in dict(grades_of(rule))}
        assert {word for word in re.findall(r"`([a-z-]+)`", conditions) if word in rules()} == made, verdict


def test_schema_knows_the_names_of_the_code():
    owner, chain = SCHEMA["owner"]["properties"], SCHEMA["chain"]["properties"]
    assert owner["verdict"]["enum"] == names_in("verdict.c", "verdict_name")
    assert owner["evidence"]["items"]["properties"]["kind"]["enum"] == list(rules())
    assert {kind_of(rule) for rule in rules()} <= set(owner["kind"]["enum"])
    assert sorted(chain["cause"]["enum"]) == sorted(causes())
    assert set(chain["grade"]["enum"]) - {None} == {grade for grades in causes().values() for grade in grades}


def test_readme_has_the_verdicts_in_order():
    table = (ROOT / "README.md").read_text().partition("| Verdict | Meaning |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `([a-z]+)`", table, re.M) == names_in("verdict.c", "verdict_name")


def test_each_heading_of_the_manual_is_an_anchor_of_its_own():
    headings = re.findall(r"^#+ (.+)$", PAGE.read_text(), re.M)
    assert len(headings) == len(set(headings))
    html = subprocess.run(["pandoc", "-f", "markdown", "-t", "html", str(PAGE)], capture_output=True,
                          text=True, check=True).stdout
    assert {*rules(), *causes()} <= set(re.findall(r'id="([^"]+)"', html))


def test_what_the_code_cites_stands_in_the_law_book():
    code = re.sub(r"\n \*? ?", " ", sources("plugin", "ui"))
    cited = {name for names in re.findall(r"RULES\.md, ((?:[a-z]+(?:-[a-z]+)*(?: and |,? )?)+)", code)
             for name in re.findall(r"[a-z]+(?:-[a-z]+)+", names)}
    headings = set(re.findall(r"^### (\S+)$", LAW.read_text(), re.M))
    assert len(cited) > 4
    assert cited <= headings


def test_the_code_cites_nothing_by_a_number():
    for folder in ("plugin", "ui"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".c", ".h", ".py", ".md"}:
                assert not re.findall(r"\b[RTD][0-9]{1,2}\b", path.read_text()), path


def test_names_in_the_law_book_are_entries_of_it():
    law = LAW.read_text()
    headings = set(re.findall(r"^### (\S+)$", law, re.M))
    assert set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", law)) <= headings
    listed = re.search(r"^- \[Facts\].*?(?=^- )", law, re.M | re.S).group(0)
    assert re.findall(r"`([a-z-]+)`", listed) == list(entries(LAW, "Facts", 2))


def law_tests():
    return re.findall(r"\*Tests:\*(.*?)(?=\n\n|\Z)", LAW.read_text(), re.S)


def test_the_law_book_names_tests_and_captures_that_exist():
    unit = re.findall(r'"(/[a-z0-9_]+(?:/[a-z0-9_]+)+)"', sources("tests/unit"))
    captures = {path.stem for path in (ROOT / "captures").glob("*.pcap")}
    for tests in law_tests():
        for path in re.findall(r"/[a-z0-9_/]+", tests):
            assert any(f"{test}/".startswith(f"{path}/") for test in unit), path
        if ";" in tests:
            assert set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", tests.partition(";")[2])) <= captures, tests


def test_every_rule_and_cause_has_a_source_and_a_test():
    for entry in [*entries(LAW, "Evidence", 2).values(), *entries(LAW, "Causes", 2).values()]:
        assert "*Source:*" in entry and "*Tests:*" in entry and "*Set when*" in entry


def test_functions_that_the_law_book_names_exist():
    code = sources("plugin/model")
    for name in re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+)+)`", LAW.read_text()):
        if name != "client_using":
            assert re.search(rf"\b{name}\b", code), name


def troubles():
    """The kinds of trouble, in the order of the table; behind them those that are no loops."""
    source = (ROOT / "plugin/model/trouble/kinds.c").read_text()
    names = dict(re.findall(r'\[(TROUBLE_\w+)\] = "([^"]+)"', source))
    rows = [names[kind] for kind in re.findall(r"^    \{(TROUBLE_\w+), is_", source, re.M)]
    kinds = list(names)
    others = [names[kind] for kind in kinds[kinds.index("TROUBLE_REFUSED") + 1:]]
    assert sorted([*rows, *others, "none"]) == sorted(names.values())
    return rows + others


def test_kinds_of_trouble_stand_in_both_books_in_the_order_of_the_table():
    for path, section, level in ((LAW, "Trouble", 2), (PAGE, "TROUBLE", 1)):
        told = entries(path, section, level)
        assert list(told) == troubles()
        for entry in told.values():
            for word in ("Set when", "Refuted by", "Confused with", "To do"):
                assert f"*{word}" in entry
    for entry in entries(LAW, "Trouble", 2).values():
        assert "*Source:*" in entry and "*Tests:*" in entry


def test_kinds_of_trouble_have_one_name_everywhere():
    fields = (ROOT / "plugin/show/fields.c").read_text()
    source = (ROOT / "plugin/model/trouble/kinds.c").read_text()
    names = dict(re.findall(r'\[(TROUBLE_\w+)\] = "([^"]+)"', source))
    shown = dict(re.findall(r'\{(TROUBLE_\w+), "([^"]+)"\}', fields))
    assert {**shown, "TROUBLE_NONE": "none"} == names
    assert sorted(SCHEMA["trouble"]["properties"]["kind"]["enum"]) == sorted(troubles())
