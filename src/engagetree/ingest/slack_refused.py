"""Slack's refused messages as a small export: mended there, it is imported like any other. What was written is left out of it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from engagetree.ingest.opened import fresh

NEEDED = ("type", "subtype", "user", "bot_id", "ts", "thread_ts")
"""What of a message decides whose it is, when it was and what it counts as."""

PROFILE = ("email", "real_name", "display_name")
LONGEST = 200


@dataclass
class RefusedMessages:
    """The messages that were refused, by the file of the export that they stand in, each with its reason."""

    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)  # the people that they name

    def add(self, part: str, message: Any, reason: str) -> None:
        """A message, without what was written in it."""
        kept: dict[str, Any] = {}
        if isinstance(message, dict):
            kept = {k: _short(message[k]) for k in NEEDED if k in message}
            reactions = message.get("reactions")
            if isinstance(reactions, list):
                kept["reactions"] = [{"users": _users(r)} for r in reactions if isinstance(r, dict)]
                self.named |= {u for r in kept["reactions"] for u in r["users"]}
            self.named |= {kept["user"]} if isinstance(kept.get("user"), str) else set()
        self.parts.setdefault(part, []).append({"refused": reason, **kept})

    def write(self, scratch: Path, name: str, users: list[dict[str, Any]], channels: Mapping[str, tuple[str, str]]) -> Path | None:
        """The export of them with the lists that it needs, or None where there are none."""
        if not self.parts:
            return None
        scratch.mkdir(parents=True, exist_ok=True)
        target = scratch / f"{fresh('refused')}-{''.join(c if c.isalnum() or c in '-_' else '-' for c in name)[:80]}.zip"
        people = [_person(u) for u in users if u.get("id") in self.named]
        lists = {"users.json": people, "channels.json": [{"id": own, "name": folder} for folder, (own, _) in channels.items()]}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as z:
            for part, found in {**lists, **self.parts}.items():
                z.writestr(part, orjson.dumps(found, option=orjson.OPT_INDENT_2))
        return target


def _short(value: Any) -> Any:
    return value[:LONGEST] if isinstance(value, str) else value if isinstance(value, int | float) or value is None else str(value)[:LONGEST]


def _users(reaction: dict[str, Any]) -> list[str]:
    users = reaction.get("users")
    return [u[:LONGEST] for u in users if isinstance(u, str)] if isinstance(users, list) else []


def _person(user: dict[str, Any]) -> dict[str, Any]:
    """Somebody as the list of people has them: who they are, and whether a bot."""
    profile = user.get("profile")
    own = {k: _short(profile[k]) for k in PROFILE if k in profile} if isinstance(profile, dict) else {}
    return {**{k: _short(user[k]) for k in ("id", "name", "real_name", "is_bot") if k in user}, "profile": own}
