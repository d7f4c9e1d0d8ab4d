"""Statements made for the tests of xAPI and Caliper."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

START = "2025-03-03T10:00:00Z"


def an_id(n: int) -> str:
    """The same UUID for the same number."""
    return str(uuid.UUID(int=(n << 80) | 0x4000_8000_0000_0000_0000 | n))


def statement(n: int = 1, verb: Any = "http://adlnet.gov/expapi/verbs/experienced", **more: Any) -> dict[str, Any]:
    """A statement that is valid, with what is given in place of its parts (`None` takes a part away)."""
    whole: dict[str, Any] = {
        "id": an_id(n),
        "actor": {"account": {"homePage": "https://school.example", "name": "ana"}},
        "verb": verb if isinstance(verb, dict) else {"id": verb},
        "object": {"id": "https://school.example/page/1"},
        "timestamp": START,
    }
    return {name: value for name, value in (whole | more).items() if value is not None}


def voiding(n: int, target: str) -> dict[str, Any]:
    """A statement that voids another one."""
    return statement(n, "http://adlnet.gov/expapi/verbs/voided", object={"objectType": "StatementRef", "id": target})


def event(n: int = 1, **more: Any) -> dict[str, Any]:
    """A Caliper event that is valid."""
    whole: dict[str, Any] = {
        "@context": "http://purl.imsglobal.org/ctx/caliper/v1p2",
        "id": f"urn:uuid:{an_id(n)}",
        "type": "NavigationEvent",
        "actor": {"id": "https://school.example/users/ana", "type": "Person"},
        "action": "NavigatedTo",
        "object": {"id": "https://school.example/page/1", "type": "WebPage"},
        "eventTime": START,
    }
    return {name: value for name, value in (whole | more).items() if value is not None}


def envelope(*events: Any, **more: Any) -> dict[str, Any]:
    """A Caliper envelope."""
    head = {"sensor": "https://school.example/sensor", "sendTime": START, "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v1p2"}
    return head | {"data": list(events)} | more


def written(path: Path, values: list[Any], lines: bool = True) -> Path:
    """The values as JSON lines, or as an array."""
    path.write_text("\n".join(map(json.dumps, values)) + "\n" if lines else json.dumps(values), encoding="utf-8")
    return path
