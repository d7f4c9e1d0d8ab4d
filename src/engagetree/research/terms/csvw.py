"""A release as tidy CSV with CSV on the Web metadata: <https://www.w3.org/TR/tabular-data-primer/>. One row for each value."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any
from urllib.parse import quote

from engagetree.research.model import Indicator, Release
from engagetree.research.terms.dictionary import ENGAGEMENT_METRIC, Term
from engagetree.research.terms.jsonld import Json, filled
from engagetree.research.terms.names import Names, licensed, named
from engagetree.research.terms.released import Row, about, dimensions, released, rows, title

FORMULA = ("=", "+", "-", "@", "\t", "\r")
METADATA = "csv-metadata.json"
VALUES, INDICATORS = "values.csv", "indicators.csv"


@dataclass(frozen=True)
class Column:
    """A column: its heading, what is in it, and the CSVW datatype."""

    title: str
    about: str
    type: str = "string"
    always: bool = False


_BEFORE = (
    Column("id", "Unique in the release; the same in JSON, JSON-LD and Turtle", always=True),
    Column("indicator", "Key of the indicator, as in indicators.csv", always=True),
    Column("label", "What the indicator is called"),
    Column("dimension", "extent, depth, reach, quality or attention"),
    Column("year", "Reporting year", always=True),
    Column("starts", "First day of the year", "date", always=True),
    Column("until", "First day after the year", "date", always=True),
)
_AFTER = (
    Column("status", "number, level, range, words, withheld (by disclosure control; not zero) or unknown (not zero)", always=True),
    Column("text", "The value as it stands in a table"),
    Column("value", "The number; empty where there is none to show. A percentage is a share from 0 to 1", "number"),
    Column("unit", "Unit"),
    Column("low", "Low end; without a high end: at least that", "number"),
    Column("high", "High end", "number"),
    Column("interval", "Of what kind low and high are"),
    Column("least", "What it would be if nobody whose answer is missing were in the group", "number"),
    Column("most", "And if all of them were", "number"),
    Column("n", "How many people or records it rests on, rounded as the profile asks", "integer"),
    Column("denominator", "Out of", "number"),
    Column("missing", "How many did not say", "integer"),
    Column("count_method", "How it was counted"),
    Column("level", "Code of an ordinal level; levels have no mean"),
    Column("verdict", "What follows from it"),
    Column("baseline", "Key of the named baseline"),
    Column("withheld", "The rule by which it is kept back"),
    Column("reason", "Why it is not known"),
    Column("notes", "What else has to be known, separated by “; ”"),
)
_INDICATORS = (
    Column("indicator", "Key", always=True),
    Column("label", "What it is called"),
    Column("dimension", "extent, depth, reach, quality or attention"),
    Column("kind", "count, sum, ratio, share, index, ordinal, composite or structured_qualitative"),
    Column("unit", "Unit"),
    Column("counts", "What a number counts: people, attendances, records, hours, money or none"),
    Column("formula", "How it is worked out"),
    Column("numerator", "Of"),
    Column("denominator", "Out of"),
    Column("population", "Whom or what it is about"),
    Column("interval", "Which interval it comes with"),
    Column("pitfalls", "What goes wrong with it, separated by “; ”"),
    Column("version", "Version of the indicator"),
)


def csvw(release: Release, *, base: str = "", licence: str = "", source: Term = ENGAGEMENT_METRIC) -> dict[str, bytes]:
    """The release as files, name → bytes: `values.csv`, `indicators.csv` and `csv-metadata.json`, which says what each column is.

    Each dimension of the breakdown is a column `by_…`, empty where the value is for all together. UTF-8, RFC 4180. A text that a
    spreadsheet would take for a formula begins with an apostrophe. `base` and `licence` as in `observations.schema_org`.
    EngagetreeError for anything but a Release.
    """
    names = named(released(release).institution, base)
    split = [Column(f"by_{d}", f"Category of {d.replace('_', ' ')}; empty: all together") for d in dimensions(release)]
    columns = [*_BEFORE, *split, *_AFTER]
    return {
        VALUES: _csv(columns, (_values(release, r) for r in rows(release))),
        INDICATORS: _csv(_INDICATORS, _indicators(release)),
        METADATA: (json.dumps(_metadata(release, names, columns, licence, source), ensure_ascii=False, indent=2) + "\n").encode(
            "utf-8", "replace"
        ),
    }


def _values(release: Release, row: Row) -> dict[str, Any]:
    v = row.shown
    x = next((i for i in release.indicators if i.key == v.indicator), None)
    told = {c.title: getattr(v, c.title, None) for c in _AFTER if c.title != "status"}
    return {
        "id": row.key,
        "indicator": v.indicator,
        "label": x.label if x else None,
        "dimension": x.dimension if x else None,
        "year": v.year,
        "starts": row.starts.isoformat(),
        "until": row.until.isoformat(),
        **{f"by_{d}": c for d, c in v.cell},
        **told,
        "status": row.status,
        "value": v.value if row.status == "number" else None,
        "notes": "; ".join(v.notes),
    }


def _indicators(release: Release) -> Iterable[dict[str, Any]]:
    """One that a value names and the release does not describe has a row all the same, so that every key is there."""
    yield from (_indicator(x) for x in release.indicators)
    known = {x.key for x in release.indicators}
    yield from ({"indicator": k} for k in dict.fromkeys(v.indicator for v in (*release.values, *release.before)) if k not in known)


def _indicator(x: Indicator) -> dict[str, Any]:
    return {c.title: getattr(x, c.title, None) for c in _INDICATORS} | {"indicator": x.key, "pitfalls": "; ".join(x.pitfalls)}


def _csv(columns: Sequence[Column], lines: Iterable[dict[str, Any]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(c.title) for c in columns])
    writer.writerows([_cell(line.get(c.title)) for c in columns] for line in lines)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, float):
        from decimal import Decimal

        return format(Decimal(repr(value)), "f")  # no exponent
    text = value.replace("\0", "\ufffd") if isinstance(value, str) else value
    return "'" + text if isinstance(text, str) and text.startswith(FORMULA) else text


def _metadata(release: Release, names: Names, columns: Sequence[Column], licence: str, source: Term) -> Json:
    return filled(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "@id": names.of("tables", release.year.key),
            "dc:title": title(release),
            "dc:description": about(release),
            "dc:publisher": release.institution.name,
            "dc:issued": {"@value": release.made_on.isoformat(), "@type": "date"},
            "dc:identifier": release.register_number,
            "dc:license": {"@id": licensed(licence)} if licence else None,
            "dc:subject": {"@id": source.identifier},
            "dc:bibliographicCitation": source.of.credit,
            "prov:wasGeneratedBy": f"engagetree {release.code_version}, definition {release.definition_version}",
            "notes": [
                filled({"rule": f.rule, "severity": f.severity, "about": f.about, "found": f.found, "do": f.do}) for f in release.findings
            ],
            "tables": [_values_table(names, columns), _indicators_table(names)],
        }
    )


def _values_table(names: Names, columns: Sequence[Column]) -> Json:
    return {
        "url": VALUES,
        "dc:title": "Values",
        "tableSchema": {
            "aboutUrl": names.of("observation") + "/{+id}",
            "columns": [_column(c) for c in columns],
            "primaryKey": "id",
            "foreignKeys": [{"columnReference": "indicator", "reference": {"resource": INDICATORS, "columnReference": "indicator"}}],
        },
    }


def _indicators_table(names: Names) -> Json:
    return {
        "url": INDICATORS,
        "dc:title": "Indicators",
        "tableSchema": {"columns": [_column(c) for c in _INDICATORS], "primaryKey": "indicator"},
    }


def _column(c: Column) -> Json:
    return filled(
        {
            "name": quote(c.title, safe="", errors="replace").replace("-", "%2D").replace("~", "%7E"),
            "titles": c.title,
            "dc:description": c.about,
            "datatype": c.type if c.type != "number" else "decimal",
            "required": c.always or None,
        }
    )
