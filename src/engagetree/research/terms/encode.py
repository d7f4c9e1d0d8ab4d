"""The dictionary term in a chosen form, as bytes: what `engagetree research term` prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from engagetree.errors import NotFound, near
from engagetree.research.terms.dictionary import ENGAGEMENT_METRIC, as_published
from engagetree.research.terms.jats import jats
from engagetree.research.terms.jsonld import defined_term, graph_json
from engagetree.research.terms.skos import concept
from engagetree.research.terms.turtle import turtle


def text(value: dict[str, Any]) -> str:
    """A dictionary as JSON for people to read."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


FORMATS: dict[str, Callable[[], str]] = {
    "jsonld": lambda: text(defined_term()),
    "skos": lambda: turtle(concept()),
    "skos-jsonld": lambda: text(graph_json(concept())),
    "jats": jats,
    "jats-named-content": lambda: jats("named-content"),
    "jats-subject": lambda: jats("subj-group"),
    "plain": lambda: text(
        {
            "name": ENGAGEMENT_METRIC.name,
            "definition": ENGAGEMENT_METRIC.definition,
            "identifier": ENGAGEMENT_METRIC.identifier,
            "also": list(ENGAGEMENT_METRIC.also),
            "licence": ENGAGEMENT_METRIC.of.licence,
            "credit": ENGAGEMENT_METRIC.of.credit,
        }
    ),
}
PROFILES = ("corrected", "source")


def encoded(form: str = "jsonld", profile: str = "corrected") -> bytes:
    """The term “Engagement metric” in a form of `FORMATS`; `profile="source"`: the source's own snippet, byte for byte.

    NotFound for another form or profile.
    """
    if profile not in PROFILES:
        raise NotFound(f"profile {profile}", f"there are {' and '.join(PROFILES)}", near(profile, PROFILES))
    if profile == "source":
        return as_published(form)
    if form not in FORMATS:
        raise NotFound(f"form {form}", f"there are {', '.join(FORMATS)}", near(form, FORMATS))
    return FORMATS[form]().encode()
