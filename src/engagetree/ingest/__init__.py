"""Files in, tables out: every row accounted for. Knows neither lake nor ledger.

reader = find(path, as_=None, mapping=None)
staged = stage(con, path, reader, zone="Europe/Madrid", scratch=folder)   # staged.tables, staged.account, staged.facts
merged = settle(con, staged, "events", known_files)
"""

from engagetree.ingest.account import Account, FileCount, Refusal, Staged
from engagetree.ingest.answers import NOTHING, Answers, OpenQuestion, key_of
from engagetree.ingest.mapping import ColumnMap, default_map
from engagetree.ingest.merge import BY_ID, CONTENT
from engagetree.ingest.readers import Reader, find, readers, stage
from engagetree.ingest.settle import again, settle
from engagetree.ingest.shape import recognise, targets

__all__ = [
    "BY_ID",
    "CONTENT",
    "NOTHING",
    "Account",
    "Answers",
    "ColumnMap",
    "FileCount",
    "OpenQuestion",
    "Reader",
    "Refusal",
    "Staged",
    "again",
    "default_map",
    "find",
    "key_of",
    "readers",
    "recognise",
    "settle",
    "stage",
    "targets",
]
