"""Other people's files: each rule with a file that breaks it and one that does not; lines counted by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terms_offline import shut

from engagetree.errors import EngagetreeError
from engagetree.research.terms import Flaw, lint
from engagetree.research.terms.lint import RULES
from engagetree.research.terms.lint.articles import Article
from engagetree.research.terms.lint.articles import article as read
from engagetree.research.terms.lint.places import objects, placed
from engagetree.research.terms.lint.roles import ROLES

SCHEMA = '"@context": "https://schema.org"'


def broken(text: str | bytes, kind: Any = None) -> list[tuple[str, int]]:
    return [(f.rule, f.line) for f in lint(text, kind)]


# ── JSON-LD ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f'{{{SCHEMA}, "@type": "Thing", "name": "x",\n "sameAs": "EngagementKPI"}}', [("LD-01", 2)]),
        (f'{{{SCHEMA}, "@type": "Thing", "sameAs": ["https://a.example/x",\n "https://a.example/a b"]}}', [("LD-01", 2)]),
        (f'{{{SCHEMA}, "@type": "Thing", "schema:sameAs": {{"@id": "label"}}}}', [("LD-01", 1)]),
        (f'{{{SCHEMA}, "@type": "Thing", "sameAs": "https://www.wikidata.org/entity/Q1"}}', []),
        (f'{{{SCHEMA}, "@type": "Thing", "sameAs": ["/about", "#here"]}}', []),
        (f'{{{SCHEMA}, "@type": "Thing", "sameAs": ["www.example.org", "/a b"]}}', [("LD-01", 1)]),
        (f'{{{SCHEMA}, "@id": "urn:x", "@type": "DefinedTerm", "name": "x",\n"license": "https://a.example/"}}', [("LD-02", 2)]),
        (f'{{{SCHEMA}, "@id": "urn:x", "@type": "DefinedTermSet", "name": "x",\n"license": "https://a.example/"}}', []),
        (f'{{{SCHEMA}, "@type": "DefinedTerm", "name": "x"}}', [("LD-03", 1)]),
        (f'[{{{SCHEMA}, "@type": "Thing"}},\n{{"@type": "http://schema.org/DefinedTerm", "name": "x"}}]', [("LD-03", 2)]),
        (f'{{{SCHEMA}, "@id": "urn:x", "@type": "DefinedTerm", "name": "x",\n"inDefinedTermSet": "https://a.example/set"}}', [("LD-04", 2)]),
        (f'{{{SCHEMA}, "@id": "urn:x", "@type": "DefinedTerm", "name": "x", "inDefinedTermSet": {{"@id": "https://a.example/set"}}}}', []),
        ('{"a": 1,\n "b": }', [("LD-05", 2)]),
        (f'{{{SCHEMA},\n "value": NaN}}', [("LD-05", 2)]),
        (f'{{{SCHEMA}, "name": "a",\n "url": "https://a.example/", "name": "b"}}', [("LD-06", 2)]),
        ('{"@type": "Thing"}', [("LD-07", 1)]),
        ('{"@context": {"@vocab": "https://schema.org/"}, "@type": "Thing"}', []),
        ('{"@context": ["https://schema.org", {"x": "https://a.example/"}], "@type": "Thing"}', []),
        ('{"@context": "https://w3id.org/other",\n "@type": "Thing"}', [("LD-07", 1)]),
        (f'{{{SCHEMA}, "@id": "https://a.example/a b"}}', [("LD-08", 1)]),
        (f'{{{SCHEMA}, "@id": ["a"]}}', [("LD-08", 1)]),
        (f'{{{SCHEMA}, "@id": "#here", "about": [{{"@id": "_:b0"}}, {{"@id": ""}}, {{"@id": "../up"}}]}}', []),
        (f'{{{SCHEMA}, "@type": "Observation",\n "value": null}}', [("LD-09", 2)]),
        (f'{{{SCHEMA}, "@type": "Observation",\n "value": 0, "description": "Suppressed"}}', [("LD-09", 2)]),
        (f'{{{SCHEMA}, "@type": "Observation", "value": 0, "description": "Nobody came"}}', []),
        (f'{{{SCHEMA}, "@type": "Observation", "value": true, "description": "withheld"}}', []),
        (f'{{{SCHEMA}, "@type": "Observation", "value": -0.0, "valueReference":\n{{"name": "Withheld"}}}}', [("LD-09", 1)]),
        (f'{{{SCHEMA}, "@type": "EducationEvent",\n "interactionStatistic": {{}}}}', [("LD-10", 2)]),
        (f'{{{SCHEMA}, "@type": "Organization", "interactionStatistic": {{}}}}', []),
        (f'{{{SCHEMA}, "@id": "urn:x", "@type": "DefinedTermSet", "name": "x",\n "hasDefinedTerm": ["urn:y"]}}', [("LD-11", 2)]),
        (f'{{{SCHEMA}, "@id": "urn:x", "@type": "DefinedTermSet", "name": "x", "hasDefinedTerm": [{{"@id": "urn:y"}}]}}', []),
        (f'{{{SCHEMA}, "@id": "urn:x", "@type": "DefinedTerm"}}', [("LD-12", 1)]),
        (f'{{{SCHEMA}, "about": {{"@id": "urn:x", "@type": "DefinedTerm"}}}}', []),
        (b'\xef\xbb\xbf{"@context": "https://schema.org"}', []),
        (b'{\n"a": "\xff"}', [("LD-05", 2)]),
        ("[]", [("LD-07", 1)]),
    ],
)  # fmt: skip
def test_linked_data(text: str | bytes, found: list[tuple[str, int]]) -> None:
    assert broken(text) == found


def test_what_is_nested_without_end_is_told() -> None:
    assert broken("[" * 100_000) == [("LD-05", 0)]
    assert broken("[" * 900 + "]" * 900) == [("LD-07", 1)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5) | st.sampled_from(["@type", "@id", "sameAs", "value"]), inner)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(json_values, st.sampled_from([None, 1]), st.booleans())
def test_places_holds_what_json_holds(value: Any, indent: int | None, ascii_: bool) -> None:
    """The objects and strings of any JSON are those that `json` reads, each in its line; and lint never fails."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    at = placed(text)

    def again(x: Any) -> Any:
        if x.kind == "object":
            return {k: again(v) for k, _, v in x.members}
        if x.kind == "array":
            return [again(v) for v in x.items]
        return x.text if x.kind == "string" else json.loads(x.text)

    assert again(at) == value
    lines = text.split("\n")
    assert all("{" in lines[o.line - 1] for o in objects(at))
    lint(text.encode(), "jsonld")


