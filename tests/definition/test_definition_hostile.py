"""Files that are no definition: each is one clear problem, never a traceback, never a long wait."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engagetree.definition.document import document
from engagetree.definition.read import check, parse, read
from engagetree.definition.templates import TEMPLATES, template
from engagetree.errors import DefinitionError

LAUGHS = "a: &a [x, x, x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))

FILES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 0, "is empty"),
    "only comments": (b"# nothing\n# yet\n", 0, "is empty"),
    "a bare null": (b"~\n", 0, "is empty"),
    "a list": (b"- a\n- b\n", 1, "is a list, not a mapping of fields"),
    "a word": (b"\nhello\n", 2, "is “hello”, not a mapping"),
    "bad indent": (b"programme: a\n  zone: UTC\n", 2, "not valid YAML"),
    "a tab": (b"signals:\n\tattendance: 1\n", 2, "Indent with spaces, not with tabs"),
    "an open quote": (b'title: "a\nzone: UTC\n', 3, "A quote is opened and never closed"),
    "an open bracket": (b"a:\n  b: [c, d\n", 3, "not valid YAML"),
    "a colon in a text": (b"title: Spring: course\n", 1, "Put a text that holds"),
    "alias bomb": (LAUGHS.encode(), 2, "`*a` refers to another place"),
    "a merge": (b"a: &x {b: 1}\nc:\n  <<: *x\n", 3, "`*x` refers to another place"),
    "a python object": (b"zone: UTC\nx: !!python/object/apply:os.system [ls]\n", 2, "is not used here"),
    "two documents": (b"a: 1\n---\nb: 2\n", 2, "a second document begins"),
    "deep": (b"a: " + b"[" * 100_000, 1, "nested deeper"),
    "deeper in blocks": ("".join(f"{' ' * n}a:\n" for n in range(400)).encode(), 13, "nested deeper"),
    "many entries": (b"".join(b"k%d: 1\n" % n for n in range(20_000)), 5000, "more entries"),
    "giant": (b"x: " + b"y" * 10_000_000, 0, "is larger than 256 KiB"),
    "utf-16": ("programme: a\n".encode("utf-16"), 1, "is UTF-16, not UTF-8. Save the file as UTF-8."),
    "latin-1": ("programme: a\ntitle: Évora\n".encode("latin-1"), 2, "the byte 0xC9 does not fit"),
    "cut inside a letter": ("programme: a\ntitle: É".encode()[:-1], 2, "is not UTF-8"),
    "a zero byte": (b"a: 1\nb: \x00\n", 2, "U+0000"),
    "an escape beyond Unicode": (b'a: "\\Uffffffff"\n', 0, "Look for a backslash"),
    "a list as a key": (b"a: 1\n? [b]\n: c\n", 2, "where a name belongs"),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + os.urandom(64), 1, ""),
}


@pytest.mark.parametrize("name", FILES)
def test_one_clear_problem(name: str, tmp_path: Path) -> None:
    raw, line, words = FILES[name]
    path = tmp_path / "programme.yml"
    path.write_bytes(raw)
    began = time.monotonic()
    problem = check(path)[0]
    assert time.monotonic() - began < 5
    assert problem.level == "error"
    assert problem.line == line, problem
    assert words in str(problem)
    with pytest.raises(DefinitionError):
        read(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "there is no such file" in str(check(tmp_path / "none.yml")[0])
    assert "is not a file" in str(check(tmp_path)[0])
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in str(check(tmp_path / "pipe")[0]), "a pipe must not be waited for"
    with pytest.raises(DefinitionError, match="there is no such file"):
        read(tmp_path / "none.yml")
    assert check(tmp_path / ("x" * 5000))[0].level == "error"
    assert check(Path("a\0b"))[0].level == "error"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "programme.yml"
    path.write_text("a: 1")
    path.chmod(0)
    assert "cannot be opened" in str(check(path)[0])


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "programme.yml"
    path.write_bytes(b"\xef\xbb\xbf" + template("event").encode())
    assert read(path).programme == "event"
    assert parse("\ufeff" + template("event")).programme == "event"


def test_windows_line_ends_count_as_one() -> None:
    wrong = template("event").replace("zone: UTC", "zone: Nowhere").replace("\n", "\r\n")
    line = next(n for n, text in enumerate(wrong.splitlines(), 1) if text.startswith("zone:"))
    with pytest.raises(DefinitionError) as caught:
        parse(wrong)
    assert [p.line for p in caught.value.problems] == [line]


def test_words_are_words_and_keys_are_words() -> None:
    root, problems = document("on: no\nyes: true\nno: null\nn: 1_000\nz: 0x1F\nt: 12:30\nd: 2025-03-03\n")
    values = {key: part.value for key, part in root.value.items()}
    assert values == {"on": "no", "yes": True, "no": None, "n": "1_000", "z": "0x1F", "t": "12:30", "d": "2025-03-03"}
    assert [part.line for part in root.value.values()] == [1, 2, 3, 4, 5, 6, 7]
    assert problems == []


def tried(raw: bytes, path: Path) -> None:
    path.write_bytes(raw)
    problems = check(path)
    assert all(p.found and p.do and p.level in ("error", "warning", "note") for p in problems)
    assert all("\x1b" not in str(p) for p in problems), "a message never carries a terminal escape"
    try:
        read(path)
    except DefinitionError as error:
        assert error.problems


FUZZ = (*tuple("&*!|>%@`\"'#{}[],?:-\n\t "), "\\", "weight", "signals", "\x1b", "1e9", ".", "é")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    tried(raw, tmp_path_factory.getbasetemp() / "bytes.yml")


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(TEMPLATES), st.data())
def test_no_damage_to_a_template_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    text = template(name)
    for _ in range(data.draw(st.integers(1, 3))):
        begin = data.draw(st.integers(0, len(text)))
        end = begin + data.draw(st.integers(0, 40))
        text = text[:begin] + "".join(data.draw(st.lists(st.sampled_from(FUZZ), max_size=4))) + text[end:]
    tried(text.encode("utf-8", "replace"), tmp_path_factory.getbasetemp() / "damaged.yml")


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 200),
        st.floats(allow_nan=False),
        st.text(max_size=6),
        st.sampled_from(["share", "target"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(TEMPLATES), st.data())
def test_any_value_anywhere_is_a_problem_and_no_traceback(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    tree = yaml.load(template(name), Loader=yaml.BaseLoader)
    at = tree
    while True:
        step = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[step], dict | list) or data.draw(st.booleans()):
            at[step] = data.draw(VALUES)
            break
        at = at[step]
        if not at:
            break
    tried(json.dumps(tree).encode(), tmp_path_factory.getbasetemp() / "values.yml")
