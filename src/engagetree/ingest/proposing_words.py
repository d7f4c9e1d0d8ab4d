"""What other people's headers and words may mean: the table `proposing_words.yml`, read once, and how alike a header is to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from engagetree.ingest.moodle_words import AGAIN, BY_EVENT
from engagetree.ingest.xapi_words import last_word, verbs

ALIKE = 88
"""Of 100: from here on two headers are alike enough to propose one for the other, always as a question."""
SHORTEST = 5
LONGEST = 6
"""Words of a header; one with more, or with a question mark, is a question of a form and names nothing by a word in it."""
"""Characters that a header needs to be compared by likeness; shorter ones resemble too much."""
UNITS = {
    "minutes": ("min", "mins", "minute", "minutes", "minuten", "minutos"),
    "hours": ("h", "hrs", "hour", "hours", "stunden", "std", "horas", "heures"),
}
NAMED, WITHIN, LIKE = "named", "within", "like"
"""How a header came to a role: it is one of its names, holds one of them, or only resembles one."""


@dataclass(frozen=True)
class Meant:
    """A role that a header may have, how it came to it, and the name that it was held against."""

    role: str
    how: str
    name: str


@cache
def table() -> dict[str, Any]:
    """The whole table."""
    told: dict[str, Any] = yaml.safe_load(files("engagetree.ingest").joinpath("proposing_words.yml").read_text("utf-8"))
    return told


@cache
def bare(text: str) -> str:
    """A header or word for comparing: one case, no accents, no punctuation, words set apart, nothing in brackets.

    >>> bare("TimeSpent (min)"), bare("E-Mail-Adresse"), bare("N° étudiant"), bare("Grade.SNA_1")
    ('time spent', 'e mail adresse', 'no etudiant', 'grade sna 1')
    """
    text = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", re.sub(r"[(\[].*?[)\]]", " ", text).strip() or text)
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("°", "o").replace("º", "o")).casefold()
    return " ".join(re.sub(r"[^\w]|_", " ", "".join(c for c in plain if unicodedata.category(c) != "Mn")).split())


@cache
def _by_name(part: str) -> dict[str, str]:
    return {bare(name): key for key, names in table()[part].items() for name in names}


@cache
def roles(header: str) -> tuple[Meant, ...]:
    """What a header may mean, the surest first; nothing where it resembles nothing.

    >>> roles("Matrikelnummer"), [m.role for m in roles("Final grade")], roles("Emial adress")[0].how
    ((Meant(role='person', how='named', name='matrikelnummer'),), ['score'], 'like')
    """
    text, known = bare(header), _by_name("roles")
    if text in known:
        return (Meant(known[text], NAMED, text),)
    parts = text.split()
    if len(parts) > LONGEST or "?" in header:
        return ()
    spans = {" ".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
    held = sorted((s for s in spans if s in known and len(s) > 2), key=lambda s: (-len(s), s))
    found = {known[s]: Meant(known[s], WITHIN, s) for s in reversed(held)}
    for end, role in table()["endings"].items():
        if any(p.endswith(end) for p in parts):
            found.setdefault(role, Meant(role, WITHIN, end))
    if len(text) >= SHORTEST:
        from rapidfuzz import fuzz, process

        for name, _, _ in process.extract(text, [k for k in known if len(k) >= SHORTEST], scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3):
            found.setdefault(known[name], Meant(known[name], LIKE, name))
    return tuple(sorted(found.values(), key=lambda m: -len(m.name)))


def private(header: str) -> bool:
    """Whether a header says who somebody is, or what an attribute should not tell."""
    text = bare(header)
    return any(re.search(rf"\b{re.escape(bare(w))}\b", text) for w in table()["private"] if len(w) > 3 or text == w)


def unit(header: str) -> str | None:
    """minutes | hours, where a header says that it counts those.

    >>> unit("Duration (Minutes)"), unit("Time in session [h]"), unit("Seconds")
    ('minutes', 'hours', None)
    """
    words = set(re.findall(r"[^\W\d_]+", header.casefold()))
    return next((name for name, known in UNITS.items() if words & set(known)), None)


@dataclass(frozen=True)
class Act:
    """What a word of a column of acts means: a kind of ours, `absent` where it is no act; `sure` where the table has the very word."""

    kind: str
    sure: bool


@cache
def act(word: str) -> Act | None:
    """The kind of act that a word stands for.

    >>> act("Anwesend"), act("has viewed the page"), act("http://adlnet.gov/expapi/verbs/answered").kind, act("zzz")
    (Act(kind='present', sure=True), Act(kind='click', sure=False), 'answer', None)
    """
    text = bare(word)
    known = _by_name("kinds") | {k: k for k in table()["kinds"] if k != "absent"}
    if text in known:
        return Act(known[text], True)
    if "://" in word and (verb := verbs().get(word.strip())):
        return Act(verb.kind, True)
    if text in _tails():
        return Act(_tails()[text], True)
    for form in _forms(text):
        if form in known:
            return Act(known[form], True)
    if text in BY_EVENT and BY_EVENT[text] != AGAIN:
        return Act(BY_EVENT[text], True)
    if (last := text.split()[-1:]) and (kind := known.get(last[0]) or _tails().get(last[0])) and len(last[0]) > 3:
        return Act(kind, False)
    held = [p for p in text.split() if len(p) > 3 and (p in known or p in _tails())]
    kinds = {known.get(p) or _tails()[p] for p in held}
    return Act(kinds.pop(), False) if len(kinds) == 1 else None


def _forms(word: str) -> tuple[str, ...]:
    """What an English verb is in the past: the table has mostly that form."""
    if len(word) < 4 or " " in word:
        return ()
    base = word.removesuffix("s").removesuffix("ing")
    return f"{base}ed", f"{base}d", f"{base}{base[-1]}ed"


@cache
def _tails() -> dict[str, str]:
    """Kind by the last word of an xAPI verb: `attended` is `present`."""
    return {bare(last_word(iri)): word.kind for iri, word in verbs().items()}


def about(texts: Iterable[str], part: str = "about") -> tuple[str, str] | None:
    """(what rows are about, the word that says so) by the words of a file's name and headers; part `things` gives a kind of item.

    >>> about(["Anwesenheit_Mai", "Name"]), about(["Quiz 3"], "things"), about(["x"])
    (('present', 'anwesenheit'), ('quiz', 'quiz'), None)
    """
    for text in texts:
        known, words = _by_name(part), bare(text).split()
        spans = [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)]
        if found := next((s for s in spans if s in known), None):
            return known[found], found
    return None


def slug(text: str) -> str:
    """A text as a name of ours.

    >>> slug("Final Grade (%)"), slug("Prüfung 2")
    ('final-grade', 'prufung-2')
    """
    return bare(text).replace(" ", "-")[:60] or "value"
