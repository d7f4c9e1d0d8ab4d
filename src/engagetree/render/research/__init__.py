"""An institution's year as people read it: report, workbook, terminal, and the returns that funders ask for.

Everything takes a `Release` and nothing else: what disclosure control did not let out cannot be here.
"""

from engagetree.render.research.report import report
from engagetree.render.research.terminal import tables
from engagetree.render.research.workbook import workbook

__all__ = ["report", "tables", "workbook"]
