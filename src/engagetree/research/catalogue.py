"""The built-in indicators as they stand in `catalogue.yml`, an institution's own in the same form, and the crosswalk of depths."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from engagetree.research.definition_model import Condition, Own
from engagetree.research.model import Counts, Indicator

UNITS = {"activities": "events", "attendances": "attendances", "seats": "seats", "mentions": "mentions", "coded": "items"}
KINDS = {"mean": "ratio"}


def _load() -> tuple[Indicator, ...]:
    told: dict[str, dict[str, Any]] = yaml.safe_load(files("engagetree.research").joinpath("catalogue.yml").read_text("utf-8"))
    return tuple(_one(key, one) for key, one in told.items())


def _one(key: str, told: dict[str, Any]) -> Indicator:
    given: dict[str, Any] = {name: tuple(said) if isinstance(said, list) else said for name, said in told.items()}
    return Indicator(key=key, **given)


BUILT_IN: tuple[Indicator, ...] = _load()
"""Every indicator that needs no definition, in the order in which they are shown. Those of rubrics are made in `quality`."""


def indicator(key: str) -> Indicator:
    """A built-in indicator. Raises KeyError.

    >>> indicator("events").unit
    'events'
    """
    return {i.key: i for i in BUILT_IN}[key]


def dimensions_of(one: Indicator) -> tuple[str, ...]:
    """By what an indicator can be split."""
    return one.breakdowns


def own_indicator(own: Own) -> Indicator:
    """An institution's own indicator in the catalogue's form."""
    return Indicator(
        own.key,
        own.label,
        own.dimension,
        KINDS.get(own.kind, own.kind),
        own.unit
        or ("share" if own.kind == "share" else own.column if own.kind in ("sum", "mean") else UNITS.get(own.register, own.register)),
        formula(own),
        counts=_counts(own),
        numerator=_asked((*own.of, *own.where)) if own.kind == "share" else own.column if own.kind == "ratio" else "",
        denominator=_asked(own.of) or f"all {own.register}" if own.kind == "share" else own.over,
        population=own.register,
        inputs=("activities", "attendances") if own.register == "attendances" else (own.register,),
        breakdowns=own.by,
        pitfalls=own.pitfalls,
        guards=("EM-04", "EM-05") if own.register == "mentions" else (),
        version=own.version,
        own=True,
        higher_is=own.higher_is,  # type: ignore[arg-type]
    )


def _counts(own: Own) -> Counts:
    if own.register == "attendances":
        return "attendances"
    people = {"size", "size_low", "size_high", "registered", "size_non_academic", "size_affiliation_unknown"}
    money = {"budget", "project_budget"}
    hours = {"hours", "hours_given", "hours_paid"}
    if own.kind not in ("sum", "ratio", "mean"):
        return "records"
    return "attendances" if own.column in people else "money" if own.column in money else "hours" if own.column in hours else "records"


def formula(own: Own) -> str:
    """What an own indicator computes, as a sentence."""
    of = f" where {_asked(own.of)}" if own.of else ""
    rows = f"{own.register} of the year{of}"
    counting = f", of those where {_asked(own.where)}" if own.where else ""
    said = {
        "count": f"The number of {rows}{counting}.",
        "sum": f"{own.column} added up over {rows}{counting}.",
        "share": f"Of the {rows} where it is known, the share where {_asked(own.where)}.",
        "ratio": f"{own.column} ÷ {own.over}, both added up over {rows}{counting} that have both.",
        "mean": f"The mean of {own.column} over {rows}{counting} that have it.",
    }[own.kind]
    return f"{own.says.rstrip('.')}. {said}" if own.says else said


WORDS = {"is": "is", "one_of": "is one of", "not": "is not", "at_least": "is at least", "at_most": "is at most", "has": "has"}


def _asked(conditions: tuple[Condition, ...]) -> str:
    return " and ".join(_said(c) for c in conditions)


def _said(c: Condition) -> str:
    if c.how == "known":
        return f"{c.column} is {'known' if c.value else 'not known'}"
    values = c.value if isinstance(c.value, tuple) else (c.value,)
    return f"{c.column} {WORDS[c.how]} {', '.join(str(v).lower() if isinstance(v, bool) else f'{v}' for v in values)}"
