# SPDX-License-Identifier: GPL-2.0-or-later
"""Color by verdict, on a terminal."""
import os
import re
import sys

CODES = {"single": "32", "restarted": "32", "undecided": "36", "suspected": "33",
         "probable": "31", "proven": "1;31", "trouble": "35"}


def is_wanted(when):
    """WHEN is what --color says; https://no-color.org says the rest."""
    if when == "auto":
        return (sys.stdout.isatty() and not os.environ.get("NO_COLOR")
                and os.environ.get("TERM") != "dumb")
    return when == "always"


def paint(text, verdict):
    return f"\x1b[{CODES[verdict]}m{text}\x1b[0m" if verdict in CODES else text


def paint_report(text):
    """The heading of each finding. Nothing that a capture holds stands at the beginning of a
    line."""
    return re.sub(r"^(?:LIKELY |POSSIBLE )?(?:DUPLICATE CLIENT|CLONED MACHINE) "
                  r"\((suspected|probable|proven)\b.*$",
                  lambda found: paint(found.group(0), found.group(1)), text, flags=re.M)
