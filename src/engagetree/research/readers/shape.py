"""What each register asks of a file: its columns and their kinds, which must be filled, which hold words of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from engagetree.research import vocabulary as words
from engagetree.research.registers import REACH, REGISTERS

OURS = ("source", "import_id", "seq")
"""Columns that we fill ourselves."""

SCHEMAS: dict[str, pa.Schema] = {**REGISTERS, "reach": REACH}

REQUIRED: dict[str, tuple[str, ...]] = {
    "activities": ("title",),
    "attendances": ("activity",),
    "partners": ("name",),
    "codevelopment": ("project", "stage"),
    "boards": ("board",),
    "seats": ("board", "seat"),
    "recommendations": ("board", "recommendation"),
    "decision_roles": ("role", "project"),
    "outputs": ("title",),
    "affiliations": ("output", "author"),
    "mentions": ("medium",),
    "coded": ("item",),
    "claims": ("text", "dimension"),
    "ratings": ("rubric", "unit", "criterion"),
    "impacts": ("text",),
    "published_elsewhere": ("table", "provider_id", "metric"),
    "programmes": ("activity", "programme", "people"),
    "reach": ("person", "characteristic"),
}
"""What every row must fill. An id that is not here and not in the file is made from the row's content."""

ID_FROM: dict[str, tuple[str, ...]] = {
    "activities": ("title", "starts_on", "venue", "department"),
    "partners": ("name",),
    "outputs": ("doi", "title"),
    "mentions": ("output", "activity", "medium", "outlet", "provider", "mentioned_on", "retrieved_on", "count"),
    "claims": ("text", "about"),
    "impacts": ("about", "text"),
}
"""The columns from which the id of a row is made where the file has none."""

IDS = {"activities": "activity", "partners": "partner", "outputs": "output", "mentions": "mention", "claims": "claim", "impacts": "impact"}

LONG = {"description", "text", "quote", "results", "impact", "reason", "title"}

SPANS = (("starts_on", "until"), ("active_from", "active_until"))
"""Pairs of days, half-open: the second lies after the first."""

NOT_MORE = (("size_low", "size_high"), ("meetings_attended", "meetings_held"), ("size_non_academic", "size"), ("under_40", "people"))
"""Pairs of numbers of which the first is not more than the second."""

PERCENT = {"percentile"}
STRENGTH = (1, 3)
SIGNED = {"value", "score"}
"""Numbers that may lie below nought."""

BANDED = {"activities": "size"}
"""The column of a register that may hold a band instead of a number."""

LAST_DAYS = {"ends_on": "until", "last_active_on": "active_until"}
"""Names under which people give the last day, which still counts; ours is the first that no longer does."""

UNFOLDS = {"reach": ("characteristic", "answer"), "published_elsewhere": ("metric", "value")}
"""Registers that may come with one column for each category: the column of the category, and that of what stands in the cell."""

CHARACTERISTICS = (
    "ethnicity", "disability", "age", "age_band", "sex", "gender", "religion", "sexual_orientation", "imd_quintile", "imd_decile",
    "first_time", "lsoa", "local_authority", "region",
)  # fmt: skip
"""Columns of a file of reach that are taken as characteristics without a map."""

Vocabulary = Mapping[str, str]


def _labels(names: Iterable[str]) -> dict[str, str]:
    return {n: n.replace("_", " ") for n in names}


_DEPTHS: dict[str, str] = dict(words.DEPTHS)
_RIGHTS = {key: said for key, (_depth, said) in words.RIGHTS.items()}
_SECTORS: dict[str, str] = dict(words.SECTORS)
_METHODS: dict[str, str] = dict(words.COUNT_METHODS)

