"""What xAPI asks of a statement's parts (1.0.x and 2.0). Each function raises `Fault`, which says what was found; nothing is mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from engagetree.ingest.edx_things import named, thing_of
from engagetree.ingest.xapi_amounts import seconds

MAILTO = re.compile(r"mailto:[^@\s<>]+@[^@\s<>]+", re.I)
SHA1 = re.compile(r"[0-9a-fA-F]{40}")
UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|x(?:-[A-Za-z0-9]{1,8})+")
VERSION = re.compile(r"1\.0(?:\.\d+)?|2\.0(?:\.\d+)?")

STATEMENT = {"id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments"}
SUB = {"objectType", "actor", "verb", "object", "result", "context", "timestamp", "attachments"}
RESULT = {"score", "success", "completion", "response", "duration", "extensions"}
CONTEXT = {
    "registration", "instructor", "team", "contextActivities", "contextAgents", "contextGroups", "revision", "platform", "language",
    "statement", "extensions",
}  # fmt: skip
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
DEFINITION = {
    "name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern", "choices", "scale", "source",
    "target", "steps",
}  # fmt: skip
INTERACTIONS = {
    "true-false": (), "choice": ("choices",), "fill-in": (), "long-fill-in": (), "matching": ("source", "target"),
    "performance": ("steps",), "sequencing": ("choices",), "likert": ("scale",), "numeric": (), "other": (),
}  # fmt: skip
ATTACHMENT = {"usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"}


class Fault(Exception):
    """A statement breaks a rule. `kind` is the reason without its particulars."""

    def __init__(self, kind: str, found: str = "") -> None:
        self.kind, self.reason = kind, f"{kind}: {found}" if found else kind
        super().__init__(self.reason)


def shown(value: object) -> str:
    """A value as a reason shows it."""
    text = value if isinstance(value, str) else repr(value)
    return f"`{text[:80]}{'…' if len(text) > 80 else ''}`"


def an_object(value: object, where: str, known: Collection[str] | None = None, needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """The value, if it is a JSON object with the `needed` properties and none beside the `known`."""
    if not isinstance(value, dict):
        raise Fault(f"{where} is no object", shown(value))
    for name in needed:
        if name not in value:
            raise Fault(f"{where} has no {name}")
    for name, one in value.items():
        if known is not None and name not in known:
            raise Fault(f"{where} has a property that xAPI does not know", name[:60])
        if one is None and where != "extensions":
            raise Fault(f"{where}.{name if known else '…'} is null")
    return value


def text(value: object, where: str, pattern: re.Pattern[str] | None = None, what: str = "") -> str:
    """The value, if it is a text of the pattern."""
    if not isinstance(value, str):
        raise Fault(f"{where} is no text", shown(value))
    if pattern is not None and not pattern.fullmatch(value):
        raise Fault(f"{where} is no {what}", shown(value))
    return value


def iri(value: object, where: str) -> str:
    """The value, if it is an IRI with its scheme."""
    return text(value, where, IRI, "IRI")


def extensions(value: object, where: str) -> None:
    """Any values, under IRIs."""
    for name in an_object(value, "extensions"):
        iri(name, f"a name in {where}.extensions")


def languages(value: object, where: str) -> None:
    """Texts by language."""
    for tag, one in an_object(value, where).items():
        text(tag, f"a language of {where}", LANGUAGE, "language tag")
        text(one, where)


def _boolean(value: object, where: str) -> None:
    if not isinstance(value, bool):
        raise Fault(f"{where} is neither true nor false", shown(value))


def _number(value: object, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Fault(f"{where} is no number", shown(value))
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Fault(f"{where} is no list", shown(value))
    return value


# ---- who


def actor(value: object, where: str = "actor", group: bool = True) -> dict[str, Any]:
    """An agent or a group, with exactly one identifier; a group without one has members."""
    found = an_object(value, where)
    kind = found.get("objectType", "Agent")
    if kind not in ("Agent", "Group") or (kind == "Group" and not group):
        raise Fault(f"{where}.objectType is not one that can stand there", shown(kind))
    an_object(found, where, {"objectType", "name", *IDENTIFIERS, *(("member",) if kind == "Group" else ())})
    if "name" in found:
        text(found["name"], f"{where}.name")
    given = [name for name in IDENTIFIERS if name in found]
    if len(given) > 1:
        raise Fault(f"{where} has more than one identifier", ", ".join(given))
    if not given and (kind == "Agent" or "member" not in found):
        raise Fault(f"{where} has no identifier")
    for name in given:
        _identifier(name, found[name], where)
    for one in _list(found.get("member", []), f"{where}.member"):
        actor(one, f"{where}.member", group=False)
    if kind == "Group" and not given and not found["member"]:
        raise Fault(f"{where} has no identifier")
    return found


def _identifier(name: str, value: object, where: str) -> None:
    if name == "mbox":
        text(value, f"{where}.mbox", MAILTO, "mailto: address")
    elif name == "mbox_sha1sum":
        text(value, f"{where}.mbox_sha1sum", SHA1, "SHA-1 of 40 hexadecimal digits")
    elif name == "openid":
        iri(value, f"{where}.openid")
    else:
        account = an_object(value, f"{where}.account", {"homePage", "name"}, ("homePage", "name"))
        iri(account["homePage"], f"{where}.account.homePage")
        if not text(account["name"], f"{where}.account.name").strip():
            raise Fault(f"{where}.account.name is blank")


# ---- what


def verb(value: object, where: str = "verb") -> dict[str, Any]:
    """A verb with its IRI."""
    found = an_object(value, where, {"id", "display"}, ("id",))
    iri(found["id"], f"{where}.id")
    if "display" in found:
        languages(found["display"], f"{where}.display")
    return found


def activity(value: object, where: str) -> dict[str, Any]:
    """An activity with its IRI, and a definition if it has one."""
    found = an_object(value, where, {"objectType", "id", "definition"}, ("id",))
    if found.get("objectType", "Activity") != "Activity":
        raise Fault(f"{where}.objectType is not one that can stand there", shown(found["objectType"]))
    iri(found["id"], f"{where}.id")
    if "definition" in found:
        _definition(found["definition"], f"{where}.definition")
    return found


def _definition(value: object, where: str) -> None:
    found = an_object(value, where, DEFINITION)
    for name in ("name", "description"):
        if name in found:
            languages(found[name], f"{where}.{name}")
    for name in ("type", "moreInfo"):
        if name in found:
            iri(found[name], f"{where}.{name}")
    if "extensions" in found:
        extensions(found["extensions"], where)
    kind = found.get("interactionType")
    if kind is not None and (not isinstance(kind, str) or kind not in INTERACTIONS):
        raise Fault(f"{where}.interactionType is not one of xAPI's", shown(kind))
    if "correctResponsesPattern" in found:
        for one in _list(found["correctResponsesPattern"], f"{where}.correctResponsesPattern"):
            text(one, f"{where}.correctResponsesPattern")
    for name in ("choices", "scale", "source", "target", "steps"):
        if name in found:
            _components(found[name], f"{where}.{name}", kind is not None and name in INTERACTIONS[kind])


def _components(value: object, where: str, fits: bool) -> None:
    if not fits:
        raise Fault(f"{where} does not go with this interactionType")
    ids = []
    for one in _list(value, where):
        found = an_object(one, where, {"id", "description"}, ("id",))
        ids.append(text(found["id"], f"{where}.id"))
        if "description" in found:
            languages(found["description"], f"{where}.description")
    if len(set(ids)) < len(ids):
        raise Fault(f"{where} has one id twice")


def reference(value: object, where: str) -> dict[str, Any]:
    """A reference to another statement."""
    found = an_object(value, where, {"objectType", "id"}, ("objectType", "id"))
    if found["objectType"] != "StatementRef":
        raise Fault(f"{where}.objectType is not one that can stand there", shown(found["objectType"]))
    text(found["id"], f"{where}.id", UUID, "UUID")
    return found


def thing(value: object, where: str = "object", sub: bool = True) -> dict[str, Any]:
    """What a statement is about: an activity, somebody, another statement, or (once) a statement in it.

    Open edX calls a problem of several questions a GroupActivity, which the standard does not know: there it is an activity.
    """
    kind = an_object(value, where).get("objectType", "Activity")
    if kind in ("Agent", "Group"):
        return actor(value, where)
    if kind == "StatementRef":
        return reference(value, where)
    if kind == "SubStatement" and sub:
        found = an_object(value, where, SUB, ("actor", "verb", "object"))
        parts(found, f"{where}.", sub=False)
        return found
    if kind == "GroupActivity" and isinstance(value, dict) and thing_of(str(value.get("id"))):
        value = value | {"objectType": "Activity"}
    return named(activity(value, where))


# ---- the rest


def result(value: object, where: str = "result") -> dict[str, Any]:
    """What came of it."""
    found = an_object(value, where, RESULT)
    for name in ("success", "completion"):
        if name in found:
            _boolean(found[name], f"{where}.{name}")
    if "response" in found:
        text(found["response"], f"{where}.response")
    if "duration" in found and seconds(found["duration"]) is None:
        raise Fault(f"{where}.duration is no ISO 8601 duration", shown(found["duration"]))
    if "extensions" in found:
        extensions(found["extensions"], where)
    if "score" in found:
        _score(found["score"], f"{where}.score")
    return found


def _score(value: object, where: str) -> None:
    found = an_object(value, where, {"scaled", "raw", "min", "max"})
    n = {name: _number(one, f"{where}.{name}") for name, one in found.items()}
    if not -1 <= n.get("scaled", 0) <= 1:
        raise Fault(f"{where}.scaled is not between -1 and 1", shown(n["scaled"]))
    low, high = n.get("min", float("-inf")), n.get("max", float("inf"))
    if low > high or ("raw" in n and not low <= n["raw"] <= high):
        raise Fault(f"{where}.raw is not between min and max", shown(n.get("raw")))


def activities(value: object, where: str = "context.contextActivities") -> dict[str, Any]:
    """What the statement also has to do with."""
    found = an_object(value, where, {"parent", "grouping", "category", "other"})
    for name, some in found.items():
        for one in some if isinstance(some, list) else [some]:
            activity(one, f"{where}.{name}")
    return found


def context(value: object, where: str = "context", about: str = "Activity") -> dict[str, Any]:
    """What surrounds it."""
    found = an_object(value, where, CONTEXT)
    readers: dict[str, Callable[[object, str], object]] = {
        "instructor": actor, "team": actor, "contextActivities": activities, "statement": reference,
        "extensions": lambda v, _: extensions(v, where), "registration": lambda v, at: text(v, at, UUID, "UUID"),
        "language": lambda v, at: text(v, at, LANGUAGE, "language tag"), "revision": text, "platform": text,
        "contextAgents": _list, "contextGroups": _list,
    }  # fmt: skip
    for name, one in found.items():
        readers[name](one, f"{where}.{name}")
    if "team" in found and found["team"].get("objectType") != "Group":
        raise Fault(f"{where}.team is no group")
    if about != "Activity" and ("revision" in found or "platform" in found):
        raise Fault(f"{where}.revision and {where}.platform go with an activity only")
    return found


def attachments(value: object, where: str = "attachments") -> None:
    """What is said of attached files; the files themselves are not looked at."""
    for one in _list(value, where):
        found = an_object(one, where, ATTACHMENT, ("usageType", "display", "contentType", "length", "sha2"))
        iri(found["usageType"], f"{where}.usageType")
        languages(found["display"], f"{where}.display")


def parts(found: dict[str, Any], at: str = "", sub: bool = True) -> None:
    """All parts of a statement, or of one that stands in another."""
    actor(found["actor"], f"{at}actor")
    verb(found["verb"], f"{at}verb")
    about = thing(found["object"], f"{at}object", sub)
    if "result" in found:
        result(found["result"], f"{at}result")
    if "context" in found:
        context(found["context"], f"{at}context", about.get("objectType", "Activity"))
    if "attachments" in found:
        attachments(found["attachments"], f"{at}attachments")


def statement(value: object) -> dict[str, Any]:
    """A whole statement."""
    found = an_object(value, "statement", STATEMENT, ("actor", "verb", "object"))
    parts(found)
    if "id" in found:
        text(found["id"], "id", UUID, "UUID")
    if "version" in found:
        text(found["version"], "version", VERSION, "version that can be read: 1.0.x or 2.0.x")
    if "authority" in found:
        actor(found["authority"], "authority")
    return found
