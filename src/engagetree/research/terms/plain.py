"""A release as plain JSON of a documented shape, for a funder's data team without linked data. `release.schema.json` is its JSON Schema."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from engagetree.research.model import Claim, Guarded, Indicator, Release
from engagetree.research.terms.dictionary import ENGAGEMENT_METRIC, Term
from engagetree.research.terms.jsonld import Json, filled
from engagetree.research.terms.names import organisation
from engagetree.research.terms.released import Row, released, rows, title

FORMAT = "engagetree/release"
FORMAT_VERSION = 1
"""Rises when a field changes its meaning or goes; new fields may come without it."""


def plain_json(release: Release, *, source: Term = ENGAGEMENT_METRIC) -> Json:
    """The release as a dictionary that `json.dumps` takes. A field that is not there is not known; no field is ever null.

    EngagetreeError for anything but a Release.
    """
    who = released(release).institution
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "title": title(release),
        "institution": filled(
            {"name": who.name, "identifier": who.identifier, "iri": organisation(who), "invented": who.invented or None, "note": who.note}
        ),
        "year": {"key": release.year.key, "starts": release.year.starts.isoformat(), "until": release.year.until.isoformat()},
        "disclosure": filled({"profile": release.profile, "says": release.profile_says, "register_number": release.register_number}),
        "made": filled(
            {"on": release.made_on.isoformat(), "definition_version": release.definition_version, "code_version": release.code_version}
        ),
        "term": filled({"name": source.name, "identifier": source.identifier, "licence": source.of.licence, "credit": source.of.credit}),
        "indicators": [_indicator(x) for x in release.indicators],
        "values": [_value(r) for r in rows(release)],
        "claims": [_claim(c) for c in release.claims],
        "findings": [_finding(f) for f in release.findings],
        "labels": {d: dict(of) for d, of in release.labels.items()},
        "notes": list(release.notes),
    }


def plain_schema() -> Json:
    """The JSON Schema (2020-12) of `plain_json`."""
    text = (resources.files("engagetree.research.terms") / "release.schema.json").read_text("utf-8")
    schema: Json = json.loads(text)
    return schema


def _indicator(x: Indicator) -> Json:
    told = {
        "key": x.key,
        "label": x.label,
        "also": list(x.alt_labels),
        "dimension": x.dimension,
        "kind": x.kind,
        "unit": x.unit,
        "counts": x.counts,
        "formula": x.formula,
        "numerator": x.numerator,
        "denominator": x.denominator,
        "population": x.population,
        "inputs": list(x.inputs),
        "breakdowns": list(x.breakdowns),
        "count_method": x.count_method,
        "interval": x.interval,
        "pitfalls": list(x.pitfalls),
        "required_context": list(x.required_context),
        "scope": x.scope,
        "version": x.version,
        "own": x.own,
    }
    return filled(told) | {"key": x.key, "label": x.label}


def _value(row: Row) -> Json:
    v = row.shown
    told: dict[str, Any] = {
        "id": row.key,
        "indicator": v.indicator,
        "year": v.year,
        "cell": dict(v.cell) or None,
        "status": row.status,
        "text": v.text,
        "value": v.value if row.status == "number" else None,
        "unit": v.unit,
        "low": v.low,
        "high": v.high,
        "interval": v.interval,
        "least": v.least,
        "most": v.most,
        "n": v.n,
        "denominator": v.denominator,
        "missing": v.missing,
        "count_method": v.count_method,
        "level": v.level,
        "verdict": v.verdict,
        "baseline": v.baseline,
        "withheld": v.withheld,
        "reason": v.reason,
        "notes": list(v.notes),
    }
    return filled(told) | {"text": v.text}


def _claim(c: Claim) -> Json:
    return {"key": c.key, "text": c.text, **filled({"dimension": c.dimension, "about": c.about, "rests_on": list(c.rests_on)})}


def _finding(f: Guarded) -> Json:
    told = {"about": f.about, "do": f.do, "indicators": list(f.indicators)}
    return {"rule": f.rule, "severity": f.severity, "found": f.found, **filled(told)}
