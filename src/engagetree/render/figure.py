"""A figure is one value of three parts that always go together: a sentence, a drawing and a table."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from engagetree.render import words
from engagetree.render.palette import stylesheet

Cell = str | Markup
NARROW = 3  # columns that fit the smallest page without scrolling sideways


@dataclass(frozen=True)
class Figure:
    """`head` names the columns; a leading `>` sets a column of numbers, `=` one with bars. The first cell of a row is its heading.

    A cell is text (escaped) or `Markup` (a chip, a bar). `kinds` gives each row a class, `open` shows the table unfolded.
    The drawing is hidden from screen readers: sentence and table say the same.
    """

    sentence: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str
    kinds: tuple[str, ...] = ()
    open: bool = False

    def html(self) -> Markup:
        """The figure as HTML, without style sheet."""
        said = Markup("<figcaption>{}</figcaption>").format(words.clean(self.sentence)) if self.sentence else Markup("")
        if self.open:
            return Markup('<figure class="fig">{}{}{}</figure>').format(said, self.svg, self.table())
        return Markup('<figure class="fig">{}{}<details><summary>Table<span class="vh">: {}</span></summary>{}</details></figure>').format(
            said, self.svg, words.clean(self.caption), self.table()
        )

    def table(self) -> Markup:
        """The table alone, in a region that scrolls sideways by itself."""
        return table(self.head, self.rows, self.caption, self.kinds)

    def text(self) -> str:
        """Sentence and table as plain text, for a mail."""
        lines = [[plain(c) for c in row] for row in ((h.lstrip(">=") for h in self.head), *self.rows)]
        widths = [max(len(row[i]) for row in lines) for i in range(len(self.head))]
        return "\n".join(
            [words.clean(self.sentence), "", *("  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in lines)]
        )

    def _repr_html_(self) -> str:
        return str(standalone(self.html()))


def plain(cell: Cell) -> str:
    """A cell without its marks."""
    return cell.striptags() if isinstance(cell, Markup) else words.clean(cell)


def standalone(body: Markup) -> Markup:
    """A piece of HTML with the style sheet, for a notebook."""
    return Markup('<div class="et"><style>{}</style>{}</div>').format(Markup(stylesheet()), body)  # noqa: S704 our own file


def table(head: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], caption: str, kinds: tuple[str, ...] = ()) -> Markup:
    """A table with caption and scopes; the optional end tags are left out to keep large reports small.

    A leading `>` in a heading sets a column of numbers, `=` one of numbers with a bar behind each.
    """
    styles = [{">": " class=n", "=": ' class="n bars"'}.get(h[:1], "") for h in head]
    tops = "".join(f'<th scope="col"{style}>{_cell(h.lstrip(">="))}' for h, style in zip(head, styles, strict=True))
    lines = "".join(_row(r, styles, kinds[i] if kinds else "") for i, r in enumerate(rows))
    name = escape(words.clean(caption))
    whole = f"<table><caption>{name}</caption><thead><tr>{tops}</thead><tbody>{lines}</tbody></table>"
    if len(head) <= NARROW:
        return Markup(whole)  # noqa: S704 every cell was escaped
    return Markup(f'<div class=scroll tabindex=0 role=region aria-label="{name}">{whole}</div>')  # noqa: S704 every cell was escaped


def _row(cells: tuple[Cell, ...], styles: list[str], kind: str) -> str:
    first = f"<tr{f' class={kind}' if kind else ''}><th scope=row>{_cell(cells[0])}"
    return first + "".join(f"<td{style}>{_cell(c)}" for c, style in zip(cells[1:], styles[1:], strict=True))


def _cell(cell: Cell) -> str:
    return cell if isinstance(cell, Markup) else escape(words.clean(cell))
