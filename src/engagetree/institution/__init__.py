"""An institution: a folder with its registers, its definition and its years, and the verbs that work on it.

office = engagetree.research_office("our-engagement")
office.take("events.csv")
office.registers()
"""

from engagetree.institution.office import Office, create, open_
from engagetree.institution.sources import State

__all__ = ["Office", "State", "create", "open_"]
