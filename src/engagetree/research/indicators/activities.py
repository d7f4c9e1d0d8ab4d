"""The activities of the books as tables: `research_base`, one row an activity as it is on file, with the reason why it is left out and
the depth that its evidence carries; and `research_acts`, the same with what came of its attendances. Everything else is counted from these.
"""

from __future__ import annotations

from engagetree.engine import literal, literals, name
from engagetree.research.indicators.books import SEVERAL, UNKNOWN, Books, words
from engagetree.research.vocabulary import COUNTED, REQUIRED_EVIDENCE

BASE, SEEN, ACTS = "research_base", "research_seen", "research_acts"
NO_PRESENCE = ("web_analytics", "broadcast_estimate")

REASONS: dict[str, str] = {
    "undated": "No date",
    "cancelled": "Cancelled",
    "planned": "Planned, not delivered",
    "participation": "Somebody else's event that our people went to",
    "scientific_meeting": "Scientific meeting",
    "excluded_type": "A type that is left out",
    "audience": "For academics or students only",
    "purpose": "Its main purpose is another one",
}
"""Why an activity is left out: the first that applies."""


def achieved(claimed: str = "depth", evidence: str = "depth_evidence") -> str:
    """SQL: the depth that the evidence carries. Without it D2 where input was recorded, else D1; D0 and D1 stand as claimed."""
    filed = f"coalesce({evidence}, []::VARCHAR[])"
    cases = " ".join(
        f"WHEN {claimed} = {literal(d)} AND {_on_file(need, filed)} THEN {literal(d)}" for d, need in REQUIRED_EVIDENCE.items()
    )
    known = words(tuple(REQUIRED_EVIDENCE))
    capped = f"WHEN {claimed} IN {known} THEN CASE WHEN list_contains({filed}, 'input_recorded') THEN 'D2' ELSE 'D1' END"
    return f"CASE WHEN {claimed} IN ('D0', 'D1') THEN {claimed} {cases} {capped} END"


def _on_file(need: tuple[str, ...], filed: str) -> str:
    return " AND ".join(f"list_contains({filed}, {literal(n)})" for n in need) or "TRUE"


def clear(books: Books) -> None:
    """Drop every table that was made for the books."""
    for (table,) in books.rows("SELECT table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, 'research_')"):
        books.con.execute(f"DROP TABLE IF EXISTS temp.{name(table)}")


def base(books: Books) -> None:
    """One row an activity, numbered."""
    unknown = literal(UNKNOWN)
    plain = ", ".join(f"coalesce({c}, {unknown}) AS {c}" for c in ("type", "department", "place", "delivery", "purpose"))
    books.con.execute(f"""CREATE OR REPLACE TEMP TABLE {BASE} AS
        SELECT row_number() OVER ()::INTEGER AS number, activity, starts_on, coalesce(until, starts_on + 1) AS until,
               coalesce({books.within("starts_on")}, FALSE) AS begins, {_why(books)} AS why, coalesce({achieved()}, {unknown}) AS depth,
               depth AS claimed, intended_depth AS intended, {_single("audiences")} AS audience,
               coalesce(p.sector, CASE WHEN len(coalesce(partners, [])) > 0 THEN {unknown} ELSE 'none' END) AS sector, {plain},
               {", ".join(AS_FILED)}
        FROM {books.of("activities")} a LEFT JOIN ({_sectors(books)}) p USING (activity)""")


AS_FILED = (
    *("series", "open_days", "fed_back_on", "size", "size_low", "size_high", "count_method", "registered", "hours", "size_non_academic"),
    *("size_affiliation_unknown", "chargeable", "hebci", "staff_days", "staff_time_basis", "format_changed", "partners"),
)


def _why(books: Books) -> str:
    """SQL: the first reason to leave an activity out, null where it counts."""
    d, today = books.definition, literal(books.today)
    academic = f"list_has_all({literals(d.not_public)}::VARCHAR[], audiences)"
    rules = (
        ("undated", "starts_on IS NULL"),
        ("cancelled", "status = 'cancelled'"),
        ("planned", f"status = 'planned' OR (status IS NULL AND starts_on > {today})"),
        ("participation", "relation = 'participation'"),
        ("scientific_meeting", f"type = 'scientific_meeting' AND type IN {words(d.excluded_types)}"),
        ("excluded_type", f"type IN {words(d.excluded_types)}"),
        ("audience", f"len(audiences) > 0 AND {academic}"),
        ("purpose", f"purpose IN {words(d.excluded_purposes)}"),
    )
    return "CASE " + " ".join(f"WHEN {test} THEN {literal(why)}" for why, test in rules) + " END"


