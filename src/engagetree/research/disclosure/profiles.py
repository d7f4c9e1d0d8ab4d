"""Profiles of disclosure control: how counts of people are rounded, which bases are too small, and how wide a hidden number must stay."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from engagetree.errors import NotFound, near


@dataclass(frozen=True)
class Profile:
    """One set of rules; `says` is the sentence that is printed under every table.

    `step` 1 means that counts which are not small are shown exactly. `base` and `average_base` are how many people a percentage and an
    average must rest on. `width` is how many people the lowest and the highest possible number of a withheld cell must lie apart.
    """

    key: str
    says: str
    threshold: int  # counts of 1 … threshold − 1 are small
    step: int
    small: Literal["round", "band", "withhold"]
    base: float
    average_base: float
    decimals: int  # of a percentage, at most
    width: int

    def rounded(self, count: float) -> float:
        """A count of people to the nearest step, halves up.

        >>> HESA.rounded(12.5), THRESHOLD10.rounded(13)
        (15.0, 13.0)
        """
        return float(self.step * math.floor(count / self.step + 0.5)) if self.step > 1 else float(count)

    def is_small(self, count: float) -> bool:
        """Whether a count of people is small, and is not none at all."""
        return 0 < count < self.threshold

    def known(self, count: float) -> tuple[float, float]:
        """The lowest and the highest whole number that is shown as this count is shown: what a reader knows of it.

        >>> HESA.known(12), LT5.known(3), LT5.known(0), THRESHOLD10.known(12)
        ((8.0, 12.0), (1.0, 4.0), (0.0, 0.0), (12.0, 12.0))
        """
        if self.small == "band" and self.is_small(count):
            return 1.0, self.threshold - 1.0
        if self.step == 1 or (self.small == "band" and count == 0):
            return float(count), float(count)
        middle, half = self.rounded(count), self.step / 2
        low, high = max(0.0, float(math.ceil(middle - half))), math.ceil(middle + half) - 1.0
        return (max(low, float(self.threshold)), high) if self.small == "band" else (low, high)


HESA = Profile(
    key="hesa",
    says=(
        "Counts of people are rounded to the nearest 5, halves up; percentages of fewer than 22.5 people and averages of 7 people or fewer "
        "are withheld (..). Totals are rounded on their own, so rows may not add up."
    ),
    threshold=5,
    step=5,
    small="round",
    base=22.5,
    average_base=7.5,
    decimals=0,
    width=5,
)
LT5 = Profile(
    key="lt5",
    says=(
        "Counts of people are rounded to the nearest 5; none is shown as 0 and 1 to 4 as “fewer than 5”; percentages are taken before "
        "rounding and withheld (..) where they stand for 1 to 4 people. Totals are rounded on their own, so rows may not add up."
    ),
    threshold=5,
    step=5,
    small="band",
    base=5,
    average_base=5,
    decimals=1,
    width=5,
)
THRESHOLD10 = Profile(
    key="threshold10",
    says=(
        "Counts of 1 to 9 people are withheld (..), and so are further numbers from which they could be worked out; percentages and "
        "averages of fewer than 10 people are withheld. All other counts are exact."
    ),
    threshold=10,
    step=1,
    small="withhold",
    base=10,
    average_base=10,
    decimals=1,
    width=10,
)
PROFILES = {profile.key: profile for profile in (HESA, LT5, THRESHOLD10)}


def profile_of(key: str | Profile) -> Profile:
    """The profile of that name. Raises `NotFound` with the near name."""
    if isinstance(key, Profile):
        return key
    if key not in PROFILES:
        raise NotFound(
            f"profile “{key}”", "there is no such profile of disclosure control", near(key, PROFILES) or f"Use {', '.join(PROFILES)}."
        )
    return PROFILES[key]


def hesa_round(count: float) -> int:
    """HESA's standard rounding: to the nearest 5, halves up. Python's own `round` goes to the even side and would be wrong.

    >>> [hesa_round(x) for x in (2.4, 2.5, 7.4, 7.5, 12.5)]
    [0, 5, 5, 10, 15]
    """
    return 5 * math.floor(count / 5 + 0.5)
