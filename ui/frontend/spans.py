# SPDX-License-Identifier: GPL-2.0-or-later
"""From when to when captures go, and the gaps between them."""
import concurrent.futures
import datetime
import typing

LONG = 180  # seconds: two lease times of a Linux server


class Span(typing.NamedTuple):
    name: str
    first: typing.Optional[float] = None  # seconds since 1970, None where nobody knows
    last: typing.Optional[float] = None

    def words(self):
        if self.first is None:
            return "-", "-"
        begins = datetime.datetime.fromtimestamp(self.first, datetime.timezone.utc)
        return begins.strftime("%Y-%m-%d %H:%M:%S"), f"{self.last - self.first:.0f}"


def of(wireshark, name):
    if name == "-":
        return Span(name)
    with open(name, "rb") as file:
        _, out, _ = wireshark.run("capinfos", "-T", "-r", "-a", "-e", "-S", "-", stdin=file)
    try:
        return Span(name, *(float(word) for word in out.split("\t")[1:3]))
    except (TypeError, ValueError):
        return Span(name)


def of_all(wireshark, names, jobs):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda name: of(wireshark, name), names))


def gaps(spans):
    """A sentence for each long time between captures that none of them covers."""
    latest = None
    for span in sorted((one for one in spans if one.first is not None), key=lambda one: one.first):
        if latest and span.first - latest.last > LONG:
            yield (f"{span.name} begins {span.first - latest.last:.0f} s after {latest.name} ends: "
                   "hosts of the one were not seen at the same time as hosts of the other")
        if latest is None or span.last > latest.last:
            latest = span


def strangers(document):
    """A sentence for each capture that has no server in common with any other."""
    servers = {source["name"]: {*source["servers"]} for source in document.get("sources", [])
               if source["servers"]}
    for name, own in servers.items():
        others = [theirs for other, theirs in servers.items() if other != name]
        if others and not any(own & theirs for theirs in others):
            yield (f"{name} shares no server with the other captures: what is in it proves "
                   "nothing about hosts that are in those alone")
