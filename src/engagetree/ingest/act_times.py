"""Times of a large log: taken apart by SQL, their dates decided from the whole file as `meeting_when` does for a report."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import pyarrow as pa

from engagetree.engine import literal
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.meeting_when import MONTHS, Moment, day_in, made, moment, order_of, plain, read_as
from engagetree.ingest.opened import fresh
from engagetree.ingest.times import EARLIEST, LATEST, iso

OF_DAY = r"(?:^|[ ,T])(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?: ?([aApP])\.? ?[mM]\.?)?$"
WEEKDAY = re.compile(r"^[^\d\W]+\.?,?\s+(?=\d)")
NO_YEAR = re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[a-z]{3,12})\.?|(?P<month2>[a-z]{3,12})\.?\s+(?P<day2>\d{1,2})")


def at_of(con: duckdb.DuckDBPyConnection, relation: str, cell: str, file: str, answers: Answers) -> tuple[str, tuple[str, ...]]:
    """A table (line, at) of every row whose cell is a time, and notes. Raises OpenQuestion for what the file leaves open.

    `relation` has `line` and the cell. A date without a year is in the year that ends with the day that was answered, or that the
    file's name has: logs are downloads of the past.
    """
    parts, days, result = fresh("parts"), fresh("days"), fresh("moments")
    text = f"trim(regexp_replace({cell}, '[\\x{{00A0}}\\x{{202F}}\\x{{2009}}\\s]+', ' ', 'g'))"
    split = f"regexp_extract(t, {literal(OF_DAY)}, ['h', 'm', 's', 'half'])"
    con.execute(
        f"CREATE TEMP TABLE {parts} AS SELECT line, t, regexp_matches(t, '^\\d{{4}}-\\d{{2}}-\\d{{2}}[T ]') AS iso, {split} AS clock, "
        f"rtrim(regexp_replace(t, {literal(OF_DAY)}, ''), ', ') AS day FROM (SELECT line, {text} AS t FROM {relation})"
    )
    timed = f"FROM {parts} WHERE NOT iso AND clock.h <> ''"
    found = con.execute(f"SELECT day, arg_min(t, line) {timed} GROUP BY day ORDER BY min(line)").fetchall()
    read, notes = _days([d for d, _ in found], file, answers)
    local = con.execute(f"SELECT 1 FROM {parts} WHERE iso AND NOT regexp_matches(substr(t, 12), '[-+A-Za-z]') LIMIT 1").fetchall()
    if (read or local) and answers.zone is None:
        shown = next((t for d, t in found if d in read), "2026-09-07 21:40:58")
        do = "Say it with --zone Europe/Madrid, or set `zone` in the programme."
        raise OpenQuestion(file, "zone", f"its times, such as `{shown}`, carry no zone", do)
    arriving = fresh("arriving")
    con.register(arriving, pa.table({"day": pa.array(list(read), pa.string()), "d": pa.array(list(read.values()), pa.date32())}))
    con.execute(f"CREATE TEMP TABLE {days} AS SELECT * FROM {arriving}")
    con.unregister(arriving)
    hour, minute = "TRY_CAST(clock.h AS INTEGER)", "TRY_CAST(clock.m AS INTEGER)"
    twelve = f"({hour} % 12 + CASE WHEN lower(clock.half) = 'p' THEN 12 ELSE 0 END)"
    sound = f"CASE WHEN clock.half = '' THEN {hour} < 24 ELSE {hour} BETWEEN 1 AND 12 END AND {minute} < 60"
    second = "coalesce(TRY_CAST(clock.s AS INTEGER), 0)"
    seconds = f"CASE WHEN clock.half = '' THEN {hour} ELSE {twelve} END * 3600 + {minute} * 60 + {second}"
    stamp = f"CASE WHEN {sound} AND {second} < 60 THEN timezone({literal(answers.zone or 'UTC')}, d + to_seconds({seconds})) END"
    at = f"CASE WHEN iso THEN {iso('t', answers.zone or 'UTC')} WHEN clock.h <> '' THEN {stamp} END"
    con.execute(
        f'CREATE TEMP TABLE {result} AS SELECT line, "at" FROM (SELECT line, {at} AS "at" FROM {parts} LEFT JOIN {days} USING (day)) '
        f"WHERE \"at\" >= TIMESTAMPTZ '{EARLIEST} 00:00:00+00' AND \"at\" < TIMESTAMPTZ '{LATEST} 00:00:00+00'"
    )
    con.execute(f"DROP TABLE {parts}")
    con.execute(f"DROP TABLE {days}")
    if read or local:
        notes = (*notes, f"Its times carry no zone: read as {answers.zone}.")
    return result, notes


def _days(texts: list[str], file: str, answers: Answers) -> tuple[dict[str, date], tuple[str, ...]]:
    moments: dict[str, Moment] = {t: m for t in texts if (m := moment(WEEKDAY.sub("", t))) and (m.numbers or m.day)}
    order = order_of(moments.values(), answers, file)
    read = {t: d for t, m in moments.items() if (d := read_as(m, order))}
    notes = (f"Its dates are read with the {order} first, as they only fit that way.",) if order and not answers.order else ()
    short = {t: s for t in texts if t not in moments and (s := _short(t))}
    if not short:
        return read, notes
    day = answers.day or day_in(file)
    if day is None:
        do = "Say on which day the log was downloaded: --on 2025-03-03. Every date is then one of the year before that day."
        raise OpenQuestion(file, "day", f"it has dates without a year, such as `{next(iter(short))}`", do)
    for text, (month, number) in short.items():
        years = [d for y in (day.year, day.year - 1) if (d := made(y, month, number)) and d <= day]
        if years:
            read[text] = years[0]
    return read, (*notes, f"Its dates carry no year: each is taken to be in the year before {day.isoformat()}.")


def _short(text: str) -> tuple[int, int] | None:
    """(month, day) of a date without a year."""
    m = NO_YEAR.fullmatch(plain(WEEKDAY.sub("", text)))
    month = MONTHS.get(m["month"] or m["month2"]) if m else None
    return (month, int(m["day"] or m["day2"])) if m and month else None
