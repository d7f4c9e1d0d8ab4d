"""The registers of an institution, with their fixed schemas: what was done, with whom, for whom, and what is known of it.

Every register is a table of the institution's lake; `reach` lies in a store of its own under pseudonyms of its own, and nothing joins
it with people. `null` means not recorded. Days are days of the institution's zone; spans are half-open: `until` is the first day that
no longer counts. A column of codes holds words of `vocabulary.py`, or words that the institution added.
"""

from __future__ import annotations

import pyarrow as pa

_WORDS = pa.list_(pa.string())
_MADE = [("source", pa.string()), ("import_id", pa.string()), ("seq", pa.int64())]


def _register(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([*columns, *_MADE])


ACTIVITIES = _register(
    ("activity", pa.string()),  # id
    ("title", pa.string()),
    ("description", pa.string()),
    ("type", pa.string()),  # ACTIVITY_TYPES
    ("audiences", _WORDS),  # AUDIENCES
    ("status", pa.string()),  # delivered | planned | cancelled; null: delivered if it lies in the past
    ("relation", pa.string()),  # organised | participation: somebody else's event that our people went to
    ("starts_on", pa.date32()),
    ("until", pa.date32()),  # the first day after it; null: one day
    ("series", pa.string()),  # id of the series that it is one occurrence of
    ("department", pa.string()),
    ("organiser", pa.string()),
    ("venue", pa.string()),
    ("place", pa.string()),  # local | regional | national | international
    ("depth", pa.string()),  # D0 … D5 as claimed
    ("intended_depth", pa.string()),
    ("depth_evidence", _WORDS),  # DEPTH_EVIDENCE: what is on file
    ("fed_back_on", pa.date32()),  # when results were returned to those who took part
    ("size", pa.float64()),  # one number, by count_method
    ("size_low", pa.float64()),  # a band's ends, both inclusive
    ("size_high", pa.float64()),  # null with a size_low: open-ended, “at least”
    ("count_method", pa.string()),  # COUNT_METHODS
    ("registered", pa.float64()),  # signed up, whether or not they came
    ("hours", pa.float64()),  # person-hours where no register of attendances says better
    ("size_non_academic", pa.float64()),  # of `size`, those known not to be academics
    ("size_affiliation_unknown", pa.float64()),
    ("open_days", pa.float64()),  # of an exhibition
    ("delivery", pa.string()),  # in_person | online | hybrid
    ("format_changed", pa.bool_()),  # online and of another format than it would have had
    ("chargeable", pa.bool_()),
    ("staff_days", pa.float64()),  # academic staff, days of 8 hours
    ("staff_time_basis", pa.string()),  # delivery | preparation | both | unknown
    ("purpose", pa.string()),  # PURPOSES
    ("official_scheme", pa.bool_()),
    ("hebci", pa.string()),  # 2a … 2e where it is known
    ("form", pa.string()),  # Researchfish / Gateway to Research form, as it came
    ("partners", _WORDS),  # ids
    ("outputs", _WORDS),
    ("projects", _WORDS),
    ("results", pa.string()),
    ("impact", pa.string()),
    ("evidence_urls", _WORDS),
)

ATTENDANCES = _register(
    ("activity", pa.string()),
    ("person", pa.string()),  # pseudonym; null: counted, not known
    ("on", pa.date32()),  # null: the activity's first day
    ("status", pa.string()),  # attended | registered (did not come) ; null: attended
    ("hours", pa.float64()),
    ("affiliation", pa.string()),  # academic | non_academic; null: unknown
    ("role", pa.string()),  # participant | staff; staff who deliver are not counted
    ("method", pa.string()),  # COUNT_METHODS; null: register
)

PARTNERS = _register(
    ("partner", pa.string()),
    ("name", pa.string()),
    ("sector", pa.string()),  # SECTORS
    ("ror", pa.string()),
    ("country", pa.string()),
    ("active_from", pa.date32()),
    ("active_until", pa.date32()),
)

CODEVELOPMENT = _register(
    ("project", pa.string()),
    ("partner", pa.string()),
    ("stage", pa.string()),  # STAGES
    ("depth", pa.string()),
    ("depth_evidence", _WORDS),
    ("applicable", pa.bool_()),  # false: the stage does not exist in this project; null: it does
    ("budget", pa.float64()),  # money to the partner
    ("project_budget", pa.float64()),  # direct cost of the whole project
    ("hours_given", pa.float64()),
    ("hours_paid", pa.float64()),
    ("on", pa.date32()),
)

BOARDS = _register(
    ("board", pa.string()),
    ("name", pa.string()),
    ("project", pa.string()),
    ("terms_defined", pa.bool_()),
    ("active_from", pa.date32()),
    ("active_until", pa.date32()),
)

SEATS = _register(
    ("board", pa.string()),
    ("seat", pa.string()),
    ("sector", pa.string()),  # SECTORS; education is academic
    ("lay", pa.bool_()),
    ("role", pa.string()),  # chair | co_chair | member
    ("right", pa.string()),  # RIGHTS
    ("partner", pa.string()),
    ("remunerated", pa.bool_()),
    ("meetings_held", pa.float64()),
    ("meetings_attended", pa.float64()),
    ("active_from", pa.date32()),
    ("active_until", pa.date32()),
)

RECOMMENDATIONS = _register(
    ("board", pa.string()),
    ("recommendation", pa.string()),
    ("made_on", pa.date32()),
    ("outcome", pa.string()),  # adopted | adopted_in_part | rejected | pending
    ("reason", pa.string()),
)

DECISION_ROLES = _register(
    ("role", pa.string()),
    ("project", pa.string()),
    ("held_by", pa.string()),  # partner | institution
    ("partner", pa.string()),
    ("right", pa.string()),  # RIGHTS
    ("active_from", pa.date32()),
    ("active_until", pa.date32()),
)

OUTPUTS = _register(
    ("output", pa.string()),
    ("doi", pa.string()),
    ("title", pa.string()),
    ("type", pa.string()),
    ("published_on", pa.date32()),
    ("field", pa.string()),
)

AFFILIATIONS = _register(
    ("output", pa.string()),
    ("author", pa.string()),  # position or id within the output
    ("organisation", pa.string()),
    ("ror", pa.string()),
    ("organisation_type", pa.string()),  # ORGANISATION_TYPES as in OpenAlex; null: unresolved
    ("contributor_group", pa.string()),  # community co-authors whom no registry of organisations knows
)

MENTIONS = _register(
    ("mention", pa.string()),
    ("output", pa.string()),
    ("activity", pa.string()),
    ("medium", pa.string()),  # MEDIA: news, blog, policy …
    ("outlet", pa.string()),  # who mentioned it, where that is known
    ("count", pa.float64()),  # null: one
    ("provider", pa.string()),
    ("score", pa.float64()),  # a provider's score of the whole output
    ("score_version", pa.string()),
    ("percentile", pa.float64()),  # 0–100 among outputs of the same field and year
    ("retrieved_on", pa.date32()),
    ("mentioned_on", pa.date32()),
)

CODED = _register(
    ("item", pa.string()),  # one piece of evidence; several rows: several codes or coders
    ("about", pa.string()),  # activity, project or output
    ("kind", pa.string()),  # EVIDENCE_KINDS: interview, survey_open, observation, document, mention, reflection
    ("who", pa.string()),  # a role, never a name
    ("on", pa.date32()),
    ("quote", pa.string()),
    ("consent", pa.string()),  # reference of the consent
    ("code", pa.string()),
    ("polarity", pa.string()),  # + | − | mixed
    ("strength", pa.int64()),  # 1–3
    ("coder", pa.string()),
    ("codebook", pa.string()),  # its version
    ("negative_case", pa.bool_()),
)

CLAIMS = _register(
    ("claim", pa.string()),
    ("text", pa.string()),
    ("dimension", pa.string()),  # DIMENSIONS, or impact
    ("about", pa.string()),
    ("rests_on", _WORDS),  # ids of coded items, mentions, outputs' attention, assessments, impacts, indicators
    ("negatives_sought", pa.bool_()),  # whether cases against it were looked for
    ("year", pa.string()),
)

RATINGS = _register(
    ("rubric", pa.string()),  # edge, kef, uk_standards, gripp2, or one's own
    ("unit", pa.string()),  # what is rated: institution, department, project, activity
    ("unit_level", pa.string()),
    ("criterion", pa.string()),
    ("rater", pa.string()),
    ("level", pa.string()),  # code of the rubric; null: not rated
    ("not_applicable", pa.bool_()),
    ("aspiration", pa.string()),
    ("evidence", _WORDS),  # url or quote
    ("confidence", pa.string()),
    ("on", pa.date32()),
    ("tool_version", pa.string()),
)

IMPACTS = _register(
    ("impact", pa.string()),
    ("about", pa.string()),
    ("text", pa.string()),
    ("on", pa.date32()),
    ("evidence_urls", _WORDS),
)

PUBLISHED_ELSEWHERE = _register(
    ("table", pa.string()),  # hebci5, kef
    ("provider_id", pa.string()),  # UKPRN
    ("provider_name", pa.string()),
    ("cluster", pa.string()),
    ("perspective", pa.string()),
    ("metric", pa.string()),
    ("value", pa.float64()),
    ("band", pa.string()),
    ("banding", pa.string()),  # decile | quintile
    ("iteration", pa.string()),
    ("year", pa.string()),
)

PROGRAMMES = _register(
    ("activity", pa.string()),  # of which it is the extent; a score never says how deep an activity was
    ("programme", pa.string()),  # its title
    ("version", pa.string()),  # of the score's definition
    ("as_of", pa.date32()),
    ("people", pa.float64()),  # with a score
    ("unscored", pa.float64()),  # without one: not enough is known
    ("median", pa.float64()),  # of their scores, 0–100
    ("under_40", pa.float64()),  # of `people`, those below 40
    ("attendance_weight", pa.float64()),  # share of the score that being there carries
    ("validated", pa.bool_()),  # held against an outcome
    ("weights_changed", pa.bool_()),
    ("history_recalculated", pa.bool_()),
)

REGISTERS: dict[str, pa.Schema] = {
    "activities": ACTIVITIES,
    "attendances": ATTENDANCES,
    "partners": PARTNERS,
    "codevelopment": CODEVELOPMENT,
    "boards": BOARDS,
    "seats": SEATS,
    "recommendations": RECOMMENDATIONS,
    "decision_roles": DECISION_ROLES,
    "outputs": OUTPUTS,
    "affiliations": AFFILIATIONS,
    "mentions": MENTIONS,
    "coded": CODED,
    "claims": CLAIMS,
    "ratings": RATINGS,
    "impacts": IMPACTS,
    "published_elsewhere": PUBLISHED_ELSEWHERE,
    "programmes": PROGRAMMES,
}
"""The registers of the institution's lake."""

REACH = _register(
    ("person", pa.string()),  # a pseudonym of this store alone
    ("activity", pa.string()),
    ("on", pa.date32()),
    ("characteristic", pa.string()),  # ethnicity, disability, age, imd_quintile, first_time, lsoa …
    ("answer", pa.string()),  # category; null unless `asked` is answered
    ("asked", pa.string()),  # answered | prefer_not_to_say | not_asked | no_reply
)

KEYS: dict[str, tuple[str, ...]] = {
    "activities": ("activity",),
    "attendances": ("activity", "person", "on"),
    "partners": ("partner",),
    "codevelopment": ("project", "partner", "stage"),
    "boards": ("board",),
    "seats": ("board", "seat"),
    "recommendations": ("board", "recommendation"),
    "decision_roles": ("role", "project"),
    "outputs": ("output",),
    "affiliations": ("output", "author", "organisation"),
    "mentions": ("mention",),
    "coded": ("item", "code", "coder"),
    "claims": ("claim",),
    "ratings": ("rubric", "unit", "criterion", "rater", "on"),
    "impacts": ("impact",),
    "published_elsewhere": ("table", "provider_id", "perspective", "metric", "iteration", "year"),
    "programmes": ("activity",),
    "reach": ("person", "activity", "characteristic"),
}
"""What makes a row one and the same: of two imports with one key, the later is valid. An attendance without a person has no key."""
