"""What an institution says of quality: its own rubrics, and from where on ratings may be put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engagetree.research.definition_model import Floors, ResearchDefinition
from engagetree.research.quality.rubric import Rubric, rubrics

Told = ResearchDefinition | Mapping[str, Any] | None
"""A definition, its `rubrics:` as plain values under that name, or nothing for the defaults."""


def rubrics_of(definition: Told = None) -> dict[str, Rubric]:
    """The rubrics that are in use: the built-in ones and those under `rubrics:`. Raises DefinitionError.

    >>> sorted(rubrics_of())
    ['edge', 'gripp2', 'kef', 'uk_standards']
    >>> rubrics_of({"rubrics": {"ours": {"levels": ["low", "high"], "criteria": ["care"]}}})["ours"].levels[1].code
    'high'
    """
    told = definition.rubrics if isinstance(definition, ResearchDefinition) else (definition or {}).get("rubrics")
    return rubrics(told if isinstance(told, Mapping) else None)


def floors_of(definition: Told = None) -> Floors:
    """From where on something may be said."""
    return definition.floors if isinstance(definition, ResearchDefinition) else Floors()


def relation(sources: Mapping[str, str], register: str) -> str:
    """A register as something to select from: the name of a table, or a query in brackets.

    >>> relation({"coded": "coded"}, "coded"), relation({"coded": "SELECT 1"}, "coded")
    ('coded', '(SELECT 1)')
    """
    said = sources[register].strip()
    return f"({said})" if said[:7].lower() in ("select ", "select\n") or said[:5].lower() == "with " else said
