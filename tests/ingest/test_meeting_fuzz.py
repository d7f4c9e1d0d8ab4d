"""A hundred seeded mutations of a report for each reader: nothing escapes, every row is counted, and no row that was left alone says
anything else than before.

What is expected comes from the report as it was: an act of a row that was not touched must be an act of the clean report. Acts are compared
without their session, which a report without a meeting's head takes from its people.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from engagetree.errors import EngagetreeError
from engagetree.ingest.answers import Answers
from engagetree.ingest.readers import readers

from .meetings import ALL, connection, read, written

ROUNDS = 100
NASTY = [
    "\0",
    "\ufeff",
    "\u202e",
    '"',
    '""',
    ",",
    "\t",
    ";",
    "--",
    "=1+1",
    "٣",
    "-178",
    "99/99/9999",
    "(",
    "\u2028",
    "🙂",
    "Total",
    "\r",
    "{" * 500,
]


def _drop(rng: random.Random, lines: list[str]) -> None:
    lines.pop(rng.randrange(len(lines)))


def _double(rng: random.Random, lines: list[str]) -> None:
    i = rng.randrange(len(lines))
    lines.insert(rng.randrange(len(lines)), lines[i])


def _swap(rng: random.Random, lines: list[str]) -> None:
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]


def _spoil(rng: random.Random, lines: list[str]) -> None:
    i = rng.randrange(len(lines))
    at = rng.randrange(len(lines[i]) + 1)
    lines[i] = lines[i][:at] + rng.choice(NASTY) + lines[i][at:]


def _cut_row(rng: random.Random, lines: list[str]) -> None:
    i = rng.randrange(len(lines))
    lines[i] = lines[i][: rng.randrange(len(lines[i]) + 1)]


def _lose_letter(rng: random.Random, lines: list[str]) -> None:
    i = rng.randrange(len(lines))
    at = rng.randrange(len(lines[i]) + 1)
    lines[i] = lines[i][:at] + lines[i][at + 1 :]


def _blank(rng: random.Random, lines: list[str]) -> None:
    lines.insert(rng.randrange(len(lines)), rng.choice(["", "  ", ",,,,", "\t\t"]))


MUTATIONS: tuple[Callable[[random.Random, list[str]], None], ...] = (_drop, _double, _swap, _spoil, _cut_row, _lose_letter, _blank)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be")


def said(tables) -> set[tuple[object, ...]]:
    return {(e["participant"], e["kind"], e["at"], e["amount"]) for e in tables.get("events", [])}


def row_texts(report: str) -> set[str]:
    return set(report.split("\n"))


def follows(name: str, who: str, kind: str, clean: set[tuple[object, ...]]) -> bool:
    """Acts that follow from the report as a whole and not from their row alone, so their time or length may be another: what is only
    counted, polls set in the middle of the session, leaves that are missing, the kind of a message, which stands in the lines below it.
    """
    known = {c[0] for c in clean}
    if name == "bbb":
        return who in known and (kind != "present" or who == "name:bbb:Bo")
    return (name == "zoom-questions" and who in known) or (name == "zoom-chat" and who in known) or who == "email:dee@x.org"


@pytest.mark.parametrize("name", ALL)
def test_mutations(tmp_path, name):
    content, answers = ALL[name]
    reader, lines = readers()[name], content.rstrip("\n").split("\n")
    named = Answers(**{**vars(answers), "session": answers.session or "s", "order": answers.order})
    con = connection(tmp_path)
    clean = said(read(written(tmp_path, content), named, reader, con)[2])
    headers = [x for x in lines if sum(w in x for w in ("Name", "name", "Time", "Question", "Leave", "Join", "#")) > 1]
    rng = random.Random(f"{name} 20250317")
    taken = 0
    for _ in range(ROUNDS):
        spoilt = list(lines)
        for _ in range(rng.randrange(1, 4)):
            if spoilt:
                rng.choice(MUTATIONS)(rng, spoilt)
        text = "\n".join(spoilt) + ("\n" if rng.random() < 0.7 else "")
        path = written(tmp_path, text.encode(rng.choice(ENCODINGS), "replace"))
        try:
            _, account, tables = read(path, named, reader, con)
        except EngagetreeError:
            continue
        taken += 1
        assert account.read == account.kept + account.merged + account.refused
        assert len(account.refusals) == account.refused
        if not all(h in spoilt for h in headers):
            continue  # what a column means is another matter then
        held = [x.replace("\0", "") for x in text.replace("\r", "\n").split("\n")]
        for e in tables.get("events", []):
            key = (e["participant"], e["kind"], e["at"], e["amount"])
            if key in clean or follows(name, e["participant"], e["kind"], clean):
                continue
            own = held[e["line"] - 1]
            assert own not in row_texts(content), (key, own, text)
    assert taken > ROUNDS // 3, "most mutations leave a report that can be read"


@pytest.mark.parametrize("name", ALL)
def test_bytes_that_were_changed(tmp_path, name):
    """Single bytes changed anywhere: an answer or a refusal, never anything else."""
    content, answers = ALL[name]
    reader, rng, con = readers()[name], random.Random(f"{name} bytes"), connection(tmp_path)
    for encoding in ("utf-8", "utf-16"):
        data = bytearray(content.encode(encoding))
        for _ in range(20):
            spoilt = bytearray(data)
            for _ in range(rng.randrange(1, 8)):
                spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
            path = written(tmp_path, bytes(spoilt))
            reader.recognises(path)
            try:
                _, account, _ = read(path, answers, reader, con)
            except EngagetreeError:
                continue
            assert account.read == account.kept + account.merged + account.refused
