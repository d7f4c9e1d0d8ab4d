"""The reference page of `programme.yml`, made from the tables in `fields.py`.

`python -m engagetree.definition.reference` prints it, `python -m engagetree.definition.reference PATH` writes it.
"""

from __future__ import annotations

import sys
from dataclasses import MISSING, fields
from pathlib import Path

from engagetree.definition.bands import DEFAULT_BANDS
from engagetree.definition.fields import BAND, DRIVER, NORMALISERS, OWNERS, PROGRAMME, SIGNAL, Field
from engagetree.definition.model import Band, Definition, Driver, Raci, Signal
from engagetree.definition.values import number

WRITTEN = {
    "text": "text",
    "key": "key",
    "id": "name",
    "kinds": "kind, or a list of kinds",
    "names": "name, or a list of names",
    "one_name": "one name",
    "weight": "number 0–1",
    "flag": "true or false",
    "zone": "time zone",
    "window": "`cumulative` or `{trailing: n}`",
    "date": "date, or date and time",
}

HEAD = """# The definition

<!-- Made by `python -m engagetree.definition.reference docs/reference/definition.md`; a test holds it up to date. -->

A programme's definition is one YAML file, usually `programme.yml`. It says how the score is made, from the outside in: the programme,
its signals, the drivers beneath each signal, and the bands. `engagetree init --template NAME` writes a commented one, and
`engagetree check` lists every problem in one, each with its line.

Keys of signals, drivers and bands are lower-case letters, digits and single underscores, at most 40, and begin with a letter. YAML anchors
and aliases (`&x`, `*x`) are refused, so that every value has a line of its own.
"""

LEVELS = (
    ("The programme", PROGRAMME, (Definition,), "The outermost fields of the file."),
    (
        "A signal",
        SIGNAL,
        (Signal, Raci),
        "Under `signals`, each under its key. A signal is 0–100; the weights of all signals sum to 1. Presence alone is not "
        "engagement: attendance above 0.5 of the score is a warning, from 0.7 on an error.",
    ),
    (
        "A driver",
        DRIVER,
        (Driver, Raci),
        "Under a signal's `drivers`, each under its key: one behaviour, *taken* of *offered*, or an amount against a target. A field with "
        "normalisers in its last column has an effect with those only, and is refused with others.",
    ),
    (
        "A band",
        BAND,
        (Band,),
        "A list under `bands`, from the highest to the lowest; each holds the scores from its `at_least` up to the next higher one.",
    ),
)


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD, *(_level(*level) for level in LEVELS), _normalisers(), _bands()]
    return "\n".join(parts)


def _level(title: str, level: tuple[Field, ...], models: tuple[type, ...], says: str) -> str:
    driver = level is DRIVER
    head = ["Field", "Value", "What it says", "Left out", *(["With"] if driver else [])]
    rows = [head, ["---"] * len(head), *([*_row(f, models), *([_only(f)] if driver else [])] for f in level)]
    return "\n".join([f"## {title}\n", f"{says}\n", *("| " + " | ".join(row) + " |" for row in rows), ""])


def _row(field: Field, models: tuple[type, ...]) -> list[str]:
    return [f"`{field.name}`", _value(field), field.says, "**required**" if field.required else _otherwise(field, models)]


def _value(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{c}`" for c in field.choices)
    if field.of:
        return f"a {field.part} under each key" if field.kind == "map" else f"a list of {field.part}s"
    if field.kind == "number":
        low = f"above {number(field.above)}" if field.above is not None else f"from {number(field.least or 0)}"
        return f"number {low}" + (f" to {number(field.most)}" if field.most else "")
    return WRITTEN[field.kind] + (f", at most {field.most:.0f} characters" if field.kind == "text" else "")


def _otherwise(field: Field, models: tuple[type, ...]) -> str:
    if field.otherwise:
        return field.otherwise
    default = next((f.default for m in models for f in fields(m) if f.name == field.name), MISSING)
    if default is MISSING or default in (None, "", ()):
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else number(default) if isinstance(default, float) else default}`"


def _only(field: Field) -> str:
    return ", ".join(f"{n} (needed)" if n in field.needed else n for n in field.only) or "all"


def _normalisers() -> str:
    return "\n".join(["## Normalisers\n", *(f"* `{name}`: {words}" for name, words in NORMALISERS.items()), ""])


def _bands() -> str:
    rows = [f"| `{b.key}` | {b.label} | {number(b.at_least)} | {b.signals} | {b.do} |" for b in DEFAULT_BANDS]
    head = [
        "## The bands of a definition without its own\n",
        "| Key | Label | At least | What it signals | What to do |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, "", _owners(), ""])


def _owners() -> str:
    names = ", ".join(f"`{f.name}`" for f in OWNERS)
    return f"Owners ({names}) stand directly on a signal or driver. A driver takes from its signal every role that it does not name itself."


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page(), "utf-8")
    else:
        sys.stdout.write(page())
