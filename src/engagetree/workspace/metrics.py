"""The verb `metrics`: each metric of the definition at the end of one period, counted by `measuring`, reckoned by `tree.metrics`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engagetree.definition.metrics import Metric
from engagetree.definition.model import Definition
from engagetree.definition.version import around
from engagetree.engine import literal, parquet, quoted
from engagetree.errors import NotFound, near
from engagetree.lake import Snapshot
from engagetree.render.words import day as named
from engagetree.render.words import listing, plural
from engagetree.scoring.offers import EARLY
from engagetree.stats.nps import Answers
from engagetree.tree import metrics as reckoned
from engagetree.tree.metrics import Measured, Metrics, Value
from engagetree.workspace import stored
from engagetree.workspace.coming_back import retention
from engagetree.workspace.measuring import Counter, acts_in_words
from engagetree.workspace.telling import Teller
from engagetree.workspace.windows import TooEarlyError, Window, window

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

NONE = "Add a `metrics` section to programme.yml; docs/how-to/metrics-around-the-score.md says how."
Z = 1.96


def metrics(work: Workspace, period: str | None = None, cohort: str | None = None) -> Metrics:
    """Every metric at the end of a period (default: the latest). NotFound where there are none, for an unknown period or cohort."""
    defined = work.definition()
    if not defined.metrics:
        raise NotFound("metrics", "the definition has none", NONE)
    return work.lake.read(lambda s: measured(work, s, work.teller(s), defined, period, cohort))


def measured(work: Workspace, snapshot: Snapshot, teller: Teller, defined: Definition, period: str | None, cohort: str | None) -> Metrics:
    """The same, of one state of the lake."""
    keys = stored.periods_of(snapshot, teller.version)
    key = stored.period_named(keys, period)
    work._where(snapshot, None, cohort, None)  # says which cohorts there are
    return counted(snapshot, teller, defined, key, key == keys[-1], cohort)


def counted(snapshot: Snapshot, teller: Teller, defined: Definition, key: str, latest: bool, cohort: str | None) -> Metrics:
    """Every metric at the end of one period that there is; `latest` says that none comes after it."""
    at = next(i for i, p in enumerate(teller.plan.periods) if p.key == key)
    with stored.duck() as con:
        asked = Asked(Counter(con, snapshot, teller.plan, cohort, at), teller, key, latest)
        values = tuple(asked.measure(m) for m in defined.metrics)
    return Metrics(key, teller.as_of(key), cohort, teller.version, around(defined), values)


@dataclass(frozen=True)
class Asked:
    """One question: these people, at the end of this period."""

    counter: Counter
    teller: Teller
    key: str
    latest: bool  # no later period is scored: what came after the programme's end is known too

    def measure(self, m: Metric) -> Measured:
        """One metric with its value, or with the reason why it has none."""
        if m.kind in POINTS:
            return Measured(m, POINTS[m.kind](self, m), None, self.teller.as_of(self.key))
        if m.kind in OUTCOMES:
            return self._outcome(m)
        if m.kind == "retention" and m.way != "windows":
            w = self.window(m, "programme")
            return self._told(m, retention(self.counter, m, w), w)
        try:
            w = self.window(m)
            value = retention(self.counter, m, w, self.window(m, back=m.after)) if m.kind == "retention" else SPANS[m.kind](self, m, w)
        except TooEarlyError as early:
            return Measured(m, reckoned.unknown(str(early)), None, self.teller.as_of(self.key))
        return self._told(m, value, w)

    def window(self, m: Metric, kind: str = "", back: int | None = None) -> Window:
        plan = self.teller.plan
        back = m.back if back is None else back
        return window(kind or m.looks_back, plan.periods, self.counter.at, self.teller.definition.tz, plan.offers.starts, back)

    def _told(self, m: Metric, value: Value, w: Window) -> Measured:
        zone = self.teller.definition.tz
        _, down = self.counter.outages(m, w)
        if value.value is not None and m.kind != "cadence":
            left = "; people there are left out" if m.source else "; acts that it would have seen are missing"
            value = value.noted(*(f"{self.counter.told(o)}{left}" for o in down))
        return Measured(m, value, w.since.astimezone(zone), w.until.astimezone(zone))

    def people(self, m: Metric, *windows: Window) -> tuple[str, str]:
        """The memberships that the metric's source could see in all of the windows, and why nobody is left where nobody is."""
        hidden, down = set[str](), []
        for w in windows:
            cohorts, outages = self.counter.outages(m, w)
            hidden |= cohorts
            down += [o for o in outages if m.source]
        name = self.counter.seen(hidden)
        none = self.counter.cohorts <= hidden
        return name, "; ".join(dict.fromkeys(self.counter.told(o) for o in down)) if none else ""

    def active(self, m: Metric, w: Window, people: str) -> str:
        on = () if m.kind in ("adoption", "uses_per_adopter", "repeat_use") else m.on
        return self.counter.acts(m.taken, on, w, people)

    # ---- outcomes

    def _outcome(self, m: Metric) -> Measured:
        zone = self.teller.definition.tz
        w = None if m.looks_back == "programme" else self._window_or_none(m)
        if isinstance(w, str):
            return Measured(m, reckoned.unknown(w), None, self.teller.as_of(self.key))
        if w is None and not self.latest:
            w = Window(EARLY, self.counter.until, zone)
        found = self.counter.answers(m.outcome, w)
        first, last = (
            min((r["first"] for r in found if r["first"]), default=None),
            max((r["last"] for r in found if r["last"]), default=None),
        )
        value = OUTCOMES[m.kind](self, m, found, w) if found else self._no_answers(m)
        if w is not None and w.since > EARLY:
            return Measured(m, value, w.since.astimezone(zone), w.until.astimezone(zone))
        return Measured(m, value, first and first.astimezone(zone), last and (last + timedelta(microseconds=1)).astimezone(zone))

    def _window_or_none(self, m: Metric) -> Window | str:
        try:
            return self.window(m)
        except TooEarlyError as early:
            return str(early)

    def _no_answers(self, m: Metric) -> Value:
        known = self.counter.outcomes()
        if m.outcome in known:
            return reckoned.unknown(f"nobody here has an outcome “{m.outcome}” yet")
        some = near(m.outcome, known) or (f"There are {listing(known)}." if known else "None has been imported.")
        return reckoned.unknown(f"there is no outcome “{m.outcome}”. {some}")

    def asked(self) -> int:
        """Everybody who has been on the roster by the end of the period: those who can answer."""
        end = literal(self.counter.until)
        return int(self.counter.one(f"SELECT count(DISTINCT who) AS n FROM {self.counter.people} WHERE joined < {end}")["n"])


