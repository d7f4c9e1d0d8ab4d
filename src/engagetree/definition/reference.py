"""The reference page of `programme.yml`, made from the tables in `fields.py`.

`python -m engagetree.definition.reference` prints it, `python -m engagetree.definition.reference PATH` writes it.
"""

from __future__ import annotations

import sys
from dataclasses import MISSING, fields
from pathlib import Path

from engagetree.definition.bands import DEFAULT_BANDS
from engagetree.definition.fields import BAND, DRIVER, NORMALISERS, OWNERS, PROGRAMME, SIGNAL, Field
from engagetree.definition.metric_fields import COMPOSED, EVIDENCE, INFLUENCE, KINDS, METRIC, TREE, WAYS
from engagetree.definition.metrics import Composition, Evidence, Influence, Metric, ProgrammeTree
from engagetree.definition.model import Band, Definition, Driver, Raci, Signal
from engagetree.definition.outcome_fields import BEHAVIOUR, OUTCOME
from engagetree.definition.outcomes import WHEN, Behaviour, Outcome
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
    "node": "node",
    "shares": "node, a list of nodes, or nodes with weights",
    "count": "whole number",
    "lag": "`n days`, `n weeks` or `n months`",
    "interval": "`[low, high]`",
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
    (
        "A metric",
        METRIC,
        (Metric,),
        "Under `metrics`, each under its key: a number beside the score. No score depends on it, so it is no part of the version and "
        "needs no reason. A field with kinds in its last column has an effect with those only, and is refused with others.",
    ),
    (
        "The tree",
        TREE,
        (ProgrammeTree,),
        "Under `tree`: how the metrics and the score hang together. A node is a metric, a signal, or a driver as `signal.driver`; the "
        "score's signals and drivers stand beneath it by themselves. Every metric must hang in it, and none may be a part of two others.",
    ),
    ("A composed node", COMPOSED, (Composition,), "Under `composes`, each under the key of the node that is made of others, exactly."),
    ("An influence", INFLUENCE, (Influence,), "A list under `influences`: a hypothesis about what moves what."),
    ("Evidence", EVIDENCE, (Evidence,), "Under an influence's `evidence`."),
    (
        "An outcome",
        OUTCOME,
        (Outcome,),
        "Under `outcomes`, each under its key: what the score is held against by `engagetree evidence`. No score depends on it.",
    ),
    (
        "A behaviour",
        BEHAVIOUR,
        (Behaviour,),
        "Under an outcome's `behaviour`. " + "; ".join(f"`after: {name}`: {words}" for name, words in WHEN.items()) + ". Whoever's days "
        "are not over yet, or who has no later cohort yet, is unknown.",
    ),
)


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD, *(_level(*level) for level in LEVELS), _normalisers(), _kinds(), _bands()]
    return "\n".join(parts)


def _level(title: str, level: tuple[Field, ...], models: tuple[type, ...], says: str) -> str:
    choosy = any(f.only for f in level)
    head = ["Field", "Value", "What it says", "Left out", *(["With"] if choosy else [])]
    rows = [head, ["---"] * len(head), *([*_row(f, models), *([_only(f)] if choosy else [])] for f in level)]
    return "\n".join([f"## {title}\n", f"{says}\n", *("| " + " | ".join(row) + " |" for row in rows), ""])


def _row(field: Field, models: tuple[type, ...]) -> list[str]:
    return [f"`{field.name}`", _value(field), field.says, "**required**" if field.required else _otherwise(field, models)]


def _value(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{c}`" for c in field.choices)
    if field.of:
        return {"map": f"a {field.part} under each key", "part": "its fields"}.get(field.kind, f"a list of {field.part}s")
    if field.kind == "number":
        if (field.least or 0) <= -1e9:
            return "number"
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


def _kinds() -> str:
    kinds = "\n".join(["## Kinds of metric\n", *(f"* `{name}`: {words}" for name, words in KINDS.items()), ""])
    return "\n".join([kinds, "## Ways of retention\n", *(f"* `{name}`: {words}" for name, words in WAYS.items()), ""])


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
