"""Retention in its four ways. All of them ask who of a set of people came back, so none can exceed 100 %.

`windows` compares two windows; `day_n` counts days from each person's own first act; `session_k` counts sessions of each person's cohort
from the first one held after they joined; `cohort_return` asks who of a cohort is in a later one. People whose time to come back is not
over yet are left out of both numbers (right-censored), and their number is told.
"""

from __future__ import annotations

from datetime import timedelta

from engagetree.definition.metrics import Metric
from engagetree.engine import literal
from engagetree.render.words import listing, plural
from engagetree.tree.metrics import Value, share, unknown
from engagetree.workspace.measuring import Counter, acts_in_words
from engagetree.workspace.windows import DAY, Window, midnight

EARLIEST = timedelta(hours=12)
"""Who joins a session longer before it opens than this has joined another one."""


def retention(counter: Counter, m: Metric, w: Window, before: Window | None = None) -> Value:
    """Who came back. `w` is the window now (for `windows`), else the whole programme so far; `before` is the window to come back from."""
    if m.way == "cohort_return":
        return _cohort_return(counter)
    found = [counter.outages(m, each) for each in (w, before) if each is not None]
    hidden = set().union(*(cohorts for cohorts, _ in found))
    people = counter.seen(hidden)
    if m.source and counter.cohorts <= hidden:
        return unknown("; ".join(dict.fromkeys(counter.told(o) for _, outages in found for o in outages)))
    if m.way == "session_k":
        return _session_k(counter, m, w, people)
    return _windows(counter, m, w, before, people) if before is not None else _day_n(counter, m, w, people)


def _windows(counter: Counter, m: Metric, w: Window, before: Window, people: str) -> Value:
    now, then = counter.acts(m.taken, m.on, w, people), counter.acts(m.taken, m.on, before, people)
    r = counter.one(
        f"SELECT (SELECT count(DISTINCT who) FROM {then}) AS n, "
        f"(SELECT count(DISTINCT who) FROM {then} WHERE who IN (SELECT who FROM {now})) AS k"
    )
    who = plural(r["n"], "person", "people")
    told = f"{r['k']} of {who} active {before.words} active again {w.words} ({acts_in_words(m.taken)})"
    return share(r["k"], r["n"], told, f"nobody was active {before.words}")


def _day_n(counter: Counter, m: Metric, w: Window, people: str) -> Value:
    acts = counter.acts(m.taken, m.on, w, people)
    n, days = m.after, w.days
    over = len(days) - (1 if days[-1][2] == midnight(days[-1][0] + DAY, w.zone) else 2)  # the number of the last day that is over
    came = f"EXISTS (SELECT 1 FROM {acts} b WHERE b.who = f.who AND b.day {'=' if m.bound == 'bounded' else '>='} f.first + {n})"
    r = counter.one(
        f"WITH f AS (SELECT who, min(day) AS first FROM {acts} GROUP BY who), t AS (SELECT first + {n} <= {over} AS told, "
        f"{came} AS came FROM f) SELECT count(*) FILTER (told) AS n, count(*) FILTER (told AND came) AS k, "
        "count(*) FILTER (NOT told) AS early FROM t"
    )
    when = f"on day {n} after their first" if m.bound == "bounded" else f"on day {n} after their first or later"
    told = f"{r['k']} of {plural(r['n'], 'person', 'people')} active {when} ({m.bound}; {acts_in_words(m.taken)})"
    return share(r["k"], r["n"], told, f"nobody's day {n} is over yet").noted(_censored(r["early"], f"day {n}"))


def _session_k(counter: Counter, m: Metric, w: Window, people: str) -> Value:
    """The k-th session after the first one; whoever left meanwhile did not come back."""
    things = counter.things("held", m.offered, m.source)
    visits = counter.visits("visits", m.taken, w.since - EARLIEST, w.until)
    end = literal(w.until)
    sessions = (
        f"SELECT p.participant, p.who, t.item, coalesce(t.closes, t.opens) <= {end} AS over, v.item IS NOT NULL AS came, "
        "row_number() OVER (PARTITION BY p.participant ORDER BY t.opens, t.item) - 1 AS k "
        f"FROM {people} p JOIN {things} t ON t.cohort = p.cohort AND t.opens >= p.joined "
        f"LEFT JOIN {visits} v ON v.participant = p.participant AND v.item = t.item"
    )
    exact = f"k = {m.after}" if m.bound == "bounded" else f"k >= {m.after}"
    r = counter.one(
        f"WITH s AS ({sessions}), t AS (SELECT participant, bool_or(k = 0 AND came) AS began, bool_or(k = {m.after} AND over) AS told, "
        f"bool_or({exact} AND came) AS came FROM s GROUP BY participant) SELECT count(*) FILTER (began AND told) AS n, "
        "count(*) FILTER (began AND told AND came) AS k, count(*) FILTER (began AND NOT told) AS early FROM t"
    )
    things_said = listing(list(m.offered), "or")
    when = f"{things_said} {m.after + 1}" if m.bound == "bounded" else f"{things_said} {m.after + 1} or a later one"
    told = f"{r['k']} of {plural(r['n'], 'person', 'people')} who were at their first {things_said} came to {when} ({m.bound})"
    nobody = f"nobody who was at their first {things_said} has had {things_said} {m.after + 1} yet"
    return share(r["k"], r["n"], told, nobody).noted(_censored(r["early"], f"{things_said} {m.after + 1}"))


def _cohort_return(counter: Counter) -> Value:
    """Of the memberships of a cohort after which another one has begun: those whose person is in one that began later."""
    people, end = counter.people, literal(counter.until)
    if not counter.one("SELECT count(person) AS n FROM roster")["n"]:
        return unknown("the roster does not say who is the same person in several cohorts")
    r = counter.one(
        f"WITH m AS (SELECT DISTINCT p.who, s.starts FROM {people} p JOIN spans s USING (cohort) WHERE s.starts < {end}), "
        f"e AS (SELECT DISTINCT p.who, s.starts FROM everybody p JOIN spans s USING (cohort) WHERE s.starts < {end}), "
        "t AS (SELECT m.who, m.starts < (SELECT max(starts) FROM e) AS told, "
        "EXISTS (SELECT 1 FROM e WHERE e.who = m.who AND e.starts > m.starts) AS came FROM m) "
        "SELECT count(*) FILTER (told) AS n, count(*) FILTER (told AND came) AS k, count(*) FILTER (NOT told) AS early FROM t"
    )
    told = f"{r['k']} of {plural(r['n'], 'person', 'people')} came again in a later cohort"
    return share(r["k"], r["n"], told, "no later cohort has begun yet").noted(_censored(r["early"], "a later cohort"))


def _censored(n: int, what: str) -> str:
    return f"{plural(n, 'person', 'people')} left out, whose {what} is still to come" if n else ""
