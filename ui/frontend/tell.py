# SPDX-License-Identifier: GPL-2.0-or-later
"""What there is to say on standard error after a run, beside what was printed."""
import captures
import judge
from say import say


def of_run(result):
    """Whether all of the capture was read."""
    for line in filter(captures.is_warning, result.complaints.splitlines()):
        say(line)
    if result.stopped_at is not None:
        say(f"interrupted; the first {int(100 * result.stopped_at)} % of {result.name} "
            "were read and judged")
    elif captures.CUT in result.complaints:
        captures.say_cut(result.name)
    elif captures.complaint(result.complaints):
        say(captures.complaint(result.complaints))


def of_judgement(result, strict):
    """What nobody can judge; with --strict, whom it is that nobody can judge as well."""
    for sentence in judge.unjudged(result.document):
        say(f"{result.name}: {sentence}")
    if strict:
        for sentence in judge.undecided(result.document):
            say(f"{result.name}: {sentence}")
