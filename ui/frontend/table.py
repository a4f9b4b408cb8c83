# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables as wide as what is in them, and no wider than the terminal."""
import shutil
import sys
import textwrap

import color

GAP = "  "
NARROWEST = 12  # that a column which wraps gets


def width_of_terminal():
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def draw(headings, rows, wrapping, width=None, colored=False):
    """`headings` is heading -> "<" or ">". `rows` are lists of strings, the last of which may be
    a verdict. The columns of that heading in `wrapping` give way where `width` is too small."""
    columns = [[heading, *(row[i] for row in rows)] for i, heading in enumerate(headings)]
    widths = [max(map(len, column)) for column in columns]
    giving = [i for i, heading in enumerate(headings) if heading in wrapping]
    _narrow(widths, giving, width)
    lines = []
    for number, row in enumerate([list(headings), *rows]):
        lines += _lines(row, widths, list(headings.values()), colored and number > 0)
    return "".join(line + "\n" for line in lines)


def _narrow(widths, giving, width):
    """Takes what is too much from the widest of the columns that give way."""
    while width and sum(widths) + len(GAP) * (len(widths) - 1) > width:
        widest = max(giving, key=lambda i: widths[i], default=None)
        if widest is None or widths[widest] <= NARROWEST:
            return
        widths[widest] -= 1


def _lines(row, widths, sides, colored):
    cells = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths)]
    for line in range(max(map(len, cells))):
        parts = [f"{cell[line] if line < len(cell) else '':{side}{width}}"
                 for cell, width, side in zip(cells, widths, sides)]
        text = GAP.join(parts).rstrip()
        verdict = cells[-1][0].split(" ")[0]
        if colored and line == 0 and verdict in color.CODES and text.endswith(cells[-1][0]):
            text = text[:-len(cells[-1][0])] + color.paint(cells[-1][0], verdict)
        yield text
