"""The definitions that a programme can begin with: commented, complete, and weighted for what such a programme values."""

from __future__ import annotations

from importlib.resources import files

from engagetree.errors import NotFound, near

TEMPLATES: tuple[str, ...] = ("on-demand-course", "live-programme", "event", "community", "compliance")


def template(name: str) -> str:
    """The YAML text of a template. Raises `NotFound` for another name."""
    if name not in TEMPLATES:
        raise NotFound(
            f"template {name}", "there is no such template", near(name, TEMPLATES) or f"The templates are {', '.join(TEMPLATES)}."
        )
    return files("engagetree.definition").joinpath("templates", f"{name}.yml").read_text("utf-8")
