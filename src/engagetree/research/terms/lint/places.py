"""JSON with the line of everything in it, and with every duplicate key kept, which `json` does not give."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s{}\[\],:"]+', re.S)


@dataclass
class Place:
    """A value and where it begins. `text` is a string decoded, or a number or word as written."""

    kind: Literal["object", "array", "string", "other"]
    line: int
    text: str = ""
    members: list[tuple[str, int, Place]] = field(default_factory=list)
    items: list[Place] = field(default_factory=list)
    key: tuple[str, int] | None = None  # while it is read: the key whose value comes next


def placed(text: str) -> Place:
    """The value that valid JSON holds. Nesting may be as deep as it likes."""
    newlines = [m.start() for m in re.finditer("\n", text)]
    top = Place("array", 0)
    open_ = [top]
    for m in _TOKEN.finditer(text):
        sign, line = m[0], bisect_right(newlines, m.start()) + 1
        if sign in "}]":
            open_.pop()
        elif sign[0] == '"' and open_[-1].kind == "object" and open_[-1].key is None:
            open_[-1].key = (json.loads(sign), line)
        else:
            made = _made(sign, line)
            _attached(open_[-1], made)
            if made.kind in ("object", "array"):
                open_.append(made)
    return top.items[0]


def _made(sign: str, line: int) -> Place:
    if sign in ("{", "["):
        return Place("object" if sign == "{" else "array", line)
    return Place("string", line, json.loads(sign)) if sign[0] == '"' else Place("other", line, sign)


def _attached(into: Place, made: Place) -> None:
    if into.key is None:
        into.items.append(made)
        return
    into.members.append((*into.key, made))
    into.key = None


def objects(top: Place) -> Iterator[Place]:
    """Every object in it, outer ones first; contexts are no data and are left out."""
    waiting = deque([top])
    while waiting:
        at = waiting.popleft()
        if at.kind == "object":
            yield at
        waiting += [v for k, _, v in at.members if k != "@context"]
        waiting += at.items


def strings(at: Place) -> Iterator[Place]:
    """The strings that a value is or holds in arrays, `@set`, `@list`, `@id` or `@value`."""
    waiting = deque([at])
    while waiting:
        one = waiting.popleft()
        if one.kind == "string":
            yield one
        waiting += one.items
        waiting += [v for k, _, v in one.members if k in ("@id", "@value", "@set", "@list")]
