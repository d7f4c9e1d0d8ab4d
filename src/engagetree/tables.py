"""The named tables that pass between rooms, with their fixed schemas.

A room takes tables and gives tables; nothing else crosses a wall. Times are UTC with microseconds; half-open intervals everywhere.
`null` means unknown and is never the same as zero.
"""

from __future__ import annotations

import pyarrow as pa

UTC = pa.timestamp("us", tz="UTC")

EVENTS = pa.schema(
    [
        ("event_id", pa.string()),  # the source's own id, or null: then the row's content is its identity
        ("participant", pa.string()),
        ("at", UTC),
        ("kind", pa.string()),  # what was done: join, leave, present, answer, click, submit, …
        ("item", pa.string()),  # what it was done to, or null
        ("amount", pa.float64()),  # clicks, seconds, words: null where the kind has none
        ("source", pa.string()),  # the tool that saw it: zoom, moodle, …
        ("import_id", pa.string()),
        ("line", pa.int64()),  # where in the imported file, from 1, the header being line 1
        ("week", pa.string()),  # Monday of its UTC week, the partition
    ]
)

ITEMS = pa.schema(
    [
        ("item", pa.string()),
        ("kind", pa.string()),  # session, prompt, moment, task, page, step
        ("cohort", pa.string()),  # null: offered to every cohort
        ("parent", pa.string()),  # the session a prompt belongs to
        ("title", pa.string()),
        ("opens_at", UTC),  # null: open from the cohort's start
        ("closes_at", UTC),  # the end of a session, the due time of a task
        ("seconds", pa.float64()),  # length; null: closes_at − opens_at
        ("final", pa.bool_()),
        ("source", pa.string()),
        ("import_id", pa.string()),
        ("seq", pa.int64()),  # order of imports: of two rows with one key the higher is valid
    ]
)

ROSTER = pa.schema(
    [
        ("participant", pa.string()),
        ("person", pa.string()),  # the same person in several cohorts; null: unknown
        ("cohort", pa.string()),
        ("joined_at", UTC),  # null: from the beginning
        ("left_at", UTC),  # null: still here
        ("owner", pa.string()),
        ("attributes", pa.string()),  # JSON object of further columns, by which results may be sliced
        ("import_id", pa.string()),
        ("seq", pa.int64()),
    ]
)

EXCUSALS = pa.schema(
    [
        ("participant", pa.string()),
        ("item", pa.string()),  # null: everything that opens in [from_at, until_at)
        ("from_at", UTC),
        ("until_at", UTC),
        ("reason", pa.string()),
        ("import_id", pa.string()),
        ("seq", pa.int64()),
    ]
)

OUTAGES = pa.schema(
    [
        ("source", pa.string()),
        ("cohort", pa.string()),  # null: every cohort
        ("from_at", UTC),
        ("until_at", UTC),
        ("reason", pa.string()),
        ("import_id", pa.string()),
        ("seq", pa.int64()),
    ]
)

OUTCOMES = pa.schema(
    [
        ("participant", pa.string()),
        ("outcome", pa.string()),
        ("value", pa.float64()),
        ("at", UTC),
        ("import_id", pa.string()),
        ("seq", pa.int64()),
    ]
)

IDENTITIES = pa.schema(
    [
        ("handle", pa.string()),  # pseudonym of what a tool knows somebody by, as it stands in `events`
        ("cohort", pa.string()),  # of the enrolment; a person in two cohorts has two rows
        ("participant", pa.string()),  # null: nobody; the handle itself: somebody on no roster
        ("why", pa.string()),  # roster, same row, name, merged, split, not a person
        ("import_id", pa.string()),
        ("seq", pa.int64()),
    ]
)

VOIDS = pa.schema(
    [
        ("source", pa.string()),
        ("event_id", pa.string()),  # an event that was taken back by its own source; it may come later than this
        ("import_id", pa.string()),
        ("seq", pa.int64()),
    ]
)

TALLIES = pa.schema(
    [
        ("participant", pa.string()),
        ("item", pa.string()),
        ("kind", pa.string()),  # an event's kind, or one that folding derives: see `scoring.fold`
        ("n", pa.int64()),
        ("amount", pa.float64()),
        ("fresh", pa.int64()),  # 1 where no earlier period holds this participant, item and kind
        ("first_at", UTC),
        ("last_at", UTC),
        ("period", pa.string()),  # local start of the period, the partition
    ]
)

LAKE: dict[str, pa.Schema] = {
    "events": EVENTS,
    "items": ITEMS,
    "roster": ROSTER,
    "excusals": EXCUSALS,
    "outages": OUTAGES,
    "outcomes": OUTCOMES,
    "identities": IDENTITIES,
    "voids": VOIDS,
    "tallies": TALLIES,
}
"""Every table of the lake with a schema of its own; `scores-<version>` has one column set for each definition."""

PARTITION: dict[str, str] = {"events": "week", "tallies": "period", "scores": "period"}
"""The column by which a table's files are split; tables that are missing here are not split."""

KEYS: dict[str, tuple[str, ...]] = {
    "items": ("item", "cohort"),
    "roster": ("participant",),
    "excusals": ("participant", "item", "from_at"),
    "outages": ("source", "cohort", "from_at"),
    "outcomes": ("participant", "outcome", "at"),
    "identities": ("handle", "cohort"),
    "voids": ("source", "event_id"),
}
"""What makes a row of a register one and the same; of two imports with one key, the later is valid."""

DERIVABLE = ("items", "outcomes")
"""Registers of which somebody may state a row, and a tool's report may derive one from what was done."""

STATED = 1 << 41
"""Added to `seq` of such a row where somebody stated it: it counts before whatever was derived, earlier or later."""
