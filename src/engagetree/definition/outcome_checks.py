"""The rules of outcomes: what is inside one must be a signal or a driver, and something must be left to validate."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engagetree.definition.checks import signals_of
from engagetree.definition.outcomes import NOTHING
from engagetree.definition.shape import Row
from engagetree.errors import Problem, near


def inside(row: Row) -> Iterator[Problem]:
    """Each name in `inside` is a signal or a driver, once; and not every signal is."""
    signals = [s.key for s in signals_of(row)]
    known = [*signals, *(f"{s.key}.{d.key}" for s in signals_of(row) for d in s.get("drivers", []))]
    for outcome in row.get("outcomes", []):
        named = outcome.get("inside", ())
        if NOTHING in named and NOTHING not in signals:
            if len(named) > 1:
                yield outcome.error("inside", f"`{NOTHING}` stands beside other names", f"Write `{NOTHING}` alone, or leave it out.")
            continue
        for name in named:
            if name not in known:
                do = near(name, known) or f"The signals are {', '.join(signals)}."
                yield outcome.error("inside", f"there is no signal or driver `{name}`", do)
        if signals and set(signals) <= set(named):
            do = "Leave out those that do not make the outcome."
            yield outcome.error("inside", "names every signal, so that no score is left to validate", do)


def told_once(row: Row) -> Iterator[Problem]:
    """A behaviour is counted, so a value to reach has no effect on it."""
    for outcome in row.get("outcomes", []):
        if outcome.has("behaviour") and outcome.has("at_least"):
            yield outcome.error("at_least", "`at_least` has no effect on a behaviour", "Remove it: doing it once is enough.")
        behaviour = outcome.get("behaviour")
        for act in sorted({"join", "leave"} & set(behaviour.get("taken", ()) if behaviour else ())):
            yield behaviour.error("taken", f"`{act}` is never counted by itself", "Write `present`: who joined was there.")


RULES: tuple[Callable[[Row], Iterator[Problem]], ...] = (inside, told_once)
