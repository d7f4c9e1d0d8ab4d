"""The scoring rules once more, in plain Python from `scoring.md`: dictionaries and loops, slow and obvious, sharing no code with the product.

`expected(world)` gives `{period: {participant: {signal: 0–100 or None, "<signal>__<driver>": (taken, offered), coverage, score, band}}}`.
It is told the periods (their cutting has hand-worked cases of its own).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
EVER, NEVER = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
BANDS = (("high", 80), ("solid", 60), ("risk", 40), ("disengaged", 0))


@dataclass(frozen=True)
class Span:
    """One period: [starts, ends) in UTC."""

    key: str
    starts: datetime
    ends: datetime


def periods(definition: Mapping[str, Any], first: datetime, last: datetime, session_ends: Sequence[datetime]) -> list[Span]:
    """Periods by walking through local days, one after the other."""
    zone = ZoneInfo(definition["zone"])
    if definition["period"] == "session":
        edges = sorted({first, last} | {e for e in session_ends if first < e < last})
        return [Span(a.astimezone(zone).strftime("%Y-%m-%dT%H%M"), a, b) for a, b in pairwise(edges)]
    day = first.astimezone(zone).date()
    while (definition["period"] == "week" and day.weekday() != 0) or (definition["period"] == "month" and day.day != 1):
        day -= timedelta(days=1)
    out, start = [], day
    while True:
        day += timedelta(days=1)
        begins = definition["period"] == "day" or (definition["period"] == "week" and day.weekday() == 0)
        if not begins and not (definition["period"] == "month" and day.day == 1):
            continue
        a, b = (datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in (start, day))
        out.append(Span(start.isoformat(), a, min(b, last)))
        if b >= last:
            return out
        start = day


def remembered(method: Any) -> Any:
    """Works out each answer once; rows are told apart by being the same object."""

    @wraps(method)
    def asked(self: Any, *about: Any) -> Any:
        key = (method.__name__, *(id(a) if isinstance(a, dict) else a for a in about))
        if key not in self.known:
            self.known[key] = method(self, *about)
        return self.known[key]

    return asked


@dataclass
class Oracle:
    definition: Mapping[str, Any]
    roster: Sequence[Row]
    items: Sequence[Row]
    events: Sequence[Row]
    excusals: Sequence[Row]
    outages: Sequence[Row]
    first: datetime
    last: datetime
    known: dict[Any, Any] = field(default_factory=dict)

    # ---- who and what

    @remembered
    def people(self) -> list[Row]:
        return [{**p, "joined": p.get("joined_at") or EVER, "left": p.get("left_at") or NEVER} for p in self.roster]

    @remembered
    def of_cohort(self, cohort: str | None) -> list[Row]:
        """Items of this cohort and of everybody; its own row of an item comes before the general one."""
        own = {i["item"]: i for i in self.items if i.get("cohort") == cohort and cohort is not None}
        general = {i["item"]: i for i in self.items if i.get("cohort") is None and i["item"] not in own}
        return [*own.values(), *general.values()]

    def starts(self, cohort: str | None) -> datetime:
        """When the cohort starts: with the first thing offered to it, not before the programme."""
        opens = [i["opens_at"] for i in self.of_cohort(cohort) if i.get("opens_at")]
        return max(self.first, min(opens)) if opens else self.first

    def down(self, source: str | None, cohort: str | None, at: datetime | None) -> bool:
        return any(
            source
            and at
            and o["source"] == source
            and o.get("cohort") in (None, cohort)
            and (o["from_at"] or EVER) <= at < (o["until_at"] or NEVER)
            for o in self.outages
        )

    @remembered
    def blind(self, i: Row, cohort: str | None, driver: Mapping[str, Any]) -> bool:
        """Whether nobody could have seen the item being taken: its own tool, or the driver's, was down when it opened.

        For prompts put in a session, the driver's tool is judged by when the session opened.
        """
        if i.get("source") and self.down(i["source"], cohort, i.get("opens_at")):
            return True
        if driver.get("source") == i.get("source"):
            return False
        parent = next((s for s in self.of_cohort(cohort) if s["item"] == i.get("parent")), i) if driver.get("while_present") else i
        return self.down(driver.get("source"), cohort, parent.get("opens_at"))

    @remembered
    def acts(self, p: Row) -> list[Row]:
        """What a person did while on the roster."""
        return [e for e in self.events if e["participant"] == p["participant"] and p["joined"] <= e["at"] < p["left"]]

    # ---- presence

    @remembered
    def stays(self, p: Row, i: Row) -> list[tuple[datetime, datetime]]:
        """When a person was in a session: the union of join–leave intervals and of stays with a length, clipped to the session."""
        opens, closes = i.get("opens_at"), ends_of(i)
        if not opens or not closes:
            return []
        mine = [e for e in self.acts(p) if e["item"] == i["item"]]
        spans = []
        moves = sorted([(e["at"], 0 if e["kind"] == "join" else 1) for e in mine if e["kind"] in ("join", "leave")])
        depth, lowest = 0, 0
        for _, leaving in moves:
            depth += -1 if leaving else 1
            lowest = min(lowest, depth)
        depth, since = -lowest, opens if lowest < 0 else None  # who left without a join was there from the start
        for at, leaving in moves:
            depth += -1 if leaving else 1
            if depth > 0 and since is None:
                since = at
            if depth == 0 and since is not None:
                spans.append((since, at))
                since = None
        if since is not None:
            spans.append((since, closes))
        for e in mine:
            if e["kind"] == "present":
                spans.append((e["at"], closes if e.get("amount") is None else e["at"] + timedelta(seconds=int(e["amount"]))))
        out: list[tuple[datetime, datetime]] = []
        for a, b in sorted((max(a, opens), min(b, closes)) for a, b in spans):
            if a >= b:
                continue
            if out and a <= out[-1][1]:
                out[-1] = (out[-1][0], max(out[-1][1], b))
            else:
                out.append((a, b))
        return out

    def seconds(self, p: Row, i: Row) -> float:
        return sum((b - a).total_seconds() for a, b in self.stays(p, i))

    def opened(self, i: Row, cohort: str | None) -> datetime | None:
        """When an item was offered: what is put in a session, with the session."""
        held = next((s for s in self.of_cohort(cohort) if s["item"] == i.get("parent")), None)
        if held and i.get("opens_at") and held.get("opens_at") and ends_of(held) and held["opens_at"] <= i["opens_at"] < ends_of(held):
            return held["opens_at"]
        return i.get("opens_at")

    # ---- one driver

    def took(self, p: Row, i: Row, driver: Mapping[str, Any], until: datetime) -> bool:
        """Whether a person took an item before `until`: an act of a kind that counts, not before it opened."""
        kinds = listed(driver["taken"])
        if "present" in kinds and i.get("opens_at") and i["opens_at"] < until and self.seconds(p, i) > 0:
            return True
        opens = i.get("opens_at") or EVER
        return any(
            e["item"] == i["item"] and e["kind"] in kinds and e["kind"] not in ("join", "leave", "present") and opens <= e["at"] < until
            for e in self.acts(p)
            if e["at"] >= self.spans[0].starts
        )

    def late(self, p: Row, i: Row, driver: Mapping[str, Any], until: datetime) -> bool:
        """Whether an item was taken after it closed. In the period that took it: by the first act, or the last where the first came too early."""
        opens = i.get("opens_at") or EVER
        if ends_of(i) is None:
            return False
        closes = ends_of(i) - timedelta(days=driver.get("ahead", 0))
        mine = [e["at"] for e in self.acts(p) if e["item"] == i["item"] and e["kind"] in listed(driver["taken"])]
        for span in self.spans:
            here = [at for at in mine if span.starts <= at < min(span.ends, until)]
            if here and max(here) >= opens:
                return (min(here) if min(here) >= opens else max(here)) >= closes
        return False

    def excused(self, p: Row, i: Row) -> bool:
        for x in self.excusals:
            if x["participant"] != p["participant"]:
                continue
            if x.get("item") is not None:
                if x["item"] in (i["item"], i.get("parent")):
                    return True
            elif i.get("opens_at") and (x["from_at"] or EVER) <= i["opens_at"] < (x["until_at"] or NEVER):
                return True
        return False

    def share(self, p: Row, driver: Mapping[str, Any], since: datetime, until: datetime) -> tuple[float, float]:
        cohort, taken, offered = p.get("cohort"), 0.0, 0.0
        due, count = driver.get("when") == "due", driver.get("count", "items")
        for i in self.of_cohort(cohort):
            if i["kind"] not in listed(driver["offered"]) or (driver.get("final") and not i.get("final")) or self.blind(i, cohort, driver):
                continue
            at = (
                (ends_of(i) - timedelta(microseconds=1) if ends_of(i) else i.get("opens_at")) if due else self.opened(i, cohort)
            ) or self.starts(cohort)
            if not (max(p["joined"], since) <= at < min(p["left"], until)):
                continue
            did = self.took(p, i, driver, until)
            late = bool(driver.get("in_time")) and did and self.late(p, i, driver, until)
            if driver.get("while_present"):
                parent = next((s for s in self.of_cohort(cohort) if s["item"] == i.get("parent")), None)
                there = parent is not None and any(a <= i["opens_at"] < b for a, b in self.stays(p, parent))
                if not there and not did:
                    continue
            if self.excused(p, i) and not did and not driver.get("while_present"):
                continue  # who was there when a prompt was put was not absent
            weight = length(i) if count in ("length", "presence") else 1.0
            if count == "presence":
                if did:
                    taken, offered = taken + min(self.seconds(p, i), weight), offered + weight
            else:
                taken, offered = taken + (weight if did and not late else 0.0), offered + weight
        return taken, offered

    def rate(self, p: Row, driver: Mapping[str, Any], since: datetime, until: datetime) -> tuple[float, float]:
        cohort, kinds, taken = p.get("cohort"), listed(driver["taken"]), 0.0
        known = {i["item"]: i for i in self.of_cohort(cohort)}
        measure, cap = driver.get("measure", "acts"), driver.get("cap")
        zone = ZoneInfo(self.definition["zone"])
        touched: set[Any] = set()
        days: dict[Any, Any] = {}  # each in the period of its first act
        for span in self.spans:
            if span.starts < since or span.starts >= until:
                continue
            sums: dict[Any, float] = {}
            for e in self.acts(p):
                i = known.get(e["item"])
                if e["kind"] not in kinds or not span.starts <= e["at"] < span.ends:
                    continue
                if driver.get("on") and (i is None or i["kind"] not in listed(driver["on"])):
                    continue
                days.setdefault(e["at"].astimezone(zone).date(), span.starts)  # a day belongs to no single item
                if i is not None and self.blind(i, cohort, driver):
                    continue
                key = (e["item"], e["kind"])
                sums[key] = sums.get(key, 0.0) + (1.0 if measure == "acts" else e.get("amount") or 0.0)
                if i is not None and e["at"] >= (i.get("opens_at") or EVER):
                    touched.add(e["item"])
            taken += sum(min(v, cap) if cap is not None else v for v in sums.values())
        if measure == "days":
            taken = sum(min(n, cap) if cap is not None else n for n in Counter(days.values()).values())
        if measure == "items":
            taken = len(touched)
        return taken, self.exposure(p, driver, since, until)

    def exposure(self, p: Row, driver: Mapping[str, Any], since: datetime, until: datetime) -> float:
        cohort, per = p.get("cohort"), driver.get("per", "total")
        if per == "total":
            return 1.0
        if per in ("day", "week"):
            begins, ends = max(p["joined"], self.starts(cohort), since), min(p["left"], until)
            seconds = max(0.0, (ends - begins).total_seconds())
            lost = [
                (max(o["from_at"] or EVER, begins), min(o["until_at"] or NEVER, ends))
                for o in self.outages
                if driver.get("source") == o["source"] and o.get("cohort") in (None, cohort)
            ]
            for a, b in union(lost):
                seconds -= (b - a).total_seconds()
            return seconds / (86400 * (7 if per == "week" else 1))
        if per == "hour_present":
            mine = [i for i in self.of_cohort(cohort) if i.get("opens_at") and since <= i["opens_at"] < until]
            mine = [i for i in mine if not self.blind(i, cohort, driver)]
            return sum(self.seconds(p, i) for i in mine) / 3600
        found = 0
        for i in self.of_cohort(cohort):
            at = self.opened(i, cohort) or self.starts(cohort)
            if i["kind"] == per and not self.blind(i, cohort, driver) and max(p["joined"], since) <= at < min(p["left"], until):
                found += not (self.excused(p, i) and not self.took(p, i, driver, until))
        return float(found)

    # ---- values

    def value(self, driver: Mapping[str, Any], taken: float, offered: float) -> float | None:
        if offered == 0:
            return None
        x = taken / offered
        how = driver.get("normalise", "share")
        if how == "share":
            return min(1.0, x)
        if how == "target":
            return min(1.0, x / driver["target"])
        if how == "saturating":
            return 1 - 2 ** (-x / driver["half"])
        if how == "range":
            floor = driver.get("floor", 0.0)
            return max(0.0, min(1.0, (x - floor) / (driver["target"] - floor)))
        raise ValueError(how)

    def row(self, p: Row, k: int) -> Row:
        until, window = self.spans[k].ends, self.definition.get("window", "cumulative")
        since = EVER if window == "cumulative" else self.spans[max(0, k - window["trailing"] + 1)].starts
        out: Row = {}
        known, total = 0.0, 0.0
        for key, s in self.definition["signals"].items():
            values = []
            for dkey, d in s["drivers"].items():
                lately = self.spans[max(0, k - d["last"] + 1)].starts if d.get("last") else since
                taken, offered = (self.share if d.get("normalise", "share") == "share" else self.rate)(p, d, lately, until)
                out[f"{key}__{dkey}"] = (taken, offered)
                values.append((d.get("weight", 1.0), self.value(d, taken, offered)))
            there = [(w, v) for w, v in values if v is not None]
            if not there:
                signal = None
            elif s.get("combine") == "product":
                signal = 1.0
                for _, v in there:
                    signal *= v
            else:
                signal = sum(w * v for w, v in there) / sum(w for w, _ in there)
            out[key] = None if signal is None else 100 * signal
            if signal is not None:
                known, total = known + s["weight"], total + s["weight"] * signal
        out["coverage"] = known
        enough = known >= self.definition.get("min_coverage", 0.4) - 1e-9 and known > 0
        out["score"] = 100 * total / known if enough else None
        return out

    def run(self) -> dict[str, dict[str, Row]]:
        sessions = [ends_of(i) for i in self.items if i["kind"] == "session"]
        self.spans = periods(self.definition, self.first, self.last, [e for e in sessions if e])
        out: dict[str, dict[str, Row]] = {}
        for k, span in enumerate(self.spans):
            rows = {}
            for p in self.people():
                begins = max(p["joined"], self.starts(p.get("cohort")))
                if begins < span.ends and p["left"] > span.starts and p["joined"] < span.ends:
                    rows[p["participant"]] = self.row(p, k)
            out[span.key] = rows
        return out


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def ends_of(i: Row) -> datetime | None:
    if i.get("closes_at"):
        return i["closes_at"]
    return i["opens_at"] + timedelta(seconds=i["seconds"]) if i.get("opens_at") and i.get("seconds") else None


def length(i: Row) -> float:
    if i.get("seconds") is not None:
        return i["seconds"]
    closes = ends_of(i)
    return (closes - i["opens_at"]).total_seconds() if i.get("opens_at") and closes else 0.0


def union(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    out: list[tuple[datetime, datetime]] = []
    for a, b in sorted(s for s in spans if s[1] > s[0]):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out
