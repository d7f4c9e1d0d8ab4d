"""What is doubtful in the sizes of activities: bands, registrations, nobody, nobody knows how."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.engine import literal
from engagetree.research.checks_looked import Looked, unless_none
from engagetree.research.model import Guarded


def bands(looked: Looked) -> Iterator[Guarded]:
    a = looked.sources["activities"]
    number = f"SELECT activity FROM {a} WHERE count_method = 'band' AND size IS NOT NULL AND size_low IS NULL"
    yield from unless_none(
        looked,
        number,
        "RG-07",
        "error",
        "activity|activities",
        "<gives|give> one number where the method says band",
        "Write both ends, 51-100, or 501+ for an open end: the end of a band is no count, and must not be summed as one.",
    )
    counted = (
        f"SELECT activity FROM {a} WHERE size_low IS NOT NULL AND count_method IN ('register', 'ticket_scan', 'head_count', 'clicker')"
    )
    yield from unless_none(
        looked,
        counted,
        "RG-08",
        "warning",
        "activity|activities",
        "<gives|give> a band and <says|say> that people were counted",
        "Give the count, or the method `band`. They stand among the estimates.",
    )
    n = int(looked.rows(f"SELECT count(*) FROM {a} WHERE size_low IS NOT NULL AND size_high IS NULL")[0][0])
    if n:
        yield Guarded(
            "RG-09",
            "note",
            f"{n:,} open-ended {'band' if n == 1 else 'bands'}",
            "no total has an upper end that has one in it",
            "It is shown as “at least”.",
        )


def registrations(looked: Looked) -> Iterator[Guarded]:
    a, t = looked.sources["activities"], looked.sources["attendances"]
    size = f"SELECT activity FROM {a} WHERE size IS NOT NULL AND count_method = 'registration_only'"
    yield from unless_none(
        looked,
        size,
        "RG-10",
        "warning",
        "activity|activities",
        "<gives|give> registrations as <its|their> size",
        "Put them under `registered`, and under `size` only who came. They are not counted as attendance.",
    )
    same = f"SELECT activity FROM {a} WHERE size = registered AND size > 10 AND count_method IS NULL"
    yield from unless_none(
        looked,
        same,
        "RG-11",
        "warning",
        "activity|activities",
        "<has|have> exactly as many attendees as registrations, and no method of counting",
        "Say how people were counted, or remove the size.",
    )
    came = f"SELECT DISTINCT activity FROM {t} WHERE method = 'registration_only' AND status IS DISTINCT FROM 'registered'"
    yield from unless_none(
        looked,
        came,
        "RG-12",
        "error",
        "activity|activities",
        "<has|have> registrations among <its|their> attendances",
        "Give these rows the status `registered`.",
    )


def sizes(looked: Looked) -> Iterator[Guarded]:
    a = looked.sources["activities"]
    nobody = f"SELECT activity FROM {a} WHERE size = 0 AND status IS DISTINCT FROM 'cancelled'"
    yield from unless_none(
        looked,
        nobody,
        "RG-19",
        "warning",
        "activity|activities",
        "<has|have> a size of nought",
        "Cancelled? Give the status. Not counted? Leave it empty.",
    )
    how = f"SELECT activity FROM {a} WHERE size IS NOT NULL AND count_method IS NULL"
    yield from unless_none(
        looked,
        how,
        "RG-20",
        "warning",
        "activity|activities",
        "<has|have> a size and <does|do> not say how people were counted",
        "Give `count_method`. Until then the sizes stand in a row of their own.",
    )
    early = f"SELECT activity FROM {a} WHERE status = 'delivered' AND starts_on > {literal(looked.today)}"
    yield from unless_none(
        looked,
        early,
        "RG-21",
        "error",
        "activity|activities",
        "<is|are> said to be delivered and <lies|lie> in the future",
        "Mend the day, or the status.",
    )
    basis = f"SELECT activity FROM {a} WHERE staff_days > 0 AND coalesce(staff_time_basis, 'unknown') <> 'delivery'"
    yield from unless_none(
        looked,
        basis,
        "RG-22",
        "note",
        "activity|activities",
        "<gives|give> staff time that is not, or not known to be, of delivery alone",
        "HE-BCI table 5 takes time of the event itself only: it is left out there.",
    )
    for column, what in (("type", "no type"), ("audiences", "no audience")):
        unsaid = f"SELECT activity FROM {a} WHERE {column} IS NULL"
        yield from unless_none(
            looked,
            unsaid,
            "RG-23",
            "note",
            "activity|activities",
            f"<has|have> {what}",
            "Give it: a number of events without it says little of engagement.",
        )
