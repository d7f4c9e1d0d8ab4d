"""JATS: well-formed by lxml, in the places where JATS has them; positions and versions by the domain notes §7.3."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from terms_release import INDICATORS, RELEASE

from engagetree.errors import EngagetreeError
from engagetree.research import terms as t

PARENTS = {
    "kwd-group": "article-meta",
    "kwd": "kwd-group",
    "subj-group": "article-categories",
    "subject": "subj-group",
    "named-content": "p",
    "custom-meta-group": "article-meta",
    "custom-meta": "custom-meta-group",
    "meta-name": "custom-meta",
    "meta-value": "custom-meta",
}
"""Written by hand from the JATS tag library: where each of these elements may stand (one of its places)."""


def article(version: str, categories: str, keywords: str, values: str, sentence: str) -> str:
    return (
        f'<article dtd-version="{version}"><front><article-meta><article-categories>{categories}</article-categories>{keywords}{values}'
        f"</article-meta></front><body><p>{sentence}</p></body></article>"
    )


def whole(version: str) -> str:
    made = [t.jats(p, version=version, value="12 %") for p in ("subj-group", "kwd-group", "custom-meta", "named-content")]
    return article(version, *made)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_each_element_stands_where_it_may(version: str) -> None:
    root = etree.fromstring(whole(version))
    seen = {str(e.tag) for e in root.iter() if e.tag in PARENTS}
    assert seen == set(PARENTS)
    for e in root.iter(*PARENTS):
        parent = e.getparent()
        assert parent is not None and parent.tag == PARENTS[str(e.tag)]
    assert not list(root.iter("role"))
    assert t.lint(whole(version)) == ()


def test_custom_meta_names_no_vocabulary_before_1_3() -> None:
    """Domain notes §7.3.5."""
    (old,), (new,) = (list(etree.fromstring(whole(v)).iter("custom-meta")) for v in ("1.2", "1.3"))
    assert not old.attrib and new.get("vocab-term") == "Engagement metric"
    assert [f.rule for f in t.lint(whole("1.3").replace('dtd-version="1.3"', 'dtd-version="1.2"'))] == ["JX-04"]


@settings(deadline=None)
@given(st.text(), st.text(min_size=1))
def test_any_text_is_read_back(text: str, value: str) -> None:
    """What XML cannot hold becomes U+FFFD, all else comes back from lxml as it was."""
    root = etree.fromstring(t.jats("custom-meta", text=text, value=value).encode())
    held = ["\t", "\n", "\r", *map(chr, range(0x20, 0x7F))]
    for tag, said in (("meta-name", text or "Engagement metric"), ("meta-value", value)):
        found = next(root.iter(tag)).text or ""
        assert len(found) == len(said)
        assert all(a == b or a == "\ufffd" for a, b in zip(found, said, strict=True))
        assert all(a == b for a, b in zip(found, said, strict=True) if b in held)


def test_a_release_s_values_are_as_shown() -> None:
    root = etree.fromstring(t.custom_meta(RELEASE).encode())
    assert [(e.findtext("meta-name"), e.findtext("meta-value")) for e in root] == [
        ("Events, 2025-26", "15"),
        ("Attendances, 2025-26", "1 200"),
        ("Attendances, 2025-26", "at least 300"),
        ("Typical depth, 2025-26", "D3 Involve"),
    ]


def test_where_it_cannot_stand_is_said() -> None:
    for wrong, said in (
        ({"place": "role"}, "cannot stand there"),
        ({"version": "1.1"}, "1.2 and 1.3"),
        ({"place": "custom-meta"}, "holds a value"),
    ):
        with pytest.raises(EngagetreeError, match=said):
            t.jats(**wrong)


def test_own_indicators_are_keywords_of_their_own_vocabulary() -> None:
    made = t.keywords(t.ENGAGEMENT_METRIC, *t.own_terms(INDICATORS, RELEASE.institution, base="https://data.example.ac.uk/e"))
    root = etree.fromstring(f"<article-meta>{made}</article-meta>")
    assert [(g.get("vocab-identifier"), len(g)) for g in root] == [
        ("https://casrai.org/dictionary/", 1),
        ("https://data.example.ac.uk/e#indicators", len(INDICATORS)),
    ]
    assert [k.get("vocab-term-identifier") for k in root[1]][:1] == ["https://data.example.ac.uk/e#indicator/events"]
    assert t.lint(f'<article dtd-version="1.3">{made}</article>') == ()