# ---- at one moment


def _people(ask: Asked, m: Metric) -> Value:
    n = ask.counter.members
    return reckoned.number(n, f"{plural(n, 'person', 'people')} on the roster")


def _mean(ask: Asked, column: str, what: str) -> Value:
    """A mean over stored rows, with the range that so many people leave."""
    c = ask.counter
    where = "TRUE" if c.cohort is None else f"cohort = {literal(c.cohort)}"
    name = quoted(column)
    picked = f"count({name}) AS n, avg({name}) AS mean, stddev_samp({name}) AS spread, count(*) AS people"
    files = c.snapshot.files(f"scores-{ask.teller.version}", {ask.key})
    r = c.one(f"SELECT {picked} FROM {parquet(files)} WHERE counted AND {where}")
    told = f"mean of {plural(r['n'], 'person', 'people')} of {r['people']} who have {what}"
    if r["mean"] is None:
        return reckoned.unknown(f"nobody has {what} yet", told)
    half = Z * r["spread"] / r["n"] ** 0.5 if r["spread"] is not None else None
    low, high = (None, None) if half is None else (max(0.0, r["mean"] - half), min(100.0, r["mean"] + half))
    return Value(r["mean"], low, high, r["n"], r["mean"] * r["n"], r["n"], told)


def _score(ask: Asked, m: Metric) -> Value:
    return _mean(ask, "score", "a score")


def _signal(ask: Asked, m: Metric) -> Value:
    known = [s.key for s in ask.teller.definition.signals]
    if m.signal not in known:
        return reckoned.unknown(f"{m.signal} is in the file, but nothing was scored with it yet: run `engagetree score`")
    return _mean(ask, m.signal, "a value of it")


def _purpose(ask: Asked, m: Metric) -> Value:
    return reckoned.unknown("a purpose has no number")


def _calculated(ask: Asked, m: Metric) -> Value:
    return reckoned.unknown("it is worked out from its parts: see `engagetree tree`")


# ---- over a window


def _active(ask: Asked, m: Metric, w: Window) -> Value:
    people, nobody = ask.people(m, w)
    if nobody:
        return reckoned.unknown(nobody)
    acts = ask.active(m, w, people)
    n = ask.counter.one(f"SELECT count(DISTINCT who) AS n FROM {acts}")["n"]
    did = f"with at least one {acts_in_words(m.taken)}"
    if m.per == "window":
        return reckoned.number(n, f"{plural(n, 'person', 'people')} {did} {w.words}")
    by_day = {r["day"]: r["n"] for r in ask.counter.all(f"SELECT day, count(DISTINCT who) AS n FROM {acts} GROUP BY day")}
    counts = [by_day.get(i, 0) for i in range(len(w.days))]
    told = f"{plural(sum(counts), 'active day')} of {plural(n, 'person', 'people')} {did}, over {plural(len(counts), 'day')} {w.words}"
    return reckoned.a_day(counts, told, n)


