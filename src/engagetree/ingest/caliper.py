"""The reader of Caliper, 1.1 and 1.2: envelopes of events, as JSON, JSON lines or an array of them; also events without an envelope.

Every event is a row. The actor's IRI is an account, the object's the item, the type and the action give the kind (`verbs.yml`), so that
the same act is the same kind whether a tool tells it in xAPI or in Caliper. An envelope that breaks a rule is refused as a whole, as one
row; entities in an envelope, which only describe things, are kept without becoming acts. A grade is the act of whoever is graded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import orjson

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.caliper_amounts import amount_of, judged
from engagetree.ingest.caliper_rules import ANONYMOUS, envelope, event, iri_of, type_of
from engagetree.ingest.edx_things import done, thing_of
from engagetree.ingest.formats import form
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Handle
from engagetree.ingest.xapi_file import Row, head_of, opened, values
from engagetree.ingest.xapi_rows import BATCH, MOST_KNOWN, Act, Acts
from engagetree.ingest.xapi_rules import Fault
from engagetree.ingest.xapi_words import ONE, action, item_kind

TOOL = "caliper"
PEOPLE = ("Person", "Learner", "Instructor", "")
"""Types of actors that are people; '' where only an IRI stands."""


class Events:
    """Reads envelopes and events into `acts`."""

    def __init__(self, acts: Acts) -> None:
        self.acts, self.n, self.bare = acts, 0, False
        self.known: dict[tuple[str, str | None, bool], str] = {}
        self.offered: set[tuple[str, str, str | None]] = set()

    def run(self, rows: Iterable[Row]) -> None:
        """Every envelope of a file."""
        for _, raw, value, fault in rows:
            try:
                if fault:
                    raise Fault("no JSON", fault)
                if isinstance(value, dict) and set(value) == {"refused"}:
                    continue  # what we say of a refused row, before the row itself
                self._one(raw, value)
            except Fault as e:
                self.n += 1
                self.acts.refuse(self.n, raw, e.kind, e.reason)
        self.acts.counts["read"] = self.n

    def _one(self, raw: bytes, value: Any) -> None:
        if isinstance(value, dict) and "eventTime" in value and "data" not in value:
            self.bare = True
            return self._take(value, raw)
        for one in envelope(value):
            self._take(one, None)

    def _take(self, one: Any, raw: bytes | None) -> None:
        self.n += 1
        if not self.n % BATCH:
            self.acts.write()
        try:
            if isinstance(one, str) or (isinstance(one, dict) and "eventTime" not in one and "action" not in one and "id" in one):
                self.acts.counts["entities"] += 1  # it only says what something is
                return
            self.acts.acts.append(self._act(event(one), raw or orjson.dumps(one)))
        except Fault as e:
            self.acts.refuse(self.n, raw or orjson.dumps(one), e.kind, e.reason)
        except (orjson.JSONEncodeError, RecursionError):
            self.acts.refuse(self.n, raw or b"", "nested too deep", "nested too deep")

    def _act(self, e: dict[str, Any], raw: bytes) -> Act:
        thing = e.get("object")
        replies = isinstance(thing, dict) and thing.get("replyTo") is not None
        means = action(e["type"], e["action"], replies)
        item, who = self._item(e, thing), self._who(e)
        kind, amount = means.kind, 1.0 if means.amount == ONE else amount_of(e, means.amount)
        said, score = judged(e) if item and item.startswith("edx:") else (False, None)
        if (special := done(e["type"], e["action"], item or "", said)) is not None:
            kind, amount = special, score if special == "answer" else None
        elif not means.known:
            self.acts.unknown.add(f"{e['type']} {e['action']}"[:120])
        return e["id"].removeprefix("urn:uuid:").lower(), who, e["eventTime"], kind, item, amount, self.n, raw

    def _who(self, e: dict[str, Any]) -> str:
        """The actor; of a grade whoever is graded, where that is said."""
        actor, thing = e["actor"], e.get("object")
        if e["type"] in ("GradeEvent", "OutcomeEvent") and isinstance(thing, dict) and thing.get("assignee") is not None:
            actor = thing["assignee"]
        iri, name = iri_of(actor, "actor"), actor.get("name") if isinstance(actor, dict) else None
        person = type_of(actor) in PEOPLE and iri not in ANONYMOUS
        key = (iri, name if isinstance(name, str) else None, person)
        if key not in self.known:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            mail = iri[:7].lower() == "mailto:"
            handle = Handle("email" if mail else "account", iri[7:] if mail else iri, key[1], TOOL, person)
            self.known[key] = self.acts.know(handle)
        return self.known[key]

    def _item(self, e: dict[str, Any], thing: Any) -> str | None:
        """What the act is about. An attempt stands for what was attempted."""
        if isinstance(thing, dict) and type_of(thing) == "Attempt" and thing.get("assignable") is not None:
            thing = thing["assignable"]
        if thing is None:
            return None
        iri, kind = iri_of(thing, "object"), item_kind(type_of(thing))
        if (block := thing_of(iri)) is not None:
            iri, kind = block.item, block.kind
        if kind and (block or isinstance(thing, dict)):
            name = thing.get("name") if isinstance(thing, dict) else None
            row = (iri, kind, name.strip()[:300] or None if isinstance(name, str) else None)
            if row not in self.offered:
                if len(self.offered) >= MOST_KNOWN:
                    self.offered.clear()
                self.offered.add(row)
                self.acts.offer(*row, self.n)
        return iri


# ---- the reader


def recognises(path: Path) -> bool:
    """Whether the file begins with an envelope, or with an event, of Caliper."""
    if form(path) != "text":
        return False
    head = head_of(path)
    if not head.startswith((b"{", b"[")):
        return False
    in_envelope = b'"sendTime"' in head and b'"data"' in head and b'"sensor"' in head
    return in_envelope or (b"/ctx/caliper" in head and bool(re.search(rb'"eventTime"\s*:', head)))


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The events of a file."""
    if form(path) != "text":
        raise ImportRefused(path.name, "Caliper comes as JSON", "Name the file that holds it.")
    acts = Acts(con, path.name, TOOL, scratch, careful=True)
    read = Events(acts)
    with opened(path, scratch) as stream:
        read.run(values(stream))
    notes = ["events without an envelope are taken as well"] if read.bare else []
    if described := acts.counts["entities"]:
        notes.append(f"{described:,} rows only describe something; they are kept and are no acts")
    return acts.staged(*notes)


READER = Reader(TOOL, "Caliper events, 1.1 and 1.2: envelopes as JSON or JSON lines", recognises, stage)
