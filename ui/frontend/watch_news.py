# SPDX-License-Identifier: GPL-2.0-or-later
"""What a judgement says that the one before did not.

Each thing is told once, then "still going on" at intervals that grow, then that it is over.
What was told is kept in a dictionary of plain values, so that a watch that begins again knows
it. An event is a dictionary: "event" is its name, "text" a sentence, and the rest the facts.
"""
import re

import judge

STORM = 10  # takeovers a minute: hosts that do work, and neither gets any done
QUIET = 600  # seconds without anything new until it is over: longer than any lease time in use
FIRST_PAUSE, LONGEST_PAUSE = 60, 6 * 3600  # seconds between two "still going on"
TOLD = 8  # clients that a sentence names


def count_of(number, what):
    return f"{number} {what}" + ("s" if number != 1 else "")


def listed(names):
    shown = list(names)[:TOLD]
    more = [f"{len(names) - TOLD} more"] if len(names) > TOLD else []
    *first, last = shown + more
    return f"{', '.join(first)} and {last}" if first else last


def hosts_of(owner):
    return list(dict.fromkeys(address for instance in owner["instances"]
                              for address in instance["addresses"]))


class News:
    def __init__(self, memory):
        self.memory = memory
        for part in ("duplicates", "troubles", "chains", "unseen", "totals"):
            memory.setdefault(part, {})

    def of(self, document, now, rolled):
        """Events. `rolled`: something old has left the window, so that counts may be smaller."""
        return [*self._duplicates(document, now, rolled), *self._losses(document, now),
                *self._troubles(document, now, rolled), *self._unseen(document)]

    def count(self, name, number):
        """Adds to a counter of the metrics, which never goes back."""
        totals = self.memory["totals"]
        totals[name] = totals.get(name, 0) + number
        return number

    # ---- what goes on ----------------------------------------------------------

    @staticmethod
    def _goes_on(known, count, now, rolled):
        """What became of something that has been told: "more", "over", or None; and how many
        more there are."""
        more = max(0, count - known["count"])
        if rolled or count > known["count"]:
            known["count"] = count
        if more:
            known["more"] += more
            known["active"] = now
        if more and known["over"]:
            return "again"
        if known["more"] and now - known["said"] >= known["pause"]:
            return "more"
        return "over" if not known["over"] and now - known["active"] >= QUIET else None

    @staticmethod
    def _said(known, now):
        known.update(said=now, pause=min(2 * known["pause"], LONGEST_PAUSE), more=0)

    @staticmethod
    def _new(count, now):
        return {"count": count, "more": 0, "active": now, "said": now, "began": now,
                "pause": FIRST_PAUSE, "over": False}

    def _forget(self, part, seen, now):
        """What has left the window is over, and forgotten; yields it."""
        for key in [key for key in self.memory[part] if key not in seen]:
            known = self.memory[part][key]
            if known["over"] or now - known["active"] >= QUIET:
                del self.memory[part][key]
                if not known["over"]:
                    yield known

    # ---- duplicates ------------------------------------------------------------

    def _duplicates(self, document, now, rolled):
        accused = {f"{owner['server']} {owner['owner_hex']}": owner
                   for owner in document["owners"] if owner["verdict"] in judge.ACCUSED}
        for key, owner in accused.items():
            known = self.memory["duplicates"].get(key)
            if known is None:
                known = self.memory["duplicates"][key] = {
                    **self._new(owner["takeovers"], now), "verdict": owner["verdict"],
                    "hosts": hosts_of(owner), "storm": False, "facts": _facts(owner)}
                self.count("takeovers", owner["takeovers"])
                yield _event("duplicate", f"{_title(owner)}: {_who(owner)}; {_proof(owner)}", owner)
            else:
                yield from self._known_duplicate(known, owner, now, rolled)
        for known in self._forget("duplicates", accused, now):
            yield _over(known, now, known["facts"])

    def _known_duplicate(self, known, owner, now, rolled):
        before, since = known["count"], known.get("judged", known["began"])
        known["judged"] = now
        goes_on = self._goes_on(known, owner["takeovers"], now, rolled)
        new = self.count("takeovers", max(0, owner["takeovers"] - before))
        others = [host for host in hosts_of(owner) if host not in known["hosts"]]
        rose = judge.VERDICTS.index(owner["verdict"]) > judge.VERDICTS.index(known["verdict"])
        known["facts"] = _facts(owner)
        if rose:
            known["verdict"] = owner["verdict"]
            yield _event("verdict-rose", f"{_title(owner)} now: {_who(owner)}; {_proof(owner)}",
                         owner)
        if others:
            known["hosts"] += others
            yield _event("another-host", f"{listed(others)} also: {_who(owner)}", owner)
        rate = 60 * new / max(1, now - since)
        if rate >= STORM and not known["storm"]:
            known["storm"] = True
            yield _event("storm", f"{rate:.0f} takeovers a minute: {_who(owner)}", owner,
                         takeovers_per_minute=round(rate, 1))
        if goes_on == "again":
            known.update(over=False, began=now, pause=FIRST_PAUSE, storm=False)
            yield _event("again", f"{_title(owner)} again: {_who(owner)}", owner)
            self._said(known, now)
        elif goes_on == "more":
            yield _event("continues", f"still going on, {count_of(known['more'], 'takeover')} "
                         f"more: {_who(owner)}", owner, more=known["more"])
            self._said(known, now)
        elif goes_on == "over":
            known["over"] = True
            yield _over(known, now, known["facts"])

    # ---- leases that were lost for another reason ------------------------------

    def _losses(self, document, now):
        chains = {_chain_key(chain): chain for chain in document["chains"]}
        told, groups = self.memory["chains"], {}
        for key, chain in chains.items():
            if key in told or _is_open(chain) and now - told.setdefault(
                    f"open {key}", now) < FIRST_PAUSE:
                continue
            told.pop(f"open {key}", None)
            told[key] = now
            self.count(f"lost {chain['cause']}", 1)
            self.count("outage", chain["outage"] or 0)
            if chain["cause"] != "duplicate-owner":
                groups.setdefault((chain["server"], chain["cause"]), []).append(chain)
        for key in [key for key in told if key.removeprefix("open ") not in chains]:
            del told[key]
        for (server, cause), lost in groups.items():
            clients = list(dict.fromkeys(chain["client"] for chain in lost))
            yield {"event": "lease-lost", "cause": cause, "server": server, "clients": clients,
                   "count": len(lost), "reason": lost[0]["reason"],
                   "text": f"{count_of(len(lost), 'lease')} lost at {server} ({cause}), no "
                           f"duplicate: {listed(clients)}: {lost[0]['reason']}"}

    # ---- other trouble ---------------------------------------------------------

    def _troubles(self, document, now, rolled):
        found = {}
        for trouble in document.get("troubles", []):
            parts = [trouble.get(name) for name in ("kind", "client", "server", "operation",
                                                    "status")]
            found[" ".join(map(str, parts))] = trouble
        for key, trouble in found.items():
            facts = {name: trouble.get(name) for name in (
                "kind", "client", "server", "owner", "operation", "status", "count")}
            text = f"{trouble['client']} does not get on at {trouble['server']} " \
                   f"({trouble['kind']}): {trouble['reason']}"
            known = self.memory["troubles"].get(key)
            if known is None:
                self.memory["troubles"][key] = {**self._new(trouble["count"], now),
                                                "facts": {**facts, "who": text}}
                yield {"event": "trouble", **facts, "text": text}
                continue
            goes_on = self._goes_on(known, trouble["count"], now, rolled)
            if goes_on in ("more", "again"):
                known["over"] = False
                yield {"event": "continues", **facts, "more": known["more"],
                       "text": f"still going on, {known['more']} times more: {text}"}
                self._said(known, now)
            elif goes_on == "over":
                known["over"] = True
                yield _over(known, now, {**facts, "who": text})
        for known in self._forget("troubles", found, now):
            yield _over(known, now, known["facts"])

    # ---- what cannot be seen ---------------------------------------------------

    def _unseen(self, document):
        for sentence in judge.unseen(document["totals"]):
            kind = re.sub(r"\d+", "#", sentence)
            if kind not in self.memory["unseen"]:
                self.memory["unseen"][kind] = True
                yield {"event": "unseen", "text": sentence}

    def dropped(self, number, now):
        """The kernel dropped so many packets, for want of room."""
        known = self.memory.setdefault("dropped", {"said": 0, "pause": FIRST_PAUSE, "more": 0})
        known["more"] += number
        if known["more"] and now - known["said"] >= known["pause"]:
            more = known["more"]
            self._said(known, now)
            yield {"event": "dropped", "packets": more,
                   "text": f"{count_of(more, 'packet')} dropped by the capture: what they said is "
                           "not judged"}


