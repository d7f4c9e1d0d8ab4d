"""Free text: what people wrote can name somebody as well as a number can."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from engagetree.research.disclosure import texts
from engagetree.research.disclosure.profiles import Profile
from engagetree.research.model import Claim

QUOTE = re.compile(r"[“\"„«][^”\"“»]*\w+\W+\w+\W+\w+[^”\"“»]*[”\"“»]|(?<!\w)[‘'][^‘’']*\w+\W+\w+\W+\w+[^‘’']*[’'](?!\w)")
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Rev)\.?\s+(?:[A-Z]\.?\s*)*[A-Z][\w’'-]+")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?<![\w/])@\w{3,}|\+?\d[\d ()-]{8,}\d|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
PEOPLE = (
    r"(?:people|persons?|participants?|attendees?|attendances?|visitors?|respondents?|patients?|carers?|members?|women|men|woman|man|"
    r"children|pupils?|students?|adults?|residents?|volunteers?|registrations?|visits?|answers?|prefer|reply|asked|hours?)"
)
NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
COUNTED = re.compile(rf"(?<![\w.,])(\d[\d,]*|{'|'.join(NUMBER_WORDS)})(?![\w.])(?=(?:\s+\w+){{0,2}}\s+{PEOPLE}\b)", re.IGNORECASE)


def objections(claim: Claim, consents: Mapping[str, str], names: Collection[str], profile: Profile) -> Iterator[str]:
    """Why a claim's words may not leave as they are: which rule, never the words."""
    if QUOTE.search(claim.text) and not any(consents.get(item) for item in claim.rests_on):
        yield "it quotes somebody, and no reference of a consent is on file for what it rests on"
    folded = claim.text.casefold()
    if any(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", folded) for name in names if name.strip()):
        yield "it holds the name of somebody on file"
    elif TITLED.search(claim.text):
        yield "it holds what looks like a person’s name"
    if ADDRESS.search(claim.text):
        yield "it holds an address, a number or a handle by which somebody can be found"
    if any(profile.is_small(_number(found[1])) for found in COUNTED.finditer(claim.text)):
        yield f"it speaks of fewer than {profile.threshold} people"


def rounded(text: str, profile: Profile) -> str:
    """A sentence of ours with its counts of people as the profile shows them.

    >>> from engagetree.research.disclosure.profiles import HESA, LT5, THRESHOLD10
    >>> rounded("312 attendances at 7 talks", HESA), rounded("3 people", LT5), rounded("3 people", THRESHOLD10)
    ('310 attendances at 7 talks', 'fewer than 5 people', 'a few people')
    """

    def shown(found: re.Match[str]) -> str:
        count = _number(found[1])
        if profile.small == "withhold" and profile.is_small(count):
            return "a few"
        return texts.people(count, profile)

    return COUNTED.sub(shown, text)


def _number(word: str) -> float:
    return float(NUMBER_WORDS.get(word.casefold(), 0) or word.replace(",", ""))
