"""Gateway to Research: `dissemination` records, as XML or JSON of the public API. They say what was done, never how many came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from engagetree.errors import ImportRefused
from engagetree.research.readers.kept import json_values, named, xml
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.records import Reader, Records

FORMS = (
    (r"scientific meeting", "scientific_meeting"),
    (r"broadcast", "broadcast"),
    (r"press", "press"),
    (r"website|blog|social media", "digital"),
    (r"magazine|newsletter|online publication", "publication"),
    (r"working group|expert panel|dialogue", "working_group"),
    (r"open day|visit", "open_day"),
    (r"talk|presentation", "talk"),
    (r"activity|workshop", "workshop"),
)
"""What stands in a form → type of activity; the first that fits."""

AUDIENCES = (
    (r"undergraduate", "undergraduates"),
    (r"postgraduate", "postgraduates"),
    (r"other academic|academic", "academics"),
    (r"school", "schools"),
    (r"media", "media"),  # before the public, to whom they are a channel
    (r"public", "public"),
    (r"policy|politician|parliament", "policymakers"),
    (r"industry|business", "business"),
    (r"health professional", "health_professionals"),
    (r"practitioner", "practitioners"),
    (r"patient|carer", "patients"),
    (r"study participant|study member", "study_participants"),
    (r"third sector|charit", "third_sector"),
    (r"supporter", "supporters"),
    (r"other", "other"),
)
"""What stands in a primary audience → audience."""

FIELDS = (
    "title", "description", "form", "primaryAudience", "yearsOfDissemination", "results", "impact", "typeOfPresentation",
    "geographicReach", "partOfOfficialScheme", "supportingUrl", "outcomeid", "id",
)  # fmt: skip

MAP = RegisterMap(
    "activities",
    {
        c: c for c in (
            "activity", "title", "description", "type", "form", "audiences", "starts_on", "until", "place", "official_scheme",
            "results", "impact", "evidence_urls", "projects",
        )
    },
    separators="|",
    origin="Gateway to Research",
)  # fmt: skip


def first(text: str | None, table: tuple[tuple[str, str], ...]) -> str | None:
    """The word that a text stands for, or None.

    >>> first("A formal working group, expert panel or dialogue", FORMS), first("Schools", AUDIENCES), first("A haiku", FORMS)
    ('working_group', 'schools', None)
    """
    lower = (text or "").casefold()
    return next((word for pattern, word in table if re.search(pattern, lower)), None)


def _recognises(text: str) -> bool:
    if text.startswith("<"):
        return "dissemination" in text and "gtr" in text
    return text[:1] in "{[" and bool(re.search(r'"(dissemination|disseminations|yearsOfDissemination)"', text))


def _read(path: Path) -> tuple[Records, ...]:
    with path.open("rb") as f:
        begins = f.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    found = list(_of_xml(xml(path)) if begins == b"<" else _of_json(path))
    if not found:
        raise ImportRefused(path.name, "there is no dissemination record in it", "Export outcomes/disseminations from Gateway to Research.")
    strange: Counter[str] = Counter()
    rows = tuple((n, _row(record, strange)) for n, record in enumerate(found, 1))
    return (Records(MAP, tuple(MAP.columns), rows, notes=tuple(_notes(rows, strange))),)


def _of_xml(root: Element) -> Iterator[dict[str, str]]:
    for element in [root] if named(root) == "dissemination" else root.iter():
        if named(element) != "dissemination":
            continue
        record = {named(child): (child.text or "").strip() for child in element if named(child) in FIELDS}
        for key, value in element.attrib.items():
            if key.rpartition("}")[2] == "id":
                record.setdefault("id", value)
        record["projects"] = "|".join(
            _projects([{k.rpartition("}")[2]: v for k, v in e.attrib.items()} for e in element.iter() if named(e) == "link"])
        )
        yield record


def _of_json(path: Path) -> Iterator[dict[str, str]]:
    for _, value in json_values(path):
        yield from (_flat(v) for v in _disseminations(value) if isinstance(v, dict))


def _disseminations(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        inner = value.get("dissemination", value.get("disseminations"))
        if isinstance(inner, dict):
            return _disseminations(inner) if "dissemination" in inner else [inner]
        if isinstance(inner, list):
            return inner
        return [value] if "yearsOfDissemination" in value or "primaryAudience" in value else []
    return []


def _flat(value: dict[str, Any]) -> dict[str, str]:
    record = {f: _text(value[f]) for f in FIELDS if value.get(f) is not None}
    links = value.get("links")
    listed = links.get("link", []) if isinstance(links, dict) else links
    pairs = [{k: str(v) for k, v in one.items()} for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {**record, "projects": "|".join(_projects(pairs))}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_text(v) for v in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _projects(links: list[dict[str, str]]) -> list[str]:
    return [link["href"].rstrip("/").rpartition("/")[2] for link in links if link.get("rel", "").upper() == "PROJECT" and link.get("href")]


def _row(record: dict[str, str], strange: Counter[str]) -> dict[str, str | None]:
    years = sorted({int(y) for y in re.findall(r"[12][0-9]{3}", record.get("yearsOfDissemination", ""))})
    form = record.get("form") or None
    kind = first(form, FORMS)
    if form and kind is None:
        strange[form] += 1
    return {
        "activity": record.get("outcomeid") or record.get("id") or None,
        "title": record.get("title") or (record.get("description") or "")[:200] or None,
        "description": record.get("description") or None,
        "type": kind,
        "form": form,
        "audiences": first(record.get("primaryAudience"), AUDIENCES),
        "starts_on": f"{years[0]}-01-01" if years else None,
        "until": f"{years[-1] + 1}-01-01" if years else None,
        "place": (record.get("geographicReach") or "").casefold() or None,
        "official_scheme": record.get("partOfOfficialScheme") or None,
        "results": record.get("results") or None,
        "impact": record.get("impact") or None,
        "evidence_urls": (record.get("supportingUrl") or "").replace("|", "%7C") or None,
        "projects": record.get("projects") or None,
    }


def _notes(rows: tuple[tuple[int, dict[str, str | None]], ...], strange: Counter[str]) -> Iterator[str]:
    yield "it gives years and no days: an activity begins on 1 January of its first year, and counts in the year of that day"
    yield "Gateway to Research has no number reached, so sizes stay unknown"
    if none := sum(row["starts_on"] is None for _, row in rows):
        yield f"{none:,} records say no year and count in none"
    if strange:
        shown = ", ".join(f"“{form}”" for form, _ in strange.most_common(3))
        yield f"{strange.total():,} records have a form that is not known, and so no type: {shown}"


READER = Reader("gtr", "Gateway to Research: dissemination records, XML or JSON", _recognises, _read)
