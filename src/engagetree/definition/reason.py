"""A definition's text with another reason in it; everything else in it, comments too, stays as it is."""

from __future__ import annotations

import unicodedata

import yaml

from engagetree.definition.edit import edited, written


def with_reason(text: str, reason: str) -> str:
    """The text with this reason. EngagetreeError where it cannot be put there by machine.

    >>> with_reason("zone: UTC   # ours\\nreason: >\\n  First\\n  version.\\nperiod: week\\n", "Asked for.")
    'zone: UTC   # ours\\nreason: Asked for.\\nperiod: week\\n'
    """
    return edited(_on_one_line(text.removeprefix("\ufeff")), {("reason",): plain(reason)})


def plain(reason: str) -> str:
    """A reason on one line, without characters that a terminal would obey."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in reason).split())


def _on_one_line(text: str) -> str:
    """A reason that is written as a block (`>` or `|`) as words on its own line."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    node = next((v for k, v in pairs if k.value == "reason" and v.style in ("|", ">")), None)
    if node is None:
        return text
    return f"{text[: node.start_mark.index]}{written(plain(node.value))}\n{text[node.end_mark.index :]}"
