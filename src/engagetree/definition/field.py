"""What one field of a `programme.yml` is, and the roles that stand on signals, drivers and metrics alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One field. `kind` names how it is written (`values.READERS`); `only` and `needed` name normalisers, or kinds of metric.

    `most` is the longest length of a text and the highest value of a number.
    """

    name: str
    kind: str
    says: str
    required: bool = False
    choices: tuple[str, ...] = ()
    least: float | None = None
    above: float | None = None
    most: float | None = None
    only: tuple[str, ...] = ()  # normalisers (kinds of metric) with which it has an effect; empty: all
    needed: tuple[str, ...] = ()  # normalisers (kinds of metric) that cannot do without it
    otherwise: str = ""
    also: tuple[str, ...] = ()  # names by which people look for it
    of: tuple[Field, ...] = ()  # for a map, list or part: the fields of a part
    part: str = ""  # what one part is called
    like: str = ""  # how one entry of a list is written


OWNERS = (
    Field(
        "accountable",
        "one_name",
        "The one role or person who answers for it. A driver without one takes its signal's.",
        also=("owner", "owners"),
    ),
    Field("responsible", "names", "Who does the work."),
    Field("consulted", "names", "Who is asked first."),
    Field("informed", "names", "Who is told."),
)
