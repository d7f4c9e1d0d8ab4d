"""Makes `exports/` and `truth/`: one invented term of workshops as the files of a dozen tools, and what really happened in it.

    python examples/term-of-workshops/make_data.py [FOLDER]

Nobody in it exists, and nothing in it happened. The same files every time. `truth/` is worked out from the plan (`plan.py`), before any
file is written, and knows nothing of engagetree.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random

from beside import BESIDE, MADRID
from plan import CALLER, GONE, GUEST, HOST, JOINED, LATE, LEFT, WORKSHOPS, Term, term
from reports import REPORTS, table

KNOWN = [
    ("stargazer@example.net", "p-33", "her private address"), ("katja.b@example.net", "p-20", "her private address"),
    ("stargazer", "p-33", "her name in the chat"), ("Ana’s iPad", "p-07", "her tablet, she said"),
    ("Jose Ortega Vidal", "p-35", "without the accent"), ("Maria Costa", "p-12", "the other one was not there that day"),
    ("112", "p-12", "her number in the course"), ("131", "p-31", "her number in the course"),
    (HOST[1], "split", "our facilitator"), (HOST[0], "split", "our facilitator"), (GUEST[1], "split", "guest speaker"),
]  # fmt: skip
"""What whoever runs the programme knows of people: (value, whose, why)."""


def roster(t: Term) -> bytes:
    rows = [["participant", "cohort", "first_name", "last_name", "email", "joined_at", "left_at"]]
    for p in t.people:
        joined, left = (JOINED if p.id == LATE else ""), (GONE if p.id == LEFT else "")
        rows.append([p.id, "spring", p.first, p.last, p.email, str(joined), str(left)])
    return table(rows).encode()


def truth(t: Term) -> dict[str, bytes]:
    """Workshops, minutes, prompts, acts, and who is who."""
    sessions: list[list[object]] = [["workshop", "tool", "title", "opens_at", "closes_at", "stated"]]
    minutes: list[list[object]] = [["workshop", "participant", "seconds"]]
    for w in WORKSHOPS:
        opens, closes = (m.replace(tzinfo=MADRID).isoformat() for m in t.bounds(w))
        sessions.append([w.key, w.tool, w.title, opens, closes, w.states or "no"])
        minutes += [[w.key, p.id, t.seconds(w, p.id)] for p in t.people if t.known(w.key, p.id)]
    prompts: list[list[object]] = [["workshop", "prompt", "put_at", "participant", "answered"]]
    for key, question, at, said in t.prompts:
        w = WORKSHOPS[int(key[1:]) - 1]
        there = [p.id for p in t.people if p.id in said or t.there(w, p.id, at)]
        prompts += [[key, question, at.replace(tzinfo=MADRID).isoformat(), p, "yes" if p in said else "no"] for p in there]
    acts = [["participant", "tool", "act", "to", "times"], *([*act, n] for act, n in sorted(Counter(t.acts).items()))]
    who = [["known as", "is", "because"], *KNOWN, [CALLER[1], CALLER[0], "she dialled in"]]
    return {f"{n}.csv": table(rows).encode() for n, rows in
            (("workshops", sessions), ("minutes", minutes), ("prompts", prompts), ("acts", acts), ("who", who))}  # fmt: skip


def exports(t: Term) -> dict[str, bytes]:
    files = {"roster.csv": roster(t)}
    for w in WORKSHOPS:
        files |= REPORTS[w.tool](t, w) if w.tool in REPORTS else {}
    for n, part in enumerate(BESIDE):
        files |= part(t, Random(4100 + n))
    return files


def main(folder: Path) -> None:
    t = term()
    written = exports(t)
    for name, files in (("exports", written), ("truth", truth(t))):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for old in (folder / name).iterdir():
            old.unlink()
        for file, data in files.items():
            (folder / name / file).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
