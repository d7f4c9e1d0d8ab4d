"""Every field of a `programme.yml`, once. The reader, the JSON Schema and the reference page are made from these tables.

What a field is worth when it is left out comes from the dataclasses in `model.py`, so it stands there and nowhere else;
`otherwise` says it in words where the model has no default.
"""

from __future__ import annotations

from engagetree.definition.field import OWNERS, Field
from engagetree.definition.metric_fields import COMPOSED, EVIDENCE, INFLUENCE, METRIC, TREE
from engagetree.definition.outcome_fields import BEHAVIOUR, OUTCOME

__all__ = ["BAND", "DRIVER", "LEVELS", "NORMALISERS", "OWNERS", "PROGRAMME", "RATES", "SIGNAL", "Field"]

NORMALISERS: dict[str, str] = {
    "share": "what was taken of what was `offered`",
    "target": "an amount against a `target`, at most 1",
    "saturating": "1 − 2^(−amount/`half`): each further act adds less",
    "range": "from `floor` (0) to `target` (1)",
    "percentile": "the rank in the cohort; relative, and marked so wherever it shows",
}
"""How an amount becomes a number from 0 to 1."""

RATES = ("target", "saturating", "range", "percentile")


DRIVER = (
    Field("label", "text", "What people read.", most=80, otherwise="from the key", also=("name", "title")),
    Field(
        "weight", "weight", "Its part of a signal that is a mean; the weights of one signal sum to 1. None in a product.", least=0, most=1
    ),
    Field("taken", "kinds", "The kinds of event that count as taking part.", required=True, also=("events", "kinds")),
    Field(
        "normalise", "choice", "How it becomes a number from 0 to 1.", choices=tuple(NORMALISERS), also=("normalize", "normaliser", "scale")
    ),
    Field("offered", "kinds", "The kinds of item that were offered.", only=("share",), needed=("share",), also=("items",)),
    Field(
        "count",
        "choice",
        "What of the items counts: `items` how many, `length` each by its seconds, `presence` seconds present of those attended.",
        choices=("items", "length", "presence"),
        only=("share",),
    ),
    Field("when", "choice", "From when on an item counts as offered.", choices=("opened", "due"), only=("share",)),
    Field("final", "flag", "Only items marked as final.", only=("share",)),
    Field("in_time", "flag", "Only what was taken before it closed counts as taken; needs `when: due`.", only=("share",)),
    Field("ahead", "number", "In time by so many days: what was taken that long before it closed.", above=0, most=365, only=("share",)),
    Field("while_present", "flag", "Only items opened while the person attended the session they belong to.", only=("share",)),
    Field(
        "measure",
        "choice",
        "What of an act counts: `acts` how many, `amount` the sum of amounts, `days` distinct active days, `items` distinct items.",
        choices=("acts", "amount", "days", "items"),
        only=RATES,
    ),
    Field(
        "per",
        "text",
        "What it is divided by: `day` or `week` on the roster, `hour_present`, `total` (nothing), or a kind of item (each one offered).",
        most=80,
        only=RATES,
    ),
    Field("on", "kinds", "Only acts on items of these kinds.", only=RATES, otherwise="any item"),
    Field(
        "target",
        "number",
        "The amount that counts as all of it.",
        above=0,
        only=("target", "range"),
        needed=("target", "range"),
        also=("goal",),
    ),
    Field("half", "number", "The amount that is worth one half.", above=0, only=("saturating",), needed=("saturating",)),
    Field("floor", "number", "The amount that is worth nothing yet.", least=0, only=("range",)),
    Field("cap", "number", "At most this much for one item and kind of event in one period.", above=0, only=RATES, also=("limit", "max")),
    Field(
        "last",
        "count",
        "Only the last so many periods, this one included: how somebody has been lately.",
        least=1,
        most=1000,
        only=RATES,
        otherwise="all of the window",
        also=("recent", "lately", "trailing"),
    ),
    Field("source", "text", "The tool it comes from: no value while that tool was down.", most=80, otherwise="any"),
    Field("unit", "text", "What is counted, in words: sessions, prompts.", most=40, otherwise="none"),
    *OWNERS,
)

