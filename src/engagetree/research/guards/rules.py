"""The guards EM-01 to EM-16: what each looks at, and all of them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engagetree.research.guards import (
    assessed,
    attention,
    comparing,
    composed,
    context,
    counting,
    depth,
    disclosed,
    impact,
    programmes,
    reaching,
)
from engagetree.research.guards.given import NOTHING, Given
from engagetree.research.guards.seen import Seen
from engagetree.research.model import AnnualReturn, Guarded

SEVERITIES = ("block", "error", "warning", "note")


@dataclass(frozen=True)
class Rule:
    """One guard: `looks_at` in a few words, and the function that finds."""

    key: str
    looks_at: str
    find: Callable[[Seen], Iterator[Guarded]]


RULES = (
    Rule("EM-01", "extent with neither type nor depth", context.count_alone),
    Rule("EM-02", "extent by type, depth not known", context.depth_unknown),
    Rule("EM-03", "a depth claimed without what it needs on file", depth.claimed_depth),
    Rule("EM-04", "quality that rests on attention, or on nothing", attention.quality_from_attention),
    Rule("EM-05", "attention weighed into quality or depth", attention.composite_with_attention),
    Rule("EM-06", "a thin or one-sided interpretation", attention.thin_interpretation),
    Rule("EM-07", "scores of attention of different versions or ages", comparing.versions_of_attention),
    Rule("EM-08", "activities without a non-academic public", counting.not_public),
    Rule("EM-09", "counts called what they are not", counting.called_what_they_are),
    Rule("EM-10", "demographic reach beyond its baseline and answers", reaching.demographic_reach),
    Rule("EM-11", "a self-assessment as evidence of activities", assessed.self_assessment),
    Rule("EM-12", "unlike sides in a ranking, or beside each other", comparing.ranking),
    Rule("EM-13", "means of levels, composites without weights or parts", composed.means_and_composites),
    Rule("EM-14", "impact without a record of it", impact.impact_without_record),
    Rule("EM-15", "scores of a participant programme", programmes.scored_programmes),
    Rule("EM-16", "what disclosure control forbids", disclosed.disclosure),
)


def guarded(year: AnnualReturn, given: Given = NOTHING) -> tuple[Guarded, ...]:
    """What the guards find in a year, the gravest first, then in the order of the rules.

    `given` tells what the numbers alone cannot: what claims rest on, baselines, composites, comparisons, disclosure.
    """
    seen = Seen(year, given)
    found = [finding for rule in RULES for finding in rule.find(seen)]
    return tuple(sorted(found, key=lambda f: SEVERITIES.index(f.severity)))


SIDE_BY_SIDE = ("EM-07", "EM-12")
"""Rules about a trend or a ranking: the numbers may be shown, the comparison may not."""


def blocked(findings: Iterable[Guarded]) -> frozenset[str]:
    """The indicators that must not be published as they are."""
    return frozenset(key for f in findings if f.severity in ("block", "error") and f.rule not in SIDE_BY_SIDE for key in f.indicators)


def not_comparable(findings: Iterable[Guarded]) -> frozenset[str]:
    """The indicators that may be shown, but neither ranked nor beside the year before."""
    return frozenset(key for f in findings if f.rule in SIDE_BY_SIDE for key in f.indicators)


def blocked_claims(findings: Iterable[Guarded]) -> frozenset[str]:
    """The claims that must not be published as they are."""
    return frozenset(key for f in findings if f.severity in ("block", "error") for key in f.claims)
