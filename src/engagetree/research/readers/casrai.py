"""CASRAI's dictionary as it can be downloaded in CSV: eight columns, UTF-8 with a mark. It holds terms; no register takes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engagetree.errors import ImportRefused
from engagetree.research.readers.kept import whole

COLUMNS = ("type", "slug", "name", "definition", "domain", "track", "source_url", "niso_uri")


@dataclass(frozen=True)
class DictionaryRow:
    """One line of the dictionary, as it stands there."""

    type: str
    slug: str
    name: str
    definition: str
    domain: str
    track: str
    source_url: str
    niso_uri: str


def recognises(header: Sequence[str]) -> bool:
    """Whether a header is the dictionary's."""
    return {h.strip().casefold() for h in header} >= set(COLUMNS)


def read(path: Path) -> tuple[DictionaryRow, ...]:
    """Every row. Raises ImportRefused where it is not the dictionary, or a row is broken."""
    try:
        text = whole(path).decode("utf-8-sig")
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError:
        raise ImportRefused(path.name, "it is not UTF-8", "Download it again.") from None
    except csv.Error as e:
        raise ImportRefused(path.name, f"it is no CSV file ({e})", "Download it again.") from None
    header = [h.strip().casefold() for h in records[0]] if records else []
    if not recognises(header):
        raise ImportRefused(path.name, f"it has not the columns {', '.join(COLUMNS)}", "Download the dictionary as CSV.")
    at = [header.index(c) for c in COLUMNS]
    broken = [n for n, r in enumerate(records[1:], 2) if r and len(r) != len(header)]
    if broken:
        raise ImportRefused(path.name, f"record {broken[0]} has another number of columns than the header", "Download it again.")
    return tuple(DictionaryRow(*(r[i] for i in at)) for r in records[1:] if r)