def _single(column: str) -> str:
    """SQL: the only word of a list, `several`, or `not_recorded`."""
    return (
        f"CASE len(coalesce({column}, [])) WHEN 0 THEN {literal(UNKNOWN)} WHEN 1 THEN {column}[1] "
        f"ELSE CASE WHEN len(list_distinct({column})) = 1 THEN {column}[1] ELSE {literal(SEVERAL)} END END"
    )


def _sectors(books: Books) -> str:
    """SQL: for each activity with partners their sector, if it is one."""
    if not books.has("partners"):
        return "SELECT NULL::VARCHAR AS activity, NULL::VARCHAR AS sector WHERE FALSE"
    return f"""SELECT activity,
            CASE WHEN count(DISTINCT sector) > 1 THEN {literal(SEVERAL)} ELSE coalesce(any_value(sector), {literal(UNKNOWN)}) END AS sector
        FROM (SELECT activity, unnest(partners) AS partner FROM {books.of("activities")} WHERE len(partners) > 0)
        LEFT JOIN (SELECT partner, any_value(sector) AS sector FROM {books.of("partners")} GROUP BY partner) USING (partner)
        GROUP BY activity"""


def acts(books: Books) -> None:
    """What came of each activity. `a` is its attendances in the year as counted, null where nobody counted; `low` and `high` an estimate's
    ends. A register that knows fewer than were counted at the door leaves the others without a name."""
    counted, unknown = words(COUNTED), literal(UNKNOWN)
    books.con.execute(f"""CREATE OR REPLACE TEMP TABLE {ACTS} AS
    WITH told AS (
        SELECT b.*, s.* EXCLUDE (number), coalesce(s.came, 0) AS n,
               CASE WHEN begins AND count_method IN {counted} THEN size END AS counted
        FROM {BASE} b LEFT JOIN {SEEN} s USING (number)),
    seen AS (
        SELECT *, CASE WHEN counted IS NOT NULL THEN greatest(counted, n) WHEN ever > 0 AND (begins OR n > 0) THEN n END AS a FROM told)
    SELECT activity, starts_on, until, begins, why, depth, claimed, intended, audience, sector, type, department, place, delivery, purpose,
           series, open_days, fed_back_on, chargeable, hebci, staff_days, staff_time_basis, format_changed, partners, a,
           CASE WHEN a IS NULL THEN NULL WHEN n >= a THEN coalesce(rows_method, 'register') ELSE count_method END AS method,
           coalesce(known, 0) AS ids,
           CASE WHEN rows_hours_n > 0 THEN rows_hours
                WHEN begins AND coalesce(count_method, '') NOT IN {words(NO_PRESENCE)} THEN hours END AS hours,
           CASE WHEN rows_hours_n > 0 THEN rows_hours_n WHEN begins AND seen.hours IS NOT NULL THEN a ELSE 0 END AS hours_n,
           CASE WHEN rows_outside + rows_inside > 0 THEN rows_outside WHEN counted IS NOT NULL THEN size_non_academic END AS outside,
           CASE WHEN rows_outside + rows_inside > 0 THEN rows_outside + rows_inside
                WHEN counted IS NOT NULL AND size_non_academic IS NOT NULL
                THEN greatest(size - coalesce(size_affiliation_unknown, 0), size_non_academic) ELSE 0 END AS affiliated,
           CASE WHEN registered IS NOT NULL AND begins THEN registered WHEN absent > 0 THEN n + absent WHEN signed > 0 THEN signed
                WHEN begins AND count_method = 'registration_only' THEN size END AS registered,
           CASE WHEN a IS NOT NULL OR NOT begins OR count_method = 'registration_only' THEN NULL
                WHEN {_NO_SIZE} THEN CASE WHEN other > 0 THEN other_method END
                ELSE coalesce(count_method, CASE WHEN size IS NULL THEN 'band' ELSE {unknown} END) END AS estimate,
           CASE WHEN {_NO_SIZE} THEN other ELSE coalesce(size_low, size, 0) END AS low,
           CASE WHEN {_NO_SIZE} THEN other ELSE coalesce(size_high, CASE WHEN size_low IS NULL THEN size END) END AS high
    FROM seen""")


_NO_SIZE = "size IS NULL AND size_low IS NULL AND size_high IS NULL"
