"""HE-BCI table 5: attendances and academic staff time at designated public events, by sub-head and by free or chargeable."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.engine import literal
from engagetree.research.indicators.activities import ACTS
from engagetree.research.indicators.books import UNKNOWN, Books, words
from engagetree.research.indicators.cells import chosen, grouped
from engagetree.research.model import Value

HEADS = {"talk": "2a", "performance": "2b", "exhibition": "2c", "museum_education": "2d"}
"""The sub-head of a type of activity; every other one is 2e."""

NOT_HERE = ("recruitment", "widening_participation", "trading")
TABLES = [(), ("hebci",), ("hebci", "chargeable")]


def values(books: Books) -> Iterator[Value]:
    """Both measures. Open days and other main purposes are no designated public events."""
    sums = """count(*) AS events, sum(a) AS came, count(*) FILTER (begins AND a IS NULL) AS uncounted, count(a) AS counted,
        sum(staff_days) FILTER (staff_time_basis = 'delivery' AND begins) AS days,
        count(staff_days) FILTER (staff_time_basis = 'delivery' AND begins) AS timed,
        count(*) FILTER (begins AND (staff_days IS NULL OR staff_time_basis IS DISTINCT FROM 'delivery')) AS untimed"""
    for cell, row in chosen(grouped(books, sums, _events(), TABLES), TABLES):
        if not row["events"]:
            continue
        if row["counted"]:
            yield books.value("hebci_attendees", row["came"], cell, n=round(row["came"]), missing=row["uncounted"])
        else:
            yield books.none("hebci_attendees", "nobody counted who came", cell, missing=row["uncounted"])
        if row["timed"]:
            yield books.value("hebci_staff_days", row["days"], cell, n=row["timed"], missing=row["untimed"])
        else:
            yield books.none("hebci_staff_days", "no staff time whose basis is delivery is on file", cell, missing=row["untimed"])


def _events() -> str:
    heads = " ".join(f"WHEN type = {literal(kind)} THEN {literal(head)}" for kind, head in HEADS.items())
    return f"""(SELECT * EXCLUDE (hebci, chargeable),
            CASE WHEN format_changed AND delivery = 'online' THEN '2e' WHEN hebci IS NOT NULL THEN hebci {heads} ELSE '2e' END AS hebci,
            CASE WHEN chargeable THEN 'chargeable' WHEN NOT chargeable THEN 'free' ELSE {literal(UNKNOWN)} END AS chargeable
        FROM {ACTS} WHERE why IS NULL AND (begins OR a > 0) AND type <> 'open_day' AND purpose NOT IN {words(NOT_HERE)})"""
