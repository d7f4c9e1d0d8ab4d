"""Returns that funders and agencies ask for. Each is made from a release and says what it lacks before it can be sent."""

from engagetree.render.research.returns.form import Answer, Form, Missing, NotReady, Table
from engagetree.render.research.returns.gripp2 import gripp2
from engagetree.render.research.returns.hebci import Untimed, hebci
from engagetree.render.research.returns.kef import kef
from engagetree.render.research.returns.narrative import NOTHING, Narrative, narrative
from engagetree.render.research.returns.researchfish import Record, researchfish
from engagetree.render.research.returns.wellcome import wellcome

__all__ = [
    "NOTHING", "Answer", "Form", "Missing", "Narrative", "NotReady", "Record", "Table", "Untimed", "gripp2", "hebci", "kef", "narrative",
    "researchfish", "wellcome",
]  # fmt: skip
