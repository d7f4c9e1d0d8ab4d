"""The columns of one definition: how its drivers and signals are named in the tables that scoring makes.

`attendance__reached__taken` and `…__offered` are a driver's running totals over the window, `attendance` the signal's value.
"""

from __future__ import annotations

from dataclasses import dataclass

from engagetree.definition.model import Definition, Driver, Signal

PRESENCE = ("join", "leave", "present")
"""Kinds that say when somebody was there; folding unites them to one `present` tally for each session."""

RESERVED = ("participant", "cohort", "owner", "counted", "score", "low", "high", "coverage", "band", "period")
"""Columns of the scores table that no signal may be named after."""


@dataclass(frozen=True)
class Column:
    """One driver's place in the tables.

    `index` numbers its columns in the tables that last only while scoring runs; `act` is the tally kind by which it is taken.
    """

    index: int
    signal: Signal
    driver: Driver

    @property
    def key(self) -> str:
        return f"{self.signal.key}__{self.driver.key}"

    @property
    def taken(self) -> str:
        return f"{self.key}__taken"

    @property
    def offered(self) -> str:
        return f"{self.key}__offered"

    @property
    def chances(self) -> str:
        """How many separate opportunities `offered` stands for, where it is itself measured in seconds."""
        return f"{self.key}__chances" if self.driver.is_share and self.driver.count != "items" else self.offered

    @property
    def value(self) -> str:
        """The driver's value itself, kept only where it cannot be worked out from the person's own totals."""
        return f"{self.key}__value"

    @property
    def act(self) -> str:
        if self.driver.measure == "days" and not self.driver.is_share:
            return days_kind(self.driver.taken)
        return any_kind(self.driver.taken)

    @property
    def unmet(self) -> str:
        """The tally kind of an item that was taken although nobody saw the person there when it opened: it was met all the same."""
        return f"unmet:{self.act}"

    @property
    def personal(self) -> bool:
        """Whether what is offered depends on what the person did, and so comes out of tallies and not out of the calendar."""
        d = self.driver
        return (d.is_share and (d.while_present or d.count == "presence")) or (not d.is_share and d.per == "hour_present")

    @property
    def due(self) -> bool:
        return self.driver.is_share and self.driver.when == "due"


def columns(definition: Definition) -> tuple[Column, ...]:
    """Every driver of the definition, numbered in its order."""
    return tuple(Column(i, s, d) for i, (s, d) in enumerate(definition.drivers()))


def any_kind(kinds: tuple[str, ...]) -> str:
    """The tally kind that stands for *at least one act of these kinds*.

    >>> any_kind(("answer",)), any_kind(("like", "answer"))
    ('answer', 'any:answer,like')
    """
    return kinds[0] if len(set(kinds)) == 1 else "any:" + ",".join(sorted(set(kinds)))


def days_kind(kinds: tuple[str, ...]) -> str:
    """The tally kind that counts distinct local days with an act of these kinds.

    >>> days_kind(("submit", "click"))
    'days:click,submit'
    """
    return "days:" + ",".join(sorted(set(kinds)))


def derived_kinds(definition: Definition) -> tuple[str, ...]:
    """The tally kinds that folding has to derive for this definition beyond plain counts, sorted.

    A new definition whose kinds are already among those folded re-reads tallies and no event.
    """
    wanted = {c.act for c in columns(definition) if c.driver.is_share or c.driver.measure in ("days", "items")}
    unmet = {c.unmet for c in columns(definition) if c.driver.while_present}
    return tuple(sorted(unmet | {k for k in wanted if k.startswith(("any:", "days:"))}))


def members(kind: str) -> tuple[str, ...]:
    """The plain kinds behind a derived one.

    >>> members("days:click,submit"), members("answer")
    (('click', 'submit'), ('answer',))
    """
    return tuple(kind.partition(":")[2].split(",")) if kind.startswith(("any:", "days:")) else (kind,)
