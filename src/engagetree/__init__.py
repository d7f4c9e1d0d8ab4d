"""engagetree: participant engagement scores that can be traced, trusted and acted on.

import engagetree as et
work = et.open("spring-course")
work.score()
work.explain("p-017")

office = et.research_office("our-engagement")
office.take("events.csv")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engagetree.institution import create as create_research_office
    from engagetree.institution import open_ as research_office
    from engagetree.workspace import Workspace, create
    from engagetree.workspace import open_ as open

__all__ = ["Workspace", "create", "create_research_office", "open", "research_office"]

OFFICE = {"create_research_office": "create", "research_office": "open_"}
"""Names of `engagetree.institution` under which it is known here."""


def __getattr__(name: str) -> Any:
    # Imported when first used, so that `engagetree --help` and `import engagetree` cost nothing.
    if name in OFFICE:
        from engagetree import institution

        return getattr(institution, OFFICE[name])
    if name in __all__:
        from engagetree import workspace

        return getattr(workspace, "open_" if name == "open" else name)
    raise AttributeError(f"module 'engagetree' has no attribute {name!r}")
