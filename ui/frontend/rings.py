# SPDX-License-Identifier: GPL-2.0-or-later
"""Which captures are pieces of one: files of a ring, that one program wrote one after the other.

Pieces are read by one tshark, so that a request at the end of one and its reply in the next
meet, and a TCP segment that lies in both is lost to nobody.
"""
import os
import re

OVERLAP = 0.001  # seconds by which a piece may begin before the one before it ends


def _stem(name):
    """What the names of a ring's files have in common: all but numbers."""
    folder, file = os.path.split(os.path.abspath(name))
    return folder, re.sub(r"\d+", "#", file)


def _follows(span, ring):
    return span.first >= ring[-1].last - OVERLAP


def of(spans):
    """Lists of spans, in the order of time. A ring goes on with the capture of its kind that
    begins soonest after it; captures that overlap are of different rings."""
    rings = []
    known = [span for span in spans if span.first is not None]
    for span in sorted(known, key=lambda one: (one.first, one.last)):
        fitting = [ring for ring in rings
                   if _stem(ring[0].name) == _stem(span.name) and _follows(span, ring)]
        if fitting:
            max(fitting, key=lambda ring: ring[-1].last).append(span)
        else:
            rings.append([span])
    return rings + [[span] for span in spans if span.first is None]


def names(spans):
    """What to call each capture: its file's name, or where two have that, as it was given."""
    short = ["standard input" if span.name == "-" else os.path.basename(span.name)
             for span in spans]
    return {span.name: name if short.count(name) == 1 else span.name
            for span, name in zip(spans, short)}
