"""Files of records, read whole and with care: no entities, no document types, nothing fetched, nothing larger than memory bears."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from engagetree.errors import ImportRefused

LARGEST = 512 << 20
DEEPEST = 200


def whole(path: Path) -> bytes:
    """The bytes of a file. Raises ImportRefused where it is too large or cannot be opened."""
    try:
        if path.stat().st_size > LARGEST:
            found = f"it has {path.stat().st_size >> 20} MB, and records are read into memory"
            raise ImportRefused(path.name, found, f"At most {LARGEST >> 20} MB: export it in several files.")
        return path.read_bytes()
    except OSError as e:
        raise ImportRefused(path.name, f"it cannot be opened ({e.strerror})", "Check the path and your rights.") from None


def xml(path: Path) -> Element:
    """The root of an XML file. Raises ImportRefused for one with a document type or entities, which could fetch or swell."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(whole(path), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as e:
        found = {"DTDForbidden": "it declares a document type", "EntitiesForbidden": "it declares entities"}
        do = "Such a file can read other files or fill the memory. Export it again without them."
        raise ImportRefused(path.name, found.get(type(e).__name__, "it refers to other files"), do) from None
    except (ParseError, ValueError, LookupError) as e:
        raise ImportRefused(path.name, f"it is not well-formed XML ({e})", "It may be cut off: export it again.") from None
    except RecursionError:
        raise ImportRefused(path.name, "it is nested deeper than any record", "Is this another file?") from None
    return root


def named(element: Element) -> str:
    """The local name of an element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def json_values(path: Path) -> list[tuple[int, Any]]:
    """(line, value) of a JSON document or of JSON Lines. Raises ImportRefused where neither can be read."""
    try:
        text = whole(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImportRefused(path.name, "it is not UTF-8", "Export it again as UTF-8.") from None
    try:
        return [(1, json.loads(text))]
    except RecursionError:
        raise ImportRefused(path.name, "it is nested deeper than any record", "Is this another file?") from None
    except json.JSONDecodeError as whole_error:
        found = []
        for n, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    found.append((n, json.loads(line)))
                except (json.JSONDecodeError, RecursionError):
                    found_text = f"it is not valid JSON: line {whole_error.lineno}: {whole_error.msg}"
                    raise ImportRefused(path.name, found_text, "It may be cut off: export it again.") from None
        return found
