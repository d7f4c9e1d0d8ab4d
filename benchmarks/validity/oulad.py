"""Four presentations of the Open University: what the product makes of the release, beside what `plain_oulad.py` makes of it by plain SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import plain_oulad as plain
from dataset import Dataset, Outcome

import engagetree
from engagetree.definition.templates import template
from engagetree.workspace import Workspace


def build(folder: Path, place: Path) -> Workspace:
    """The shipped template; days and weeks begin where the university is."""
    (place / "programme.yml").write_text(template("on-demand-course").replace("zone: UTC", "zone: Europe/London"), "utf-8")
    work = engagetree.create(place / "work", place / "programme.yml")
    work.take(folder, as_="oulad")
    work.score()
    return work


@lru_cache(maxsize=1)
def release(folder: Path) -> plain.Release:
    return plain.load(folder)


def features(folder: Path, week: int) -> Mapping[str, Sequence[float]]:
    r = release(folder)
    return dict(zip(r.participant.tolist(), plain.ceiling_features(r, 7 * week).tolist(), strict=True))


WEEKS = tuple(d // 7 for d in plain.DAYS)

OULAD = Dataset(
    "oulad-dev", "Open University Learning Analytics Dataset", "CC BY 4.0", "Kuzilek, Hlosta & Zdrahal 2017, Scientific Data 4:170171",
    tuple(f"{name}.parquet" for name in plain.FILES), "`on-demand-course` as shipped, with the zone Europe/London",
    "Passed (Pass or Distinction), of everybody still registered on the day, whatever became of them afterwards.",
    (Outcome("passed", "Passed", WEEKS, ()), Outcome("passed", "Passed", WEEKS, ("completion",))),
    build, plain.CEILING, features,
)  # fmt: skip
