"""Who is who: what tools know people by, whose each handle is, and a person's decisions about it, each of which can be taken back.

Names and addresses are in the ledger only; answers give them in `Known.row`, and whoever shows them decides whether to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagetree import identity
from engagetree.engine import connect_duckdb, duck, literals, parquet
from engagetree.errors import EngagetreeError, NotFound, near
from engagetree.identity import ROSTER, Link
from engagetree.ingest.persons import compared
from engagetree.ledger import ImportRow, PersonRow
from engagetree.pipeline import current
from engagetree.scoring.offers import LATE
from engagetree.withdrawal import Withdrawn, take_back
from engagetree.workspace import review_file
from engagetree.workspace.likeness import Likely, likely
from engagetree.workspace.who import who

if TYPE_CHECKING:
    from engagetree.lake import Snapshot
    from engagetree.workspace.workspace import Workspace

FIRST_LETTERS = 4
"""Letters of a pseudonym or a change's id that must be typed at least."""

MERGED, SPLIT, NOBODY = "merged", "split", "nobody"
Wait = Callable[[str], None] | None


@dataclass(frozen=True)
class Known:
    """A handle: what it is, the words that count on whose it is, and its acts as they lie."""

    row: PersonRow
    words: tuple[Link, ...]
    acts: int = 0
    first: datetime | None = None
    last: datetime | None = None

    @property
    def participants(self) -> tuple[str, ...]:
        """Whose it is; empty where nobody knows, or it is nobody's."""
        return tuple(sorted({w.participant for w in self.words if w.participant not in (None, self.row.pseudonym)}))

    @property
    def state(self) -> str:
        """participant | nobody | other (somebody on no roster, a person said so) | open."""
        if self.participants:
            return "participant"
        if not self.words:
            return "open"
        return "nobody" if any(w.participant is None for w in self.words) else "other"

    @property
    def why(self) -> str:
        """By which rule or decision."""
        return ", ".join(sorted({w.why for w in self.words})) or "open"


@dataclass(frozen=True)
class Open:
    """A handle that no rule decided, with whose it may be, the likeliest first."""

    known: Known
    likely: tuple[Likely, ...]


@dataclass(frozen=True)
class Decision:
    """What a person says of a handle. `to`: (cohort or None, participant); empty for somebody else (split) or nobody."""

    verb: str
    handle: str
    to: tuple[tuple[str | None, str], ...] = ()
    why: str = ""

    def links(self) -> list[Link]:
        """The words of the register."""
        if self.verb == MERGED:
            return [Link(self.handle, cohort, participant, MERGED) for cohort, participant in self.to]
        return [Link(self.handle, None, self.handle if self.verb == SPLIT else None, self.verb)]


@dataclass(frozen=True)
class Said:
    """One thing that was said of a handle: when, by whom, what, why, and whether it was taken back. `change` names it for undoing."""

    at: datetime
    who: str
    what: str
    why: str
    change: str
    undone: bool


