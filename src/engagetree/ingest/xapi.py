"""The reader of xAPI statements, 1.0.x and 2.0: a JSON array, JSON lines or a record store's answer, packed by gzip or not.

Every statement is a row. One that says what somebody did is an act: who is the handle of its actor, what the kind that `verbs.yml` gives
to its verb, on what the IRI of its object. One that voids another goes to the register of voids, whichever of the two comes first. The
act of a group is the act of each of its members; a group that names no member is nobody.

Parts that recur are read once: actor, verb, object and context are looked up by their own text, written out again, which is what makes
this quick enough for ten million statements.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import orjson

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.formats import form
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Handle
from engagetree.ingest.xapi_amounts import result_score, result_seconds
from engagetree.ingest.xapi_file import Row, head_of, opened, values
from engagetree.ingest.xapi_rows import BATCH, MOST_KNOWN, Act, Acts, TextsNeeded
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
from engagetree.ingest.xapi_words import ANY, ONE, SCORE, SECONDS, VOIDED, VOIDS, Word, item_kind, word

TOOL = "xapi"
ABSENT: dict[str, Any] = {}
LANGUAGES = ("en", "en-US", "en-GB", "und")
SIMPLE = {"id", "actor", "verb", "object", "result", "context", "timestamp"}
OURS = ("refused",)
"""The shape of the line before a refused statement in a refused file: what we say of it."""
K = TypeVar("K")
V = TypeVar("V")


class Known(dict[K, V]):
    """What was read of parts that recur, by their text. At most MOST_KNOWN of them; then it begins anew."""

    def __init__(self, read: Callable[[K], V]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: K) -> V:
        if len(self) >= MOST_KNOWN:
            self.clear()
        value = self[key] = self._read(key)
        return value


def keys_in(part: bytes) -> int:
    """How often something that looks like a key stands in a text: more often than was read where a key stands twice."""
    return part.count(b'":')


def handles(who: dict[str, Any]) -> list[Handle]:
    """What an actor is known by: itself, or each member of a group. A group without members is nobody."""
    group = who.get("objectType") == "Group"
    if group and who.get("member"):
        return [h for one in who["member"] for h in handles(one)]
    name = who.get("name")
    if "mbox" in who:
        return [Handle("email", who["mbox"][len("mailto:") :], name, TOOL, not group)]
    if "mbox_sha1sum" in who:
        return [Handle("account", who["mbox_sha1sum"].lower(), name, "mbox_sha1sum", not group)]
    if "openid" in who:
        return [Handle("account", who["openid"], name, "openid", not group)]
    return [Handle("account", who["account"]["name"], name, who["account"]["homePage"], not group)]


class Statements:
    """Reads statements into `acts`."""

    def __init__(self, acts: Acts) -> None:
        self.acts, self.line = acts, 0
        self.shapes = Known(_shape)
        self.actors = Known(self._actor)
        self.deeds = Known(self._deed)

    def run(self, rows: Iterable[Row]) -> None:  # noqa: PLR0912, PLR0915
        """Every statement of a file. One long loop with everything at hand: a call more for each statement is felt."""
        acts, dumps = self.acts, orjson.dumps
        actors, deeds, shapes, keep, careful, n = self.actors, self.deeds, self.shapes, acts.acts.append, acts.careful, 0
        for line, raw, s, fault in rows:
            n += 1
            if not n % BATCH:
                acts.write()
            self.line = line
            try:
                if fault:
                    raise Fault("no JSON", fault)
                if type(s) is not dict:
                    raise Fault("no statement", shown(s))
                simple = shapes[tuple(s)]
                if simple is None:
                    n -= 1  # what we say of a refused row, before the row itself
                    continue
                who, keys = actors[dumps(s["actor"])]
                c = s.get("context", ABSENT)
                around = c.get("contextActivities", ABSENT) if type(c) is dict else c
                means, item, about, more = deeds[dumps((s["verb"], s["object"], around))]
                keys += more + len(s)
                if c is not ABSENT:
                    if len(c) == 2 and type(c.get("extensions")) is dict and around is not ABSENT:
                        keys += 2 + len(c["extensions"])
                    else:
                        keys += keys_in(dumps(context(c, about=about))) - (keys_in(dumps(around)) if around is not ABSENT else 0)
                r = s.get("result", ABSENT)
                if r is not ABSENT:
                    if type(r) is dict and len(r) == 1 and type(r.get("extensions")) is dict:
                        keys += 1 + len(r["extensions"])
                    else:
                        keys += self._result(r)
                at: Any = s.get("timestamp")
                id_ = s.get("id")
                if not simple:
                    keys += self._rest(s)
                    at = s.get("stored") if at is None else at
                if type(at) is not str or type(id_) is not str:
                    _stamped(at, id_)
                if raw.count(b'":') != keys:
                    _no_key_twice(raw)
                how = means.amount
                if how == ONE:
                    keep((id_, who, at, means.kind, item, 1.0, line, raw if careful else b""))
                elif how != VOIDS:
                    keep(self._told((id_, who, at, means.kind, item, None, line, raw if careful else b""), means, r))
                elif about == "StatementRef":
                    acts.void(line, raw, s["object"]["id"].lower(), at)
                else:
                    raise Fault("a statement that voids must refer to another one", about)
            except Fault as e:
                acts.refuse(line, raw, e.kind, e.reason)
            except (orjson.JSONEncodeError, RecursionError):
                acts.refuse(line, raw, "nested too deep", "nested too deep")
        acts.counts["read"] = n

    def _told(self, act: Act, means: Word, r: dict[str, Any]) -> Act:
        """An act whose kind and amount are in its result."""
        kind, amount = told(means, r)
        if kind == "present" and amount:
            self.acts.earlier.append((len(self.acts.acts), amount))
        return (*act[:3], kind, act[4], amount, *act[6:])

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
        means, (item, about) = self._verb(verb(done)["id"]), self._thing(thing(to))
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

    def _result(self, r: Any) -> int:
        return keys_in(orjson.dumps(result(r)))

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
        return keys_in(orjson.dumps(s["attachments"])) if "attachments" in s else 0


def _shape(names: tuple[str, ...]) -> bool | None:
    """Whether a statement of these properties has none but the usual ones; None for a line of our own."""
    if names == OURS:
        return None
    an_object(dict.fromkeys(names, 0), "statement", STATEMENT, ("actor", "verb", "object"))
    return set(names) <= SIMPLE


def _stamped(at: object, id_: object) -> None:
    if type(at) is not str:
        raise Fault("no timestamp") if at is None else Fault("timestamp is no text", shown(at))
    if id_ is not None:
        raise Fault("id is no text", shown(id_))


def told(means: Word, r: dict[str, Any]) -> tuple[str, float | None]:
    """The kind and the amount, by what the result says."""
    kind, how = means.kind, means.amount
    done, success = r.get("completion"), r.get("success")
    if means.done and done is True:
        kind = means.done
    elif means.undone and done is False:
        kind = means.undone
    elif means.failed and success is False:
        kind = means.failed
    elif means.scored and "score" in r:
        kind, how = means.scored, SCORE
    if how == SCORE:
        return kind, result_score(r)
    if how == SECONDS:
        return kind, result_seconds(r, last=kind == "watch")
    if how == ANY:
        seconds = result_seconds(r, last=False)
        return kind, seconds if seconds is not None else result_score(r)
    return kind, None


def title(names: dict[str, str]) -> str | None:
    """One of a thing's names: the English one, else the first by language.

    >>> title({"de": "Woche 1", "en-US": "Week 1"}), title({})
    ('Week 1', None)
    """
    for language in (*LANGUAGES, *sorted(names)):
        if names.get(language, "").strip():
            return names[language].strip()[:300]
    return None


def _no_key_twice(raw: bytes) -> None:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        if len(set(names)) < len(names):
            raise Fault("a key stands twice", next(n for n in names if names.count(n) > 1)[:60])
        return {}

    json.loads(raw, object_pairs_hook=pairs)


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
            Statements(acts).run(values(stream))
        return acts.staged()
    except BaseException:
        acts.forget()
        raise
    finally:
        if collecting:
            gc.enable()


READER = Reader(TOOL, "xAPI statements, 1.0 and 2.0: JSON, JSON lines, gzip", recognises, stage)
