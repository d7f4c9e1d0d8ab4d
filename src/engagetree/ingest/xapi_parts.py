"""What the parts of a statement say: who acted, what came of it, what a thing is called; and how often a key stands in a text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

import orjson

from engagetree.ingest.seen import Handle
from engagetree.ingest.xapi_amounts import result_score, result_seconds
from engagetree.ingest.xapi_rows import MOST_KNOWN
from engagetree.ingest.xapi_rules import Fault
from engagetree.ingest.xapi_words import ANY, SCORE, SECONDS, Word

TOOL = "xapi"
LANGUAGES = ("en", "en-US", "en-GB", "und")
KEY = re.compile(rb'"\s*:')
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


def keys_of(found: Any) -> int:
    """The same of what was read.

    >>> keys_of({"https://x.org/a": {"b": [1, {"c": 2}]}})
    3
    """
    return keys_in(orjson.dumps(found))


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


def no_key_twice(raw: bytes, s: dict[str, Any]) -> None:
    """Raises Fault where a key stands twice in an object of the text `raw`; `s` is what was read of it."""
    if len(KEY.findall(raw)) == len(KEY.findall(orjson.dumps(s))):
        return

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        if len(set(names)) < len(names):
            raise Fault("a key stands twice", next(n for n in names if names.count(n) > 1)[:60])
        return {}

    json.loads(raw, object_pairs_hook=pairs)