def _acts(ask: Asked, m: Metric, w: Window) -> Value:
    people, nobody = ask.people(m, w)
    if nobody:
        return reckoned.unknown(nobody)
    r = ask.counter.one(f"SELECT coalesce(sum(uses), 0)::BIGINT AS uses, count(DISTINCT who) AS n FROM {ask.active(m, w, people)}")
    return reckoned.number(r["uses"], f"{acts_in_words(m.taken)} by {plural(r['n'], 'person', 'people')} {w.words}", r["n"])


def _stickiness(ask: Asked, m: Metric, w: Window) -> Value:
    people, nobody = ask.people(m, w)
    if nobody:
        return reckoned.unknown(nobody)
    acts = ask.active(m, w, people)
    length = len(w.days)
    found = {r["days"]: r["n"] for r in ask.counter.all(
        f"SELECT days, count(*) AS n FROM (SELECT who, count(*) AS days FROM {acts} GROUP BY who) GROUP BY days"
    )}  # fmt: skip
    n, total = sum(found.values()), sum(d * k for d, k in found.items())
    told = f"on average {total / length:.3g} active people a day of {n} active {w.words} ({acts_in_words(m.taken)})"
    return reckoned.stickiness([found.get(d, 0) for d in range(1, length + 1)], length, told)


def _net(ask: Asked, m: Metric, w: Window) -> Value:
    before = ask.window(m, back=m.after)
    people, nobody = ask.people(m, w, before)
    if nobody:
        return reckoned.unknown(nobody)
    now, then = ask.active(m, w, people), ask.active(m, before, people)
    r = ask.counter.one(
        f"SELECT (SELECT count(DISTINCT who) FROM {then}) AS a, (SELECT count(DISTINCT who) FROM {now}) AS b, "
        f"(SELECT count(DISTINCT who) FROM {now} WHERE who NOT IN (SELECT who FROM {then})) AS fresh"
    )
    told = f"{plural(r['b'], 'person', 'people')} active {w.words}, {r['a']} active {before.words} ({acts_in_words(m.taken)})"
    return reckoned.net_active_ratio(r["a"], r["b"], r["fresh"], told)


def _feature(ask: Asked, m: Metric, w: Window) -> Value:
    """Adoption and its depth. Users are looked for among the denominator, in the same window."""
    people, nobody = ask.people(m, w)
    if nobody:
        return reckoned.unknown(nobody)
    c = ask.counter
    of, who = (_eligible(ask, m, w, people), "eligible") if m.among == "eligible" else (ask.active(m, w, people), "active")
    uses = c.acts(m.feature, m.on, w, people)
    c.con.execute(
        f"CREATE OR REPLACE TEMP TABLE adopters AS SELECT who, sum(uses)::BIGINT AS uses FROM {uses} "
        f"WHERE who IN (SELECT who FROM {of}) GROUP BY who"
    )
    r = c.one(
        f"SELECT (SELECT count(DISTINCT who) FROM {of}) AS n, (SELECT count(*) FROM adopters) AS k, "
        f"(SELECT count(*) FROM adopters WHERE uses > 1) AS again, (SELECT count(DISTINCT who) FROM {uses}) AS users"
    )
    it, others = acts_in_words(m.feature), r["users"] - r["k"]
    outside = f"{plural(others, 'person', 'people')} used it without being {who}; they are in neither number" if others else ""
    if m.kind == "uses_per_adopter":
        sums = c.sums("SELECT uses::DOUBLE AS y, 1.0 AS x FROM adopters")
        told = f"{plural(sums.y, 'use')} ({it}) by {plural(sums.n, 'adopter')} {w.words}"
        return reckoned.rate(sums, told, "nobody used it", 1.0, None).noted(outside)
    if m.kind == "repeat_use":
        told = f"{r['again']} of {plural(r['k'], 'adopter')} used it more than once {w.words} ({it})"
        return reckoned.share(r["again"], r["k"], told, "nobody used it").noted(outside)
    told = f"{r['k']} of {plural(r['n'], f'{who} person', f'{who} people')} used it {w.words} ({it})"
    if who == "active":
        return reckoned.share(r["k"], r["n"], told, "nobody was active in the window").noted(outside)
    return reckoned.share(r["k"], r["n"], told, "it was offered to nobody in the window").noted(outside, _part(ask, w))


