"""The rules of the metrics around the score, each metric by itself. How they hang together is checked in `tree_checks.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engagetree.definition import tree_checks
from engagetree.definition.checks import signals_of
from engagetree.definition.metric_fields import FEATURE, METRIC
from engagetree.definition.metrics import PERCENT
from engagetree.definition.shape import Row
from engagetree.errors import Problem, near

RETENTION = re.compile("retention|retain", re.IGNORECASE)
NAMED = ("day_n", "session_k")
"""Ways of retention that have to say `bound` and `after`."""


def metrics_of(row: Row) -> list[Row]:
    return list(row.get("metrics", []))


def names(row: Row) -> Iterator[Problem]:
    """A metric and a signal are both nodes of one tree: no two have the same key. The score is one number."""
    signals = {s.key: s for s in signals_of(row)}
    for m in metrics_of(row):
        if m.key in signals:
            found = f"`{m.key}` is a signal's key already (line {signals[m.key].line})"
            yield Problem(m.line, m.where, found, "Choose another; the signal stands in the tree by itself.")
    scores = [m for m in metrics_of(row) if m.get("kind") == "score"]
    for m in scores[1:]:
        yield m.error("kind", f"the score is there already, as {scores[0].key} (line {scores[0].line})", "Keep one of them.")


def kinds(row: Row) -> Iterator[Problem]:
    """Each metric has what its kind needs and nothing that has no effect with it."""
    for m in metrics_of(row):
        kind = m.get("kind")
        if kind is None:
            continue
        if kind == "nps" and not m.has("outcome"):
            yield m.error("kind", "an NPS is made of answers from 0 to 10, so it needs an `outcome`", "Name the outcome with the answers.")
        for f in METRIC:
            if kind in f.needed and not m.has(f.name) and kind != "nps":
                yield m.error("kind", f"`kind: {kind}` needs `{f.name}`", f"Add it. {f.says}")
            if f.only and kind not in f.only and m.has(f.name):
                use = ", ".join(f"`{k}`" for k in f.only)
                yield m.error(f.name, f"`{f.name}` has no effect with `kind: {kind}`", f"Remove it; it is for {use}.")
        yield from _by_kind(m, kind, [s.key for s in signals_of(row)])


def _by_kind(m: Row, kind: str, signals: list[str]) -> Iterator[Problem]:
    if kind == "retention":
        yield from _retention(m)
    if kind == "net_active_ratio" and RETENTION.search(f"{m.key} {m.get('label', '')}"):
        do = "Call it what it is, or use `kind: retention`."
        yield Problem(m.line, m.where, "is called retention, but counts newcomers and may exceed 100 %", do)
    if kind in FEATURE and m.get("among") == "eligible" and not m.has("offered"):
        yield m.error("among", "who is eligible depends on what was offered", "Name the kinds of item in `offered`.")
    if kind in FEATURE and m.get("among", "active") == "active" and m.has("offered") and not m.has("among"):
        yield m.error("offered", "`offered` has no effect among those active", "Remove it, or write `among: eligible`.")
    if kind in PERCENT and m.get("unit") not in (None, "%"):
        yield m.error("unit", f"`kind: {kind}` is a share, told in percent", "Remove the unit.")
    if kind == "signal" and m.get("signal") and m.get("signal") not in signals:
        do = near(m.get("signal"), signals) or f"The signals are {', '.join(signals)}."
        yield m.error("signal", f"there is no signal `{m.get('signal')}`", do)
    if kind == "purpose" and m.has("threshold"):
        yield m.error("threshold", "a purpose has no number", "Remove it, or choose a kind of metric that can be counted.")
    for name in ("taken", "feature"):
        for act in sorted({"join", "leave"} & set(m.get(name, ()))):
            yield m.error(name, f"`{act}` is never counted by itself", "Write `present`: who joined was there.")


def _retention(m: Row) -> Iterator[Problem]:
    way = m.get("way", "windows" if not m.has("way") else "")
    if way not in ("cohort_return", "") and not m.has("taken"):
        yield m.error("kind", "`kind: retention` needs `taken`", "Name the kinds of event that qualify somebody as active.")
    for name in ("bound", "after"):
        if way in NAMED and not m.has(name):
            yield m.error("way", f"`way: {way}` needs `{name}`", "Two numbers are called so: say which.")
    idle: dict[str, tuple[str, ...]] = {
        "windows": ("bound", "offered"),
        "day_n": ("offered", "window"),
        "session_k": ("window", "on"),
        "cohort_return": ("taken", "on", "bound", "after", "offered", "window", "source"),
    }
    for name in idle.get(way, ()):
        if m.has(name):
            yield m.error(name, f"`{name}` has no effect with `way: {way}`", "Remove it, or choose another way.")
    if way == "session_k" and not m.has("offered"):
        yield m.error("way", "`way: session_k` needs `offered`", "Name the kind of item that a session is.")
    if way == "windows" and m.get("window") == "programme":
        yield m.error("window", "the whole programme has no window before it", "Choose a shorter one, or another way.")


def windows(row: Row) -> Iterator[Problem]:
    """What is compared with an earlier window needs one that ends."""
    for m in metrics_of(row):
        shifted = m.get("kind") == "net_active_ratio" or m.get("back", 0) > 0
        if shifted and m.get("window") == "programme":
            yield m.error("window", "the whole programme has no window before it", "Choose a shorter one.")


RULES: tuple[Callable[[Row], Iterator[Problem]], ...] = (names, kinds, windows, *tree_checks.RULES)
