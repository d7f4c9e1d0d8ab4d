"""What taking needs of institution.yml: the institution's own words, and on which day a year begins."""

from __future__ import annotations

import re
from pathlib import Path

from engagetree.research.definition import read
from engagetree.research.definition import template as first_definition
from engagetree.research.readers.given import Asked


def asked(path: Path, year: str | None = None) -> Asked:
    """The words that the institution added, and what fills a file that says no year. DefinitionError where the file has mistakes."""
    d = read(path)
    own = {"activity_types": d.types, "audiences": d.audiences, "sectors": d.sectors, "media": d.media}
    if year is None:
        return Asked(own)
    named = d.year(year)
    return Asked(own, {"year": named.key, "starts_on": named.starts.isoformat(), "published_on": named.starts.isoformat()})


def template(name: str) -> str:
    """A first institution.yml, with the institution's name in it."""
    written = '"' + re.sub(r'[\\"\x00-\x1f]', "", name) + '"'
    return re.sub(r"^(\s+name:)[^\n]*", lambda m: f"{m[1]} {written}", first_definition(), count=1, flags=re.M)
