"""Every field of a metric and of the programme tree, once; what `fields.py` is for the score."""

from __future__ import annotations

from dataclasses import replace

from engagetree.definition.field import OWNERS, Field

KINDS: dict[str, str] = {
    "purpose": "what it is all for, in words; it has no number",
    "calculated": "made of its parts alone, by an entry under `composes`",
    "score": "the mean score of those who have one; its signals and drivers hang beneath it",
    "signal": "the mean of one `signal`",
    "people": "how many people are on the roster",
    "active": "distinct people with a qualifying act: in the `window`, or the mean `per: day` of it, days without anybody included",
    "acts": "how many qualifying acts there were",
    "stickiness": "mean active people a day / active people in the `window`: the share of days that an active person is active",
    "retention": "of those who were active then, the share who are active again: never more than 100 %",
    "net_active_ratio": "active people now / active people then, newcomers included: may exceed 100 %, and is not retention",
    "adoption": "of those active (or eligible) in the `window`, the share who used the `feature`",
    "uses_per_adopter": "uses of the `feature` by each who used it at all",
    "repeat_use": "of those who used the `feature`, the share who used it more than once",
    "cadence": "sessions attended / sessions held while on the roster: for programmes that are not daily, instead of stickiness",
    "nps": "% of answers 9–10 less % of answers 0–6 in an `outcome`; with fewer than 23 answers only the counts",
    "outcome_rate": "of those whose `outcome` is known, the share who reached `at_least`",
}
"""What each kind of metric says."""

FEATURE = ("adoption", "uses_per_adopter", "repeat_use")
QUALIFIED = ("active", "acts", "stickiness", "net_active_ratio", *FEATURE, "cadence")
"""Kinds that cannot do without qualifying acts."""
WINDOWED = (*QUALIFIED, "retention", "nps", "outcome_rate")
WAYS = {
    "windows": "active in one `window`, and again in the one `after` windows later",
    "day_n": "active on a first day, and again `after` days later",
    "session_k": "at one's first session, and at the `after`-th after it",
    "cohort_return": "in a cohort, and in a later one",
}
"""The ways to ask who came back."""

METRIC = (
    Field("label", "text", "What people read.", most=80, otherwise="from the key", also=("name", "title")),
    Field("kind", "choice", "What is measured.", required=True, choices=tuple(KINDS), also=("type", "metric")),
    replace(OWNERS[0], says="The one role or person who answers for it.", required=True),
    *OWNERS[1:],
    Field(
        "taken",
        "kinds",
        "The kinds of event that qualify somebody as active.",
        only=(*QUALIFIED, "retention"),
        needed=QUALIFIED,
        also=("events", "kinds", "acts", "qualifying"),
    ),
    Field("on", "kinds", "Only acts (uses) on items of these kinds.", only=(*QUALIFIED, "retention"), otherwise="any item"),
    Field("feature", "kinds", "The kinds of event that are a use of the feature.", only=FEATURE, needed=FEATURE),
    Field(
        "among",
        "choice",
        "Whose share it is: those `active` in the window, or those `eligible`, to whom something `offered` was open in it.",
        choices=("active", "eligible"),
        only=FEATURE,
    ),
    Field(
        "offered",
        "kinds",
        "The kinds of item that were offered.",
        only=(*FEATURE, "cadence", "retention"),
        needed=("cadence",),
        also=("items",),
    ),
    Field(
        "window",
        "choice",
        "What it looks back on, in whole local days: `month` is the last calendar month that is over.",
        choices=("period", "7_days", "28_days", "month", "programme"),
        only=WINDOWED,
        otherwise="`28_days`; for outcomes `programme`",
    ),
    Field(
        "per",
        "choice",
        "Distinct people in all of the `window`, or their mean number a `day`.",
        choices=("window", "day"),
        only=("active",),
    ),
    Field("back", "count", "So many windows before the last one.", least=0, most=1000, only=("active", "acts"), also=("ago",)),
    Field("way", "choice", "Who counts as retained: see the ways below.", choices=tuple(WAYS), only=("retention",)),
    Field(
        "bound",
        "choice",
        "`bounded`: back exactly then; `unbounded`: then or later. `day_n` and `session_k` have to name it.",
        choices=("bounded", "unbounded"),
        only=("retention",),
    ),
    Field("after", "count", "So many windows, days or sessions later.", least=1, most=1000, only=("retention", "net_active_ratio")),
    Field("outcome", "text", "The outcome's name.", most=100, only=("nps", "outcome_rate"), needed=("nps", "outcome_rate")),
    Field("at_least", "number", "From this value on the outcome counts as reached.", least=-1e9, only=("outcome_rate",)),
    Field("finite", "flag", "The people on the roster are all there are: the range narrows as more of them answer.", only=("nps",)),
    Field("signal", "key", "The signal's key.", only=("signal",), needed=("signal",)),
    Field(
        "source",
        "text",
        "The tool it comes from: people whom it did not see because it was down are left out.",
        most=80,
        only=(*QUALIFIED, "retention"),
        otherwise="any",
    ),
    Field("unit", "text", "What it is measured in.", most=40, otherwise="by the kind"),
    Field("direction", "choice", "What is better.", choices=("higher", "lower", "neither"), also=("better",)),
    Field("threshold", "number", "The value to reach, or not to exceed.", least=-1e9, otherwise="none", also=("target", "goal")),
)

