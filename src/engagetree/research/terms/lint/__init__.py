"""What is wrong in other people's JSON-LD, JATS XML and dictionaries, in words: what was found, why it matters, how to mend it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

from engagetree.errors import EngagetreeError, near
from engagetree.research.terms.lint.dictionary_csv import dictionary_csv
from engagetree.research.terms.lint.flaw import RULES, Flaw, flaw
from engagetree.research.terms.lint.linked import linked
from engagetree.research.terms.lint.pages import page
from engagetree.research.terms.lint.roles import jats

Kind = Literal["jsonld", "jats", "csv", "html"]
KINDS: tuple[Kind, ...] = ("jsonld", "jats", "csv", "html")
_SUFFIXES: dict[str, Kind] = {".json": "jsonld", ".jsonld": "jsonld", ".xml": "jats", ".csv": "csv", ".html": "html", ".htm": "html"}
LIMIT = 64 * 2**20
"""Bytes of a file that is read."""


def lint(what: Path | str | bytes, kind: Kind | None = None) -> tuple[Flaw, ...]:
    """The flaws of a file or a text, by line. A str is a text if it begins like one (`{`, `[`, `<`) or has several lines, else a path.

    `kind` is told by what the file begins with, then by its name. EngagetreeError where the file cannot be read or its kind not be told.
    """
    data, file = _taken(what)
    if kind is not None and kind not in KINDS:
        raise EngagetreeError(f"kind {kind}", f"there are {', '.join(KINDS)}", near(kind, KINDS))
    of = kind or _kind(data, file)
    flaws = jats(data) if of == "jats" else _of_text(data, of)
    return tuple(replace(f, file=file) for f in sorted(flaws, key=lambda f: (f.line, f.rule)))


def _taken(what: Path | str | bytes) -> tuple[bytes, str]:
    if isinstance(what, bytes):
        return what, ""
    if isinstance(what, str) and (what.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "<") or "\n" in what):
        return what.encode("utf-8", "replace"), ""
    return _file(Path(what)), str(what)


def _file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LIMIT:
            raise EngagetreeError(str(path), f"it is larger than {LIMIT // 2**20} MB", "Check a part of it.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        code = getattr(error, "errno", None)
        found = os.strerror(code) if code else str(error)
        raise EngagetreeError(str(path)[:200], f"it cannot be read ({found})", "Name a file.") from None


def _kind(data: bytes, file: str) -> Kind:
    begins = data[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"(<!--.*?-->\s*)*<(!doctype\s+)?html", begins, re.I | re.S):
        return "html"
    if begins[:1] in (b"{", b"["):
        return "jsonld"
    if begins[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "jats"
    if known := _SUFFIXES.get(Path(file).suffix.lower()):
        return known
    raise EngagetreeError(file or "the text", "it is not clear what it is", f"Say one of {', '.join(KINDS)} as its kind.")


def _of_text(data: bytes, kind: Kind) -> list[Flaw]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [flaw("CD-02" if kind == "csv" else "LD-05", line, "There are bytes that are not UTF-8.", do="Save it as UTF-8.")]
    return {"jsonld": linked, "html": page, "csv": dictionary_csv}[kind](text)


__all__ = ["KINDS", "RULES", "Flaw", "Kind", "lint"]
