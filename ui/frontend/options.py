# SPDX-License-Identifier: GPL-2.0-or-later
"""The options of nfs4dup: one table, from which the command line is read and --help printed.

A test compares nfs4dup(1) with this table. A view is a row and, if the plugin does not draw
it (-z nfs4dup,VIEW), a function in views.DRAWN.
"""
import os
import types
import typing

from say import Trouble


class Option(typing.NamedTuple):
    word: str
    kind: str  # "view": printed; "mode": done instead; "switch"; "value"
    help: str
    value: str = ""  # what has to stand behind it
    read: typing.Callable = str  # raises ValueError where that is not what it should be


def a_count(text):
    if int(text) < 1:
        raise ValueError
    return int(text)


def a_moment(text):
    if text not in ("auto", "always", "never"):
        raise ValueError
    return text


OPTIONS = [
    Option("--report", "view",
           "tell each finding in sentences: who, proof, cost, cure (the default)"),
    Option("--brief", "view", "the heads of the findings alone"),
    Option("--full", "view", "the report, and everything else that is known of each finding"),
    Option("--markdown", "view", "the report for a ticket system, in Markdown"),
    Option("--stat", "view", "print a table, one row per client owner and server"),
    Option("--chains", "view", "print a table, one row per lease that a client lost"),
    Option("--json", "view", "print one JSON document, schema nfs4dup/1"),
    Option("--each", "mode", "read each capture by itself, and print one line for each"),
    Option("--extract", "value",
           "write what the judgement rests on to OUT, a capture without names and data", "OUT"),
    Option("--after", "mode",
           "take two captures: are the duplicates of the first apart in the second"),
    Option("--strict", "switch", "exit with 3 where 0 would not mean that all is well"),
    Option("--jobs", "value", "read so many captures at a time (as many as there are processors)",
           "N", a_count),
    Option("--color", "value", "color verdicts: always, never or auto (on a terminal)",
           "WHEN", a_moment),
    Option("--check", "mode", "tell whether Wireshark loads the plugin and, if not, why"),
    Option("--version", "mode", "print the version"),
    Option("--help", "mode", "print this text"),
]

USAGE = """\
Usage: nfs4dup [OPTION...] FILE... [-- TSHARK-OPTION...]

Finds hosts that share one NFSv4 client owner: who they are, since when, and
what they did to each other. FILE is a capture in any format that Wireshark
reads, or "-" for standard input. Several captures are merged by time.

{options}
  --            everything after it goes to tshark, for example
                nfs4dup server.pcap -- -d tcp.port==20490,rpc

Of {views},
all that are given are printed, in the order in which they are given.
nfs4dup(1) tells more.

Exit status: 0 no duplicate, 1 a duplicate (suspected, probable or proven),
2 trouble, which a line on standard error names, 3 (with --strict) nothing
could be judged, or a client owner is undecided. With --after these stand for
apart, not apart, trouble, and a second capture that does not tell.
"""


def usage():
    rows = [f"  {f'{option.word} {option.value}':<13} {option.help}\n" for option in OPTIONS]
    views = [option.word for option in OPTIONS if option.kind == "view"]
    return USAGE.format(options="".join(rows).rstrip("\n"),
                        views=f"{', '.join(views[:-1])} and {views[-1]}")


OWN_OUTPUT = {"each": "prints a line for each capture",
              "after": "prints whether owners are apart",
              "extract": "writes a capture"}


def default():
    return types.SimpleNamespace(mode=None, views=[], files=[], tshark=[], strict=False,
                                 jobs=os.cpu_count() or 1, color="auto", extract=None)


def parse(arguments):
    """What the command line asks for."""
    wanted = default()
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word == "--":
            wanted.tshark = words
            break
        if word == "-" or not word.startswith("-"):
            wanted.files.append(word)
        else:
            _take(wanted, "--help" if word == "-h" else word, words)
    if wanted.extract is not None:
        wanted.mode = wanted.mode or "extract"
    if wanted.mode in OWN_OUTPUT and wanted.views:
        raise Trouble(f"--{wanted.mode} {OWN_OUTPUT[wanted.mode]}, and no --{wanted.views[0]}")
    wanted.views = wanted.views or ["report"]
    return wanted


def _take(wanted, word, rest):
    """The option `word`; its value stands behind "=" in it, or in `rest`."""
    word, equals, value = word.partition("=")
    option = next((one for one in OPTIONS if one.word == word), None)
    if option is None or equals and not option.value:
        raise Trouble(f"unknown option {word}{equals}{value}; nfs4dup --help lists them "
                      "(tshark's own go after --)")
    name = word[2:]
    if option.kind == "view":
        wanted.views.append(name)
    elif option.kind == "mode":
        wanted.mode = wanted.mode or name
    elif option.kind == "switch":
        setattr(wanted, name, True)
    else:
        if not equals and not rest:
            raise Trouble(f"{word} needs a value: {word} {option.value}")
        setattr(wanted, name, _value(option, value if equals else rest.pop(0)))


def _value(option, text):
    try:
        return option.read(text)
    except ValueError:
        raise Trouble(f"{option.word} {option.value}: {text} is none; {option.help}") from None
