"""The ledger: what was decided, imported and scored, and which state of the lake may be seen."""

from engagetree.ledger.book import Ledger
from engagetree.ledger.rows import AuditLine, Beside, DataFile, DefinitionRow, Head, ImportRow, PersonRow, ScoringRow, Settlement, UseRow

__all__ = [
    "AuditLine",
    "Beside",
    "DataFile",
    "DefinitionRow",
    "Head",
    "ImportRow",
    "Ledger",
    "PersonRow",
    "ScoringRow",
    "Settlement",
    "UseRow",
]
