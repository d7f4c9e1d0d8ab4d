"""Files in, tables out: every row accounted for. Knows neither lake nor ledger.

reader = find(path, as_=None, mapping=None)
staged = stage(con, path, reader, zone="Europe/Madrid", scratch=folder)   # staged.tables, staged.account, staged.facts
merged = settle(con, staged, "events", known_files)
"""

from engagetree.ingest.account import Account, FileCount, Refusal, Staged
from engagetree.ingest.answers import NOTHING, Answers, OpenQuestion, check_session, key_of
from engagetree.ingest.mapping import ColumnMap, default_map
from engagetree.ingest.merge import BY_ID, CONTENT
from engagetree.ingest.proposing import NoMapNeeded, Proposal, propose
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
    "NoMapNeeded",
    "OpenQuestion",
    "Proposal",
    "Reader",
    "Refusal",
    "Staged",
    "again",
    "check_session",
    "default_map",
    "find",
    "key_of",
    "propose",
    "readers",
    "recognise",
    "settle",
    "stage",
    "targets",
]
