"""CASRAI's dictionary as CSV: eight columns, UTF-8 with a byte order mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from engagetree.errors import near
from engagetree.research.terms.lint.flaw import Flaw, flaw
from engagetree.research.terms.names import is_iri

COLUMNS = ("type", "slug", "name", "definition", "domain", "track", "source_url", "niso_uri")
_NEEDED = ("slug", "name", "definition")
_ADDRESSES = ("source_url", "niso_uri")


def dictionary_csv(text: str) -> list[Flaw]:
    """The flaws of a dictionary in CASRAI's form."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        reader.fieldnames = head = [h.strip() for h in reader.fieldnames or ()]
        return list(_missing(head)) or list(_rows(reader))
    except csv.Error as error:
        return [flaw("CD-02", reader.line_num + 1, f"This is not CSV: {error}.")]


def _missing(head: list[str]) -> Iterator[Flaw]:
    for column in (c for c in _NEEDED if c not in head):
        do = f"{near(column, head)} CASRAI’s columns are {', '.join(COLUMNS)}.".strip()
        yield flaw("CD-01", 1, f"There is no column “{column}”.", where=column, do=do)


def _rows(reader: csv.DictReader[str]) -> Iterator[Flaw]:
    seen: dict[str, int] = {}
    for row in reader:
        line, told = reader.line_num, {c: (row.get(c) or "").strip() for c in COLUMNS}
        slug, called = told["slug"], told["slug"] or told["name"] or "A term"
        for column in (c for c in _NEEDED if not told[c]):
            yield flaw("CD-03", line, f"{called} has no {column}.", where=column)
        if slug and seen.setdefault(slug, line) != line:
            yield flaw("CD-04", line, f"“{slug}” stood in line {seen[slug]} already.")
        for column in (c for c in _ADDRESSES if told[c] and not is_iri(told[c])):
            yield flaw("CD-05", line, f"{column} of {called} is “{told[column]}”, no address.", where=column)
