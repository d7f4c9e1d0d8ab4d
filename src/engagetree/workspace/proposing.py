"""What evidence proposes, as the text of a definition to look at: weights that rank better, cuts drawn on outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engagetree.definition.model import Definition
from engagetree.definition.propose import proposed
from engagetree.errors import EngagetreeError
from engagetree.evidence.panel import Part
from engagetree.evidence.terms import Lines
from engagetree.stats.estimate import Vector

WEIGHTS, BANDS, COUNTING = "weights", "bands", "counting"
DIGITS = 3


def proposals(
    base: Definition, kept: Definition, parts: Sequence[Part], fitted: Vector | None, lines: Lines, outcome: str, counting: dict[str, Any]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """(name, text) of each proposal, and notes about them. `base` is the definition as people edit it, `kept` what was validated;
    `counting` the half-way point, target or cap that ranks better, by its place."""
    made: list[tuple[str, str]] = []
    notes: list[str] = []
    try:
        if fitted is not None:
            text = proposed(base, None, None, {"reason": f"Weights fitted on {outcome}.", **weights(base, kept, parts, fitted)})
            made.append((WEIGHTS, text))
            notes.append("What is part of the outcome keeps its declared weight in the proposed weights; the others share the rest.")
        if counting:
            made.append((COUNTING, proposed(base, None, None, {"reason": f"A driver counts as {outcome} would have it.", **counting})))
        if len(lines.cuts) == len(base.bands) - 1 and len(set(lines.whole)) == len(lines.whole):
            lows = sorted(base.bands, key=lambda b: b.at_least)[1:]
            cuts = {b.key: c for b, c in zip(lows, lines.whole, strict=True)}
            if any(b.at_least != cuts[b.key] for b in lows):
                made.append((BANDS, proposed(base, None, cuts, {"reason": f"Bands drawn on {outcome}."})))
                notes.append(
                    "Proposed cuts stand where as many people are below on the whole score as below the drawn cut on the validated one."
                )
        elif lines.cuts:
            notes.append(f"Outcomes tell {len(lines.cuts) + 1} bands apart, the definition has {len(base.bands)}: no bands are proposed.")
    except EngagetreeError as error:
        notes.append(f"No proposal could be written: {error}")
    return tuple(made), tuple(notes)


def weights(base: Definition, kept: Definition, parts: Sequence[Part], fitted: Vector) -> dict[str, Any]:
    """Places in the definition and their new weights; each level sums to 1 with three digits."""
    inside = {s.key: s for s in kept.signals}
    share: dict[str, float] = dict.fromkeys(inside, 0.0)
    for p, w in zip(parts, fitted.tolist(), strict=True):
        share[p.signal] += w
    free = sum(s.weight for s in base.signals if s.key in inside)
    out: dict[str, Any] = {}
    new = _rounded({k: v * free for k, v in share.items()}, free)
    for key, w in new.items():
        out[f"signals.{key}.weight"] = w
    for s in kept.signals:
        mine = {p.driver: w for p, w in zip(parts, fitted.tolist(), strict=True) if p.signal == s.key and p.driver}
        whole = next(b for b in base.signals if b.key == s.key)
        if len(mine) < 2 or sum(mine.values()) <= 0:
            continue
        room = sum(d.weight for d in whole.drivers if d.key in mine)
        for driver, w in _rounded({k: v / sum(mine.values()) * room for k, v in mine.items()}, room).items():
            out[f"signals.{s.key}.drivers.{driver}.weight"] = w
    return out


def _rounded(values: dict[str, float], total: float) -> dict[str, float]:
    """Rounded to three digits with the same sum: the largest takes what is left over."""
    out = {k: round(v, DIGITS) for k, v in values.items()}
    largest = max(out, key=lambda k: out[k])
    out[largest] = round(out[largest] + total - sum(out.values()), 9)
    return out
