"""The pages are complete and up to date: made pages are as the code makes them, links lead somewhere, every verb is documented."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from engagetree.workspace import Workspace

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["cli.md", "tables.md", "definition.md"])
def test_a_made_page_is_as_the_code_makes_it(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == reference().PAGES[name](), "run make docs"


def test_every_command_and_option_is_documented() -> None:
    """The names come from the help that the program prints, not from the script that makes the page."""
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    import typer

    from engagetree.cli.app import app

    group = typer.main.get_command(app)
    for name, verb in group.commands.items():
        assert f"\n## engagetree {name}" in page
        section = page.split(f"\n## engagetree {name}")[1].split("\n## ")[0]
        for option in (o for p in getattr(verb, "params", []) for o in p.opts if o.startswith("--") and o != "--help"):
            assert f"`{option}" in section, f"{name} {option}"


def test_every_verb_of_the_workspace_is_in_the_python_reference() -> None:
    page = (ROOT / "docs" / "reference" / "python.md").read_text("utf-8")
    public = [n for n in vars(Workspace) if not n.startswith("_") and n not in ("root", "engine")]
    assert [n for n in public if not re.search(rf"`{n}[(`]|, `{n}\(|`{n}`", page)] == []


def test_every_column_of_a_map_is_documented() -> None:
    from engagetree.ingest.map_checks import KEYS

    page = (ROOT / "docs" / "reference" / "column-maps.md").read_text("utf-8")
    assert [k for k in KEYS if f"`{k}" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        left += [(page.parent / link).resolve() for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text("utf-8"))]
    assert [p for p in ROOT.glob("docs/**/*.md") if p not in seen] == []


def test_every_make_target_that_a_page_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {
        t
        for page in PAGES
        for t in re.findall(
            r"\bmake (demo-live|demo-research|demo|test|lint|format|bench-quick|bench|drill|docs|lock|help)\b", page.read_text()
        )
    }
    assert [t for t in named if not re.search(rf"^{t}:", makefile, re.M)] == []


def test_locks_hold_no_address_and_no_path() -> None:
    for lock in ROOT.glob("requirements/*.lock"):
        text = lock.read_text("utf-8")
        assert not re.search(r"://|^-|^#|file:|/\w+/", text, re.M), lock
        pins = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==.*$", text, re.M)
        assert pins and all(f"{pin}\n    --hash=sha256:" in text for pin in pins), "each has a hash"


@pytest.mark.parametrize(
    "name",
    [
        ".ci/run",
        "scripts/python-environment",
        "scripts/system-packages",
        "scripts/lock",
        *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("examples/*/demo")),
    ],
)
def test_scripts_are_executable_and_well_formed(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(ROOT / name)], check=True)
