"""EM-03: a depth is claimed and what it needs is not on file, so it is counted as less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engagetree.research.guards.given import Unbacked
from engagetree.research.guards.seen import Seen, counted, listed
from engagetree.research.model import Guarded
from engagetree.research.vocabulary import DEPTHS, REQUIRED_EVIDENCE

LACKING = {
    "content_delivered": "no record that content was delivered",
    "input_recorded": "no record of what people said",
    "feedback_given": "no record that they were told what became of it",
    "decision_link": "no record links input to a decision",
    "decision_log": "no log of decisions taken together",
    "named_role": "no partner with a named role",
    "decision_right": "no partner with the right to decide",
}


def backed(claimed: str, on_file: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The level that the evidence carries, and what is missing for the one claimed: without it D1, or D2 where input was recorded.

    >>> backed("D3", ("input_recorded",))
    ('D2', ('decision_link',))
    >>> backed("D4", ()), backed("D4", ("decision_log", "named_role"))
    (('D1', ('decision_log', 'named_role')), ('D4', ()))
    """
    missing = tuple(need for need in REQUIRED_EVIDENCE.get(claimed, ()) if need not in on_file)
    if not missing or claimed in ("D0", "D1"):
        return claimed, missing
    return ("D2" if "input_recorded" in on_file else "D1"), missing


def claimed_depth(seen: Seen) -> Iterator[Guarded]:
    """EM-03: one finding for each claimed level, counted level and missing evidence."""
    yield from less_than_claimed(seen.given.unbacked)


def less_than_claimed(unbacked: Iterable[Unbacked]) -> Iterator[Guarded]:
    """The same of any activities: `research check` says it of those of every year."""
    for lack in unbacked:
        if lack.recorded == lack.claimed or not lack.activities:
            continue
        why = " and ".join(LACKING.get(m, f"no {m}") for m in lack.missing) or "its evidence is not on file"
        more = max(0, lack.activities - len(lack.examples))
        named = f" ({listed([*lack.examples, *([f'{more:,} more'] if more else [])])})" if lack.examples else ""
        yield Guarded(
            "EM-03",
            "warning",
            f"{counted(lack.activities, 'activity', 'activities')} claimed as {lack.claimed} {DEPTHS.get(lack.claimed, '')}".rstrip()
            + named,
            f"depth recorded as {lack.recorded}: {why}",
            f"Put on file what {lack.claimed} needs (column `depth_evidence`: {', '.join(lack.missing) or 'see the list'}), "
            f"or claim {lack.recorded}.",
        )