# ── JATS ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREDIT = 'vocab="credit" vocab-identifier="https://credit.niso.org/"'


def article(inside: str, version: str = "1.3") -> str:
    return f'<article dtd-version="{version}">\n<front><article-meta>{inside}</article-meta></front></article>'


def contrib(inside: str) -> str:
    return f"<contrib-group><contrib>\n{inside}</contrib></contrib-group>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (article(contrib(f'<role {CREDIT} vocab-term="Software">Software</role>')), []),
        (article(contrib(f'<role {CREDIT} vocab-term="Formal Analysis">Analysis</role>')), []),
        (article(contrib(f'<role {CREDIT} vocab-term="writing - review and editing">W</role>')), []),
        (article(contrib(f"<role {CREDIT}>Writing — Original Draft</role>")), []),
        (article(contrib('<role vocab="CRediT" vocab-identifier="https://casrai.org/credit" vocab-term="Software">S</role>')), [("JX-01", 3)]),
        (article(contrib('<role vocab="credit" vocab-term="Software">S</role>')), [("JX-01", 3)]),
        (article(contrib(f'<role {CREDIT} vocab-term="Cooking">C</role>')), [("JX-02", 3)]),
        (article(contrib('<role vocab="CASRAI Dictionary" vocab-term="Engagement metric">E</role>')), [("JX-03", 3)]),
        (article(contrib("<role>Principal investigator</role>")), []),
        (article(contrib(f'<role {CREDIT} vocab-term="Software">S</role>'), "1.1"), [("JX-04", 3)]),
        (article(contrib(f'<role {CREDIT} vocab-term="Software">S</role>'), "1.2d1"), []),
        (article('<kwd-group vocab="x">\n<kwd>a</kwd></kwd-group>', "1.0"), [("JX-04", 2)]),
        (article(contrib("<role/>")), [("JX-05", 3)]),
        (article("<abstract><p>\n<role>x</role></p></abstract>"), [("JX-06", 3)]),
        (
            article(contrib(f'<role {CREDIT} vocab-term="Software" vocab-term-identifier="https://credit.niso.org/contributor-roles/resources/">S</role>')),
            [("JX-07", 3)],
        ),
        (article(contrib(f'<role {CREDIT} vocab-term="Software" vocab-term-identifier="{"https://credit.niso.org/contributor-roles/software/"}">S</role>')), []),
        ("<article>\n<front></article>", [("JX-08", 2)]),
        ('<role vocab="x" vocab-term="y">z</role>\n<role/>', [("JX-04", 1), ("JX-05", 2)]),
        ('<?xml version="1.0" encoding="latin1"?><a/>\n<b/>', [("JX-08", 2)]),
        ('<?xml version="1.0" encoding="no-such-thing"?><a/>', [("JX-08", 0)]),
        ('<!DOCTYPE article [\n<!ENTITY a "x">]><article>&a;</article>', [("JX-09", 2)]),
        ('<!DOCTYPE article [\n<!ENTITY a SYSTEM "file:///etc/passwd">]><article>&a;</article>', [("JX-09", 2)]),
        ('<!DOCTYPE article [<!ENTITY % a SYSTEM "http://a.example/x"> %a;]><article/>', [("JX-09", 1)]),
        ('<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) v1.1 20151215//EN" "http://a.example/J.dtd">\n<article><kwd vocab="x"/></article>', [("JX-04", 2)]),
        ('<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) v1.3 20210610//EN" "http://a.example/J.dtd">\n<article><kwd vocab="x">&nbsp;</kwd></article>', []),
    ],
)  # fmt: skip
def test_articles(text: str, found: list[tuple[str, int]]) -> None:
    assert broken(text) == found


