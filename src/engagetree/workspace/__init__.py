"""The one object a user holds."""

from engagetree.workspace.result import Result
from engagetree.workspace.workspace import Workspace, create, open_

__all__ = ["Result", "Workspace", "create", "open_"]
