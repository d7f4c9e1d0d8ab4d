"""Pseudonyms: HMAC-SHA256 of the given id under a random key that lies beside the store. Two stores, two keys: they never join."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from engagetree.errors import WorkspaceError

BLOCK = 64
KEPT = 20
"""Hex digits of a pseudonym: 80 bits, so that ten million people have one in 10¹⁰ odds of two alike."""


def key_at(path: Path) -> bytes:
    """The key in a file that only its owner can read; made when there is none. WorkspaceError where it is damaged or cannot be written."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _make(path)
        key = bytes.fromhex(path.read_text("ascii").strip())
    except FileExistsError:
        return key_at(path)
    except (OSError, ValueError, UnicodeDecodeError) as e:
        do = "Put it back from a backup: without it, people already recorded cannot be recognised again."
        raise WorkspaceError(
            str(path), f"the key of pseudonyms cannot be read ({getattr(e, 'strerror', None) or 'it is damaged'})", do
        ) from None
    if len(key) != 32:
        raise WorkspaceError(str(path), "the key of pseudonyms is damaged", "Put it back from a backup.")
    return key


def _make(path: Path) -> None:
    """Written aside and then linked into place, so that nobody ever reads half a key."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(32) + "\n")
            out.flush()
            os.fsync(out.fileno())
        os.link(part, path)
    finally:
        part.unlink()


def pseudonym(key: bytes, given: str) -> str:
    """The pseudonym of an id; e-mail addresses are the same in any case.

    >>> pseudonym(b"k" * 32, "Ann@example.org") == pseudonym(b"k" * 32, " ann@example.org")
    True
    """
    text = given.strip()
    return hmac.new(key, (text.lower() if "@" in text else text).encode(), hashlib.sha256).hexdigest()[:KEPT]


def pseudonym_sql(key: bytes, column: str) -> str:
    """The same as SQL; null stays null."""
    inner, outer = (bytes(b ^ pad for b in key.ljust(BLOCK, b"\0")).hex() for pad in (0x36, 0x5C))
    text = f"encode(CASE WHEN contains({column}, '@') THEN lower(trim({column})) ELSE trim({column}) END)"
    return f"left(sha256(from_hex('{outer}') || from_hex(sha256(from_hex('{inner}') || {text}))), {KEPT})"
