"""Changes of a definition as people say them (weights, cuts, single values) → the text of the definition that they would make."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engagetree.definition.checks import EXACT, normalised
from engagetree.definition.document import document, plain
from engagetree.definition.edit import Place, edited
from engagetree.definition.fields import LEVELS
from engagetree.definition.model import Definition
from engagetree.definition.values import number
from engagetree.errors import EngagetreeError, NotFound, near


class WeightsError(EngagetreeError):
    """Weights that do not sum to 1; `scaled` are the same proportions that do."""

    def __init__(self, total: float, scaled: Mapping[str, float], kept: Mapping[str, float] | None = None) -> None:
        self.total, self.scaled, self.kept = total, dict(scaled), dict(kept or {})
        percent = ": they look like percent" if abs(total - 100) < 0.5 else ""
        super().__init__("weights", f"they sum to {number(total)}, not to 1{percent}", self.offer("", ", "))

    def offer(self, before: str, between: str) -> str:
        """What to write instead, each weight with `before` in front of it."""
        said = f"Scaled to 1: {_said(self.scaled, before, between)}."
        if self.kept and self.kept != self.scaled:
            said += f" With yours as they are and the others scaled: {_said(self.kept, before, between)}."
        return said


def _said(weights: Mapping[str, float], before: str, between: str) -> str:
    return between.join(f"{before}{k}={number(v)}" for k, v in weights.items())


def proposed(
    definition: Definition,
    weights: Mapping[str, float] | None = None,
    bands: Mapping[str, float] | None = None,
    set: Mapping[str, Any] | None = None,
) -> str:
    """The definition's text with these signal weights, lower ends of bands and single values.

    Raises WeightsError where the weights do not sum to 1, NotFound with near names for an unknown signal, band or place.
    """
    changes: dict[Place, Any] = {}
    for path, value in (set or {}).items():
        changes[place(definition, path)] = value
    for key, low in (bands or {}).items():
        changes[("bands", band(definition, key), "at_least")] = low
    for key, weight in weighed(definition, weights or {}).items():
        changes[("signals", key, "weight")] = weight
    return edited(definition.text, _sized(changes))


def _sized(changes: Mapping[Place, Any]) -> dict[Place, Any]:
    for where, value in changes.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise EngagetreeError(".".join(where), f"{value} is no number to count with", "Write a finite number.")
    return dict(changes)


def weighed(definition: Definition, weights: Mapping[str, float]) -> dict[str, float]:
    """The weights that are given; with those of the other signals they must sum to 1."""
    known = {s.key: s.weight for s in definition.signals}
    for key, w in weights.items():
        if key not in known:
            raise NotFound(f"signal {key}", "the definition has no such signal", near(key, known) or f"There are {', '.join(known)}.")
        if not (math.isfinite(w) and w >= 0):
            raise EngagetreeError(f"weight {key}", f"it is {number(w)}", "A weight is a number from 0 to 1.")
    whole = {**known, **weights}
    total = math.fsum(whole.values())
    if weights and abs(total - 1) > EXACT:
        raise WeightsError(total, _scaled(whole), _kept(whole, weights))
    return dict(weights)


def _scaled(weights: Mapping[str, float]) -> dict[str, float]:
    return dict(zip(weights, normalised(list(weights.values())), strict=True))


def _kept(whole: Mapping[str, float], mine: Mapping[str, float]) -> dict[str, float]:
    """Mine as they are, what is left divided among the others as they stood; empty where nothing can be left."""
    left, others = 1 - math.fsum(mine.values()), {k: w for k, w in whole.items() if k not in mine}
    if left < 0 or not others or not sum(others.values()):
        return {}
    parts = dict(zip(others, (p * left for p in normalised([*others.values()])), strict=True))
    return {k: mine[k] if k in mine else parts[k] for k in whole}


def band(definition: Definition, name: str) -> str:
    """A band's key from its key or label: `at_risk` finds “At risk”."""
    known = {b.key: b.label for b in definition.bands}
    told = name.lower().replace("_", " ").replace("-", " ")
    found = next((k for k, label in known.items() if told in (k.lower().replace("_", " "), label.lower())), None)
    if found is None:
        raise NotFound(f"band {name}", "there is no such band", near(name, known) or f"The bands are {', '.join(known)}.")
    return found


def place(definition: Definition, path: str) -> Place:
    """A path in words as a place: `signals.a.drivers.b.target`, in short `a.b.target`."""
    steps = tuple(path.strip().split("."))
    signals = {s.key: [d.key for d in s.drivers] for s in definition.signals}
    if steps[0] in signals and steps[0] not in (f.name for f in LEVELS["definition"]):
        steps = ("signals", *steps)
    if len(steps) == 4 and steps[0] == "signals" and steps[2] in signals.get(steps[1], ()):
        steps = (*steps[:2], "drivers", *steps[2:])
    if steps[0] == "bands" and len(steps) == 3:
        steps = ("bands", band(definition, steps[1]), steps[2])
    for at, names in enumerate(_names(definition, steps)):
        if at >= len(steps) or steps[at] not in names:
            there = steps[at] if at < len(steps) else ""
            found = f"there is no `{there}`" if there else "it names a part, not a value in it"
            raise NotFound(".".join(steps), found, near(there, names) or f"There are {', '.join(names)}.")
    return steps


def _names(definition: Definition, steps: Place) -> list[list[str]]:
    """What each step of a path may be."""
    fields = {level: [f.name for f in of if f.kind not in ("map", "list", "part")] for level, of in LEVELS.items()}
    signals = {s.key: s for s in definition.signals}
    if steps[0] == "bands":
        return [["bands"], [b.key for b in definition.bands], fields["band"]]
    if steps[0] != "signals":
        return [[*fields["definition"], "signals", "bands"]]
    drivers = [d.key for d in signals[steps[1]].drivers] if len(steps) > 1 and steps[1] in signals else []
    if len(steps) > 3 and steps[2] == "drivers":
        return [["signals"], [*signals], ["drivers"], drivers, fields["driver"]]
    return [["signals"], [*signals], fields["signal"] if len(steps) < 4 else drivers]


def value(text: str) -> Any:
    """A value as typed in a shell: a number, true or false, a list in brackets, `none` to take an entry out, else a text."""
    if text.strip().lower() in ("none", "null", ""):
        return None
    try:
        return plain(document(f"x: {text}")[0])["x"]
    except Exception:
        return text
