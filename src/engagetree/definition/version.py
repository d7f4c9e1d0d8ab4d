"""A definition is its content: what it says, as one flat mapping, makes its version, and two of them make a list of differences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from engagetree.definition.document import UnreadableError, document
from engagetree.definition.model import Band, Definition, Driver, Raci, Signal
from engagetree.definition.values import number
from engagetree.errors import Problem

Place = tuple[str, ...]

ASIDE = ("reason", "fingerprint", "text", "path", "line", "key", "metrics", "tree", "outcomes")
"""What no score and no word beside it depends on. Metrics around the score have a fingerprint of their own: `around`."""

ROLES = tuple(f.name for f in fields(Raci))
WORDS = ("programme", "title", "label", "advice", "unit", "signals", "do", *ROLES)
"""Last steps of paths that change what is read beside a number, and not the number."""

NAMES = {"zone": "time zone", "min_coverage": "minimum coverage", "at_least": "lower end", "do": "what to do", "signals": "what it signals"}


def content(definition: Definition) -> dict[Place, Any]:
    """Everything that can change a number or a word shown with it, by where it stands: ("signals", "completion", "weight") → 0.2."""
    flat: dict[Place, Any] = _own(definition, ())
    for s in definition.signals:
        flat |= _own(s, ("signals", s.key)) | _own(s.owners, ("signals", s.key))
        for d in s.drivers:
            flat |= _own(d, ("signals", s.key, "drivers", d.key)) | _own(d.owners, ("signals", s.key, "drivers", d.key))
    for b in definition.bands:
        flat |= _own(b, ("bands", b.key))
    return flat


def _own(value: Definition | Signal | Driver | Band | Raci, path: Place) -> dict[Place, Any]:
    inner = ("signals", "bands", "drivers", "owners") if not isinstance(value, Band) else ()
    return {(*path, f.name): _plain(getattr(value, f.name)) for f in fields(value) if f.name not in (*ASIDE, *inner)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return sorted(value)  # lists name sets: their order means nothing
    if isinstance(value, datetime):
        return value.isoformat()
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def fingerprint(definition: Definition) -> str:
    """The version: 12 hex digits that change with every number and every word shown with one."""
    return _digest(content(definition))


def measures(definition: Definition) -> str:
    """A fingerprint of only what decides the drivers' values: while it stays, tallies and driver values can be kept."""
    time = ("zone", "period", "window", "starts", "ends")
    kept = {p: v for p, v in content(definition).items() if p[0] in time or ("drivers" in p[2:3] and p[-1] not in (*WORDS, "weight"))}
    return _digest(kept)


def around(definition: Definition) -> str:
    """A fingerprint of the metrics around the score and of their tree; empty where there are none. Reasons and lines do not enter."""
    told: dict[Place, Any] = {}
    for m in definition.metrics:
        said = {f.name: getattr(m, f.name) for f in fields(m) if f.name not in ASIDE and getattr(m, f.name) != f.default}
        told |= {("metrics", m.key, name): _plain(value) for name, value in said.items()}
    told |= {("outcomes", o.key): [o.label, str(o.inside), o.good, o.at_least, str(o.behaviour)] for o in definition.outcomes}
    tree = definition.tree
    for c in tree.composes if tree else ():
        told |= {("composes", c.parent, k): w for k, w in zip(c.of, c.weights or (1.0,) * len(c.of), strict=True)}
        told |= {("composes", c.parent, "by", c.by): c.over}
    for i in tree.influences if tree else ():
        told |= {("influences", i.cause, i.effect, i.direction): [i.lag, str(i.evidence)]}
    if tree:
        told[("root",)] = tree.root
    return _hashed({"/".join(place): value for place, value in told.items()}) if told else ""


def numbers(definition: Definition) -> dict[Place, Any]:
    """The part of the content on which a score or its band depends."""
    return {p: v for p, v in content(definition).items() if p[-1] not in WORDS}


