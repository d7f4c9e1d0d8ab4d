"""Whom a handle is like. A score here only suggests: nothing is ever merged by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from engagetree.identity import without_plus
from engagetree.ingest.persons import compared, real_names
from engagetree.ledger import PersonRow

MOST, LEAST = 3, 70.0
"""Suggestions for a handle; likeness from 0 to 100 below which nobody is suggested."""

FEWEST, PART = 3, 0.9
"""Letters of a word that is worth finding in a longer name, and what such a find counts."""


@dataclass(frozen=True)
class Likely:
    """A participant that a handle may be: `score` from 0 to 100, `because` what is like what (with names in it)."""

    participant: str
    score: float
    because: str


def likely(row: PersonRow, told: Mapping[str, Sequence[PersonRow]], bare: Iterable[str], plus: str) -> tuple[Likely, ...]:
    """The likeliest participants. `told` is what is known of each, `bare` are participants of whom only the id is known."""
    choices = [(text, p, shown) for p, rows in told.items() for r in rows for text, shown in _texts(r)]
    choices += [(compared(p), p, p) for p in bare]
    best: dict[str, Likely] = {}
    base = without_plus(row.value) if row.kind == "email" and plus != "same" else None
    for p, rows in told.items():
        if base and any(r.kind == "email" and r.value.lower() == base for r in rows):
            best[p] = Likely(p, 100.0, f"{base} without what stands behind the plus")
    texts = [c[0] for c in choices]
    for asked, shown in _texts(row):
        for at, score in _alike(asked, texts):
            _, p, other = choices[at]
            if p not in best or best[p].score < score:
                best[p] = Likely(
                    p, round(score, 1), f"“{shown}” is like “{other}”" if score < 100 else f"“{shown}” is what “{other}” is called"
                )
    return tuple(sorted(best.values(), key=lambda s: (-s.score, s.participant))[:MOST])


def _alike(asked: str, texts: Sequence[str]) -> list[tuple[int, float]]:
    """(place, likeness) of the texts with the same words in any order; of those that share whole words only, a little less."""
    found = [
        (at, score) for _, score, at in process.extract(asked, texts, scorer=fuzz.token_sort_ratio, limit=4 * MOST, score_cutoff=LEAST)
    ]
    if len(asked) >= FEWEST:
        shared = process.extract(asked, texts, scorer=fuzz.token_set_ratio, limit=4 * MOST, score_cutoff=LEAST / PART)
        found += [(at, PART * score) for text, score, at in shared if len(text) >= FEWEST]
    return found


def _texts(row: PersonRow) -> list[tuple[str, str]]:
    """(text to compare, as it is shown) of a handle: its names, and the words before the @ of an address."""
    found = [(name, row.name or row.value) for name in real_names((row.value if row.kind == "name" else row.name) or "")]
    if row.kind == "email":
        local = (without_plus(row.value) or row.value).split("@", 1)[0]
        found.append((compared(" ".join("".join(c if c.isalpha() else " " for c in local).split())) or local, row.value))
    elif row.kind != "name":
        found.append((compared(row.value), row.value))
    return [(text, shown) for text, shown in dict.fromkeys(found) if text]