def _eligible(ask: Asked, m: Metric, w: Window, people: str) -> str:
    """Keep to whom something of the kind was open in the window, while they were on the roster: (who, since)."""
    c = ask.counter
    things = c.things("offered_things", m.offered, m.source)
    since, until = literal(w.since), literal(w.until)
    open_in = (  # what has no end counts in the window in which it opens; what is always open, always
        f"t.opens < {until} AND t.opens < p.left_at AND coalesce(t.closes > {since} AND t.closes > p.joined, "
        f"t.opens >= {since} AND t.opens >= p.joined)"
    )
    c.con.execute(
        f"CREATE OR REPLACE TEMP TABLE eligible AS SELECT p.who, min(greatest(t.opens, p.joined)) AS since FROM {people} p "
        f"JOIN {things} t ON t.cohort = p.cohort AND NOT t.hidden AND p.joined < {until} AND p.left_at > {since} AND {open_in} "
        "GROUP BY p.who"
    )
    return "eligible"


def _part(ask: Asked, w: Window) -> str:
    """Says so when the feature was there in only a part of the window for everybody."""
    first = ask.counter.one("SELECT min(since) AS first FROM eligible")["first"]
    days = w.days
    if first is None or first < days[min(1, len(days) - 1)][1]:
        return ""
    return f"offered from {named(first.astimezone(w.zone))} on, so in a part of the window only"


def _cadence(ask: Asked, m: Metric, w: Window) -> Value:
    c = ask.counter
    things, out = c.things("held", m.offered, m.source), c.excused("away", m.offered)
    visits = c.visits("visits", m.taken, w.since - timedelta(hours=12), w.until)
    since, until = literal(w.since), literal(w.until)
    c.con.execute(
        "CREATE OR REPLACE TEMP TABLE cadence AS SELECT p.who, count(*) FILTER (v.item IS NOT NULL)::DOUBLE AS y, count(*)::DOUBLE AS x "
        f"FROM {c.people} p JOIN {things} t ON t.cohort = p.cohort AND NOT t.hidden AND t.opens >= {since} AND t.opens < {until} "
        f"AND coalesce(t.closes, t.opens) <= {until} AND t.opens >= p.joined AND t.opens < p.left_at "
        f"LEFT JOIN {visits} v ON v.participant = p.participant AND v.item = t.item "
        f"LEFT JOIN {out} a ON a.participant = p.participant AND a.item = t.item WHERE v.item IS NOT NULL OR a.item IS NULL GROUP BY p.who"
    )
    sums = c.sums("SELECT y, x FROM cadence")
    hidden = c.one(f"SELECT count(DISTINCT item) AS n FROM {things} WHERE hidden AND opens >= {since} AND opens < {until}")["n"]
    things_said = listing(list(m.offered), "or")
    told = f"{sums.y:.0f} of {sums.x:.0f} {things_said} places taken by {plural(sums.n, 'person', 'people')} {w.words}"
    none = f"no {things_said} was held while they were on the roster"
    return reckoned.rate(sums, told, none).noted(f"{plural(hidden, things_said)} left out: the source was down" if hidden else "")


# ---- outcomes


Given = list[dict[str, Any]]
"""Rows of (value, n): how many gave which answer."""


def _nps(ask: Asked, m: Metric, found: Given, w: Window | None) -> Value:
    odd, total = sum(r["n"] for r in found if r["value"] not in range(11)), sum(r["n"] for r in found)
    if odd:
        return reckoned.unknown(f"{odd} of {total} values of “{m.outcome}” are not whole numbers from 0 to 10")
    value = reckoned.nps(answers_of(found), max(ask.asked(), total), m.finite)
    if ask.counter.cohort is None:
        return value
    return value.noted(reckoned.apart(answers_of(found), answers_of(ask.counter.answers(m.outcome, w, others=True))))


def answers_of(found: Given) -> Answers:
    """Values with how many gave them → promoters, passives and detractors."""
    promoters, passives, detractors = (sum(r["n"] for r in found if low <= r["value"] <= high) for low, high in ((9, 10), (7, 8), (0, 6)))
    return Answers(promoters, passives, detractors)


def _rate(ask: Asked, m: Metric, found: Given, w: Window | None) -> Value:
    n, k = sum(r["n"] for r in found), sum(r["n"] for r in found if r["value"] >= m.at_least)
    asked = max(n, ask.asked())
    told = f"{k} of {plural(n, 'person', 'people')} whose {m.outcome} is known" + (f"; of {asked - n} it is not" if asked > n else "")
    return reckoned.share(k, n, told, "nobody's is known yet")


POINTS: dict[str, Callable[[Asked, Metric], Value]] = {
    "purpose": _purpose, "calculated": _calculated, "score": _score, "signal": _signal, "people": _people,
}  # fmt: skip
SPANS: dict[str, Callable[[Asked, Metric, Window], Value]] = {
    "active": _active, "acts": _acts, "stickiness": _stickiness, "net_active_ratio": _net, "adoption": _feature,
    "uses_per_adopter": _feature, "repeat_use": _feature, "cadence": _cadence,
}  # fmt: skip
OUTCOMES: dict[str, Callable[[Asked, Metric, Given, Window | None], Value]] = {"nps": _nps, "outcome_rate": _rate}
