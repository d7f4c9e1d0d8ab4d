"""`engagetree people …`: who is who. Names and addresses are shown where they are asked for, and in JSON only with --names."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.said import console, placed, tell, tell_json, waiting

if TYPE_CHECKING:
    from engagetree.workspace.people import Decision, Known, People

ABOUT = """Who is who: what tools know people by, and whose each handle is.

Without a verb: everybody who is known, and by what. What no rule decided waits under `review`; nothing is ever merged by likeness.
"""

people = typer.Typer(name="people", help=ABOUT, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})

Names = Annotated[bool, typer.Option("--names", help="Show names and addresses.", show_default=False)]
Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="Its pseudonym, the first letters of it, or the address, login or name.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with the decision.")]
SHOWN = 40


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(people, name="people", rich_help_panel="Data in, scores out")


@people.callback()
def everybody(ctx: typer.Context, place: Place = HERE, names: Names = False, as_json: Json = False) -> None:
    """Show who is known, by what, and by which rule."""
    if ctx.invoked_subcommand is not None:
        return
    with workspace(place) as work:
        known = work.people.known()
        titles = work.people.names() if names else {}
    if as_json:
        tell_json([_as_dict(k, names) for k in known])
        return
    if not known:
        tell("Nobody is known by a name or an address: every file so far has ids of its own.")
        return
    from engagetree.render.lines import add, put, table
    from engagetree.render.words import count

    by_whom: dict[tuple[str, ...], list[Known]] = defaultdict(list)
    for k in known:
        if k.participants:
            by_whom[k.participants].append(k)
    made = table("Participant", *(["Name"] if names else []), "Known by", "By rule", ">Acts")
    for whose, handles in sorted(by_whom.items())[: None if names else SHOWN]:
        title = [titles.get(whose[0], "")] if names else []
        rules = ", ".join(sorted({k.why for k in handles}))
        add(made, " and ".join(whose), *title, _kinds(handles, names), rules, count(sum(k.acts for k in handles)))
    put(console(), made)
    if len(by_whom) > SHOWN and not names:
        tell(f"… and {count(len(by_whom) - SHOWN)} more; --json or --names lists everybody.")
    tell(_sum(known))


def _kinds(handles: list[Known], names: bool) -> str:
    return ", ".join(
        sorted(
            {
                f"{k.row.kind}{f' ({k.row.tool})' if k.row.tool and k.row.kind != 'email' else ''}{f' {k.row.value}' if names else ''}"
                for k in handles
            }
        )
    )


def _sum(known: list[Known]) -> str:
    from engagetree.render.words import count, plural

    states = Counter(k.state for k in known)
    waiting_ = [k for k in known if k.state == "open" and k.acts]
    told = f"{plural(len(known), 'handle')}: {count(states['participant'])} of participants"
    told += f", {count(states['nobody'])} of no person" if states["nobody"] else ""
    told += f", {count(states['other'])} of somebody on no roster" if states["other"] else ""
    told += f", {count(states['open'])} open." if states["open"] else "."
    acts = sum(k.acts for k in waiting_)
    return told + (f" {plural(acts, 'act')} of {count(len(waiting_))} wait for a decision: engagetree people review." if waiting_ else "")


def _as_dict(k: Known, names: bool) -> dict[str, Any]:
    told = {"handle": k.row.pseudonym, "kind": k.row.kind, "tool": k.row.tool, "person": k.row.person, "state": k.state}
    told |= {"participants": list(k.participants), "why": k.why, "acts": k.acts, "first": k.first, "last": k.last}
    return told | ({"value": k.row.value, "name": k.row.name} if names else {})


@people.command()
def review(
    place: Place = HERE,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE.csv", help="Write a file to fill in, with names.")] = None,
    decided: Annotated[Path | None, typer.Option("--from", metavar="FILE.csv", help="Take the decisions of a filled-in file.")] = None,
    names: Names = False,
    as_json: Json = False,
) -> None:
    """List whom no rule decided, with whom they may be.

    A likeness from 0 to 100 only suggests. In a file (--out) write into `decision` a participant, `split` for somebody on no roster, or
    `nobody` for no person, and give it back with --from: all of it is one change, and is undone as one.
    """
    with workspace(place) as work:
        if decided is not None:
            _taken(work.people.read_review(decided, waiting))
            return
        if out is not None:
            with placed(out):
                n = work.people.write_review(out)
            tell(f"{n} to decide. Fill in `decision`, then: engagetree people review --from {out}")
            return
        found = work.people.review()
    if as_json:
        tell_json([{**_as_dict(o.known, names), "likely": [_likely(s, names) for s in o.likely]} for o in found])
        return
    if not found:
        tell("Nobody waits for a decision.")
        return
    from engagetree.render.lines import add, put, table
    from engagetree.render.words import DASH, count, plural

    made = table("=Handle", "Who", "Tool", ">Acts", "May be", "Because")
    for o in found:
        first = o.likely[0] if o.likely else None
        may = ", ".join(f"{s.participant} ({s.score:.0f})" for s in o.likely) or DASH
        add(
            made,
            o.known.row.pseudonym[:8],
            _who(o.known),
            o.known.row.tool or DASH,
            count(o.known.acts),
            may,
            first.because if first else "",
        )
    put(console(), made)
    tell(f"{plural(len(found), 'handle')} to decide: engagetree people merge HANDLE PARTICIPANT, or split HANDLE, or nobody HANDLE.")


def _who(k: Known) -> str:
    return f"{k.row.name} ({k.row.value})" if k.row.name and k.row.name != k.row.value else k.row.value


def _likely(s: Any, names: bool) -> dict[str, Any]:
    return {"participant": s.participant, "score": s.score, **({"because": s.because} if names else {})}


@people.command()
def merge(
    handle: Handle,
    participant: Annotated[str, typer.Argument(metavar="PARTICIPANT", help="Whose it is: a participant, or a handle of theirs.")],
    place: Place = HERE,
    why: Why = "",
) -> None:
    """Say whose a handle is. All history follows with the next scoring."""
    with workspace(place) as work:
        _taken([work.people.merge(handle, participant, why, waiting)])


@people.command()
def split(handle: Handle, place: Place = HERE, why: Why = "") -> None:
    """Say that a handle is none of those it was taken for: somebody on no roster."""
    with workspace(place) as work:
        _taken([work.people.split(handle, why, waiting)])


@people.command()
def nobody(handle: Handle, place: Place = HERE, why: Why = "") -> None:
    """Say that a handle is no person: a device in the room, a shared screen."""
    with workspace(place) as work:
        _taken([work.people.nobody(handle, why, waiting)])


def _taken(decisions: list[Decision]) -> None:
    if not decisions:
        tell("No decision is filled in; nothing was changed.")
        return
    for d in decisions[:SHOWN]:
        whose = " and ".join(f"{p}{f' in {c}' if c else ''}" for c, p in d.to)
        tell(f"{d.handle[:8]} is {whose or ('no person' if d.verb == 'nobody' else 'somebody on no roster')}.")
    if len(decisions) > SHOWN:
        tell(f"… and {len(decisions) - SHOWN} more.")
    tell("Take it back: engagetree people undo. Bring the scores up to date: engagetree score.")


@people.command()
def undo(
    change: Annotated[
        str | None, typer.Argument(metavar="[CHANGE|HANDLE]", help="Its id, or its handle.", show_default="the latest")
    ] = None,
    place: Place = HERE,
) -> None:
    """Take a decision back; what rosters and rules say counts again."""
    with workspace(place) as work:
        done = work.people.undo(change, waiting)
    tell(f"Taken back: {done.row.source}, of {done.row.started:%Y-%m-%d %H:%M} UTC. Bring the scores up to date: engagetree score.")


@people.command()
def history(
    handle: Annotated[str | None, typer.Argument(metavar="[HANDLE]", help="Of one handle.", show_default="every decision")] = None,
    place: Place = HERE,
    as_json: Json = False,
) -> None:
    """Show what was said of a handle, by whom and why; also what was taken back."""
    with workspace(place) as work:
        found = work.people.history(handle) if handle is not None else _decided(work.people)
        zone = work.definition().tz
    if as_json:
        tell_json([vars(s) for s in found])
        return
    for s in found:
        gone = "   taken back" if s.undone else ""
        tell(f"{s.change[:8]}  {s.at.astimezone(zone):%Y-%m-%d %H:%M}  {s.who}  {s.what}{f': {s.why}' if s.why else ''}{gone}")
    if not found:
        tell("Nothing was said yet.")


def _decided(who: People) -> list[Any]:
    from engagetree.workspace.people import Said

    return [
        Said(
            row.started,
            row.who,
            row.source,
            "; ".join(dict.fromkeys(d.why for d in told if d.why)),
            row.import_id,
            row.withdrawn is not None,
        )
        for row, told in who.changes()
    ]


@people.command()
def rules(
    place: Place = HERE,
    plus: Annotated[
        str | None, typer.Option("--plus", metavar="same|different", help="Whether ana+zoom@… is ana@…", show_default="as it is")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how handles are read, or set it. What rules decided before follows at once."""
    with workspace(place) as work:
        found = work.people.rules(plus, waiting)
    if as_json:
        tell_json(found)
    else:
        tell(
            f"An address with a plus (ana+zoom@…) and the one without are {found['plus']} people.".replace("same people", "the same person")
        )
