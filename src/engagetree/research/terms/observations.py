"""A release's values as Schema.org: a Dataset, a StatisticalVariable for each thing measured, an Observation for each value.

Attendance is an Observation about the institution, never `interactionStatistic`, which events do not have. A level is a word with a
`measurementMethod`; a withheld or unknown value has no `value`, but says why in `valueReference`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engagetree.research.model import Indicator, Release
from engagetree.research.terms.dictionary import ENGAGEMENT_METRIC, Term
from engagetree.research.terms.jsonld import CONTEXT, Json, filled, publisher, terms
from engagetree.research.terms.ladders import DEPTH, Ladder
from engagetree.research.terms.names import Names, iri, licensed, named
from engagetree.research.terms.released import Row, about, category, level, released, rows, title, told
from engagetree.research.vocabulary import COUNT_METHODS

_STATISTICS = {
    "count": "count",
    "sum": "sum",
    "ratio": "ratio",
    "share": "share",
    "index": "index",
    "ordinal": "level",
    "composite": "composite",
    "structured_qualitative": "structured-qualitative",
}


def schema_org(release: Release, *, base: str = "", licence: str = "", ladder: Ladder = DEPTH, source: Term = ENGAGEMENT_METRIC) -> Json:
    """The release as one JSON-LD document that needs nothing but Schema.org's vocabulary.

    `base`: the address under which things get their names (see `names.named`); `licence`: the IRI of the data's licence. The two parts of
    `@graph` that are terms are those of `jsonld.terms`. EngagetreeError for anything but a Release.
    """
    names = named(released(release).institution, base)
    all_rows = rows(release)
    glossary = terms(release.indicators, release.institution, base=base, licence=licence, ladders=(ladder,), source=source)["@graph"]
    graph = [
        _dataset(release, names, licence, source),
        *_variables(release, all_rows, names, ladder, source),
        *(_observation(release, row, names, ladder) for row in all_rows),
        *glossary,
        *_levels(release, all_rows, names, ladder),
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _dataset(release: Release, names: Names, licence: str, source: Term) -> Json:
    last = release.year.until - timedelta(days=1)
    return filled(
        {
            "@id": names.of("release", release.year.key),
            "@type": "Dataset",
            "name": title(release),
            "description": about(release),
            "about": {"@id": source.identifier},
            "measurementTechnique": {"@id": source.identifier},
            "publisher": publisher(release.institution, names),
            "temporalCoverage": f"{release.year.starts.isoformat()}/{last.isoformat()}",
            "datePublished": release.made_on.isoformat(),
            "version": release.definition_version,
            "identifier": release.register_number,
            "license": licensed(licence),
            "creditText": source.of.credit,
            "variableMeasured": [{"@id": names.of("indicator-measured", x.key)} for x in release.indicators],
            "comment": [_comment(f.rule, f.severity, f"{f.about}: {f.found}", f.do) for f in release.findings],
            "hasPart": [filled({"@type": "Claim", "name": c.about, "text": c.text}) for c in release.claims],
            "sdDatePublished": release.made_on.isoformat(),
            "sdPublisher": {"@type": "SoftwareApplication", "name": "engagetree", "softwareVersion": release.code_version},
        }
    )


def _comment(rule: str, severity: str, found: str, do: str) -> Json:
    return filled({"@type": "Comment", "name": f"{rule} ({severity})", "text": f"{found} {do}".strip()})


def _variables(release: Release, all_rows: tuple[Row, ...], names: Names, ladder: Ladder, source: Term) -> list[Json]:
    """One for each indicator, and one for each indicator in each place of the breakdown."""
    known = {x.key: x for x in release.indicators}
    made = {names.of("indicator-measured", x.key): _variable(x, names, source) for x in release.indicators}
    for row in all_rows:
        made.setdefault(_measured(row, names), _constrained(release, row, known.get(row.shown.indicator), names, ladder))
    return list(made.values())


def _measured(row: Row, names: Names) -> str:
    v = row.shown
    return names.of("indicator-measured", v.indicator, *v.cell)


def _variable(x: Indicator, names: Names, source: Term) -> Json:
    return filled(
        {
            "@id": names.of("indicator-measured", x.key),
            "@type": "StatisticalVariable",
            "name": x.label,
            "alternateName": list(x.alt_labels),
            "description": " ".join(x.pitfalls),
            "measuredProperty": {"@id": names.of("indicator", x.key)},
            "populationType": {"@id": "https://schema.org/Person"} if x.counts == "people" else None,
            "statType": _STATISTICS.get(x.kind, x.kind),
            "measurementTechnique": {"@id": source.identifier},
            "measurementMethod": x.count_method,
            "measurementDenominator": {"@type": "StatisticalVariable", "name": x.denominator} if x.denominator else None,
        }
    )


def _constrained(release: Release, row: Row, x: Indicator | None, names: Names, ladder: Ladder) -> Json:
    """A variable that is narrowed to a place in the breakdown: the properties that narrow it are the institution's own."""
    v = row.shown
    narrowed = {iri(names.of("dimension", d)): {"@id": category(names, ladder, d, c)} for d, c in v.cell}
    label = ", ".join([x.label if x else v.indicator, *(release.label(d, c) for d, c in v.cell)])
    return filled(
        {
            "@id": _measured(row, names),
            "@type": "StatisticalVariable",
            "name": label,
            "measuredProperty": {"@id": names.of("indicator", v.indicator)},
            "statType": _STATISTICS.get(x.kind, x.kind) if x else "",
            "constraintProperty": [{"@id": p} for p in narrowed],
            "numConstraints": len(narrowed),
            **narrowed,
        }
    )


