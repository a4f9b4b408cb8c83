# SPDX-License-Identifier: GPL-2.0-or-later
"""What nfs4dup says on standard error, and the trouble in which it ends."""
import os
import sys

ERASE = "\r\x1b[K"


class Trouble(Exception):
    """Ends nfs4dup with exit status 2 and this line on standard error."""


def plain(text):
    """The text without what a terminal obeys: control characters, and those that turn the
    direction of writing or take no room. Names of files may hold them."""
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def _escape(character):
    byte = os.fsencode(character)
    if "\udc80" <= character <= "\udcff":  # a byte of a name that is not UTF-8
        return f"\\x{byte[0]:02x}"
    return character.encode("unicode_escape").decode()


class Line:
    """The line at the bottom of a terminal that tells how far nfs4dup has come."""

    def __init__(self):
        self.shown = False

    def show(self, text):
        if sys.stderr.isatty():
            self._write(f"{ERASE}nfs4dup: {text}")
            self.shown = True

    def erase(self):
        if self.shown:
            self._write(ERASE)
            self.shown = False

    @staticmethod
    def _write(text):
        print(text, end="", file=sys.stderr, flush=True)


progress = Line()


def say(text):
    progress.erase()
    print(f"nfs4dup: {plain(text)}", file=sys.stderr, flush=True)
