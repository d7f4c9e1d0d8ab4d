"""Fifty seeded mutations of an export for each reader of platforms: nothing escapes, every row is counted, no row that was left alone
says anything else than before. What is expected comes from the export as it was."""

from __future__ import annotations

import random

import pytest

from engagetree.errors import EngagetreeError
from engagetree.ingest.readers import readers

from .meetings import written
from .platforms import ALL, book, slack
from .platforms import VOTERS as VOTES
from .test_meeting_fuzz import MUTATIONS

ROUNDS = 50
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16")


def read(con, path, answers, reader):
    """(account, tables as lists of rows), with one connection for many files."""
    staged = reader.stage_answered(con, path, answers, path.parent / "scratch")
    tables = {n: con.sql(f"SELECT * FROM {t}").to_arrow_table().to_pylist() for n, t in staged.tables.items()}
    for table, name in staged.tables.items():
        con.execute(f"DROP {'VIEW' if table in staged.loose else 'TABLE'} {name}")
    return staged.account, tables


def said(tables) -> set[tuple[object, ...]]:
    """What is said of people, without where it was done: the place may have been spoilt in another row of it."""
    told = {(e["participant"], e["kind"], e["at"], e["amount"], e["line"]) for e in tables.get("events", [])}
    return told | {(o["participant"], o["outcome"], o["value"], o["at"], o["line"]) for o in tables.get("outcomes", [])}


@pytest.mark.parametrize("name", ALL)
def test_mutations(con, tmp_path, name):
    content, answers = ALL[name]
    reader, lines = readers()[name], content.rstrip("\n").split("\n")
    clean = {s[:-1] for s in said(read(con, written(tmp_path, content), answers, reader)[1])}
    rng = random.Random(f"{name} 20250317")
    taken = 0
    for _ in range(ROUNDS):
        spoilt = list(lines)
        for _ in range(rng.randrange(1, 4)):
            if len(spoilt) > 1:
                rng.choice(MUTATIONS)(rng, spoilt)
        text = "\n".join(spoilt) + ("\n" if rng.random() < 0.7 else "")
        path = written(tmp_path, text.encode(rng.choice(ENCODINGS), "replace"))
        reader.recognises(path)
        try:
            account, tables = read(con, path, answers, reader)
        except EngagetreeError:
            continue
        taken += 1
        assert account.read == account.kept + account.merged + account.refused
        held = text.replace("\r", "\n").split("\n")
        if next((h for h in held if h.strip("\ufeff \t,;")), "") != lines[0] and name != "edx-log":
            continue  # a header that was moved or spoilt changes what stands below it
        for *key, line in said(tables):
            own = held[line - 1]
            assert tuple(key) in clean or own not in lines or _leans(name, own, lines, held), (key, own, text)
    assert taken > ROUNDS // 4, f"{taken}: most mutations leave an export that can be read"


def _leans(name: str, own: str, lines: list[str], held: list[str]) -> bool:
    """Whether a row's meaning rests on another row that was spoilt: points possible, a number's only name, an address with two names."""
    if name == "eventbrite":
        return any(own.split(",")[4] in h for h in held if h not in lines) or any(own.split(",")[4] in x for x in lines if x not in held)
    rests_on = {"canvas-grades": dict.fromkeys(range(3, 7), (2,)), "edx-log": {1: (0, 2, 4)}}.get(name, {})
    return any(lines[i] not in held for i in rests_on.get(lines.index(own), ()))


@pytest.mark.parametrize("name", [*ALL, "slack", "mentimeter"])
def test_bytes_that_were_changed(con, tmp_path, name):
    """Bytes changed anywhere, and files cut anywhere: an answer or a refusal, never anything else."""
    others = {"slack": slack(), "mentimeter": book(Voters=VOTES)}
    data, answers = (ALL[name][0].encode(), ALL[name][1]) if name in ALL else (others[name], ALL["discourse"][1])
    reader, rng = readers()[name], random.Random(f"{name} bytes")
    for n in range(10 if name == "mentimeter" else 30):
        spoilt = bytearray(data)
        for _ in range(rng.randrange(1, 8)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        path = written(tmp_path, bytes(spoilt[: rng.randrange(1, len(spoilt))] if n % 3 == 0 else spoilt))
        try:
            reader.recognises(path)
            account, _ = read(con, path, answers, reader)
        except EngagetreeError:
            continue
        assert account.read == account.kept + account.merged + account.refused
