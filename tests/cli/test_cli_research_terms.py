"""`research term` and `research lint` at the shell; the verbs are put into an app of their own, with the door of the real one."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import typer

from engagetree.cli import research_terms
from engagetree.cli.door import Door
from engagetree.research.terms import as_published, encoded


@pytest.fixture
def said() -> Any:
    app = typer.Typer(cls=Door, pretty_exceptions_enable=False)
    research_terms.add_to(app)

    def run(*words: object) -> tuple[int, bytes, str]:
        raw, err, code = BytesIO(), StringIO(), 0
        out = TextIOWrapper(raw, "utf-8", newline="\r\n")  # a terminal that would change line ends
        with redirect_stdout(out), redirect_stderr(err):
            try:
                app([str(w) for w in words], prog_name="engagetree")
            except SystemExit as leaving:
                code = int(leaving.code or 0)
            out.flush()
        return code, raw.getvalue(), err.getvalue()

    return run


@pytest.mark.parametrize("form", ["jsonld", "jats"])
def test_the_source_s_form_is_printed_and_written_byte_for_byte(said: Any, form: str, tmp_path: Path) -> None:
    assert said("term", "--format", form, "--profile", "source")[:2] == (0, as_published(form))
    code, out, err = said("term", "--format", form, "--profile", "source", "-o", tmp_path / "x")
    assert (code, out) == (0, b"") and "Written" in err and (tmp_path / "x").read_bytes() == as_published(form)


def test_the_corrected_form_is_what_is_printed_without_asking(said: Any) -> None:
    assert said("term")[:2] == (0, encoded("jsonld"))


def test_what_is_typed_wrongly_is_said(said: Any) -> None:
    code, out, err = said("term", "--format", "skoss")
    assert (code, out) == (1, b"") and "Did you mean “skos”" in err
    code, _, err = said("term", "--format", "skos", "--profile", "source")
    assert code == 1 and "the source publishes jsonld and jats" in err


def test_lint_tells_the_flaws_of_all_files_and_leaves_with_1(said: Any, tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs.json", tmp_path / "ours.json"
    theirs.write_bytes(as_published("jsonld"))
    ours.write_bytes(encoded("jsonld"))
    code, out, err = said("lint", theirs, tmp_path / "missing.xml", ours)
    text = out.decode()
    assert code == 1 and f"{theirs}:10: LD-01 error" in text and f"{ours}: nothing to mend." in text and "alternateName" in text
    assert "missing.xml: it cannot be read" in err.replace("\n", "")
    assert said("lint", ours)[0] == 0


def test_lint_as_json_and_of_a_named_kind(said: Any, tmp_path: Path) -> None:
    file = tmp_path / "role.txt"
    file.write_bytes(as_published("jats"))
    code, out, _ = said("lint", "--json", "--kind", "jats", file)
    assert code == 1 and [f["rule"] for f in json.loads(out)] == ["JX-01", "JX-02", "JX-03", "JX-04", "JX-05"]
    code, _, err = said("lint", "--kind", "jat", file)
    assert code == 1 and "Did you mean “jats”" in err


def test_warnings_leave_with_0(said: Any, tmp_path: Path) -> None:
    file = tmp_path / "term.json"
    file.write_text('{"@context": "https://schema.org", "@type": "DefinedTerm", "name": "\x1b[31mred"}'.replace("\x1b", "\\u001b"))
    code, out, _ = said("lint", file)
    assert code == 0 and b"LD-03 warning" in out and b"\x1b" not in out
