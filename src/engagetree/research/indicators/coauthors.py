"""Outputs written with people outside academia, and decisions shared with partners."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.engine import literal
from engagetree.research.indicators.books import Books, share, words
from engagetree.research.model import Value
from engagetree.research.vocabulary import RIGHTS

KEYS = ("coauthorship_share", "coauthorship_share_all", "coauthorship_fractional", "coauthorship_healthcare_share")
HEALTH = "healthcare"


def values(books: Books) -> Iterator[Value]:
    """Co-authorship with both denominators, and shared governance."""
    yield from _coauthors(books)
    yield from _governance(books)


def _coauthors(books: Books) -> Iterator[Value]:
    outputs = books.has("outputs") and books.rows(f"SELECT count(*) FROM {books.of('outputs')} WHERE {books.within('published_on')}")[0][0]
    if not outputs:
        for key in KEYS:
            yield books.none(key, "no outputs of this year are on file")
        return
    row = books.dicts(_each(books))[0]
    unresolved = outputs - row["resolved"]
    nothing = "no output has affiliations that can be resolved"
    notes = (f"{unresolved:,} of {outputs:,} outputs have no affiliation that can be resolved",) if unresolved else ()
    yield share(books, "coauthorship_share", row["outside"], row["resolved"], unresolved, nothing=nothing, notes=notes)
    yield share(books, "coauthorship_share_all", row["outside"], outputs, missing=unresolved, notes=notes)
    yield share(
        books,
        "coauthorship_fractional",
        row["fraction"] or 0,
        row["resolved"],
        nothing=nothing,
        missing=unresolved,
        notes=notes,
    )
    yield share(books, "coauthorship_healthcare_share", row["health"], row["resolved"], unresolved, nothing=nothing, notes=notes)


def _kind(books: Books) -> str:
    """SQL: outside | health | inside | null for what cannot be resolved; what the institution says of an organisation comes first."""
    d = books.definition
    said = "".join(
        f" WHEN {literal(name.lower())} IN (lower(ror), lower(organisation)) THEN {literal(_word(kind, d.non_academic_types))}"
        for name, kind in d.overrides.items()
    )
    return f"""CASE WHEN contributor_group IS NOT NULL THEN 'outside'{said} WHEN organisation_type = {literal(HEALTH)} THEN 'health'
        WHEN organisation_type IN {words(d.non_academic_types)} THEN 'outside' WHEN organisation_type = 'education' THEN 'inside' END"""


def _word(kind: str, outside: tuple[str, ...]) -> str | None:
    return "health" if kind == HEALTH else "outside" if kind in outside else "inside" if kind == "education" else None


def _each(books: Books) -> str:
    return f"""SELECT count(*) AS resolved, count(*) FILTER (n_outside > 0) AS outside, count(*) FILTER (n_health > 0) AS health,
            sum(n_outside / n) AS fraction FROM (
        SELECT output, count(kind)::DOUBLE AS n, count(*) FILTER (kind = 'outside') AS n_outside,
               count(*) FILTER (kind = 'health') AS n_health
        FROM (SELECT output, {_kind(books)} AS kind FROM {books.of("affiliations")}
              WHERE output IN (SELECT output FROM {books.of("outputs")} WHERE {books.within("published_on")}))
        GROUP BY output HAVING count(kind) > 0)"""


def _governance(books: Books) -> Iterator[Value]:
    """Roles by right; a right stands for a depth, and a seat without a vote is not D4."""
    rows = books.has("decision_roles") and books.rows(f"""SELECT "right", count(*) FILTER (held_by = 'partner'), count(held_by), count(*)
        FROM {books.of("decision_roles")} WHERE {books.active()} GROUP BY "right" """)
    if not rows:
        yield books.none("shared_governance_share", "no decision roles are on file for this year")
        yield books.none("decision_rights", "no decision roles are on file for this year")
        return
    part, whole, every = (sum(row[i] for row in rows) for i in (1, 2, 3))
    yield share(books, "shared_governance_share", part, whole, every - whole, nothing="no holder is on file")
    found = {right: rest for right, *rest in rows}
    for right in RIGHTS:
        held, known, all_of = found.get(right, (0, 0, 0))
        nothing = "there is no role with this right"
        yield share(books, "shared_governance_share", held, known, all_of - known, (("right", right),), nothing)
    yield from _by_depth(books, found)
    yield books.value("decision_rights", part, n=part, missing=every - whole)
    for right in RIGHTS:
        held = found.get(right, (0,))[0]
        yield books.value("decision_rights", held, (("right", right),), n=held, level=RIGHTS[right][0])
    if None in found:
        yield books.value("decision_rights", found[None][0], (("right", "not_recorded"),), n=found[None][0])


def _by_depth(books: Books, found: dict[str | None, list[int]]) -> Iterator[Value]:
    for depth in sorted({d for d, _ in RIGHTS.values()}):
        sides = [found[r] for r, (d, _) in RIGHTS.items() if d == depth and r in found]
        held, known, every = (sum(side[i] for side in sides) for i in (0, 1, 2))
        nothing = "there is no role at this depth"
        yield share(books, "shared_governance_share", held, known, every - known, (("depth", depth),), nothing)
