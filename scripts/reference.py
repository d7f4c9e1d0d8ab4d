"""Write the reference pages that are made from the code: cli.md, tables.md and definition.md.

python scripts/reference.py docs/reference
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from engagetree import tables
from engagetree.cli.app import ABOUT, app
from engagetree.definition import reference
from engagetree.ingest.shape import OURS, REQUIRED
from engagetree.tables import KEYS, LAKE, PARTITION

MADE = "<!-- Made by `make docs` from the code; a test holds it up to date. -->"

EXIT_CODES = """## Exit codes

| Code | Meaning |
|---|---|
| 0 | Done. |
| 1 | Something that you can mend; `check` found an error; `import` refused a file as a whole. |
| 2 | Typed wrongly: no such command, option or value. Or something waits for an answer. |
| 70 | Our own bug. `engagetree --debug …` shows where. |
| 130 | Interrupted with Ctrl-C. Nothing half-done is kept. |

Answers go to stdout, everything else (progress, waiting, errors) to stderr. A terminal gets colours and a form that fits its width; a pipe
gets plain lines of any length. `NO_COLOR=1` switches colours off.
"""

TABLES = """# The tables of the lake

{made}

What can be imported, and what is made of it. Times are UTC with microseconds; intervals are half-open; null means unknown and is never the
same as zero. A CSV with these column names needs no column map.
"""


def cli() -> str:
    """Every verb with its arguments and options."""
    root: Any = typer.main.get_command(app)
    parts = [f"# The command line\n\n{MADE}\n\n{ABOUT}"]
    parts += [_verb(f"engagetree {name}", verb) for name, verb in _verbs(root)]
    return "\n".join([*parts, EXIT_CODES])


def _verbs(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, verb in group.commands.items():
        if hasattr(verb, "commands"):
            yield from _verbs(verb, f"{name} ")
        else:
            yield above + name, verb


def _verb(name: str, verb: Any) -> str:
    rows = [_row(p) for p in verb.params if p.name != "help"]
    places = [_placed(p) for p in verb.params if p.param_type_name == "argument"]
    usage = " ".join([name, *places, *(["[options]"] if len(rows) > len(places) else [])])
    said = "\n".join(line.strip() for line in (verb.help or "").strip().splitlines())
    head = "| Argument or option | What it says | Left out |\n|---|---|---|\n" if rows else ""
    return f"## {name}\n\n    {usage}\n\n{said}\n\n{head}{''.join(f'| {a} | {b} | {c} |{chr(10)}' for a, b, c in rows)}"


def _placed(p: Any) -> str:
    name = (p.metavar or p.name.upper()).strip("[]")
    return (name if p.required else f"[{name}]") + ("..." if p.nargs == -1 else "")


def _row(p: Any) -> tuple[str, str, str]:
    if p.param_type_name == "argument":
        shown = f"`{_placed(p).strip('[]')}`"
    else:
        shown = ", ".join(f"`{o}{'' if p.is_flag else ' ' + (p.metavar or p.name.rstrip('_').upper())}`" for o in p.opts)
    return shown.replace("|", "\\|"), (p.help or "").replace("|", "\\|"), _otherwise(p)


def _otherwise(p: Any) -> str:
    env = f" (or `${p.envvar}`)" if getattr(p, "envvar", None) else ""
    if p.required:
        return "**required**"
    if isinstance(p.show_default, str):
        return p.show_default + env
    return "" if p.default in (None, False) else f"`{p.default}`{env}"


def lake() -> str:
    """Every table with its columns, from the schemas and the comments beside them."""
    said = _comments()
    return "\n".join([TABLES.format(made=MADE), *(_table(name, schema, said[name.upper()]) for name, schema in LAKE.items())])


def _table(name: str, schema: Any, said: dict[str, str]) -> str:
    facts = (
        [f"One and the same row where {', '.join(f'`{k}`' for k in KEYS[name])} agree; of two imports the later is valid."]
        if name in KEYS
        else []
    )
    facts += [f"Split into files by `{PARTITION[name]}`."] if name in PARTITION else []
    rows = []
    for column in schema:
        need = "yes" if column.name in REQUIRED.get(name, ()) else "ours" if column.name in OURS or name not in REQUIRED else ""
        rows.append(f"| `{column.name}` | {_kind(str(column.type))} | {need} | {said.get(column.name, '')} |")
    return "\n".join(
        [f"## {name}\n", *facts, *([""] if facts else []), "| Column | Type | Needed | What it is |", "|---|---|---|---|", *rows, ""]
    )


def _kind(kind: str) -> str:
    return {"string": "text", "double": "number", "int64": "whole number", "bool": "true or false"}.get(kind, "time")


def _comments() -> dict[str, dict[str, str]]:
    """Schema → column → the comment on the column's line."""
    text = Path(tables.__file__).read_text("utf-8")
    lines, out = text.splitlines(), {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
            own: dict[str, str] = {}
            for pair in ast.walk(node.value):
                if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant):
                    own[str(pair.elts[0].value)] = lines[pair.lineno - 1].partition("  # ")[2]
            out[node.targets[0].id] = own
    return out


PAGES = {"cli.md": cli, "tables.md": lake, "definition.md": reference.page}


def main(folder: Path) -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