SIGNAL = (
    Field("label", "text", "What people read.", most=80, otherwise="from the key", also=("name", "title")),
    Field("weight", "weight", "Its part of the score. The weights of all signals sum to 1.", required=True, least=0, most=1),
    Field(
        "combine",
        "choice",
        "How the drivers make the signal: their weighted `mean`, or their `product`.",
        choices=("mean", "product"),
    ),
    Field("advice", "text", "One concrete next thing when this signal is weak.", most=600, otherwise="none"),
    Field("drivers", "map", "The behaviours beneath it, each under its key.", required=True, of=DRIVER, part="driver"),
    *OWNERS,
)

BAND = (
    Field("key", "key", "Its short name.", required=True),
    Field("label", "text", "What people read.", required=True, most=80, also=("name", "title")),
    Field(
        "at_least",
        "number",
        "The lowest score in it; it ends below the next higher band. The lowest band starts at 0.",
        required=True,
        least=0,
        most=100,
        also=("from", "min", "threshold", "above"),
    ),
    Field("signals", "text", "What it signals.", most=600, otherwise="none"),
    Field("do", "text", "What to do.", most=600, otherwise="none", also=("action", "advice")),
)

PROGRAMME = (
    Field("programme", "id", "Its short name, for files and commands.", required=True, also=("id", "key", "program", "course")),
    Field("title", "text", "What people read.", most=120, otherwise="from `programme`", also=("name", "label")),
    Field(
        "zone",
        "zone",
        "The time zone in which days and weeks begin, such as `Europe/Madrid`.",
        required=True,
        also=("timezone", "time_zone", "tz"),
    ),
    Field(
        "period",
        "choice",
        "How often a score is made.",
        required=True,
        choices=("day", "week", "month", "session"),
        also=("every", "frequency"),
    ),
    Field(
        "window",
        "window",
        "What a score looks back on: `cumulative`, or `{trailing: 4}` for the last four periods.",
        otherwise="`cumulative`",
    ),
    Field(
        "starts",
        "date",
        "First day, or date and time, in the zone.",
        otherwise="with the first thing offered",
        also=("from", "begins", "start_date"),
    ),
    Field(
        "ends",
        "date",
        "Last day (that day is still in), or the date and time it ends, in the zone.",
        otherwise="open",
        also=("until", "end_date"),
    ),
    Field("min_coverage", "number", "Below this share of the weight known, there is no score.", least=0, most=1, also=("coverage",)),
    Field(
        "reason",
        "text",
        "Why this version is as it is. Every change of a number needs a new one.",
        most=600,
        otherwise="none",
        also=("why",),
    ),
    Field(
        "signals",
        "map",
        "What the score is made of, each signal under its key.",
        required=True,
        of=SIGNAL,
        part="signal",
        also=("weights",),
    ),
    Field(
        "bands",
        "list",
        "From the highest to the lowest.",
        of=BAND,
        part="band",
        otherwise="80 high, 60 solid, 40 risk, 0 disengaged",
        like="{key: high, label: High, at_least: 80}",
    ),
    Field(
        "metrics",
        "map",
        "The metrics around the score, each under its key. No score depends on them: they are no part of the version.",
        of=METRIC,
        part="metric",
        otherwise="none",
        also=("kpis", "measures"),
    ),
    Field("tree", "part", "How the metrics and the score hang together.", of=TREE, part="tree", otherwise="the score alone"),
    Field(
        "outcomes",
        "map",
        "What `engagetree evidence` holds the score against, each under its key. No part of the version.",
        of=OUTCOME,
        part="outcome",
        otherwise="none",
        also=("outcome", "goals", "results"),
    ),
)

LEVELS: dict[str, tuple[Field, ...]] = {"definition": PROGRAMME, "signal": SIGNAL, "driver": DRIVER, "band": BAND}
LEVELS |= {"metric": METRIC, "tree": TREE, "composed node": COMPOSED, "influence": INFLUENCE, "evidence": EVIDENCE}
LEVELS |= {"outcome": OUTCOME, "behaviour": BEHAVIOUR}
"""The levels of the file, from the outside in."""
