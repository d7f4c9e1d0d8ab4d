"""The text lint: sentences that sound as if they claimed what the definition excludes. It advises; the structural rules decide.

English only. A sentence that denies, or that speaks of qualitative work beside the number, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engagetree.research.model import Guarded

NEAR = 12
"""So many words may stand between the measure of attention and the word of quality."""

ATTENTION = re.compile(
    r"\b(altmetrics?|attention scores?|altmetric attention|tweets?|retweets?|mentions?|views|downloads|impressions|likes)\b", re.I
)
PRAISE = re.compile(
    r"\b(quality|meaningful|deep|deeply|excellent|impact|impactful|successful engagement|shows? that (?:the )?publics?)\b", re.I
)
DENIED = re.compile(
    r"\b(not|never|no|cannot|can't|isn't|aren't|doesn't|does not|rather than|instead of|nor|neither|without|may|might|alone|only)\b", re.I
)
QUALITATIVE = re.compile(
    r"\b(interviews?|thematic|coding|coded|themes?|qualitative|focus groups?|case stud(?:y|ies)|observations?|"
    r"content analysis|testimon(?:y|ial|ies|ials)|interpretation)\b",
    re.I,
)
HEADCOUNT = re.compile(
    r"\b\d[\d,.]*\s+(?:people|participants|attendees|visitors|members of the public)\b[^.!?]*?\b(?:engaged|engagement)\b", re.I
)
KIND = re.compile(
    r"workshop|talk|lecture|exhibition|panel|festival|open day|performance|consult|co-?(?:design|produc|develop|creat|author)|advis|involv|"
    r"collaborat|dialogue|citizen science|\bD[0-5]\b|empower|partner",
    re.I,
)


def lint_text(text: str) -> tuple[Guarded, ...]:
    """What sounds doubtful in a narrative: notes only, each with the words that it is about.

    >>> [f.rule for f in lint_text("High-quality engagement is shown by 4,000 tweets.")]
    ['EM-04']
    >>> lint_text("Altmetric attention is not a measure of quality.")
    ()
    """
    return tuple(finding for paragraph in re.split(r"\n\s*\n", text) for finding in _paragraph(paragraph))


def sentences(paragraph: str) -> list[str]:
    """Its sentences; a full stop inside a number ends none.

    >>> sentences("A score of 3.5 is good. Is it? Yes")
    ['A score of 3.5 is good.', 'Is it?', 'Yes']
    """
    return [s.strip() for s in re.split(r"(?<=[.!?])\s+(?=[\"“(A-Z0-9])|\n+", paragraph) if s.strip()]


def _paragraph(paragraph: str) -> Iterator[Guarded]:
    for sentence in sentences(paragraph):
        words = None if DENIED.search(sentence) or QUALITATIVE.search(sentence) else _near(sentence)
        if words:
            found = "this reads as if attention showed quality"
            do = "Say what was said, by whom and in what sense (coded evidence), or call it attention."
            yield Guarded("EM-04", "note", f"the sentence “{sentence}”", found, do, matched=words)
        count = None if KIND.search(paragraph) else HEADCOUNT.search(sentence)
        if count:
            found = "this reads as if a count of people were engagement"
            do = "Say what they took part in and how far: type of activity and depth."
            yield Guarded("EM-01", "note", f"the sentence “{sentence}”", found, do, matched=count.group(0))


def _near(sentence: str) -> str | None:
    """From the word of attention to that of quality, or the other way round, where few enough words lie between."""
    for first in ATTENTION.finditer(sentence):
        for second in PRAISE.finditer(sentence):
            start, end = min(first.start(), second.start()), max(first.end(), second.end())
            between = sentence[min(first.end(), second.end()) : max(first.start(), second.start())]
            if len(between.split()) <= NEAR:
                return sentence[start:end]
    return None
