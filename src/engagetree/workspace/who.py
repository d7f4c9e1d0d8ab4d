"""Who acts."""

from __future__ import annotations

import getpass


def who() -> str:
    """The account that acts."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
