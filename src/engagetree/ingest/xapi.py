"""The reader of xAPI statements, 1.0.x and 2.0: a JSON array, JSON lines or a record store's answer, packed by gzip or not.

Every statement is a row. One that says what somebody did is an act: who is the handle of its actor, what the kind that `verbs.yml` gives
to its verb, on what the IRI of its object. One that voids another goes to the register of voids, whichever of the two comes first. The
act of a group is the act of each of its members; a group that names no member is nobody.

Parts that recur are read once: actor, verb, object and context are looked up by their own text, written out again, which is what makes
this quick enough for ten million statements. So does reading lines some at a time, as if nothing were wrong with any of them: only where
something is, they are read again one by one.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import orjson

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.edx_things import meant
from engagetree.ingest.formats import form
from engagetree.ingest.readers import Reader
from engagetree.ingest.xapi_file import Part, Row, head_of, opened, parts
from engagetree.ingest.xapi_parts import TOOL, Known, handles, keys_in, keys_of, no_key_twice, title, told
from engagetree.ingest.xapi_rows import BATCH, Act, Acts, TextsNeeded
from engagetree.ingest.xapi_rules import (
    STATEMENT,
    VERSION,
    Fault,
    activities,
    actor,
    an_object,
    attachments,
    context,
    result,
    shown,
    text,
    thing,
    verb,
)
from engagetree.ingest.xapi_words import ONE, VOIDED, VOIDS, Word, item_kind, word

ABSENT: dict[str, Any] = {}
SIMPLE = {"id", "actor", "verb", "object", "result", "context", "timestamp"}
OURS = ("refused",)
"""The shape of the line before a refused statement in a refused file: what we say of it."""
LONGEST_PAUSE = 63
"""Parts that are read one by one at most before it is tried quickly again."""


class Statements:
    """Reads statements into `acts`."""

    def __init__(self, acts: Acts) -> None:
        self.acts, self.line, self.read = acts, 0, 0
        self.shapes = Known(_shape)
        self.actors = Known(self._actor)
        self.deeds = Known(self._deed)
        self.extended: Callable[[Any], int] = len  # keys in extensions, which most often have none but their own

    def run(self, parts: Iterable[Part]) -> None:
        """Every statement of a file: those of a part quickly where nothing is wrong with any of them, else one by one."""
        pause = pauses = 0
        for part in parts:
            quick = part.texts and not self.acts.careful and pause <= 0
            if quick and self._quickly(part):
                pauses = 0
            else:
                pauses = min(2 * pauses + 1, LONGEST_PAUSE) if quick else pauses
                pause = (pauses if quick else pause) - 1
                self._one_by_one(part.rows)
            if len(self.acts.acts) >= BATCH:
                self.acts.write()
        self.acts.counts["read"] = self.read

    def _quickly(self, part: Part) -> bool:
        """Lines of which each is an act that is as it should be. False where one is not: then none of them is taken."""
        acts, line, keys = self.acts, part.first, 0
        before, one, keep = len(acts.acts), self._one, acts.acts.append
        try:
            for s in map(orjson.loads, part.texts):
                more, act = one(line, b"", s)
                if act is None:
                    break
                keep(act)
                keys += more
                line += 1
            else:
                if keys == part.keys:
                    self.read += len(part.texts)
                    return True
        except (Fault, orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
            pass
        acts.take_back(before)
        return False

    def _one_by_one(self, rows: Iterable[Row]) -> None:
        """Statements that may be wrong: what is refused is told, with its reason."""
        acts = self.acts
        for line, raw, s, fault in rows:
            self.read += 1
            if not self.read % BATCH:
                acts.write()
            try:
                if fault:
                    raise Fault("no JSON", fault)
                if type(s) is dict and tuple(s) == OURS:
                    self.read -= 1  # what we say of a refused row, before the row itself
                    continue
                keys, act = self._one(line, raw if acts.careful else b"", s)
                if raw.count(b'":') != keys:
                    no_key_twice(raw, s)
                    self.extended = keys_of
                if act is not None:
                    acts.acts.append(act)
                else:
                    acts.void(line, raw, s["object"]["id"].lower(), s.get("timestamp") or s["stored"])
            except Fault as e:
                acts.take_back(len(acts.acts))
                acts.refuse(line, raw, e.kind, e.reason)
            except (orjson.JSONEncodeError, RecursionError):
                acts.take_back(len(acts.acts))
                acts.refuse(line, raw, "nested too deep", "nested too deep")

    def _one(self, line: int, raw: bytes, s: Any) -> tuple[int, Act | None]:  # noqa: PLR0912
        """(keys, the act) of a statement; no act where it voids another one."""
        if type(s) is not dict:
            raise Fault("no statement", shown(s))
        dumps, simple = orjson.dumps, self.shapes[tuple(s)]
        self.line = line
        who, keys = self.actors[dumps(s["actor"])]
        c = s.get("context", ABSENT)
        around = c.get("contextActivities", ABSENT) if type(c) is dict else c
        means, item, about, more = self.deeds[dumps((s["verb"], s["object"], around))]
        keys += more + len(s)
        if c is not ABSENT:
            if len(c) == 2 and around is not ABSENT and type(c.get("extensions")) is dict:
                keys += 2 + self.extended(c["extensions"])
            else:
                keys += keys_of(context(c, about=about)) - (keys_of(around) if around is not ABSENT else 0)
        r = s.get("result", ABSENT)
        if r is not ABSENT:
            if type(r) is dict and len(r) == 1 and type(r.get("extensions")) is dict:
                keys += 1 + self.extended(r["extensions"])
            else:
                keys += keys_of(result(r))
        at: Any = s.get("timestamp")
        id_: Any = s.get("id")
        if not simple:
            keys += self._rest(s)
            at = s.get("stored") if at is None else at
        if type(at) is not str or type(id_) is not str:
            _stamped(at, id_)
        how = means.amount
        if how == ONE:
            return keys, (id_, who, at, means.kind, item, 1.0, line, raw)
        if how != VOIDS:
            kind, amount = told(means, r)
            if kind == "present" and amount:
                self.acts.earlier.append((len(self.acts.acts), amount))
            return keys, (id_, who, at, kind, item, amount, line, raw)
        if about != "StatementRef":
            raise Fault("a statement that voids must refer to another one", about)
        return keys, None

    # ---- parts

    def _actor(self, key: bytes) -> tuple[str, int]:
        found = [self.acts.know(h) for h in handles(actor(orjson.loads(key)))]
        members = tuple(dict.fromkeys(found))
        if len(members) == 1:
            return members[0], keys_in(key)
        group = f"group:{hashlib.sha256(key).hexdigest()}"
        self.acts.groups[group] = members
        return group, keys_in(key)

    def _deed(self, key: bytes) -> tuple[Word, str | None, str, int]:
        """(what the verb means, the item, what sort of object it is, keys) of verb, object and what surrounds them."""
        done, to, around = orjson.loads(key)
        found = thing(to)
        means, (item, about) = meant(self._verb(verb(done)["id"]), done["id"], to), self._thing(found)
        if around != ABSENT:
            activities(around)
        return means, item, about, keys_in(key)

    def _verb(self, iri: str) -> Word:
        if iri == VOIDED:
            return Word("void", VOIDS)
        means = word(iri)
        if not means.known:
            self.acts.unknown.add(iri[:120])
        return means

    def _thing(self, found: dict[str, Any]) -> tuple[str | None, str]:
        """(the item, what sort of object it is). Somebody, and another statement, are no items."""
        about = found.get("objectType", "Activity")
        if about != "Activity":
            return None, about
        definition = found.get("definition", {})
        if kind := item_kind(definition.get("type", "")):
            self.acts.offer(found["id"], kind, title(definition.get("name", {})), self.line)
        return found["id"], about

    def _rest(self, s: dict[str, Any]) -> int:
        """What few statements have."""
        if "stored" in s:
            text(s["stored"], "stored")
        if "timestamp" in s:
            text(s["timestamp"], "timestamp")
        if "id" in s:
            text(s["id"], "id")
        if "version" in s:
            text(s["version"], "version", VERSION, "version that can be read: 1.0.x or 2.0.x")
        if "attachments" in s:
            attachments(s["attachments"])
        return self.actors[orjson.dumps(s["authority"])][1] + self._attached(s) if "authority" in s else self._attached(s)

    def _attached(self, s: dict[str, Any]) -> int:
        return keys_of(s["attachments"]) if "attachments" in s else 0


def _shape(names: tuple[str, ...]) -> bool:
    """Whether a statement of these properties has none but the usual ones."""
    an_object(dict.fromkeys(names, 0), "statement", STATEMENT, ("actor", "verb", "object"))
    return set(names) <= SIMPLE


def _stamped(at: object, id_: object) -> None:
    if type(at) is not str:
        raise Fault("no timestamp") if at is None else Fault("timestamp is no text", shown(at))
    if id_ is not None:
        raise Fault("id is no text", shown(id_))


# ---- the reader


def recognises(path: Path) -> bool:
    """Whether the file begins with statements: objects that have an actor, a verb and an object."""
    if form(path) != "text":
        return False
    head = head_of(path)
    if not head.startswith((b"{", b"[")) or b'"sendTime"' in head[:4_000] or b'"eventTime"' in head[:4_000]:
        return False
    return all(re.search(rb'"%s"\s*:\s*\{' % name, head) for name in (b"actor", b"verb", b"object"))


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The statements of a file. Times without a zone are UTC, as xAPI has it."""
    if form(path) != "text":
        raise ImportRefused(path.name, "statements come as JSON", "Name the file that holds them.")
    try:
        return _read(Acts(con, path.name, TOOL, scratch), path, scratch)
    except TextsNeeded:
        return _read(Acts(con, path.name, TOOL, scratch, careful=True), path, scratch)


def _read(acts: Acts, path: Path, scratch: Path) -> Staged:
    collecting = gc.isenabled()
    gc.disable()  # what is read is freed at once, and has no circles; looking for some costs a tenth of the time
    try:
        with opened(path, scratch) as stream:
            Statements(acts).run(parts(stream))
        return acts.staged()
    except BaseException:
        acts.forget()
        raise
    finally:
        if collecting:
            gc.enable()


READER = Reader(TOOL, "xAPI statements, 1.0 and 2.0: JSON, JSON lines, gzip", recognises, stage)
