"""One value of a `programme.yml` changed where it stands: comments, order and layout of everything else stay as a person wrote them.

Places are paths of keys, `("signals", "interaction", "drivers", "unprompted", "target")`; a band is found by its `key`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from engagetree.definition.bands import DEFAULT_BANDS
from engagetree.definition.document import document, plain
from engagetree.definition.values import number
from engagetree.errors import EngagetreeError

Place = tuple[str, ...]

PLAIN = re.compile(r"[A-Za-z0-9][\w ./+-]*")
"""A text that needs no quotes."""


def edited(text: str, changes: Mapping[Place, Any]) -> str:
    """The text with each place holding its new value; None takes an entry out. EngagetreeError where a place cannot be changed so.

    >>> edited("zone: UTC   # ours\\nperiod: week\\n", {("zone",): "Europe/Madrid"})
    'zone: Europe/Madrid   # ours\\nperiod: week\\n'
    """
    text = text.removeprefix("\ufeff")
    if any(place[0] == "bands" for place in changes) and "bands" not in plain(document(text)[0]):
        text = f"{text.rstrip()}\n\n{_bands()}"
    for place, value in changes.items():
        wanted = _with(plain(document(text)[0]), place, value)
        text = _one(text, place, value)
        if plain(document(text)[0]) != wanted:
            raise _by_hand(place)
    return text


def _one(text: str, place: Place, value: Any) -> str:
    above: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    for step in place[:-1]:
        above = _inner(above, step)
        if above is None:
            raise EngagetreeError(".".join(place), f"the definition has no `{step}` to hold it", "Write it in the file.")
    pair = next(((k, v) for k, v in above.value if k.value == place[-1]), None)
    if pair is None:
        return text if value is None else _inserted(text, above, place[-1], written(value))
    if value is None:
        return _removed(text, above, pair)
    node = pair[1]
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        raise _by_hand(place)
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        raise _by_hand(place)
    space = " " if start == end else ""  # an entry without a value ends at its colon
    return text[:start] + space + written(value) + text[end:]


def _inner(node: Any, step: str) -> Any:
    """The part of a mapping under a key, or of a list of parts the one whose `key` it is; None where there is none."""
    if isinstance(node, yaml.SequenceNode):
        named = (n for n in node.value if isinstance(n, yaml.MappingNode))
        return next((n for n in named if any(k.value == "key" and v.value == step for k, v in n.value)), None)
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((v for k, v in node.value if k.value == step), None)


def _inserted(text: str, above: Any, key: str, value: str) -> str:
    """A new entry: inside braces at the end; on lines of its own after the last entry of one line, or before the first."""
    if above.flow_style:
        end = above.end_mark.index - 1
        inside = text[:end].rstrip()
        comma = "" if inside.endswith(("{", ",")) else ","
        return f"{inside}{comma}{'' if inside.endswith('{') else ' '}{key}: {value}{text[end:]}"
    first = above.value[0][0].start_mark
    indent = " " * first.column
    short = [v for k, v in above.value if isinstance(v, yaml.ScalarNode) and k.start_mark.line == v.end_mark.line]
    if not short:
        return f"{text[: first.index]}{key}: {value}\n{indent}{text[first.index :]}"
    end = text.find("\n", short[-1].end_mark.index)
    end = len(text) if end < 0 else end
    line = text[:end].rstrip("\r")
    return f"{line}\n{indent}{key}: {value}{text[end:] if end < len(text) else chr(10)}"


def _removed(text: str, above: Any, pair: tuple[Any, Any]) -> str:
    key, node = pair
    start, end = key.start_mark.index, node.end_mark.index
    if above.flow_style:
        after = re.match(r"\s*,\s*", text[end:])
        if after:
            return text[:start] + text[end + after.end() :]
        before = re.search(r",\s*$", text[:start])
        return text[: before.start() if before else start] + text[end:]
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip() or not isinstance(node, yaml.ScalarNode) or len(above.value) == 1:
        raise _by_hand((key.value,))
    stop = text.find("\n", end)
    return text[:line] + ("" if stop < 0 else text[stop + 1 :])


def _with(parts: Any, place: Place, value: Any) -> Any:
    """The plain values as they must be afterwards."""
    step, rest = place[0], place[1:]
    if isinstance(parts, list):
        return [_with(p, rest, value) if isinstance(p, dict) and p.get("key") == step else p for p in parts]
    if rest:
        return {**parts, step: _with(parts[step], rest, value)} if step in parts else parts
    if value is None:
        return {k: v for k, v in parts.items() if k != step}
    return {**parts, step: plain(document(f"x: {written(value)}")[0])["x"]}


def written(value: Any) -> str:
    """A value as YAML on one line.

    >>> written(0.30000000000000004), written(["page", "quiz"]), written("a: b"), written(True)
    ('0.3', '[page, quiz]', '"a: b"', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(v) for v in value) + "]"
    plainly = PLAIN.fullmatch(value) and isinstance(plain(document(f"x: {value}")[0])["x"], str)
    return value if plainly and value == value.strip() else json.dumps(value, ensure_ascii=False)


def _bands() -> str:
    """The bands that apply when none are written, as they would be written."""
    rows = (f"  - {{{', '.join(f'{n}: {written(getattr(b, n))}' for n in b.__dataclass_fields__)}}}" for b in DEFAULT_BANDS)
    return "bands:\n" + "\n".join(rows) + "\n"


def _by_hand(place: Place) -> EngagetreeError:
    return EngagetreeError(
        ".".join(place), "it stands over several lines, which are not changed from here", "Change it in a copy of the file and name that."
    )
