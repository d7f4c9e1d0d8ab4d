"""Ladders: levels in an order that is no distance, and where they stand beside other people's ladders, approximately.

No ladder's text is shipped, only its levels' names. Levels of two ladders are never the same: at best one is close to the other, or wider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engagetree.research.vocabulary import DEPTH_EVIDENCE, DEPTHS, REQUIRED_EVIDENCE

Match = Literal["closeMatch", "broadMatch"]
"""`broadMatch`: theirs is wider, it covers several of ours. Where theirs is narrower, theirs has ours as the wider one."""


@dataclass(frozen=True)
class Rung:
    """One level."""

    code: str
    label: str
    about: str = ""


@dataclass(frozen=True)
class Ladder:
    """Levels from the lowest to the highest."""

    key: str
    label: str
    rungs: tuple[Rung, ...]
    about: str = ""


def _evidence(code: str) -> str:
    if code == "D0":
        return "Given by a reviewer only."
    needed = [DEPTH_EVIDENCE[e] for e in REQUIRED_EVIDENCE[code]]
    return f"Claimed only with evidence on file: {'; '.join(n[0].lower() + n[1:] for n in needed)}."


DEPTH = Ladder(
    "depth",
    "Depth of engagement",
    tuple(Rung(code, label, _evidence(code)) for code, label in DEPTHS.items()),
    "Levels, not steps: each can be right for its purpose. There is no mean level.",
)

OTHERS = (
    Ladder(
        "iap2",
        "IAP2 Spectrum of Public Participation",
        tuple(Rung(w.lower(), w) for w in ("Inform", "Consult", "Involve", "Collaborate", "Empower")),
    ),
    Ladder(
        "arnstein",
        "Arnstein’s ladder",
        tuple(
            Rung(str(i), w)
            for i, w in enumerate(
                (
                    "Manipulation",
                    "Therapy",
                    "Informing",
                    "Consultation",
                    "Placation",
                    "Partnership",
                    "Delegated power",
                    "Citizen control",
                ),
                1,
            )
        ),
    ),
    Ladder(
        "rest",
        "REST categories",
        tuple(
            Rung(str(i), w)
            for i, w in enumerate(("Outreach and education", "Consultation", "Cooperation", "Collaboration", "Partnership"), 1)
        ),
    ),
    Ladder("wellcome", "Wellcome", tuple(Rung(w.lower(), w) for w in ("Transmit", "Receive", "Collaborate"))),
    Ladder(
        "nihr",
        "NIHR",
        tuple(Rung(w.lower(), w) for w in ("Engagement", "Consultation", "Collaboration", "Co-production", "User-led")),
    ),
    Ladder(
        "casrai",
        "CASRAI’s kinds of activity",
        tuple(Rung(w.lower(), w) for w in ("Dissemination", "Engagement", "Co-production")),
    ),
)

_OURS: dict[tuple[str, str], tuple[str, ...]] = {
    ("iap2", "inform"): ("D1",),
    ("iap2", "consult"): ("D2",),
    ("iap2", "involve"): ("D3",),
    ("iap2", "collaborate"): ("D4",),
    ("iap2", "empower"): ("D5",),
    ("arnstein", "1"): ("D0",),
    ("arnstein", "2"): ("D0",),
    ("arnstein", "3"): ("D1",),
    ("arnstein", "4"): ("D2",),
    ("arnstein", "5"): ("D3",),
    ("arnstein", "6"): ("D4",),
    ("arnstein", "7"): ("D5",),
    ("arnstein", "8"): ("D5",),
    ("rest", "1"): ("D1",),
    ("rest", "2"): ("D2",),
    ("rest", "3"): ("D3",),
    ("rest", "4"): ("D4",),
    ("rest", "5"): ("D5",),
    ("wellcome", "transmit"): ("D1",),
    ("wellcome", "receive"): ("D2", "D3"),
    ("wellcome", "collaborate"): ("D3", "D4"),
    ("nihr", "engagement"): ("D1",),
    ("nihr", "consultation"): ("D2", "D3"),
    ("nihr", "collaboration"): ("D3", "D4"),
    ("nihr", "co-production"): ("D4",),
    ("nihr", "user-led"): ("D5",),
    ("casrai", "dissemination"): ("D1",),
    ("casrai", "engagement"): ("D2", "D3"),
    ("casrai", "co-production"): ("D4", "D5"),
}
"""Each level of the other ladders, and which of ours it covers."""


@dataclass(frozen=True)
class Crossing:
    """Two levels of two ladders: `subject` skos:`match` `object`, each as (ladder, code)."""

    subject: tuple[str, str]
    match: Match
    object: tuple[str, str]


def crossings() -> tuple[Crossing, ...]:
    """Where depth stands beside other ladders: one to one is close; one of theirs to several of ours is wider, and the other way round."""
    return tuple(_crossing(theirs, code) for theirs, codes in _OURS.items() for code in codes)


def _crossing(theirs: tuple[str, str], code: str) -> Crossing:
    ours = ("depth", code)
    if len(_OURS[theirs]) > 1:
        return Crossing(ours, "broadMatch", theirs)
    several = sum(1 for (ladder, _), codes in _OURS.items() if ladder == theirs[0] and codes == (code,)) > 1
    return Crossing(theirs, "broadMatch", ours) if several else Crossing(ours, "closeMatch", theirs)
