"""How the registers stand: rows, last import, and what the empty ones would be good for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engagetree.research.registers import REGISTERS

if TYPE_CHECKING:
    from engagetree.institution.office import Office

ABOUT = {
    "activities": "what was done: type, day, size, depth",
    "attendances": "who came, under pseudonyms: attendances, people, hours, follow-up",
    "partners": "the organisations worked with: sector, continuity",
    "codevelopment": "in which stages of a project partners took part, and how far",
    "boards": "advisory boards and their terms",
    "seats": "who sits on them: sector, vote, attendance",
    "recommendations": "what boards recommended and what became of it",
    "decision_roles": "who holds which right to decide in a project",
    "outputs": "publications and other outputs",
    "affiliations": "their authors’ organisations: co-authorship with partners",
    "mentions": "attention by source: news, policy, blogs …",
    "coded": "coded qualitative evidence: quality beside the numbers",
    "claims": "what the report claims, and on what it rests",
    "ratings": "self-assessments by rubric: EDGE, KEF, UK Standards …",
    "impacts": "records of what changed, which claims of impact need",
    "published_elsewhere": "what HESA and the KEF publish of providers",
    "programmes": "how the scores of an event’s participants lie, from engagetree’s own programmes",
    "reach": "demographic answers, in a store of their own",
}


@dataclass(frozen=True)
class Standing:
    """One register. `rows` are valid rows; `last` is when something last came."""

    register: str
    about: str
    rows: int
    last: datetime | None
    source: str = ""  # the file that it came from


def standing(office: Office) -> tuple[Standing, ...]:
    """Every register in its order, reach last."""

    def counted(con: Any, found: dict[str, str]) -> dict[str, int]:
        return {name: int(con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0]) for name, relation in found.items()}

    rows = office.read(counted, whole=True)
    last = {}
    for row in (r for r in office.imports() if r.withdrawn is None):
        for table in row.account.get("by_table", {}):
            last[table] = row
    return tuple(
        Standing(name, ABOUT[name], rows[name], last[name].finished if name in last else None, last[name].source if name in last else "")
        for name in (*REGISTERS, "reach")
    )
