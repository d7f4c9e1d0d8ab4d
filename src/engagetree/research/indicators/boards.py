"""Who sits on advisory boards, with what right, and what becomes of their advice. All boards together; a board by its seats only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engagetree.engine import literal
from engagetree.research.indicators.books import UNKNOWN, Books, share, words
from engagetree.research.indicators.cells import chosen, grouped, wanted
from engagetree.research.model import Cell, Value
from engagetree.research.vocabulary import RIGHTS
from engagetree.stats.mixture import mix

SEATS = "research_seats"
VOTING = tuple(right for right, (depth, _) in RIGHTS.items() if depth >= "D4")
SHARES = ("board_non_academic_share", "board_lay_share", "board_voting_share", "board_chair_share", "board_attendance_share")
MIXES = ("board_blau", "board_blau_normalised", "board_gini_simpson")
SUMS = f"""count(*) AS seats, count(*) FILTER (outside) AS outside, count(outside) AS known,
    count(*) FILTER (lay) AS lay, count(lay) AS lay_known,
    count(*) FILTER (outside AND votes) AS outside_votes, count(*) FILTER (votes AND outside IS NOT NULL) AS votes,
    count(*) FILTER (votes IS NULL OR votes AND outside IS NULL) AS votes_unknown,
    coalesce(sum(meetings_attended) FILTER (outside), 0) AS outside_met,
    coalesce(sum(meetings_attended) FILTER (outside IS NOT NULL), 0) AS met,
    count(*) FILTER (meetings_attended IS NULL OR outside IS NULL) AS met_unknown,
    count(*) FILTER (outside AND remunerated) AS paid, count(*) FILTER (outside AND remunerated IS NOT NULL) AS paid_known,
    count(*) FILTER (outside AND remunerated IS NULL) AS paid_unknown,
    {", ".join(f"count(*) FILTER (right_ = '{r}') AS right_{r}" for r in RIGHTS)}"""


def values(books: Books) -> Iterator[Value]:
    """Seats, shares, mix of sectors, chairs, terms, influence."""
    if not _seats(books):
        for key in ("board_seats", *SHARES, *MIXES, "board_remunerated_share"):
            yield books.none(key, "no seats on boards are on file for this year")
    else:
        yield from _counts(books)
        yield from _shares(books)
        yield from _mixes(books)
    yield _terms(books)
    yield _influence(books)


def _seats(books: Books) -> bool:
    """The seats that were held in the year, on boards that existed in it."""
    if not books.has("seats"):
        return False
    academic = words(books.definition.academic_sectors)
    gone = f"(SELECT board FROM {books.of('boards')} WHERE board IS NOT NULL AND NOT {books.active()})"
    books.con.execute(f"""CREATE OR REPLACE TEMP TABLE {SEATS} AS
        SELECT * EXCLUDE ("right", sector), coalesce("right", {literal(UNKNOWN)}) AS "right", "right" AS right_,
               coalesce(sector, {literal(UNKNOWN)}) AS sector,
               CASE WHEN sector IS NULL THEN NULL ELSE sector NOT IN {academic} END AS outside,
               CASE WHEN "right" IS NULL THEN NULL ELSE "right" IN {words(VOTING)} END AS votes
        FROM {books.of("seats")} WHERE {books.active()} AND board NOT IN {gone}""")
    return bool(books.rows(f"SELECT 1 FROM {SEATS} LIMIT 1"))


def _counts(books: Books) -> Iterator[Value]:
    tables = wanted(books, "board_seats", (("sector",), ("right",), ("board",), ("board", "sector", "right")))
    for cell, row in chosen(grouped(books, "count(*) AS n", f'(SELECT board, sector, "right" FROM {SEATS})', tables), tables):
        yield books.value("board_seats", row["n"], cell, n=row["n"])


def _shares(books: Books) -> Iterator[Value]:
    for cell, row in grouped(books, SUMS, SEATS, [(), ("board",)]):
        yield from _of_seats(books, cell, row)
    part, whole, unknown = books.rows(f"""SELECT count(*) FILTER (outside), count(outside), count(*) FILTER (outside IS NULL) FROM (
        SELECT board, bool_or(outside) FILTER (role IN ('chair', 'co_chair') OR right_ = 'chair') AS outside
        FROM {SEATS} GROUP BY board)""")[0]
    yield share(books, "board_chair_share", part, whole, unknown, nothing="no chair is on file")


def _of_seats(books: Books, cell: Cell, row: dict[str, Any]) -> Iterator[Value]:
    """Shares of all seats, and of one board's seats by role: sector, vote and attendance only, nobody's characteristics."""
    unknown = row["seats"] - row["known"]
    yield share(books, "board_non_academic_share", row["outside"], row["known"], unknown, cell, "no sector is on file")
    yield share(
        books,
        "board_voting_share",
        row["outside_votes"],
        row["votes"],
        cell=cell,
        nothing="no seat with a vote is on file",
        missing=row["votes_unknown"],
    )
    yield share(
        books,
        "board_attendance_share",
        row["outside_met"],
        row["met"],
        cell=cell,
        nothing="no meetings attended are on file",
        n=row["seats"] - row["met_unknown"],
        missing=row["met_unknown"],
    )
    if not cell:
        yield share(
            books, "board_lay_share", row["lay"], row["lay_known"], row["seats"] - row["lay_known"], cell, "not on file for any seat"
        )
        nothing = "not on file for any non-academic seat"
        yield share(books, "board_remunerated_share", row["paid"], row["paid_known"], row["paid_unknown"], cell, nothing)


def _mixes(books: Books) -> Iterator[Value]:
    rows = books.rows(f"SELECT sector, count(*) FROM {SEATS} WHERE outside IS NOT NULL GROUP BY sector ORDER BY count(*) DESC, sector")
    unknown = books.rows(f"SELECT count(*) FROM {SEATS} WHERE outside IS NULL")[0][0]
    found = mix([n for _, n in rows])
    for key, name in zip(MIXES, ("blau", "normalised", "gini_simpson"), strict=True):
        value = getattr(found, name) if found else None
        if found is None or value is None:
            reason = "no sector is on file" if found is None else f"{found.n} {'seat' if found.n == 1 else 'seats'} of {found.k} sector"
            yield books.none(key, reason, missing=unknown)
            continue
        told = ", ".join(f"{sector} {n}" for sector, n in rows)
        yield books.value(key, value, n=found.n, missing=unknown, notes=(f"{found.k} sectors occur: {told}",))


def _terms(books: Books) -> Value:
    if not books.has("boards"):
        return books.none("board_terms_share", "no boards are on file")
    part, whole, unknown = (
        books.rows(f"""SELECT count(*) FILTER (terms_defined), count(terms_defined), count(*) FILTER (terms_defined IS NULL)
        FROM {books.of("boards")} WHERE {books.active()}""")[0]
    )
    return share(books, "board_terms_share", part, whole, unknown, nothing="not on file for any board")


def _influence(books: Books) -> Value:
    """Where nothing was recommended there is no rate. Pending ones may still be adopted."""
    if not books.has("recommendations"):
        return books.none("board_influence_rate", "no recommendations are on file")
    row = books.dicts(f"""SELECT count(*) AS made, count(*) FILTER (outcome IN ('adopted', 'adopted_in_part')) AS adopted,
            count(*) FILTER (outcome = 'rejected') AS rejected,
            count(*) FILTER (outcome = 'rejected' AND coalesce(trim(reason), '') = '') AS unsaid,
            count(*) FILTER (outcome IS NULL OR outcome = 'pending') AS pending
        FROM {books.of("recommendations")} WHERE {books.within("made_on")}""")[0]
    if not row["made"]:
        return books.none("board_influence_rate", "nothing was recommended in this year, so there is no rate", n=0)
    ends = {"low": row["adopted"] / row["made"], "high": (row["adopted"] + row["pending"]) / row["made"]} if row["pending"] else {}
    notes = tuple(
        said
        for n, said in (
            (row["pending"], f"{row['pending']} not decided yet"),
            (row["rejected"], f"{row['rejected']} rejected, {row['unsaid']} of them without a reason"),
        )
        if n
    )
    interval = "bounds by pending recommendations" if ends else ""
    return share(books, "board_influence_rate", row["adopted"], row["made"], missing=row["pending"], notes=notes, interval=interval, **ends)
