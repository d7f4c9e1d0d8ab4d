"""How much people took part in activities that engagetree itself scores. It is extent, and never depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engagetree.research.indicators.activities import ACTS
from engagetree.research.indicators.books import Books, share
from engagetree.research.model import Value
from engagetree.stats.proportions import wilson_ends


def values(books: Books) -> Iterator[Value]:
    """People, median and the share under 40 of each activity of the year. Where no programme is told there is nothing to say."""
    if not books.has("programmes"):
        return
    rows = books.dicts(f"""SELECT p.* FROM {books.of("programmes")} p LEFT JOIN {ACTS} a USING (activity)
        WHERE a.why IS NULL AND CASE WHEN a.activity IS NULL THEN {books.within("p.as_of")} ELSE a.begins END ORDER BY activity""")
    for row in rows:
        yield from _one(books, row)


def _one(books: Books, row: dict[str, Any]) -> Iterator[Value]:
    cell = (("activity", str(row["activity"])),)
    said = f"{row['programme'] or 'programme'}, version {row['version'] or 'not recorded'}" + (
        f", as of {row['as_of']}" if row["as_of"] else ""
    )
    more: dict[str, Any] = {"missing": round(row["unscored"] or 0), "notes": (said,)}
    people, low = row["people"], row["under_40"]
    if not people:
        for key in ("programme_people", "programme_median", "programme_low_share"):
            yield books.none(key, "nobody has a score", cell, **more)
        return
    yield books.value("programme_people", people, cell, n=round(people), **more)
    if row["median"] is None:
        yield books.none("programme_median", "it was not told", cell, n=round(people), **more)
    else:
        yield books.value("programme_median", row["median"], cell, n=round(people), **more)
    if low is None or low > people:
        yield books.none("programme_low_share", "it was not told" if low is None else "more are under 40 than have a score", cell, **more)
        return
    (least,), (most,) = wilson_ends([low], [people])
    yield share(books, "programme_low_share", low, people, cell=cell, low=float(least), high=float(most), interval="95 % Wilson", **more)