@dataclass(frozen=True)
class People:
    """The people of a workspace."""

    work: Workspace

    # ---- what is known

    def known(self) -> list[Known]:
        """Every handle, those with most acts first."""
        rows = self.work.ledger.people()

        def read(snapshot: Snapshot) -> list[Known]:
            words = identity.standing(identity.links(snapshot))
            acts = _acts(snapshot, [r.pseudonym for r in rows])
            return [Known(r, tuple(words.get(r.pseudonym, ())), *acts.get(r.pseudonym, (0, None, None))) for r in rows]

        found = self.work.lake.read(read)
        return sorted(found, key=lambda k: (-k.acts, k.row.tool, k.row.kind, k.row.pseudonym))

    def review(self, everything: bool = False) -> list[Open]:
        """Handles with acts (`everything`: and without) that no rule decided, with whom they are like. Likeness only suggests."""
        known = self.known()
        settings = self.rules()
        waiting = [k for k in known if k.state == "open" and k.row.tool != ROSTER and (k.acts or everything)]
        told = _told(known)
        bare = [r["participant"] for r in self._roster() if r["participant"] not in told]
        return [Open(k, likely(k.row, told, bare, settings.get("plus", ""))) for k in waiting]

    def acts_by_state(self) -> dict[str, tuple[int, int]]:
        """State → (handles with acts, their acts): how much waits for a decision (`open`), is no person's (`nobody`), and so on."""
        found: dict[str, tuple[int, int]] = {}
        for k in self.known():
            if k.acts and k.row.tool != ROSTER:
                handles, acts = found.get(k.state, (0, 0))
                found[k.state] = (handles + 1, acts + k.acts)
        return found

    def names(self) -> dict[str, str]:
        """Participant → the name that the roster gives, else the one that a tool shows. Pseudonymous answers do not use this."""
        best: dict[str, tuple[int, str]] = {}
        for k in self.known():
            name = k.row.value if k.row.kind == "name" else k.row.name
            rank = (0 if k.row.tool == ROSTER else 1, name or "")
            for participant in k.participants if name else ():
                best[participant] = min(best.get(participant, rank), rank)
        return {participant: name for participant, (_, name) in best.items()}

    def shown_name(self, participant: str) -> str:
        """The name of a participant, or the participant as given where none is known: for whoever asked for names."""
        return self.names().get(participant, participant)

    def history(self, handle: str) -> list[Said]:
        """Everything that was said of a handle, oldest first, also what was taken back."""
        row = self.find(handle)
        written = {i.import_id: i for i in self.work.ledger.imports() if i.state == "done"}
        told = [_of_decision(i, d) for i in written.values() if i.what == "people" for d in _decisions(i) if d.handle == row.pseudonym]
        told += [
            _of_word(written[i], w) for w, i in self.work.lake.read(lambda s: _words(s, row.pseudonym)) if not w.decided and i in written
        ]
        return sorted(told, key=lambda s: (s.at, s.change))

    def find(self, handle: str) -> PersonRow:
        """The handle of this pseudonym, the beginning of one, or this address, login or name. NotFound where there is none, or several."""
        rows = self.work.ledger.people()
        text = compared(handle)
        exact = [r for r in rows if r.pseudonym == handle]
        begins = [r for r in rows if len(handle) >= FIRST_LETTERS and r.pseudonym.startswith(handle)]
        said = [r for r in rows if compared(r.value) == text]
        said = said or [r for r in rows if r.tool != ROSTER and r.name is not None and compared(r.name) == text]
        found = exact or begins or [r for r in said if r.tool != ROSTER] or said
        if len(found) == 1:
            return found[0]
        if found:
            told = ", ".join(f"{r.pseudonym[:8]} ({r.kind}{f' in {r.tool}' if r.tool else ''})" for r in found[:6])
            raise NotFound(f"handle {handle}", f"{len(found)} handles are called that: {told}", "Name one by its pseudonym.")
        do = near(handle, [r.value for r in rows]) or "`engagetree people` lists them."
        raise NotFound(f"handle {handle}", "nobody is known by that", do)

    # ---- what a person decides

    def merge(self, handle: str, participant: str, why: str = "", on_wait: Wait = None) -> Decision:
        """A handle is this participant (and, where the roster knows the person in several cohorts, that person in each)."""
        decision = Decision(MERGED, self.find(handle).pseudonym, self._enrolments(participant), why)
        self.decide([decision], on_wait)
        return decision

    def split(self, handle: str, why: str = "", on_wait: Wait = None) -> Decision:
        """A handle is none of those it was taken for: somebody on no roster, as far as is known."""
        decision = Decision(SPLIT, self.find(handle).pseudonym, (), why)
        self.decide([decision], on_wait)
        return decision

    def nobody(self, handle: str, why: str = "", on_wait: Wait = None) -> Decision:
        """A handle is no person: a device in the room, a shared screen."""
        decision = Decision(NOBODY, self.find(handle).pseudonym, (), why)
        self.decide([decision], on_wait)
        return decision

    def decide(self, decisions: Sequence[Decision], on_wait: Wait = None) -> str:
        """Several decisions as one change, which is undone as one; its id."""
        told = [vars(d) | {"to": [list(pair) for pair in d.to]} for d in decisions]
        verbs = sorted({d.verb for d in decisions})
        about = f"{verbs[0]} {decisions[0].handle[:8]}" if len(decisions) == 1 else f"{len(decisions)} decisions"
        with self.work.lake.write("people", source=about, who=who(), on_wait=on_wait) as change:
            words = [link for d in decisions for link in d.links()]
            touched = identity.record(change, words)
            spoken = [*identity.links(change.snapshot), *words]
            handles = {w.handle for w in words}
            spoken = [w for w in spoken if not (w.decided and w.handle in handles)] + words
            new = identity.linked(self.work.ledger.people(), spoken, (), self.rules())
            followed = identity.record(change, new)
            first = min([t for t in (touched, followed) if t is not None], default=LATE)
            change.account({"decisions": told})
            change.facts({"touches": first.isoformat()})
            return change.import_id

    def undo(self, change: str | None = None, on_wait: Wait = None) -> Withdrawn:
        """Take back a change of people: by its id or the beginning of one, by a handle that only it decided, else the latest."""
        wanted = self._change(change)
        return take_back(self.work.lake, lambda: self._change(wanted.import_id), who=who(), on_wait=on_wait)

    def changes(self) -> list[tuple[ImportRow, list[Decision]]]:
        """Every change that people made, oldest first, also those taken back."""
        return [(i, _decisions(i)) for i in self.work.ledger.imports() if i.what == "people" and i.state == "done" and _decisions(i)]

    def _change(self, name: str | None) -> ImportRow:
        standing = [(i, d) for i, d in self.changes() if i.withdrawn is None]
        if not standing:
            raise NotFound("decision", "there is none that could be taken back", "`engagetree people history` lists them.")
        if name is None:
            return standing[-1][0]
        mine = [i for i, _ in standing if len(name) >= FIRST_LETTERS and i.import_id.startswith(name)]
        if len(mine) == 1:
            return mine[0]
        handle = self.find(name).pseudonym
        about = [(i, d) for i, d in standing if handle in {one.handle for one in d}]
        if not about:
            raise NotFound(f"decision on {name}", "nobody decided anything about it", "`engagetree people history` lists what was said.")
        row, decisions = about[-1]
        if len(decisions) > 1:
            do = f"Take back all of them with `people undo {row.import_id[:8]}`, or decide this handle anew."
            raise NotFound(f"decision on {name}", f"it was taken together with {len(decisions) - 1} more", do)
        return row

    def write_review(self, target: str | Path) -> int:
        """The handles of `review` as a CSV file, to be filled in and given to `read_review`; how many there are. It holds names."""
        return review_file.write(Path(target), self.review())

    def read_review(self, source: str | Path, on_wait: Wait = None) -> list[Decision]:
        """The decisions of a filled-in review file, as one change; empty where none was filled in. All or nothing."""
        made, wrong = [], []
        for line, handle, decision, why in review_file.read(Path(source)):
            try:
                made.append(self._meant(handle, decision, why))
            except EngagetreeError as error:
                wrong.append(f"line {line}: {error}")
        if wrong:
            more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            raise EngagetreeError(
                Path(source).name, f"{wrong[0].rstrip('.')}{more}", "Nothing of the file was taken: mend it and give it again."
            )
        if made:
            self.decide(made, on_wait)
        return made

    def _meant(self, handle: str, decision: str, why: str) -> Decision:
        pseudonym = self.find(handle).pseudonym
        if decision.casefold() in (NOBODY, SPLIT):
            return Decision(decision.casefold(), pseudonym, (), why)
        return Decision(MERGED, pseudonym, self._enrolments(decision), why)

    # ---- settings

    def rules(self, plus: str | None = None, on_wait: Wait = None) -> dict[str, str]:
        """How handles are read; `plus` says whether ana+zoom@… is the `same` as ana@… or `different` (as long as nothing is said)."""
        settings: dict[str, str] = {"plus": "different"} | self.work.ledger.fact(identity.SETTINGS, {})
        if plus is None or settings["plus"] == plus:
            return settings
        if plus not in ("same", "different"):
            raise EngagetreeError("--plus", f"“{plus}” is neither", "Say same or different.")
        settings["plus"] = plus
        with self.work.lake.write("people", source=f"rules: plus {plus}", who=who(), on_wait=on_wait) as change:
            change.set_fact(identity.SETTINGS, settings)
            touched = identity.settle(change, self.work.ledger.people(), settings=settings)
            change.facts({"touches": (touched or LATE).isoformat()})
        return settings

    # ---- who is meant

    def _enrolments(self, participant: str) -> tuple[tuple[str | None, str], ...]:
        """The enrolments of a participant's person, or of the handle given in its place."""
        rows = self._roster()
        mine = [r for r in rows if r["participant"] == participant]
        mine = mine or ([r for r in rows if r["participant"].startswith(participant)] if len(participant) >= FIRST_LETTERS else [])
        if len({r["participant"] for r in mine}) == 1:
            person = mine[0]["person"]
            alike = [r for r in rows if person is not None and r["person"] == person] or mine
            if len(alike) == 1:
                return ((None, mine[0]["participant"]),)
            return tuple((r["cohort"], r["participant"]) for r in alike)
        words = self._words_of(participant)
        if not words:
            do = near(participant, [r["participant"] for r in rows]) or "`engagetree people` lists them."
            raise NotFound(f"participant {participant}", "nobody on the roster is called that", do)
        whose = {w.participant for w in words if w.participant is not None}
        if len(whose) == 1:
            return ((None, whose.pop()),)
        return tuple((w.cohort, w.participant) for w in words if w.participant is not None)

    def _words_of(self, handle: str) -> list[Link]:
        try:
            row = self.find(handle)
        except NotFound as error:
            if "handles are called" not in error.found:
                return []
            row = self._same_person(handle)
        known = identity.standing(self.work.lake.read(identity.links))
        return [w for w in known.get(row.pseudonym, ()) if w.participant not in (None, row.pseudonym)]

    def _same_person(self, handle: str) -> PersonRow:
        """Of several handles called so, one, where they are all the same person's."""
        text = compared(handle)
        alike = [k for k in self.known() if compared(k.row.value) == text and k.participants]
        if alike and len({k.participants for k in alike}) == 1:
            return alike[0].row
        return self.find(handle)

    def _roster(self) -> list[dict[str, Any]]:
        return _roster(self.work)


