"""Attention by medium, provider and version of its score. It is never added up over media, and never becomes quality."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.engine import literal
from engagetree.research.indicators.books import UNKNOWN, Books
from engagetree.research.model import Value

DAY = "coalesce(mentioned_on, retrieved_on)"
KEYS = ("attention_mentions", "attention_outlets", "attention_percentile", "attention_age")
PLACED = ("provider", "score_version")


def values(books: Books) -> Iterator[Value]:
    """Mentions, outlets, percentile and age."""
    mentions = books.has("mentions") and f"(SELECT * FROM {books.of('mentions')} WHERE {books.within(DAY)})"
    if not mentions or not books.rows(f"SELECT 1 FROM {mentions} LIMIT 1"):
        for key in KEYS:
            yield books.none(key, "no mentions are on file for this year")
        return
    yield from _mentions(books, mentions)
    yield from _outlets(books, mentions)
    yield from _percentiles(books, mentions)
    yield _age(books, mentions)


def _known(column: str) -> str:
    return f"coalesce({column}, {literal(UNKNOWN)})"


def _mentions(books: Books, mentions: str) -> Iterator[Value]:
    """By medium alone only where one provider under one version counted; two providers see the same mention twice."""
    rows = books.rows(f"""SELECT {_known("medium")}, {_known("provider")}, {_known("score_version")},
            sum(coalesce(count, 1)), max(retrieved_on)
        FROM {mentions} WHERE medium IS NOT NULL OR score IS NULL GROUP BY ALL ORDER BY ALL""")
    single = len({row[1:3] for row in rows}) == 1
    for medium, provider, version, n, asked in rows:
        notes = (f"read on {asked}",) if asked else ()
        cell = (("medium", medium),)
        more = {"n": round(n), "notes": notes, "count_method": f"{provider} {version}".replace("not_recorded", "?")}
        if single:
            yield books.value("attention_mentions", n, cell, **more)
        yield books.value("attention_mentions", n, (*cell, ("provider", provider), ("score_version", version)), **more)
    if not rows:
        yield books.none("attention_mentions", "mentions have no medium")


def _outlets(books: Books, mentions: str) -> Iterator[Value]:
    rows = books.rows(f"""SELECT {_known("medium")}, count(DISTINCT outlet), count(*) FILTER (outlet IS NULL) FROM {mentions}
        WHERE medium IS NOT NULL OR outlet IS NOT NULL GROUP BY 1 ORDER BY 1""")
    for medium, n, unknown in rows:
        cell = (("medium", medium),)
        if n:
            yield books.value("attention_outlets", n, cell, n=n, missing=unknown)
        else:
            yield books.none("attention_outlets", "no outlet is on file", cell, missing=unknown)
    if not rows:
        yield books.none("attention_outlets", "no outlet is on file")


def _percentiles(books: Books, mentions: str) -> Iterator[Value]:
    """The median over outputs, each at its latest reading by one provider under one version."""
    rows = books.rows(f"""SELECT {", ".join(_known(c) for c in PLACED)},
            median(p), quantile_cont(p, 0.25), quantile_cont(p, 0.75), count(*) FROM (
            SELECT output, provider, score_version, arg_max(percentile, coalesce(retrieved_on, DATE '1900-01-01')) AS p
            FROM {mentions} WHERE percentile IS NOT NULL GROUP BY ALL) GROUP BY 1, 2 ORDER BY 1, 2""")
    for provider, version, middle, low, high, n in rows:
        cell = (("provider", provider), ("score_version", version))
        yield books.value("attention_percentile", middle, cell, low=low, high=high, interval="lowest and highest quarter of outputs", n=n)
    if not rows:
        yield books.none("attention_percentile", "no percentile among outputs of the same field and year is on file")


def _age(books: Books, mentions: str) -> Value:
    row = books.rows(f"""SELECT median(age), min(age), max(age), count(age), count(*) FILTER (age IS NULL) FROM (
            SELECT m.output, max(m.retrieved_on) - any_value(o.published_on) AS age FROM {mentions} m
            LEFT JOIN {books.of("outputs")} o USING (output) WHERE m.output IS NOT NULL GROUP BY m.output)""")[0]
    if not row[3]:
        return books.none("attention_age", "no output has both the day it appeared and the day attention was read", missing=row[4])
    return books.value("attention_age", row[0], low=row[1], high=row[2], interval="youngest and oldest output", n=row[3], missing=row[4])
