"""What Caliper asks of envelopes, events and entities (1.1 and 1.2). Each function raises `Fault`, which says what was found.

Looser than the letter where senders in use are: a sendTime with +0000 for Z, an actor's id that is no IRI (Open edX sends bare ids).
"""

from __future__ import annotations

import re
from typing import Any

from engagetree.ingest.xapi_rows import moment
from engagetree.ingest.xapi_rules import IRI, Fault, shown, text

ENVELOPE = {"sensor", "sendTime", "dataVersion", "data"}
VERSION = re.compile(r"https?://purl\.imsglobal\.org/ctx/caliper/v1p[12]/?")
EVENT = ("id", "type", "actor", "action", "object", "eventTime")
KNOWN = {
    "@context", "id", "type", "profile", "actor", "action", "object", "eventTime", "target", "generated", "edApp", "group", "membership",
    "session", "federatedSession", "referrer", "extensions",
}  # fmt: skip
ID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,59}")
ANONYMOUS = tuple(f"{scheme}://purl.imsglobal.org/caliper/{kind}" for scheme in ("http", "https") for kind in ("Person", "Agent"))


def envelope(value: Any) -> list[Any]:
    """The data of an envelope."""
    if not isinstance(value, dict):
        raise Fault("no envelope and no event", shown(value))
    if missing := [name for name in ("sensor", "sendTime", "dataVersion", "data") if name not in value]:
        raise Fault("the envelope lacks something", ", ".join(missing))
    if beyond := sorted(set(value) - ENVELOPE):
        raise Fault("the envelope has a property that Caliper does not know", ", ".join(beyond)[:80])
    if not text(value["sensor"], "sensor").strip():
        raise Fault("sensor is blank")
    text(value["dataVersion"], "dataVersion", VERSION, "version that can be read: Caliper 1.1 or 1.2")
    if moment(text(value["sendTime"], "sendTime"))[0] is None:
        raise Fault("sendTime is no time", shown(value["sendTime"]))
    if not isinstance(value["data"], list) or not value["data"]:
        raise Fault("data is no list of events")
    return value["data"]


def event(value: Any) -> dict[str, Any]:
    """An event with all that it must have."""
    if not isinstance(value, dict):
        raise Fault("no event", shown(value))
    if missing := [name for name in EVENT if value.get(name) is None]:
        raise Fault("the event lacks something", ", ".join(missing))
    if beyond := sorted(set(value) - KNOWN):
        raise Fault("the event has a property that Caliper does not know", ", ".join(beyond)[:80])
    text(value["id"], "id", ID, "urn:uuid")
    text(value["type"], "type", WORD, "type of event")
    text(value["action"], "action", WORD, "action")
    text(value["eventTime"], "eventTime")
    return value


def iri_of(entity: Any, where: str) -> str:
    """The IRI of an entity, which may stand for it alone."""
    found = entity.get("id") if isinstance(entity, dict) else entity
    if not isinstance(found, str) or not found.strip() or found != "".join(found.split()):
        raise Fault(f"{where} has no id that can be read", shown(found))
    if where != "actor" and not IRI.fullmatch(found):
        raise Fault(f"{where}.id is no IRI", shown(found))
    return found


def type_of(entity: Any) -> str:
    """The type of an entity; '' where only its IRI stands."""
    kind = entity.get("type", "") if isinstance(entity, dict) else ""
    return kind if isinstance(kind, str) else ""
