"""Every field of an outcome, once; what `fields.py` is for the score."""

from __future__ import annotations

from engagetree.definition.field import Field
from engagetree.definition.outcomes import WHEN

BEHAVIOUR = (
    Field("taken", "kinds", "The kinds of event that count as doing it.", required=True, also=("events", "kinds")),
    Field("within", "count", "In so many days after the end.", least=1, most=1000, also=("days",)),
    Field("after", "choice", "After what: see below.", choices=tuple(WHEN)),
)

OUTCOME = (
    Field("label", "text", "What people read.", most=80, otherwise="from the key", also=("name", "title")),
    Field(
        "inside",
        "names",
        "The signals, or drivers as `signal.driver`, that are part of the outcome: left out of the score that it validates. `none`: none.",
        otherwise="not said: circularity is not ruled out",
        also=("part", "contains", "leave_out"),
    ),
    Field("good", "count", "The value to be hoped for: 0 for something like dropping out.", least=0, most=1),
    Field("at_least", "number", "From this value on the outcome counts as 1.", least=-1e9, otherwise="its values are 1 or 0"),
    Field(
        "behaviour", "part", "A later behaviour, told by events instead of an imported outcome.", of=BEHAVIOUR, part="behaviour",
        otherwise="imported", also=("behavior",),
    ),
)  # fmt: skip
