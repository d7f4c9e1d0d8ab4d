"""The seven files of the OULAD release, found in a folder or zip by their columns, whatever they are called."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engagetree.errors import ImportRefused
from engagetree.ingest.opened import fresh
from engagetree.ingest.shape import plain
from engagetree.ingest.text_file import LARGEST, STEEPEST

PRESENTATION = {"code_module": "text", "code_presentation": "text"}

COLUMNS: dict[str, dict[str, str]] = {
    "courses": {**PRESENTATION, "module_presentation_length": "whole"},
    "assessments": {**PRESENTATION, "id_assessment": "id", "assessment_type": "text", "date": "whole?", "weight": "number?"},
    "vle": {"id_site": "id", **PRESENTATION, "activity_type": "text", "week_from": "whole?"},
    "studentInfo": {
        **PRESENTATION,
        "id_student": "id",
        "num_of_prev_attempts": "whole?",
        "studied_credits": "whole?",
        "final_result": "text?",
    },
    "studentRegistration": {**PRESENTATION, "id_student": "id", "date_registration": "whole?", "date_unregistration": "whole?"},
    "studentAssessment": {"id_assessment": "id", "id_student": "id", "date_submitted": "whole", "is_banked": "whole"},
    "studentVle": {**PRESENTATION, "id_student": "id", "id_site": "id", "date": "whole", "sum_click": "clicks"},
}
"""Columns that we use of each file: text, an id, a whole number, a number; `?` may be empty."""

MOST_MEMBERS = 200


@dataclass(frozen=True)
class Part:
    """One of the seven files: which, where, and the name to call it by."""

    kind: str
    path: Path
    name: str


def kind_of(header: list[str]) -> str | None:
    """Which of the seven files has this header: the first with all its columns, those with most columns tried first."""
    have = {plain(h) for h in header}
    told = {k.casefold() for k in have}
    for kind in ("studentInfo", "studentVle", "studentRegistration", "studentAssessment", "assessments", "vle", "courses"):
        if told.issuperset(COLUMNS[kind]):
            return kind
    return None


def _header(stream: IO[bytes]) -> list[str]:
    head = stream.read(4096)
    if head[:2] == b"\x1f\x8b":
        try:
            head = zlib.decompressobj(47).decompress(head, 8192)
        except zlib.error:
            return []
    if head[:4] == b"PAR1":
        return _parquet_header(stream)
    line = head.decode("utf-8-sig", "ignore").splitlines()[:1]
    return next(csv.reader(io.StringIO(line[0])), []) if line else []


def _parquet_header(stream: IO[bytes]) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(stream).names)
    except (OSError, ValueError, pa.ArrowException):
        return []


def in_folder(folder: Path) -> Iterator[Part]:
    """The files of a folder that are one of the seven."""
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")):
        with path.open("rb") as f:
            kind = kind_of(_header(f))
        if kind:
            yield Part(kind, path, path.name)


def kinds_in_zip(path: Path) -> set[str]:
    """Which of the seven a zip holds, by the first bytes of its members."""
    found = set()
    with zipfile.ZipFile(path) as z:
        for info in z.infolist()[:MOST_MEMBERS]:
            if info.is_dir() or info.flag_bits & 1:
                continue
            with z.open(info) as f:
                kind = kind_of(_header(f))
            found |= {kind} if kind else set()
    return found


def unzip(path: Path, scratch: Path) -> Iterator[Part]:
    """The members of a zip that are one of the seven, written to files of our own names, counted while unpacking."""
    left = 4 * LARGEST
    with zipfile.ZipFile(path) as z:
        for info in z.infolist()[:MOST_MEMBERS]:
            if info.is_dir():
                continue
            target = scratch / fresh("member")
            written = 0
            with z.open(info) as f, target.open("wb") as out:
                while piece := f.read(4 << 20):
                    written, left = written + len(piece), left - len(piece)
                    if left < 0 or written > STEEPEST * max(info.compress_size, 64 << 10):
                        raise ImportRefused(path.name, f"{info.filename} unpacks to more than {written >> 20} MB", "Import it unpacked.")
                    out.write(piece)
            with target.open("rb") as f:
                kind = kind_of(_header(f))
            if kind:
                yield Part(kind, target, info.filename)
            else:
                target.unlink()


def parts(path: Path, scratch: Path) -> dict[str, Part]:
    """All seven. Raises ImportRefused naming those that are missing or there twice."""
    try:
        found = list(in_folder(path) if path.is_dir() else unzip(path, scratch))
    except (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, RuntimeError, NotImplementedError) as e:
        raise ImportRefused(path.name, f"the packed file is cut off or damaged ({e})", "Download it again.") from None
    missing = [k for k in COLUMNS if k not in {p.kind for p in found}]
    if missing:
        there = ", ".join(p.name for p in found) or "nothing of OULAD"
        do = f"All seven files belong together; found: {there}."
        raise ImportRefused(path.name, f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing", do)
    twice = [k for k in COLUMNS if sum(p.kind == k for p in found) > 1]
    if twice:
        names = ", ".join(p.name for p in found if p.kind == twice[0])
        raise ImportRefused(path.name, f"{twice[0]} is there more than once ({names})", "Keep one of them.")
    return {p.kind: p for p in found}