def _observation(release: Release, row: Row, names: Names, ladder: Ladder) -> Json:
    v = row.shown
    return filled(
        {
            "@id": observation_name(names, row),
            "@type": "Observation",
            "name": told(release, v),
            "description": "; ".join(filter(None, (v.text, *v.notes))),
            "variableMeasured": {"@id": _measured(row, names)},
            "observationAbout": {"@id": names.who(release.institution)},
            "observationDate": row.starts.isoformat(),
            "observationPeriod": period(row),
            "subjectOf": {"@id": names.of("release", release.year.key)},
            "unitText": v.unit,
            "measurementTechnique": COUNT_METHODS.get(v.count_method, v.count_method),
            **_value(row, names, ladder),
            "valueReference": _beside(row, names, ladder),
        }
    )


def observation_name(names: Names, row: Row) -> str:
    """The name of one value, the same in each form."""
    return names.of("observation") + "/" + row.key


def period(row: Row) -> str:
    """How long the year is, in ISO 8601.

    P1Y, or P10M for a year that was cut short; days where it does not run from month to month.
    """
    months = (row.until.year - row.starts.year) * 12 + row.until.month - row.starts.month
    if row.until.day != row.starts.day:
        return f"P{(row.until - row.starts).days}D"
    return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"


def _levels(release: Release, all_rows: tuple[Row, ...], names: Names, ladder: Ladder) -> list[Json]:
    """Levels that are not of the ladder, such as a rubric's: terms of a set of their indicator's."""
    known = {r.code for r in ladder.rungs}
    sets: dict[str, dict[str, Json]] = {}
    for v in (r.shown for r in all_rows if r.shown.level and r.shown.level not in known):
        at, of = level(names, ladder, v), names.of("levels", v.indicator)
        term = {"@id": at, "@type": "DefinedTerm", "name": v.level, "termCode": v.level, "inDefinedTermSet": {"@id": of}}
        sets.setdefault(v.indicator, {})[at] = term
    label = {x.key: x.label for x in release.indicators}
    return [
        {
            "@id": names.of("levels", key),
            "@type": "DefinedTermSet",
            "name": f"Levels of {label.get(key, key)}",
            "hasDefinedTerm": list(terms_.values()),
        }
        for key, terms_ in sets.items()
    ]


def _value(row: Row, names: Names, ladder: Ladder) -> Json:
    """What is known of the value; nothing where it is withheld or unknown."""
    v = row.shown
    if row.status in ("withheld", "unknown"):
        return {}
    if row.status == "level":
        rung = next((r for r in ladder.rungs if r.code == v.level), None)
        method = level(names, ladder, v)
        return {"value": f"{v.level} {rung.label}" if rung else v.level, "measurementMethod": {"@id": method}}
    if row.status == "words":
        return {"value": v.text}
    return {"value": v.value, "minValue": v.low, "maxValue": v.high, "measurementMethod": v.interval}


def _beside(row: Row, names: Names, ladder: Ladder) -> list[Json]:
    """What the value is to be read with: why there is none, how many it rests on, how many are missing, verdict, baseline, level."""
    v = row.shown
    stands_for = [{"@id": level(names, ladder, v)}] if row.status == "number" and v.level else []
    spread = {"minValue": v.low, "maxValue": v.high} if row.status == "level" else {}
    spreads = [filled({"@type": "PropertyValue", "name": v.interval or "spread", **spread})] if filled(spread) else []
    told_beside: list[tuple[str, Any]] = [
        ("withheld" if row.status == "withheld" else "not known", row.why or None),
        ("reason", v.reason if not row.why else ""),
        ("rests on", v.n),
        ("out of", v.denominator),
        ("missing", v.missing),
        ("verdict", v.verdict),
        ("baseline", v.baseline),
    ]
    told_ = [filled({"@type": "PropertyValue", "name": name, "value": value}) for name, value in told_beside if value not in (None, "")]
    return [*stands_for, *spreads, *told_]
