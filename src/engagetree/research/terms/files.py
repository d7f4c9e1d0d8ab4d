"""Everything that machines read of a release, as files: what an export writes beside the report."""

from __future__ import annotations

import json
from importlib import resources

from engagetree.research.model import Release
from engagetree.research.terms.csvw import csvw
from engagetree.research.terms.cube import data_cube
from engagetree.research.terms.jsonld import Json, terms
from engagetree.research.terms.observations import schema_org
from engagetree.research.terms.plain import plain_json
from engagetree.research.terms.released import released
from engagetree.research.terms.skos import scheme
from engagetree.research.terms.turtle import turtle


def files(release: Release, *, base: str = "", licence: str = "") -> dict[str, bytes]:
    """All forms, name → bytes: plain JSON and its schema, CSV and its metadata, Schema.org, RDF Data Cube, the terms in JSON-LD and SKOS.

    `base` and `licence` as in `observations.schema_org`. EngagetreeError for anything but a Release.
    """
    who = released(release).institution
    schema = resources.files("engagetree.research.terms") / "release.schema.json"
    return {
        "release.json": _json(plain_json(release)),
        "release.schema.json": schema.read_bytes(),
        **csvw(release, base=base, licence=licence),
        "release.jsonld": _json(schema_org(release, base=base, licence=licence)),
        "release.ttl": data_cube(release, base=base, licence=licence).encode(),
        "terms.jsonld": _json(terms(release.indicators, who, base=base, licence=licence)),
        "terms.ttl": turtle(scheme(release.indicators, who, base=base, licence=licence)).encode(),
    }


def _json(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode("utf-8", "replace")
