# SPDX-License-Identifier: GPL-2.0-or-later
"""The options of nfs4dup: one table, from which the command line is read and --help printed.

A test compares nfs4dup(1) with this table. A view is a row and, if the plugin does not draw
it (-z nfs4dup,VIEW), a function in views.DRAWN.
"""
import os
import textwrap
import types
import typing

from say import Trouble


class Option(typing.NamedTuple):
    word: str
    kind: str  # "view": printed; "mode": done instead; "switch"; "value"
    help: str
    value: str = ""  # what has to stand behind it
    read: typing.Callable = str  # raises ValueError where that is not what it should be
    default: typing.Any = None
    only: str = ""  # the mode that it belongs to

    @property
    def name(self):
        """Of its attribute in what parse() returns."""
        return {"-i": "interface", "--for": "seconds"}.get(
            self.word, self.word.lstrip("-").replace("-", "_"))



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
    Option("--trouble", "view",
           "print a table, one row per client that is refused the same again and again"),
    Option("--json", "view", "print one JSON document, schema nfs4dup/1"),
    Option("--each", "mode", "read each capture by itself, and print one line for each"),
    Option("--extract", "value",
           "write what the judgement rests on to OUT, a capture without names and data", "OUT"),
    Option("--key", "value", "give hosts, addresses and owners other names, by the key in FILE",
           "FILE", only="extract"),
    Option("--after", "mode",
           "take two captures: are the duplicates of the first apart in the second"),
    Option("--sqlite", "value", "add the findings to a database as well", "FILE"),
    Option("--strict", "switch", "exit with 3 where 0 would not mean that all is well"),
    Option("--jobs", "value", "read so many captures at a time (as many as there are processors)",
           "N", a_count, os.cpu_count() or 1),
    Option("-i", "value", "capture on this interface instead of reading a file", "IF"),
    Option("--for", "value", "end the capture of -i after so many seconds", "SECONDS", a_count),
    Option("--watch", "value", "capture on this interface without end, and tell what happens",
           "IF"),
    Option("--json-lines", "switch",
           "print one JSON object for each finding; with --watch for each event"),
    Option("--on-finding", "value", "run this with each finding on its standard input",
           "COMMAND", only="watch"),
    Option("--metrics", "value", "keep metrics for Prometheus in this file", "FILE", only="watch"),
    Option("--filter", "value", "what -i and --watch capture (port 2049 or port 20049)", "FILTER",
           default="port 2049 or port 20049"),
    Option("--ring", "value", "judge every so many seconds (10)", "SECONDS", a_count, 10, "watch"),
    Option("--ring-size", "value", "judge after so many megabytes (64)", "MB", a_count, 64, "watch"),
    Option("--window", "value", "judge so many hours together (24)", "HOURS", a_count, 24, "watch"),
    Option("--window-size", "value", "keep so many megabytes of extracts (64)", "MB", a_count, 64,
           "watch"),
    Option("--state", "value", "keep what it needs in this folder", "FOLDER", only="watch"),
    Option("--color", "value", "color verdicts: always, never or auto (on a terminal)",
           "WHEN", a_moment, "auto"),
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
  --                    everything after it goes to tshark, for example
                        nfs4dup server.pcap -- -d tcp.port==20490,rpc

Of {views},
all that are given are printed, in the order in which they are given.
nfs4dup(1) tells more.

Exit status: 0 no duplicate, 1 a duplicate (suspected, probable or proven),
2 trouble, which a line on standard error names, 3 (with --strict) nothing
could be judged, or a client owner is undecided. With --after these stand for
apart, not apart, trouble, and a second capture that does not tell.
"""


def _row(option):
    text = f"with --{option.only}: {option.help}" if option.only else option.help
    return textwrap.fill(text, 80, initial_indent=f"  {option.word} {option.value}".ljust(24),
                         subsequent_indent=" " * 24) + "\n"


def usage():
    rows = [_row(option) for option in OPTIONS]
    views = [option.word for option in OPTIONS if option.kind == "view"]
    return USAGE.format(options="".join(rows).rstrip("\n"),
                        views=f"{', '.join(views[:-1])} and {views[-1]}")


OWN_OUTPUT = {"each": "prints a line for each capture",
              "after": "prints whether owners are apart",
              "extract": "writes a capture",
              "watch": "prints a line for each event"}


def default():
    given = {option.name: option.default for option in OPTIONS if option.kind == "value"}
    switches = {option.name: False for option in OPTIONS if option.kind == "switch"}
    return types.SimpleNamespace(mode=None, views=[], files=[], tshark=[], **given, **switches)


def _check(wanted):
    """Ends in trouble where options do not go together."""
    if wanted.views and wanted.mode in OWN_OUTPUT:
        raise Trouble(f"--{wanted.mode} {OWN_OUTPUT[wanted.mode]}, and no --{wanted.views[0]}")
    if wanted.json_lines and wanted.mode in OWN_OUTPUT and wanted.mode != "watch":
        raise Trouble(f"--{wanted.mode} {OWN_OUTPUT[wanted.mode]}, and no --json-lines")
    if wanted.interface is None and wanted.seconds is not None:
        raise Trouble("--for tells -i when to end")
    for option in OPTIONS:
        if option.only not in ("", wanted.mode) and \
                getattr(wanted, option.name) not in (option.default, False):
            raise Trouble(f"{option.word} belongs to --{option.only}")


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
    for mode in ("extract", "watch"):
        if getattr(wanted, mode) is not None:
            wanted.mode = wanted.mode or mode
    _check(wanted)
    if wanted.json_lines and wanted.mode is None:
        wanted.views.append("json-lines")
    wanted.views = wanted.views or ["report"]
    return wanted


def _take(wanted, word, rest):
    """The option `word`; its value stands behind "=" in it, or in `rest`."""
    word, equals, value = word.partition("=")
    option = next((one for one in OPTIONS if one.word == word), None)
    if option is None or equals and not option.value:
        raise Trouble(f"unknown option {word}{equals}{value}; nfs4dup --help lists them "
                      "(tshark's own go after --)")
    name = option.name
    if option.kind == "view":
        wanted.views.append(word[2:])
    elif option.kind == "mode":
        wanted.mode = wanted.mode or word[2:]
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
