"""What is doubtful in attendances and answers, and in whatever points from one register into another."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.engine import quoted
from engagetree.research.checks_looked import Looked, unless_none
from engagetree.research.model import Guarded, Severity

REFERENCES = (
    ("attendances", "activity", "activities", "activity", "error"),
    ("reach", "activity", "activities", "activity", "warning"),
    ("mentions", "activity", "activities", "activity", "warning"),
    ("mentions", "output", "outputs", "output", "warning"),
    ("affiliations", "output", "outputs", "output", "warning"),
    ("seats", "board", "boards", "board", "warning"),
    ("recommendations", "board", "boards", "board", "warning"),
    ("codevelopment", "partner", "partners", "partner", "warning"),
    ("seats", "partner", "partners", "partner", "warning"),
    ("decision_roles", "partner", "partners", "partner", "warning"),
)
"""Register, column, the register that it points into, its column, how grave it is when it points nowhere."""


def pointing_nowhere(looked: Looked) -> Iterator[Guarded]:
    severities: dict[str, Severity] = {"error": "error", "warning": "warning"}
    for register, column, into, key, severity in REFERENCES:
        there, here = looked.sources[into], looked.sources[register]
        if into != "activities" and not looked.rows(f"SELECT 1 FROM {there} LIMIT 1"):
            continue  # nobody keeps that register
        distinct = f"SELECT DISTINCT {quoted(column)} AS k FROM {here} WHERE {quoted(column)} IS NOT NULL"
        query = f"SELECT k FROM ({distinct}) d ANTI JOIN {there} t ON t.{quoted(key)} = d.k"
        yield from unless_none(
            looked,
            query,
            "RG-14",
            severities[severity],
            f"unknown {key}|unknown {into}",
            f"<is|are> named in {register} and <stands|stand> in {into} nowhere",
            f"Import them under {into}, or mend the ids: until then these rows count nowhere.",
        )


def attendances(looked: Looked) -> Iterator[Guarded]:
    a, t = looked.sources["activities"], looked.sources["attendances"]
    came = "role IS DISTINCT FROM 'staff' AND status IS DISTINCT FROM 'registered'"
    per = f"(SELECT activity, count(*) AS n FROM {t} WHERE {came} GROUP BY 1)"
    more = f"SELECT activity FROM {a} JOIN {per} USING (activity) WHERE size IS NOT NULL AND n > size"
    yield from unless_none(
        looked,
        more,
        "RG-15",
        "warning",
        "activity|activities",
        "<has|have> more attendances than <its|their> size says",
        "Mend one of the two. The list counts.",
    )
    off = f"SELECT DISTINCT a.activity FROM {a} a JOIN {per} USING (activity) WHERE a.status IN ('cancelled', 'planned')"
    yield from unless_none(
        looked,
        off,
        "RG-16",
        "warning",
        "activity|activities",
        "<has|have> attendances, but <was cancelled or is|were cancelled or are> only planned",
        "Mend `status`, or the ids.",
    )
    outside = (
        f"SELECT DISTINCT t.activity FROM {t} t JOIN {a} a USING (activity) "
        'WHERE t."on" IS NOT NULL AND (t."on" < a.starts_on OR t."on" >= coalesce(a.until, a.starts_on + 1))'
    )
    yield from unless_none(
        looked,
        outside,
        "RG-17",
        "warning",
        "activity|activities",
        "<has|have> attendances on days outside of it",
        "Mend the days, or give occurrences rows.",
    )
    if ever := looked.ever.get("attendances"):
        again = f"SELECT activity FROM {ever} WHERE person IS NULL GROUP BY activity HAVING count(DISTINCT import_id) > 1"
        yield from unless_none(
            looked,
            again,
            "RG-18",
            "warning",
            "activity|activities",
            "<has|have> rows without a person from several imports: these may count twice",
            "Nobody can tell them apart. Give persons, or one file for each activity.",
        )


def reach(looked: Looked) -> Iterator[Guarded]:
    r = looked.sources["reach"]
    mixed = (
        f"SELECT activity || ' (' || characteristic || ')' FROM {r} GROUP BY activity, characteristic "
        "HAVING bool_or(asked = 'not_asked') AND bool_or(asked IN ('prefer_not_to_say', 'answered', 'no_reply'))"
    )
    yield from unless_none(
        looked,
        mixed,
        "RG-24",
        "warning",
        "question|questions",
        "<is|are> said to have been asked and not asked at one activity",
        "“Prefer not to say” is an answer to a question, “not asked” is none. Only those who were asked count in coverage.",
    )
    silent = (
        f"SELECT characteristic FROM {r} GROUP BY 1 HAVING count(*) FILTER (asked = 'no_reply') > 0.5 * count(*) "
        "AND count(*) FILTER (asked = 'not_asked') = 0 AND count(*) > 20"
    )
    yield from unless_none(
        looked,
        silent,
        "RG-25",
        "note",
        "characteristic|characteristics",
        "<has|have> more empty cells than answers",
        "An empty cell is taken as no reply. Where the question was not asked, write “not asked”.",
    )
