# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands behind "--", for tshark: what has no meaning here is refused, with a reason."""
from say import Trouble

VALUED = set("AabBcCdeEfFGHijJKMNoORrsStTuUwWXyYz")  # letters that something stands behind
PRINTS = "prints packets, and nfs4dup prints none; tshark with the plugin does"
NOT_HERE = "does something else than reading a capture; call tshark itself"
REFUSED = {
    **dict.fromkeys("-T -e -E -j -J -O -V -x -P -S --print".split(), PRINTS),
    **dict.fromkeys(["-D", "-G", "-L", "-h", "-v", "--help", "--version"], NOT_HERE),
    "-r": "names another capture; captures stand in front of --",
    "-i": "captures instead of reading; tshark -w - -i INTERFACE | nfs4dup - does both",
}


def split(words):
    """(option, its value or "", the words that they are made of) for each option of tshark.
    A word that belongs to none, which tshark takes for a part of a filter, has option ""."""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            yield (word, "", [word] + [rest.pop(0) for _ in rest[:1] if "=" not in word
                                       and not rest[0].startswith("-")])
        elif word.startswith("-") and word != "-":
            yield from _cluster(word[1:], rest)
        else:
            yield "", word, [word]


def _cluster(letters, rest):
    """Of "-nd X": -n, and -d with its value X."""
    for place, letter in enumerate(letters):
        if letter not in VALUED:
            yield f"-{letter}", "", [f"-{letter}"]
            continue
        value = letters[place + 1:] or (rest.pop(0) if rest else None)
        if value is None:
            raise Trouble(f"tshark's option -{letter} needs a value")
        yield f"-{letter}", value, [f"-{letter}", value]
        return


class Passed:
    """What tshark gets, and what of it nfs4dup has to know."""

    def __init__(self, words, views):
        self.options = []
        filters = []
        for option, value, text in split(words):
            self._refuse(option, value, views)
            if option in ("-Y", ""):
                filters.append(value)
            else:
                self.options += text
        self.filter = " ".join(filters)  # of the findings, those in frames that match it
        self.two_passes = "-2" in self.options
        self.once = [word for word in self.options if word != "-2"]
        # what makes no difference between a capture and its extract
        self.is_for_reading = all(word[:2] in ("-o", "-d", "-2", "-n", "-C", "-K")
                                  for option, _, text in split(words) for word in text[:1]
                                  if option not in ("-Y", ""))

    @staticmethod
    def _refuse(option, value, views):
        name = option.partition("=")[0]
        if name in REFUSED:
            raise Trouble(f"tshark's option {name} {REFUSED[name]}")
        if option == "-z" and value.startswith("nfs4dup"):
            raise Trouble(f"-z {value}: the options of nfs4dup choose what it prints, "
                          "and -- -Y FILTER of which frames")
        if option == "-z" and views == ["json"]:
            raise Trouble(f"-z {value}: --json prints nothing but the document")
