# SPDX-License-Identifier: GPL-2.0-or-later
"""A rolling window of extracts, bounded by age and by size.

Eight files of a level are merged into one of the next, so that a day of files of ten seconds
is some forty files. What is too old or too much goes by whole files, the oldest first.
"""
import itertools
import os
import re
import struct
import tempfile

import extract

TOGETHER = 8
LEVELS = 4  # a file of the highest one stands for TOGETHER ** (LEVELS - 1) batches
NAME = "%d-%020d.pcapng"  # level, and the time of its newest batch in milliseconds


class Piece:
    """One file of the window."""

    def __init__(self, path):
        self.path = path
        self.level, milliseconds = map(int, re.fullmatch(r"(\d)-(\d+)", path.stem).groups())
        self.time = milliseconds / 1000
        self.size = path.stat().st_size


PACKETS = (2, 3, 6)  # types of blocks that hold one (pcapng, sections 4.3, 4.4 and appendix A)


def _is_empty(path):
    """Whether the beginning of an extract holds no packet."""
    with path.open("rb") as file:
        head = file.read(4096)
    position = 0
    while position + 8 <= len(head):
        kind, length = struct.unpack_from("<II", head, position)
        if kind in PACKETS or length < 12:
            return False
        position += length
    return True


class Window:
    def __init__(self, wireshark, folder, seconds, limit):
        self.wireshark = wireshark
        self.folder = folder
        self.seconds = seconds
        self.limit = limit  # bytes
        folder.mkdir(parents=True, exist_ok=True)
        for half in folder.glob("*.new"):  # of a watch that was killed
            half.unlink()
        self.pieces = sorted((Piece(path) for path in folder.glob("?-*.pcapng")),
                             key=lambda piece: piece.time)

    def add(self, files, now):
        """Takes what the files hold, which are extracts; returns whether something old went."""
        files = [file for file in files if not _is_empty(file)]
        if files:
            self._store(files, 0, now)
        for level in range(LEVELS - 1):
            same = [piece for piece in self.pieces if piece.level == level]
            if len(same) >= TOGETHER:
                self._store([piece.path for piece in same], level + 1, same[-1].time)
                self._forget(same)
        return self._prune(now)

    def _store(self, files, level, now):
        path = self.folder / (NAME % (level, now * 1000))
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".new", delete=False) as out:
            extract.merge(self.wireshark, files, out)
            self.wireshark.hand_over(out)
        os.replace(out.name, path)
        self.pieces.append(Piece(path))
        self.pieces.sort(key=lambda piece: piece.time)

    def write(self, out):
        """All of it, by time, to an open file."""
        if self.pieces:
            extract.merge(self.wireshark, [piece.path for piece in self.pieces], out)

    def _forget(self, pieces):
        for piece in pieces:
            piece.path.unlink(missing_ok=True)
            self.pieces.remove(piece)

    def size(self):
        return sum(piece.size for piece in self.pieces)

    def _prune(self, now):
        old = [piece for piece in self.pieces if piece.time < now - self.seconds]
        self._forget(old)
        too_many = self.size() - self.limit
        before = itertools.accumulate([0] + [piece.size for piece in self.pieces])
        large = [piece for piece, gone in zip(self.pieces, before) if gone < too_many]
        self._forget(large)
        return bool(old or large)
