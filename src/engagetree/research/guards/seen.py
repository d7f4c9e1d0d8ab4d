"""A return as the guards look at it: which values are there, of which dimension, broken down by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engagetree.research.guards.given import NOTHING, Given
from engagetree.research.model import AnnualReturn, Indicator, Value
from engagetree.research.vocabulary import DEPTHS

UNKNOWN = ("", "unknown", "not_known", "not_recorded", "not recorded", "unspecified", "none", "missing", "—")
"""Categories that say nothing: a breakdown by them alone is no breakdown."""


@dataclass(frozen=True)
class Seen:
    """A return and what is known beside it."""

    year: AnnualReturn
    given: Given = NOTHING

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """By key."""
        return {i.key: i for i in self.year.indicators}

    @cached_property
    def published(self) -> tuple[Value, ...]:
        """The values that say something: a number, an end of a range or a level."""
        return tuple(v for v in self.year.values if says_something(v))

    @cached_property
    def _of(self) -> dict[tuple[str, str], tuple[Value, ...]]:
        found: dict[tuple[str, str], list[Value]] = {}
        for value in self.published:
            known = self.indicators.get(value.indicator)
            for scope in ("", known.scope) if known else ():
                found.setdefault((known.dimension if known else "", scope), []).append(value)
        return {key: tuple(values) for key, values in found.items()}

    def of(self, dimension: str, scope: str = "") -> tuple[Value, ...]:
        """Published values of a dimension, and of a scope if one is named."""
        return self._of.get((dimension, scope), ())


def says_something(value: Value) -> bool:
    """Whether there is a number, an end of a range or a level."""
    return value.value is not None or value.low is not None or value.high is not None or bool(value.level)


def broken_down(values: Iterable[Value], dimension: str) -> bool:
    """Whether some value stands in a category of this dimension that says something."""
    return any(category(v, dimension) is not None for v in values)


def category(value: Value, dimension: str) -> str | None:
    """The category of a value, None where it has none or one that says nothing."""
    found = value.at(dimension)
    if found is None or found.strip().lower() in UNKNOWN or (dimension == "depth" and found not in DEPTHS):
        return None
    return found


def keys(values: Iterable[Value]) -> tuple[str, ...]:
    """Their indicators, each once, in order."""
    return tuple(dict.fromkeys(v.indicator for v in values))


def listed(words: Iterable[str], most: int = 4) -> str:
    """Words as people list them; from the fifth on only how many more.

    >>> listed(["a", "b"]), listed("abcdef")
    ('a and b', 'a, b, c, d and 2 more')
    """
    every = list(dict.fromkeys(words))
    shown, more = every[:most], len(every) - most
    if more > 0:
        shown.append(f"{more} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def counted(number: float, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "activity", "activities"), counted(1200, "mention")
    ('1 activity', '1,200 mentions')
    """
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"