WORDS: dict[str, dict[str, dict[str, str]]] = {
    "activities": {
        "type": dict(words.ACTIVITY_TYPES),
        "audiences": dict(words.AUDIENCES),
        "status": _labels(("delivered", "planned", "cancelled")),
        "relation": _labels(("organised", "participation")),
        "place": _labels(("local", "regional", "national", "international")),
        "depth": _DEPTHS,
        "intended_depth": _DEPTHS,
        "depth_evidence": dict(words.DEPTH_EVIDENCE),
        "count_method": _METHODS,
        "delivery": _labels(("in_person", "online", "hybrid")),
        "staff_time_basis": _labels(("delivery", "preparation", "both", "unknown")),
        "purpose": _labels(words.PURPOSES),
        "hebci": _labels(("2a", "2b", "2c", "2d", "2e")),
    },
    "attendances": {
        "status": _labels(("attended", "registered")),
        "affiliation": _labels(("academic", "non_academic")),
        "role": _labels(("participant", "staff")),
        "method": _METHODS,
    },
    "partners": {"sector": _SECTORS},
    "codevelopment": {"stage": dict(words.STAGES), "depth": _DEPTHS, "depth_evidence": dict(words.DEPTH_EVIDENCE)},
    "seats": {"sector": _SECTORS, "role": _labels(("chair", "co_chair", "member")), "right": _RIGHTS},
    "recommendations": {"outcome": _labels(words.OUTCOMES_OF_ADVICE)},
    "decision_roles": {"held_by": _labels(("partner", "institution")), "right": _RIGHTS},
    "affiliations": {"organisation_type": _labels(words.ORGANISATION_TYPES)},
    "mentions": {"medium": _labels(words.MEDIA)},
    "coded": {"kind": _labels(words.EVIDENCE_KINDS), "polarity": {"+": "positive", "−": "negative", "mixed": "mixed"}},
    "claims": {"dimension": _labels((*words.DIMENSIONS, "impact"))},
    "published_elsewhere": {"banding": _labels(("decile", "quintile"))},
    "reach": {"asked": _labels(words.ASKED)},
}
"""Register → column → word → how people also write it."""

ALSO: dict[str, dict[str, str]] = {
    "depth": {"not_participation": "D0", "non_participation": "D0"},
    "polarity": {"-": "−", "–": "−", "pos": "+", "neg": "−"},
    "organisation_type": {"funder": "other", "nonprofits": "nonprofit", "non_profit": "nonprofit"},
    "status": {"canceled": "cancelled", "no_show": "registered", "present": "attended"},
    "affiliation": {"external": "non_academic"},
    "right": {"co_pi": "co_lead"},
    "asked": {"prefer_not_say": "prefer_not_to_say", "not_answered": "no_reply"},
    "sector": {"business": "company", "charity": "nonprofit", "third_sector": "nonprofit", "university": "education"},
}
"""A few more spellings, by column."""

ADDED_TO = {
    "activity_types": ("type",),
    "audiences": ("audiences",),
    "sectors": ("sector",),
    "media": ("medium",),
}
"""Where an institution's own words belong."""


def vocabularies(register: str, own: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, dict[str, str]]:
    """Column → word → label for a register, with the institution's additions (`activity_types`, `audiences`, `sectors`, `media`).

    >>> vocabularies("partners", {"sectors": {"parish": "Parish council"}})["sector"]["parish"]
    'Parish council'
    """
    known = {column: dict(labels) for column, labels in WORDS.get(register, {}).items()}
    for kind, labels in (own or {}).items():
        for column in ADDED_TO.get(kind, ()):
            if column in known:
                known[column] |= labels
    return known


def kinds(register: str) -> dict[str, str]:
    """Column → text | word | words | texts | number | whole | day | flag, in the order of the register.

    >>> kinds("boards")["terms_defined"], kinds("activities")["audiences"]
    ('flag', 'words')
    """
    coded = WORDS.get(register, {})
    return {f.name: _kind(f.type, f.name in coded) for f in SCHEMAS[register] if f.name not in OURS}


def _kind(of: pa.DataType, coded: bool) -> str:
    if pa.types.is_list(of):
        return "words" if coded else "texts"
    plain = {"string": "text", "double": "number", "int64": "whole", "bool": "flag", "date32[day]": "day"}[str(of)]
    return "word" if coded and plain == "text" else plain


def plain(header: str) -> str:
    """A header cell as one of our column names would be written.

    >>> plain("  Starts on ")
    'starts_on'
    """
    return "_".join(header.strip().casefold().replace("-", " ").replace("_", " ").split())


def known_names(register: str) -> set[str]:
    """Header names that are understood without a map."""
    columns = set(kinds(register))
    extra = {alias for alias, of in LAST_DAYS.items() if of in columns}
    return columns | extra | (set(CHARACTERISTICS) if register == "reach" else set())


def recognise(header: Iterable[str]) -> list[str]:
    """The registers that a header can be, the best first: required columns are there, and most of the rest is known.

    >>> recognise(["Board", "Seat", "Sector", "Right"])
    ['seats']
    >>> recognise(["colour", "shape"])
    []
    """
    have = {plain(h) for h in header}
    found: list[tuple[float, str]] = []
    for register, needed in REQUIRED.items():
        known = have & known_names(register)
        need = set(needed)
        if register == "reach" and have & set(CHARACTERISTICS):
            need -= {"characteristic"}
        if need <= have and len(known) >= 2:
            found.append((len(known), register))
    if not found:
        return []
    most = max(n for n, _ in found)
    return [register for n, register in found if n == most]