def _title(owner):
    return f"DUPLICATE CLIENT ({owner['verdict']}{', harmful' if owner['harmful'] else ''})"


def _who(owner):
    hosts = hosts_of(owner)
    if len(hosts) < 2:
        hosts = [*hosts, "a host that the capture does not show"]
    return f"{listed(hosts)} present the same client owner '{owner['owner']}' to {owner['server']}"


def _proof(owner):
    return ", ".join(f"{one['kind']} ({one['count']})" for one in owner["evidence"])


def _facts(owner):
    return {"verdict": owner["verdict"], "harmful": owner["harmful"], "server": owner["server"],
            "owner": owner["owner"], "hosts": hosts_of(owner), "takeovers": owner["takeovers"],
            "leases_lost": owner["invalidations"], "outage": owner["outage"],
            "evidence": [one["kind"] for one in owner["evidence"]], "who": _who(owner)}


def _event(name, text, owner, **more):
    facts = _facts(owner)
    del facts["who"]
    return {"event": name, **facts, **more, "text": text}


def _over(known, now, facts):
    facts = dict(facts)
    minutes = (known["active"] - known["began"]) / 60
    return {"event": "over", "seconds": round(known["active"] - known["began"]),
            "text": f"over since {QUIET // 60} minutes, after {minutes:.0f}: {facts.pop('who')}",
            **facts}


def _is_open(chain):
    """The client has not come back: its cause may still come to light."""
    return not chain["recovered"] and chain["cause"] == "unknown"


def _chain_key(chain):
    """The same in every judgement, whose frame numbers are the window's."""
    step = chain["steps"][0] if chain["steps"] else {}
    return " ".join(str(part) for part in (chain["server"], chain["client"], chain["owner"],
                                           step.get("source"), step.get("source_frame")))