EVIDENCE = (
    Field(
        "status",
        "choice",
        "`believed`: not looked at yet; `observed`: they move together; `tested`: a trial says so; `refuted`: a trial says no.",
        required=True,
        choices=("believed", "observed", "tested", "refuted"),
    ),
    Field("date", "date", "When that was last looked at.", required=True),
    Field("method", "text", "How it was found. Needed unless it is only believed.", most=120, otherwise="none"),
    Field("n", "count", "From how many people. Needed unless it is only believed.", least=1, most=1e9, otherwise="none"),
    Field(
        "effect",
        "number",
        "By how much the effect moves for one unit of its cause. Needed unless it is only believed.",
        least=-1e9,
        otherwise="none",
    ),
    Field("interval", "interval", "The range that holds it 19 times in 20: `[0.4, 5.8]`.", otherwise="none"),
)

INFLUENCE = (
    Field("from", "node", "What is thought to move something else.", required=True, also=("cause",)),
    Field("to", "node", "What it is thought to move.", required=True, also=("effect",)),
    Field("direction", "choice", "Which way.", required=True, choices=("raises", "lowers")),
    Field("lag", "lag", "How much later it shows: `0 days`, `4 weeks`.", required=True),
    Field("evidence", "part", "What it rests on.", required=True, of=EVIDENCE, part="evidence"),
)

COMPOSED = (
    Field(
        "by",
        "choice",
        "How the parts make it: their `sum`, weighted `mean`, `product`, or the `ratio` of `of` to `over`.",
        required=True,
        choices=("sum", "mean", "product", "ratio"),
        also=("as", "how", "combine"),
    ),
    Field("of", "shares", "Its parts: a list of nodes; of a mean, each with its weight: `{a: 0.6, b: 0.4}`.", required=True),
    Field("over", "node", "What the ratio divides by.", only=("ratio",), needed=("ratio",)),
)

TREE = (
    Field("root", "node", "The node on top.", required=True),
    Field(
        "composes",
        "map",
        "Which node is made of which others, exactly, each under the parent's key. Recomputed and compared on real values.",
        of=COMPOSED,
        part="composed node",
        otherwise="only the score's own",
    ),
    Field(
        "influences",
        "list",
        "What is thought to move what: hypotheses, never added up.",
        of=INFLUENCE,
        part="influence",
        otherwise="none",
        like="{from: score, to: returning, direction: raises, lag: 4 weeks, evidence: {status: believed, date: 2025-03-03}}",
    ),
)
