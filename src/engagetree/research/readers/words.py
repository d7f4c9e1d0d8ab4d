"""Words that a cell may hold: as we write them, as their label reads, or as the institution added them; near ones are suggested."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engagetree.errors import near

SHOWN = 12


def spelt(word: str) -> str:
    """A word without the differences that do not matter.

    >>> spelt(" Talk or Presentation "), spelt("non-academic"), spelt("In-person")
    ('talk_or_presentation', 'non_academic', 'in_person')
    """
    text = word.strip().casefold()
    joined = re.sub(r"[\s\-_/]+", "_", re.sub(r"[(),.’']", "", text)).strip("_")
    return joined or text


def lookup(labels: Mapping[str, str], also: Mapping[str, str] | None = None) -> dict[str, str]:
    """Spelling → word: every word, its label, and further spellings.

    >>> lookup({"D1": "Inform"})["inform"], lookup({"D1": "Inform"})["d1"]
    ('D1', 'D1')
    """
    made = {spelt(label): word for word, label in labels.items()}
    made |= {spelt(f"{word} {label}"): word for word, label in labels.items()}
    made |= {spelling: word for spelling, word in (also or {}).items() if word in labels}
    return made | {spelt(word): word for word in labels}


def suggestion(text: str, labels: Mapping[str, str]) -> str:
    """What to write instead of a word that is not known."""
    known = {spelt(w): w for w in labels} | {spelt(label): w for w, label in labels.items()}
    hint = near(spelt(text)[:60], known)
    if hint:
        for spelling in sorted(known, key=len, reverse=True):
            hint = hint.replace(f"“{spelling}”", f"“{known[spelling]}”")
        first, _, rest = hint.partition(" or ")
        return hint if rest.strip("?") != first.removeprefix("Did you mean ") else f"{first}?"
    names = list(labels)
    return f"Known: {', '.join(names[:SHOWN])}{' …' if len(names) > SHOWN else ''}."
