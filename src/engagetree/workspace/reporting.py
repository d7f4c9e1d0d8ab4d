"""Everything that one report shows, gathered from a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engagetree.engine import literal, parquet
from engagetree.errors import NotFound
from engagetree.findings import Explanation
from engagetree.lake import Snapshot
from engagetree.lake.acts import acts
from engagetree.render.report import MANY
from engagetree.render.values import Mark, ReportData
from engagetree.render.words import count, listing, plural
from engagetree.tree.versions import switches
from engagetree.workspace import stored
from engagetree.workspace.histories import stored_history
from engagetree.workspace.levers import levered
from engagetree.workspace.programme import around
from engagetree.workspace.remembering import remembered
from engagetree.workspace.since import group_since, people_since
from engagetree.workspace.telling import Teller
from engagetree.workspace.unseen import unseen

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

NEVER = "Nobody has shown yet that people in lower bands leave or fail more often."


def report_data(work: Workspace, people: Sequence[str] | None = None, by: str | None = None) -> ReportData:
    """The report as of the latest scored period. With more than 500 people only those who slip or stand low are listed."""
    slips, compared = work.slipping(), work.compare(by=by)
    groups = (compared.figure(), work.trend(by=by or "cohort").figure()) if len(compared) > 1 else ()

    def read(snapshot: Snapshot) -> ReportData:
        teller = work.teller(snapshot)
        key = stored.period_named(stored.periods_of(snapshot, teller.version), None)
        latest = stored.rows(snapshot, teller.version, [key], columns="participant, cohort, score, period").to_pylist()
        if not latest:
            raise NotFound("report", f"nobody was in the programme in {key}", "Score up to an earlier day with --as-of.")
        order = sorted(latest, key=lambda r: (r["score"] is None, r["score"] or 0.0))
        slipping = {s.participant for s in slips}
        chosen = set(people or [r["participant"] for r in order if r["participant"] in slipping or len(latest) <= MANY])
        chosen |= {r["participant"] for r in order[: max(0, MANY - len(chosen))]} if people is None else set()
        cohorts = sorted({r["cohort"] for r in latest if r["cohort"]})
        whole = work._group(snapshot, teller, None, key)
        return ReportData(
            definition=teller.definition,
            as_of=teller.as_of(key),
            version=teller.version,
            generated_at=datetime.now(UTC).astimezone(teller.definition.tz),
            whole=group_since(snapshot, teller, "TRUE", whole),
            cohorts=tuple(work._group(snapshot, teller, c, key) for c in cohorts) if len(cohorts) > 1 else (),
            people=_people(snapshot, teller, chosen, key),
            people_total=len(latest),
            scores=tuple(r["score"] for r in latest),
            bands_over_time=work.bands(),
            slipping=tuple(slips),
            unknown=unknown(work, teller, snapshot, key, latest),
            sources=sources(work),
            account=accounts(work),
            validated=teller.validated,
            validation=teller.validation,
            evidence=remembered(work, teller.version),
            never_validated_note="" if teller.validated else NEVER,
            attribution=tuple(work.ledger.fact("attribution") or ()),
            marks=tuple(Mark(s.at, f"{s.before} to {s.after}") for s in switches(work.versions()) if s.before),
            versions=stored_history(work),
            groups=groups,
            by=by or "cohort",
            **around(work, snapshot, teller, key),
        )

    return work.lake.read(read)


def _people(snapshot: Snapshot, teller: Teller, chosen: set[str], key: str) -> tuple[Explanation, ...]:
    names = ", ".join(literal(p) for p in sorted(chosen))
    table = stored.rows(snapshot, teller.version, stored.periods_of(snapshot, teller.version), f"participant IN ({names})")
    table = table.sort_by([("participant", "ascending"), ("period", "ascending")])
    told, start, ids = [], 0, table["participant"].to_pylist()
    for i in range(1, len(ids) + 1):
        if i == len(ids) or ids[i] != ids[start]:
            mine = table.slice(start, i - start)
            told.append((teller.person(mine, key), [r for r in mine.to_pylist() if r["period"] <= key][-1]))
            start = i
    return tuple(people_since(snapshot, teller, levered(snapshot, teller, told)))


def unknown(work: Workspace, teller: Teller, snapshot: Snapshot, key: str, latest: list[dict[str, object]]) -> tuple[str, ...]:
    """What is not known and why, one sentence each."""
    said = []
    d, zone = teller.definition, teller.definition.tz
    for o in teller.plan.offers.outages:
        span = f"{o.from_at.astimezone(zone):%-d %b %H:%M} to {o.until_at.astimezone(zone):%-d %b %H:%M}"
        who = f" for cohort {o.cohort}" if o.cohort else ""
        why = f" ({o.reason})" if o.reason else ""
        said.append(
            f"{o.source} was down from {span}{who}{why}: what it would have seen then is unknown, "
            "and counts neither as offered nor as missed."
        )
    unscored = sum(r["score"] is None for r in latest)
    if unscored:
        said.append(f"{count(unscored)} have no score: less than {d.min_coverage * 100:.0f} % of the weight is known for them.")
    roster = teller.plan.roster["participant"].to_pylist()
    gone = len(set(roster) - {r["participant"] for r in latest})
    if gone:
        said.append(
            f"{count(gone)} of {count(len(roster))} on the roster {'is' if gone == 1 else 'are'} not counted now: they left, "
            "or their cohort has ended or not begun."
        )
    return (*said, *filter(None, [unseen(snapshot, d)]), *_strangers(work, snapshot))


def _strangers(work: Workspace, snapshot: Snapshot) -> list[str]:
    """Acts that count for nobody: of people on no roster, of whom a person has to say who they are, and of no person at all."""
    files = snapshot.files("events")
    if not files:
        return []
    states = {k.row.pseudonym: k.state for k in work.people.known()}
    found = stored.ask(
        f"SELECT participant, count(*) AS n FROM {acts(snapshot, files)} WHERE participant NOT IN "
        f"(SELECT participant FROM {parquet(snapshot.files('roster'))}) GROUP BY 1 ORDER BY 2 DESC, 1"
    ).to_pylist()
    open_ = [r for r in found if states.get(r["participant"]) == "open"]
    absent = [r for r in found if states.get(r["participant"]) is None]
    said = []
    if open_:
        n = sum(r["n"] for r in open_)
        said.append(
            f"{plural(n, 'event')} of {plural(len(open_), 'name or address', 'names and addresses')} that no rule could place "
            f"{'waits' if n == 1 else 'wait'} for a decision and {'counts' if n == 1 else 'count'} for nobody until then: "
            "engagetree people review."
        )
    if absent:
        names = listing([str(r["participant"]) for r in absent[:3]] + ([f"{len(absent) - 3} more"] if len(absent) > 3 else []))
        n = sum(r["n"] for r in absent)
        said.append(
            f"{plural(n, 'event is', 'events are')} by people on no roster ({names}). "
            f"{'It counts' if n == 1 else 'They count'} from the moment the roster has them."
        )
    handles, n = work.people.acts_by_state().get("nobody", (0, 0))
    if handles:
        said.append(
            f"{plural(n, 'event')} of {plural(handles, 'phone, device or bot', 'phones, devices and bots')} "
            f"{'belongs' if n == 1 else 'belong'} to no person: whoever called "
            "by phone was there, and is not counted."
        )
    return said


def sources(work: Workspace) -> tuple[tuple[str, datetime | None, int], ...]:
    """Each source with its last event and how many events it gave."""
    out: dict[str, tuple[datetime, int]] = {}
    zone = work.used().tz
    for row in work.ledger.imports("done"):
        for name, last, n in row.facts.get("sources", []):
            at = datetime.fromisoformat(last).astimezone(zone)
            before = out.get(name)
            out[name] = (max(before[0], at), before[1] + n) if before else (at, n)
    return tuple((name or "unnamed source", at, n) for name, (at, n) in sorted(out.items()))


def accounts(work: Workspace) -> tuple[str, ...]:
    """A line for each import: read = kept + merged + refused."""
    out = []
    for row in work.ledger.imports("done"):
        a = row.account
        if row.what == "import" and "read" in a:
            out.append(
                f"{row.source}: {count(a['read'])} read = {count(a['kept'])} kept + {count(a['merged'])} merged "
                f"+ {count(a['refused'])} refused"
            )
    return tuple(out)
