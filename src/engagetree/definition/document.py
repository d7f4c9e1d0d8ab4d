"""YAML text as plain parts that know their line.

Read from PyYAML's events instead of its values: the line of every entry is kept, a key given twice is noticed (PyYAML takes the last
without a word), and nothing is expanded or built, so a hostile file costs no more than its length. Plain words follow YAML 1.2:
`on`, `yes` and `no` are text, as they are in today's editors; only `true` and `false` are flags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from engagetree.errors import Problem

MOST_BYTES = 256 * 1024
MOST_PARTS = 10_000
MOST_DEPTH = 12

NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}

HINTS = (
    ("\\t", "Indent with spaces, not with tabs."),
    ("mapping values are not allowed", "Put a text that holds “: ” in quotes, and indent every entry of one level alike."),
    ("expected <block end>", "Indent every entry of one level alike."),
    ("found unexpected end of stream", "A quote is opened and never closed."),
    ("expected ',' or", "A bracket is opened and never closed, or a comma is missing."),
    ("could not find expected ':'", "An entry is written `name: value`."),
    ("cannot start any token", "Put a text that begins with @, ` or % in quotes."),
)


@dataclass(frozen=True)
class Part:
    """A text, number, flag, nothing, list or mapping, and the line (from 1) where its entry begins."""

    line: int
    value: Any  # str | int | float | bool | None | list[Part] | dict[str, Part]


class UnreadableError(Exception):
    """The text as a whole cannot be read; carries the one problem that says why."""

    def __init__(self, line: int, found: str, do: str) -> None:
        self.problem = Problem(line, "definition", found, do)
        super().__init__(found)


def document(text: str) -> tuple[Part, list[Problem]]:
    """The parts of a YAML text and what is doubtful in it. Raises `UnreadableError`."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise UnreadableError(0, f"is longer than {MOST_BYTES // 1024} KiB", "A definition is a few pages. Is this another file?")
    problems: list[Problem] = []
    text = text.removeprefix("\ufeff")
    try:
        root = _build(_events(text), problems)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableError(
            line, f"holds the character U+{ord(text[error.position]):04X}, which YAML does not allow", "Remove it."
        ) from None
    except yaml.MarkedYAMLError as error:
        raise _syntax(error) from None
    except (ValueError, OverflowError):  # PyYAML on an escape beyond Unicode, such as "\Uffffffff"
        raise UnreadableError(
            0, "holds an escape or a number that YAML does not know", "Look for a backslash inside double quotes."
        ) from None
    if root is None or root.value is None:
        raise UnreadableError(0, "is empty", "Begin with a template: on-demand-course, live-programme, event, community or compliance.")
    return root, problems


def plain(part: Part) -> Any:
    """The same as JSON values, without lines."""
    if isinstance(part.value, dict):
        return {key: plain(inner) for key, inner in part.value.items()}
    return [plain(inner) for inner in part.value] if isinstance(part.value, list) else part.value


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 0


def _events(text: str) -> Iterator[Any]:
    """PyYAML's events; stops at whatever a definition has no use for."""
    documents = depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = _line(event.start_mark)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableError(
                line, f"`*{event.anchor}` refers to another place", "Write it out in full, so that every value has its own line."
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise UnreadableError(line, f"the tag `{tag[:60]}` is not used here", "Remove it and write the value alone.")
        if documents > 1:
            raise UnreadableError(line, "a second document begins", "Keep one definition in one file; remove the line `---`.")
        if depth > MOST_DEPTH or count > MOST_PARTS:
            raise UnreadableError(line, "is nested deeper or has more entries than any definition", "Is this another file?")
        yield event


def _build(events: Iterator[Any], problems: list[Problem]) -> Part | None:
    """The root part; None for a text without content."""
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            root = _part(event, events, _line(event.start_mark), problems)
            list(events)  # what follows the first document is refused by `_events`
            return root
    return None


def _part(event: Any, events: Iterator[Any], line: int, problems: list[Problem]) -> Part:
    if isinstance(event, yaml.ScalarEvent):
        return Part(line, _scalar(event))
    if isinstance(event, yaml.SequenceStartEvent):
        return Part(line, [_part(e, events, _line(e.start_mark), problems) for e in _until(events, yaml.SequenceEndEvent)])
    return Part(line, _mapping(events, problems))


def _until(events: Iterator[Any], end: type) -> Iterator[Any]:
    """The events up to the end of this collection; what lies deeper is taken from the same iterator by the caller."""
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _mapping(events: Iterator[Any], problems: list[Problem]) -> dict[str, Part]:
    """A mapping's entries; of a key given twice the first stays, and the second is a problem."""
    found: dict[str, Part] = {}
    for event in _until(events, yaml.MappingEndEvent):
        line = _line(event.start_mark)
        if not isinstance(event, yaml.ScalarEvent):
            raise UnreadableError(line, "a list or mapping stands where a name belongs", "An entry is written `name: value`.")
        value = _part(next(events), events, line, problems)
        if event.value in found:
            first = found[event.value].line
            problems.append(Problem(line, "definition", f"`{event.value[:60]}` is given twice, first on line {first}", "Keep one of them."))
        else:
            found[event.value] = value
    return found


def _scalar(event: Any) -> str | int | float | bool | None:
    text: str = event.value
    if event.style is not None:  # quoted or a block: text
        return text
    if text.lower() in WORDS and text in (text.lower(), text.upper(), text.capitalize()):
        return WORDS[text.lower()]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text


def _syntax(error: yaml.MarkedYAMLError) -> UnreadableError:
    """PyYAML's complaint with its line and what to do about it."""
    found = str(error.problem or error.context or "is not YAML")
    do = next((hint for part, hint in HINTS if part in found), "Compare with a template.")
    return UnreadableError(_line(error.problem_mark or error.context_mark), f"is not valid YAML: {found}", do)