def test_no_dtd_is_fetched_or_opened(tmp_path: Path) -> None:
    (tmp_path / "a.dtd").write_text('<!ENTITY inside "from the file"><!ATTLIST article dtd-version CDATA "1.0">')
    for at in ("http://a.example/J.dtd", (tmp_path / "a.dtd").as_uri()):
        text = f'<!DOCTYPE article SYSTEM "{at}">\n<article><kwd vocab="x">&inside;</kwd></article>'
        with shut():
            found = read(text.encode())
        assert isinstance(found, Article) and found.version == "" and all("from the file" not in "".join(e.text) for e in found.elements)


def test_all_fourteen_roles_are_known_with_their_addresses() -> None:
    """Fourteen by ANSI/NISO Z39.104-2022."""
    assert len(ROLES) == 14
    for name, last in ROLES.items():
        at = f"https://credit.niso.org/contributor-roles/{last}/"
        written = name.replace("&", "&amp;")
        assert broken(article(contrib(f'<role {CREDIT} vocab-term="{written}" vocab-term-identifier="{at}">x</role>'))) == []


# ── CSV, pages, files ────────────────────────────────────────────────────────────────────────────────────────────────────

HEAD = "type,slug,name,definition,domain,track,source_url,niso_uri\r\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HEAD + "term,engagement-metric,Engagement metric,An indicator,d,E,https://casrai.org/dictionary/term/engagement-metric,\r\n", []),
        ("\ufeff" + HEAD + 'term,a,A,"two\r\nlines",d,E,,\r\nterm,a,B,x,d,E,,\r\n', [("CD-04", 4)]),
        ("slug,nam,definition\nx,y,z\n", [("CD-01", 1)]),
        (HEAD + "term,a,,x,d,E,here,\r\n", [("CD-03", 2), ("CD-05", 2)]),
        (HEAD + 'term,a,"A"b,x,d,E,,\r\n', [("CD-02", 2)]),
        (b"slug,name,definition\n\xff,a,b\n", [("CD-02", 2)]),
    ],
)
def test_dictionaries(text: str | bytes, found: list[tuple[str, int]]) -> None:
    assert broken(text, "csv") == found


def test_json_ld_in_a_page_with_the_page_s_lines() -> None:
    page = '<!doctype html>\n<html><script>var a = {"b": 1}</script>\n<script type="application/ld+json">\n{"@type":\n "DefinedTerm"}\n</script></html>'
    assert broken(page) == [("LD-03", 4), ("LD-07", 4)]
    assert broken("<html></html>") == [("LD-07", 0)]


def test_a_file_is_told_by_what_it_begins_with(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("<article/>")
    (tmp_path / "y.csv").write_text(HEAD)
    assert lint(tmp_path / "x.txt") == () == lint(str(tmp_path / "y.csv"))
    (tmp_path / "z.json").write_text('{"@id": "urn:x"}')
    (flaw,) = lint(tmp_path / "z.json")
    assert flaw.file.endswith("z.json") and str(flaw).startswith(f"{flaw.file}:1: LD-07 error: ")


@pytest.mark.parametrize(
    ("what", "kind", "said"),
    [
        ("no/such/file.json", None, "cannot be read"),
        ("engagement", None, "cannot be read"),
        (b"engagement", None, "not clear what it is"),
        (b"", None, "not clear what it is"),
        ("<a/>", "jat", "Did you mean “jats”"),
        ("a\0b", None, "cannot be read"),
        (Path(), None, "cannot be read"),
    ],
)
def test_what_cannot_be_checked_is_an_error_in_words(what: Any, kind: Any, said: str) -> None:
    with pytest.raises(EngagetreeError, match=said):
        lint(what, kind)


@settings(deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=80).map(lambda s: s.encode("utf-8", "replace")),
    st.sampled_from(["jsonld", "jats", "csv", "html"]),
)
def test_nothing_ends_in_a_traceback(data: bytes, kind: Any) -> None:
    assert all(isinstance(f, Flaw) for f in lint(data, kind))


def test_every_rule_says_why_and_how(tmp_path: Path) -> None:
    for name, rule in RULES.items():
        assert rule.why.endswith(".") and (rule.do.endswith((".", "…")) or name in ("JX-02", "JX-07", "CD-01")), name


def test_every_rule_is_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "machine-readable.md").read_text("utf-8")
    named = set(re.findall(r"[A-Z]{2}-\d\d", page)) | {f"CD-0{n}" for n in range(1, 6)}
    assert named == set(RULES)
