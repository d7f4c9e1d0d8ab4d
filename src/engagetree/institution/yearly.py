"""An institution's year: measured, guarded, protected, and what was released of it remembered.

Read this first: it is the whole way from registers to what may leave, in order.

    measure    registers                → values of this year and the one before     (`research.indicators`, `research.quality`)
    guard      values, claims, evidence → findings                                   (`research.guards`)
    protect    the exact year           → a `Release`, the only thing that is shown  (`research.disclosure`)
    remember   what was printed         → so that a later cut cannot be subtracted from it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from engagetree.errors import EngagetreeError, NotFound
from engagetree.research import quality
from engagetree.research.catalogue import BUILT_IN
from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.disclosure import ReleaseRecord, profile_of, protect, recorded
from engagetree.research.guards import Given, Programme, guarded
from engagetree.research.guards.facts import given
from engagetree.research.indicators import measure
from engagetree.research.indicators.labels import labels
from engagetree.research.model import AnnualReturn, Claim, Indicator, Release, Value, Year
from engagetree.research.quality import beside
from engagetree.research.quality.claimed import claims
from engagetree.research.vocabulary import DIMENSIONS
from engagetree.workspace.who import who

if TYPE_CHECKING:
    from engagetree.institution.office import Office

Labels = dict[str, dict[str, str]]

RELEASES = "releases"
"""The fact of the ledger that holds the register of releases."""


def years(office: Office) -> tuple[Year, ...]:
    """The years in which something was done, oldest first."""
    definition = office.definition()

    def asked(con: Any, sources: dict[str, str]) -> list[date]:
        rows = con.execute(f"SELECT DISTINCT starts_on FROM {sources['activities']} WHERE starts_on IS NOT NULL").fetchall()
        return [r[0] for r in rows]

    days = office.read(asked)
    return tuple(sorted({definition.year_of(d) for d in days}, key=lambda y: y.starts))


def year_named(office: Office, key: str | None) -> Year:
    """The year asked for; else the latest that is over and in which something was done, else the latest. Raises NotFound."""
    if key is not None:
        return office.definition().year(key)
    known = years(office)
    if not known:
        raise NotFound("year", "no activity has a day yet", "Import activities first: engagetree research import FILES.")
    over = [y for y in known if y.until <= datetime.now(UTC).date()]
    return (over or list(known))[-1]


def annual_return(office: Office, key: str | None = None, today: date | None = None) -> AnnualReturn:
    """A year, exact and private, with what the guards find. `today` ends what can have been observed (default: today)."""
    definition, year = office.definition(), year_named(office, key)
    before = definition.before(year)

    def told(con: Any, sources: dict[str, str]) -> tuple[tuple[Value, ...], tuple[Value, ...], tuple[Claim, ...], Given, Labels]:
        now, then = (_values(con, sources, definition, y, today) for y in (year, before))
        told = Given(programmes=tuple(_programmes(con, sources, now)))
        called = {**quality.labels(definition), **beside.labels(con, sources, definition), **labels(con, sources, definition)}
        return now, then, claims(con, sources, year), given(con, sources, definition, year, before, told), called

    now, then, claimed, facts, called = office.read(told)
    exact = AnnualReturn(
        institution=definition.institution, year=year, indicators=_used(definition, (*now, *then)), values=now, before=then, claims=claimed,
        labels=called, definition_version=definition.version,
        notes=tuple(_duplicates(office)),
    )  # fmt: skip
    return replace(exact, findings=guarded(exact, facts))


def _values(con: Any, sources: dict[str, str], definition: ResearchDefinition, year: Year, today: date | None) -> tuple[Value, ...]:
    made = (*measure(con, sources, definition, year, today), *quality.measure(con, sources, definition, year))
    return tuple(v if v.definition_version else replace(v, definition_version=definition.version) for v in made)


def _programmes(con: Any, sources: dict[str, str], values: tuple[Value, ...]) -> Iterator[Programme]:
    """The participant programmes whose scores are part of the year's extent."""
    keys = tuple(i.key for i in BUILT_IN if "programmes" in i.inputs and any(v.indicator == i.key for v in values))
    shown = {label for v in values if v.indicator in keys and (label := v.at("activity"))}
    rows = con.execute(
        "SELECT activity, coalesce(programme, activity), coalesce(attendance_weight, 0), coalesce(validated, FALSE), "
        f"coalesce(weights_changed, FALSE), coalesce(history_recalculated, TRUE) FROM {sources['programmes']} ORDER BY 1"
    ).fetchall()
    for activity, name, weight, validated, changed, again in rows:
        if activity in shown:
            yield Programme(name, weight, (), changed, again, validated, keys)


def _used(definition: ResearchDefinition, values: tuple[Value, ...]) -> tuple[Indicator, ...]:
    """The indicators that have a value, in the order of the catalogue, then those of rubrics, then the institution's own."""
    have = {v.indicator for v in values}
    return tuple(i for i in (*BUILT_IN, *quality.indicators(definition), *definition.indicators) if i.key in have)


def _duplicates(office: Office) -> list[str]:
    found = office.duplicates()
    if not found:
        return []
    return [f"{len(found)} records were made of events that another department had reported too; each event counts once."]


# ---- what leaves


def release(office: Office, key: str | None = None, *, profile: str | None = None, today: date | None = None, keep: bool = True) -> Release:
    """What may leave of a year under a profile of disclosure (default: the definition's).

    Unless `keep` is false it is entered in the register of releases, against which every later one is checked; one that prints the same as
    an earlier one takes its number.
    """
    exact = annual_return(office, key, today)
    rules = profile_of(profile or office.definition().disclosure)
    known = releases(office)
    made = protect(exact, rules, releases=known, consents=_consents(office), number=str(len(known) + 1))
    record = recorded(made)
    if (same := next((r for r in known if replace(r, number="", made_on=record.made_on) == replace(record, number="")), None)) is not None:
        return replace(made, register_number=same.number)
    if keep:
        office.ledger.set_fact(RELEASES, [*(office.ledger.fact(RELEASES) or []), record.as_dict()])
        office.ledger.note(who(), "release", number=record.number, year=exact.year.key, profile=rules.key, digest=record.digest)
    return made if keep else replace(made, register_number="", notes=(*made.notes, "A draft: it is not in the register of releases."))


def releases(office: Office) -> tuple[ReleaseRecord, ...]:
    """Everything that was released, oldest first. EngagetreeError where the register cannot be read."""
    told = office.ledger.fact(RELEASES) or []
    if not isinstance(told, list):
        raise EngagetreeError("the register of releases", "it cannot be read", "Restore the ledger from a copy.")
    return tuple(ReleaseRecord.of(one) for one in told)


def _consents(office: Office) -> dict[str, str]:
    """The reference of the consent to quote, by coded item."""

    def asked(con: Any, sources: dict[str, str]) -> dict[str, str]:
        rows = con.execute(f"SELECT item, max(consent) FROM {sources['coded']} WHERE consent IS NOT NULL GROUP BY item").fetchall()
        return dict(rows)

    return office.read(asked)


def indicators(office: Office) -> tuple[Indicator, ...]:
    """Every indicator that this institution can have a value of, by dimension."""
    definition = office.definition()
    order = {d: i for i, d in enumerate(DIMENSIONS)}
    every = (*BUILT_IN, *quality.indicators(definition), *definition.indicators)
    return tuple(sorted(every, key=lambda i: order[i.dimension]))
