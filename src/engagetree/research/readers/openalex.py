"""Works as OpenAlex writes them: outputs, and the organisations of their authors. Names of authors are not kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engagetree.errors import ImportRefused
from engagetree.research.readers.kept import json_values
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.records import Reader, Records

_OUT = ("output", "doi", "title", "type", "published_on", "field")
_AFF = ("output", "author", "organisation", "ror", "organisation_type")
OUTPUTS = RegisterMap("outputs", {c: c for c in _OUT}, origin="OpenAlex")
AFFILIATIONS = RegisterMap("affiliations", {c: c for c in _AFF}, origin="OpenAlex")


def _recognises(text: str) -> bool:
    return text[:1] in "{[" and '"authorships"' in text


def _works(path: Path) -> Iterator[tuple[int, Any]]:
    """(line, work) of a list, of a page of results, or of one work a line."""
    number = 0
    for line, value in json_values(path):
        inner = value.get("results") if isinstance(value, dict) and isinstance(value.get("results"), list) else value
        several = isinstance(inner, list)
        for one in inner if isinstance(inner, list) else [inner]:
            number += 1
            yield (number if several else line), one


def _read(path: Path) -> tuple[Records, ...]:
    outputs: list[tuple[int, dict[str, str | None]]] = []
    affiliations: list[tuple[int, dict[str, str | None]]] = []
    broken: list[tuple[int, str, str, str]] = []
    for n, work in _works(path):
        if not isinstance(work, dict) or "authorships" not in work:
            broken.append((n, "it is no work: there are no authorships", "not a work", str(work)[:300]))
            continue
        output = _output(work)
        outputs.append((n, output))
        affiliations += [(n, row) for row in _affiliations(str(output["output"] or ""), work)]
    if not outputs:
        raise ImportRefused(path.name, "there is no work with authorships in it", "Export works from OpenAlex as JSON.")
    nowhere = sum(row["organisation"] is None for _, row in affiliations)
    notes = [f"{nowhere:,} authorships name no organisation: they are unresolved, not academic"] if nowhere else []
    return (
        Records(OUTPUTS, _OUT, tuple(outputs), tuple(broken), tuple(notes)),
        Records(AFFILIATIONS, _AFF, tuple(_distinct(affiliations))),
    )


def _distinct(rows: list[tuple[int, dict[str, str | None]]]) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Each organisation of an author once."""
    seen = set()
    for n, row in rows:
        key = (row["output"], row["author"], row["organisation"])
        if key not in seen:
            seen.add(key)
            yield n, row


def _output(work: dict[str, Any]) -> dict[str, str | None]:
    doi = re.sub(r"^https?://(dx\.)?doi\.org/", "", str(work.get("doi") or ""), flags=re.I).lower() or None
    topic = work.get("primary_topic")
    field = topic.get("field") if isinstance(topic, dict) else None
    year = work.get("publication_year")
    return {
        "output": _short(work.get("id")) or doi,
        "doi": doi,
        "title": str(work.get("title") or work.get("display_name") or "").strip() or None,
        "type": str(work["type"]) if work.get("type") else None,
        "published_on": str(work["publication_date"]) if work.get("publication_date") else f"{year}-01-01" if year else None,
        "field": str(field["display_name"]) if isinstance(field, dict) and field.get("display_name") else None,
    }


def _affiliations(output: str, work: dict[str, Any]) -> Iterator[dict[str, str | None]]:
    authorships = work["authorships"] if isinstance(work["authorships"], list) else []
    for position, one in enumerate(authorships, 1):
        if not isinstance(one, dict):
            continue
        author = one.get("author")
        who = (_short(author.get("id")) if isinstance(author, dict) else None) or str(position)
        places = [p for p in one.get("institutions") or [] if isinstance(p, dict)]
        for place in places or [{}]:
            name = str(place.get("display_name") or "") or _short(place.get("id")) or None
            kind = str(place["type"]).lower() if place.get("type") else None
            yield {"output": output, "author": who, "organisation": name, "ror": place.get("ror"), "organisation_type": kind}


def _short(url: Any) -> str | None:
    return str(url).rstrip("/").rpartition("/")[2] or None if url else None


READER = Reader("openalex", "works as OpenAlex writes them: outputs and the organisations of their authors", _recognises, _read)
