"""The same event reported by several departments: found by title, day, and venue or organiser; counted once, listed, never deleted."""

from __future__ import annotations

import pyarrow as pa

DUPLICATES = pa.schema(
    [
        ("activity", pa.string()),  # the record that does not count
        ("same_as", pa.string()),  # the record that does
        ("title", pa.string()),
        ("starts_on", pa.date32()),
        ("department", pa.string()),  # who reported it; the file where no department is said
        ("import_id", pa.string()),
        ("seq", pa.int64()),
    ]
)
"""A table of the institution's lake, made anew with every change of activities."""


KNOWN = "what IS NOT NULL AND place IS NOT NULL"


def normal(text: str) -> str:
    """SQL: a text without case, accents and punctuation; null where nothing is left."""
    return f"nullif(trim(regexp_replace(lower(strip_accents({text})), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '')"


def alike(activities: str) -> str:
    """SQL: every activity with what makes it one and the same (`what`, `day`, `place`) and who reported it; `activities` is a relation."""
    filled = "(size IS NOT NULL)::INT + (depth IS NOT NULL)::INT + (type IS NOT NULL)::INT + (audiences IS NOT NULL)::INT"
    place = f"coalesce({normal('venue')}, {normal('organiser')})"
    return (
        f"SELECT activity, title, starts_on, {normal('title')} AS what, starts_on AS day, {place} AS place, "
        f"coalesce({normal('department')}, '— ' || source) AS reporter, coalesce(department, source) AS department, {filled} AS filled "
        f"FROM {activities} WHERE starts_on IS NOT NULL AND status IS DISTINCT FROM 'cancelled'"
    )


def duplicates(activities: str) -> str:
    """SQL: the records that do not count, in the columns of `DUPLICATES` up to department.

    One group has one title, day and place, and more than one reporter; a reporter that has it twice means two occurrences. The records of
    the reporter with most of them count (of equals, the one that says most, then the first by name); the others stand for its first.
    """
    several = f"SELECT what, day, place FROM alike WHERE {KNOWN} GROUP BY ALL HAVING min(reporter) <> max(reporter)"
    grouped = (
        "SELECT *, count(*) OVER (PARTITION BY what, day, place, reporter) AS own, "
        "max(filled) OVER (PARTITION BY what, day, place, reporter) AS most "
        f"FROM (SELECT a.* FROM alike a SEMI JOIN ({several}) s USING (what, day, place))"
    )
    ranked = (
        f"SELECT *, first_value(reporter) OVER best AS chosen, first_value(activity) OVER best AS same_as FROM ({grouped}) "
        "WINDOW best AS (PARTITION BY what, day, place ORDER BY own DESC, most DESC, reporter, activity)"
    )
    shown = "SELECT activity, same_as, title, starts_on, department"
    return f"WITH alike AS MATERIALIZED ({alike(activities)}) {shown} FROM ({ranked}) WHERE reporter <> chosen ORDER BY ALL"