def _roster(work: Workspace) -> list[dict[str, Any]]:
    def read(snapshot: Snapshot) -> list[dict[str, Any]]:
        with duck() as con:
            found: list[dict[str, Any]] = current(con, snapshot, "roster").select(["participant", "person", "cohort"]).to_pylist()
            return found

    return work.lake.read(read)


def _acts(snapshot: Snapshot, handles: Sequence[str]) -> dict[str, tuple[int, datetime, datetime]]:
    """Handle → (acts, the first, the last), as they lie."""
    files = snapshot.files("events")
    if not (files and handles):
        return {}
    query = f'SELECT participant AS p, count(*) AS n, min("at") AS a, max("at") AS b FROM {parquet(files)} '
    with connect_duckdb() as con:
        found = con.sql(f"{query} WHERE list_contains({literals(sorted(handles))}, participant) GROUP BY 1").to_arrow_table().to_pylist()
    return {r["p"]: (r["n"], r["a"], r["b"]) for r in found}


def _told(known: Iterable[Known]) -> dict[str, list[PersonRow]]:
    """Participant → what is known of them."""
    told: dict[str, list[PersonRow]] = defaultdict(list)
    for k in known:
        for participant in k.participants:
            told[participant].append(k.row)
    return dict(told)


def _words(snapshot: Snapshot, handle: str) -> list[tuple[Link, str]]:
    files = snapshot.files("identities")
    if not files:
        return []
    query = f"SELECT handle, cohort, participant, why, import_id FROM {parquet(files)} WHERE handle = {literals([handle])}[1] ORDER BY seq"
    with connect_duckdb() as con:
        return [
            (Link(*(r[n] for n in ("handle", "cohort", "participant", "why"))), r["import_id"])
            for r in con.sql(query).to_arrow_table().to_pylist()
        ]


def _decisions(row: ImportRow) -> list[Decision]:
    told: list[Mapping[str, Any]] = row.account.get("decisions", [])
    return [Decision(d["verb"], d["handle"], tuple((c, p) for c, p in d["to"]), d["why"]) for d in told]


def _of_decision(row: ImportRow, d: Decision) -> Said:
    whose = " and ".join(f"{p}{f' in {c}' if c else ''}" for c, p in d.to)
    what = {MERGED: f"merged into {whose}", SPLIT: "split: somebody on no roster", NOBODY: "nobody: no person"}[d.verb]
    return Said(row.started, row.who, what, d.why, row.import_id, row.withdrawn is not None)


def _of_word(row: ImportRow, word: Link) -> Said:
    whose = "nobody" if word.participant is None else "open" if word.why == identity.OPEN else word.participant
    about = f" in {word.cohort}" if word.cohort else ""
    return Said(row.started, row.who, f"{whose}{about}", f"by rule: {word.why}", row.import_id, row.withdrawn is not None)
