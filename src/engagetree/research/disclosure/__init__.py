"""Disclosure control: between what is known exactly and what may leave the house stands `protect`, and nothing goes round it."""

from engagetree.research.disclosure.profiles import HESA, LT5, PROFILES, THRESHOLD10, Profile, hesa_round, profile_of
from engagetree.research.disclosure.protecting import protect
from engagetree.research.disclosure.records import ReleasedCell, ReleaseRecord, recorded
from engagetree.research.disclosure.table import small_counts

__all__ = [
    "HESA",
    "LT5",
    "PROFILES",
    "THRESHOLD10",
    "Profile",
    "ReleaseRecord",
    "ReleasedCell",
    "hesa_round",
    "profile_of",
    "protect",
    "recorded",
    "small_counts",
]
