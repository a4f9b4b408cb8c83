# SPDX-License-Identifier: GPL-2.0-or-later
"""What is printed on standard output."""
import os
import re
import sys

import color
import findings
import judge
import table
from say import Trouble

STAT = {"#": ">", "Server": "<", "Client owner": "<", "Hosts": "<", "Instances": ">",
        "Takeovers": ">", "Invalidated": ">", "Outage": ">", "Verdict": "<"}
OWNER_SHOWN = 255  # characters; the document has them all
HOSTS_SHOWN = 8


def owner_text(owner):
    text = owner["owner"]
    if text is None:
        return "(cut off by the snap length)"
    text = " ".join(text.split())  # spaces alone look like the next column
    return text if len(text) <= OWNER_SHOWN else text[:OWNER_SHOWN - 3] + "..."


def hosts_text(owner):
    hosts = list(dict.fromkeys(address for one in owner["instances"]
                               for address in one["addresses"]))
    more = f" (+{len(hosts) - HOSTS_SHOWN})" if len(hosts) > HOSTS_SHOWN else ""
    return ", ".join(hosts[:HOSTS_SHOWN]) + more


def outage_text(owner):
    if owner["outage"] is None:
        return "-"
    timed, of = owner["outage_timed"], owner["outage_of"]
    return f"{owner['outage']:.3f} s" + (f" ({timed}/{of})" if timed < of else "")


def _row(owner):
    return [str(owner["number"]), owner["server"], owner_text(owner), hosts_text(owner),
            str(len(owner["instances"])), str(owner["takeovers"]), str(owner["invalidations"]),
            outage_text(owner), owner["verdict"]]


def stat(document, colored):
    rows = [_row(owner) for owner in judge.worst_first(document["owners"])]
    return table.draw(STAT, rows, ["Client owner", "Hosts"], table.width_of_terminal(), colored)


REPORTS = ("report", "brief", "full")  # text for a terminal
def json_lines(document, _):
    return findings.lines(document, document["given"])


DRAWN = {"stat": stat, "json-lines": json_lines}  # view -> what draws it, from the document


def taps(views):
    """Those of them that the plugin draws."""
    return [view for view in views if view not in DRAWN]


def _text(result, view, colored):
    if view in DRAWN:
        return DRAWN[view](result.document, colored)
    text = re.sub(rb"[^\n -~]", b"?", result.views[view]).decode("ascii")
    return color.paint_report(text) if colored and view in REPORTS else text


def show(result, views, colored):
    """Prints the views, with an empty line between them, then what tshark itself printed."""
    texts = [_text(result, view, colored).encode() for view in views] + [result.printed]
    put(b"\n".join(text.strip(b"\n") + b"\n" for text in texts if text))


def put(data):
    """Writes to standard output. A reader that has seen enough, as head, is no trouble."""
    try:
        if sys.stdout is None:
            raise OSError
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for what Python flushes at its end
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise Trouble("the result cannot be written to standard output") from None
