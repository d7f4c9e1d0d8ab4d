"""What is done together with partners: stages of projects, money and hours, and whether partners stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engagetree.engine import literal
from engagetree.research.indicators.activities import ACTS, achieved
from engagetree.research.indicators.books import UNKNOWN, Books, share
from engagetree.research.model import Value
from engagetree.research.vocabulary import STAGES

EARLY = ("priority_setting", "design")
MATRIX = "research_stages"
KEYS = ("codevelopment_stage", "codevelopment_coverage", "early_involvement", "partner_budget_share", "paid_involvement_share")


def values(books: Books) -> Iterator[Value]:
    """Co-development, and continuity of partners."""
    if not _stages(books):
        for key in KEYS:
            yield books.none(key, "no records of co-development are on file for this year")
    else:
        yield from _matrix(books)
        yield from _coverage(books)
        yield _early(books)
        yield _budget(books)
        yield _paid(books)
    yield _continuity(books)


def _stages(books: Books) -> bool:
    """All records up to the end of the year of those projects that have one in the year or one without a date."""
    if not books.has("codevelopment"):
        return False
    partners = books.of("partners")
    register, until = books.of("codevelopment"), literal(books.year.until)
    books.con.execute(f"""CREATE OR REPLACE TEMP TABLE {MATRIX} AS
        SELECT c.*, {achieved("c.depth", "c.depth_evidence")} AS level, coalesce(p.sector, {literal(UNKNOWN)}) AS sector
        FROM {register} c LEFT JOIN (SELECT partner, any_value(sector) AS sector FROM {partners} GROUP BY partner) p USING (partner)
        WHERE (c."on" IS NULL OR c."on" < {until})
          AND c.project IN (SELECT project FROM {register} WHERE "on" IS NULL OR {books.within('"on"')})""")
    return bool(books.rows(f"SELECT 1 FROM {MATRIX} LIMIT 1"))


def _matrix(books: Books) -> Iterator[Value]:
    """Of each stage the deepest level, of all partners and of those of each sector."""
    rows = books.rows(f"""SELECT stage, sector, max(level), count(DISTINCT project), count(DISTINCT partner) FROM {MATRIX}
        WHERE stage IS NOT NULL AND applicable IS NOT FALSE GROUP BY GROUPING SETS ((stage), (stage, sector))""")
    found = {(stage, sector): (level, projects, partners) for stage, sector, level, projects, partners in rows}
    for stage in STAGES:
        yield _level(books, (("stage", stage),), found.get((stage, None)))
    for stage, sector in sorted((k for k in found if k[1] is not None and k[0] in STAGES), key=lambda k: (list(STAGES).index(k[0]), k[1])):
        yield _level(books, (("stage", stage), ("sector", sector)), found[stage, sector])


def _level(books: Books, cell: tuple[tuple[str, str], ...], found: tuple[str | None, int, int] | None) -> Value:
    level, projects, partners = found or (None, 0, 0)
    if level is None:
        return books.none("codevelopment_stage", "no depth with a partner is on file at this stage", cell, n=projects)
    said = f"{partners} {'partner' if partners == 1 else 'partners'} in {projects} {'project' if projects == 1 else 'projects'}"
    return books.value("codevelopment_stage", None, cell, level=level, n=projects, notes=(said,))


def _coverage(books: Books) -> Iterator[Value]:
    """Of the stages that exist in a project, those where a partner reached the declared depth. What is not on file had none."""
    floor = literal(books.definition.floors.co_depth)
    projects = books.rows(f"SELECT count(DISTINCT project) FROM {MATRIX}")[0][0]
    rows = books.rows(f"""SELECT stage, count(*) FILTER (here AND deep), count(*) FILTER (NOT here) FROM (
        SELECT project, stage, bool_or(coalesce(level >= {floor}, FALSE)) AS deep, coalesce(bool_and(applicable IS NOT FALSE), TRUE) AS here
        FROM {MATRIX} GROUP BY project, stage) GROUP BY stage""")
    found = {stage: (deep, absent) for stage, deep, absent in rows}
    each = [(stage, *found.get(stage, (0, 0))) for stage in STAGES]
    part, whole = sum(deep for _, deep, _ in each), sum(projects - absent for *_, absent in each)
    key, note = "codevelopment_coverage", (f"{projects:,} {'project' if projects == 1 else 'projects'}",)
    yield share(books, key, part, whole, nothing="no stage is applicable", notes=note)
    for stage, deep, absent in each:
        yield share(books, key, deep, projects - absent, cell=(("stage", stage),), nothing="no project has this stage")


def _early(books: Books) -> Value:
    stages = ", ".join(literal(s) for s in EARLY)
    floor = literal(books.definition.floors.early_depth)
    part, whole = books.rows(f"""SELECT count(*) FILTER (early), count(*) FROM (
        SELECT project, bool_or(coalesce(stage IN ({stages}) AND level >= {floor}, FALSE)) AS early FROM {MATRIX} GROUP BY project)""")[0]
    return share(books, "early_involvement", part, whole)


def _budget(books: Books) -> Value:
    """Over projects with both numbers; where partners would get more than there is, one of the two is wrong."""
    row = books.dicts(f"""SELECT coalesce(sum(given) FILTER (good), 0) AS part, coalesce(sum(whole) FILTER (good), 0) AS whole,
            count(*) FILTER (good) AS n, count(*) FILTER (NOT paired) AS missing, count(*) FILTER (paired AND NOT good) AS wrong
        FROM (SELECT *, paired AND given <= whole AS good FROM (
            SELECT sum(budget) AS given, max(project_budget) AS whole,
                   coalesce(count(budget) > 0 AND max(project_budget) > 0, FALSE) AS paired
            FROM {MATRIX} GROUP BY project))""")[0]
    return _of_both(books, "partner_budget_share", row, "projects where partners would get more than there is")


def _paid(books: Books) -> Value:
    good, either = "hours_paid <= hours_given", "(hours_given IS NOT NULL OR hours_paid IS NOT NULL)"
    row = books.dicts(f"""SELECT coalesce(sum(hours_paid) FILTER ({good}), 0) AS part,
            coalesce(sum(hours_given) FILTER ({good}), 0) AS whole,
            count(*) FILTER ({good}) AS n, count(*) FILTER (({good}) IS NULL AND {either}) AS missing,
            count(*) FILTER (hours_paid > hours_given) AS wrong FROM {MATRIX}""")[0]
    return _of_both(books, "paid_involvement_share", row, "records with more hours paid than given")


def _of_both(books: Books, key: str, row: dict[str, Any], wrong: str) -> Value:
    notes = (f"without {row['wrong']:,} {wrong}",) if row["wrong"] else ()
    return share(
        books, key, row["part"], row["whole"], nothing="both numbers are on file nowhere", n=row["n"], missing=row["missing"], notes=notes
    )


def _continuity(books: Books) -> Value:
    now, before = (_partners(books, either) for either in (books.year, books.definition.before(books.year)))
    return share(books, "partner_continuity", len(now & before), len(before), nothing="no partner is on file for the year before")


def _partners(books: Books, year: Any) -> set[str]:
    """Partners with an activity, a record of co-development, or a known span of partnership in the year."""
    starts, until = literal(year.starts), literal(year.until)
    known = "(active_from IS NOT NULL OR active_until IS NOT NULL)"
    said = [f"SELECT unnest(partners) AS p FROM {ACTS} WHERE why IS NULL AND starts_on >= {starts} AND starts_on < {until}"]
    said.append(f"""SELECT partner FROM {books.of("codevelopment")} WHERE "on" >= {starts} AND "on" < {until}""")
    said.append(f"SELECT partner FROM {books.of('partners')} WHERE {known} AND {books.active(year=year)}")
    return {p for (p,) in books.rows(f"SELECT DISTINCT p FROM ({' UNION ALL '.join(said)}) WHERE p IS NOT NULL")}