def _digest(flat: Mapping[Place, Any]) -> str:
    """A value that is the model's default does not enter, so that a field added later leaves old versions as they are."""
    return _hashed({"/".join(path): value for path, value in flat.items() if value != _default(path)})


def _hashed(told: Mapping[str, Any]) -> str:
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _default(path: Place) -> Any:
    """The model's default for the field at a path; None where it has none."""
    kind = Driver if path[2:3] == ("drivers",) else {"signals": Signal, "bands": Band}.get(path[0], Definition)
    owner = Raci if path[-1] in ROLES else kind
    found = next((f.default for f in fields(owner) if f.name == path[-1]), MISSING)
    return None if found is MISSING else _plain(found)


def differences(old: Definition, new: Definition) -> list[str]:
    """What changed, in words, in the order of the new definition; empty exactly when the fingerprints agree."""
    before, after = content(old), content(new)
    groups = dict.fromkeys(_group(p) for p in [*after, *before])
    out: list[str] = []
    for group in groups:
        mine, theirs = ([p for p in flat if _group(p) == group] for flat in (before, after))
        if group and not (mine and theirs):
            if not _inside(group, before, after):
                out.append(f"{_name(group)} {'added' if theirs else 'removed'}")
            continue
        out += [_change(p, before[p], after[p]) for p in theirs if before[p] != after[p] and not _inherited(p, before, after)]
    return out


def _inherited(path: Place, before: Mapping[Place, Any], after: Mapping[Place, Any]) -> bool:
    """Whether a driver's role changed only as its signal's did, which is told already."""
    above = (*path[:2], path[-1])
    return len(path) == 5 and path[-1] in ROLES and (before[path], after[path]) == (before.get(above), after.get(above))


def _group(path: Place) -> Place:
    """The part of the definition that a path belongs to: () for the programme, else its signal, driver or band."""
    return path[:-1]


def _inside(group: Place, before: Mapping[Place, Any], after: Mapping[Place, Any]) -> bool:
    """Whether a driver came or went with its whole signal, which is told already."""
    if len(group) < 4:
        return False
    return any(group[:2] not in {_group(p) for p in flat} for flat in (before, after))


def _name(group: Place) -> str:
    if len(group) == 4:
        return f"driver {group[3]} of {group[1]}"
    return f"{group[0].removesuffix('s')} {group[1]}"


def _change(path: Place, before: Any, after: Any) -> str:
    group = _group(path)
    of = (
        f" of {group[3]} in {group[1]}"
        if len(group) == 4
        else f" of band {group[1]}"
        if path[0] == "bands"
        else f" of {group[1]}"
        if group
        else ""
    )
    return f"{NAMES.get(path[-1], path[-1])}{of} from {_word(before, path[-1])} to {_word(after, path[-1])}"


def _word(value: Any, name: str) -> str:
    if name == "window":
        return f"the last {number(value)} periods" if value else "cumulative"
    if value is None or value in ("", []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return ", ".join(value) if isinstance(value, list) else value if name not in WORDS else f"“{value}”"


def check_change(old: Definition, new: Definition) -> list[Problem]:
    """A number that changes without a reason of its own is an error: the score would move and nobody could say why."""
    if numbers(old) == numbers(new) or (new.reason.strip() and new.reason.strip() != old.reason.strip()):
        return []
    told = differences(old, new)
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    found = f"changed without a reason: {'; '.join(told[:3])}{more}"
    do = (
        "Say in `reason:` why."
        if not new.reason.strip()
        else "The reason is still that of the version before. Say in `reason:` why this one differs."
    )
    return [Problem(_reason_line(new.text), "definition", found, do)]


def _reason_line(text: str) -> int:
    try:
        root, _ = document(text)
    except UnreadableError:
        return 0
    return root.value["reason"].line if isinstance(root.value, dict) and "reason" in root.value else 0
