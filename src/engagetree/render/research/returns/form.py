"""A return that somebody asks for: tables and texts in their order, and what is missing before it can be sent.

A form that is not ready is shown as a draft with its list of what is missing; it is never written as a file for sending.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from engagetree.errors import EngagetreeError
from engagetree.render import words
from engagetree.render.figure import table
from engagetree.render.palette import stylesheet
from engagetree.render.report import foot_of_page, policy
from engagetree.render.research import say
from engagetree.render.research.workbook import Plain, Sheet, written
from engagetree.research.model import Release

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be a formula in a spreadsheet: it gets an apostrophe in front."""


class NotReady(EngagetreeError):
    """A return that cannot be sent yet; `missing` says all that is missing, not only the first."""

    def __init__(self, form: Form) -> None:
        self.missing = tuple(m for m in form.missing if m.stops)
        super().__init__(form.title, f"not ready: {'; '.join(f'{m.what}: {m.found}' for m in self.missing)}", self.missing[0].do)


@dataclass(frozen=True)
class Missing:
    """What a return lacks. What does not stop it has to be looked at all the same."""

    what: str
    found: str
    do: str = ""
    stops: bool = True


@dataclass(frozen=True)
class Table:
    """A table of a return; a leading `>` in a heading sets a column of numbers. A blank cell is not a nought."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """A question and what was written; `limit` is how many words are allowed, None where that is not known."""

    question: str
    text: str
    limit: int | None = None
    beside: str = ""

    @property
    def words(self) -> int:
        """How many words were written.

        >>> Answer("Why?", "Because we  can.").words
        3
        """
        return len(self.text.split())

    @property
    def counted(self) -> str:
        """`312 of at most 400 words`."""
        return f"{words.count(self.words)} of at most {words.count(self.limit)} words" if self.limit else words.plural(self.words, "word")


@dataclass(frozen=True)
class Form:
    """A return: for whom, of whom, what it holds, what it lacks."""

    key: str
    title: str
    asked_by: str
    institution: str
    year: str
    made_on: date
    tables: tuple[Table, ...] = ()
    answers: tuple[Answer, ...] = ()
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()
    invented: bool = False
    rule: str = ""

    @property
    def ready(self) -> bool:
        """Whether nothing stops it."""
        return not any(m.stops for m in self.missing)

    def require(self) -> Form:
        """The form itself. Raises `NotReady` with all that is missing."""
        if not self.ready:
            raise NotReady(self)
        return self

    def html(self) -> str:
        """The form as one page, marked as a draft while something is missing."""
        title = words.clean(f"{self.title}, {self.institution}, {self.year}")
        style = Markup(stylesheet() + _css() + foot_of_page(title))  # noqa: S704 our own files, the foot is escaped
        return PAGE.format(policy=policy(style, ""), title=title, style=style, body=self._body())

    def _body(self) -> Markup:
        parts = [Markup("<h1>{}</h1><p class=lead>{}</p>").format(words.clean(self.title), self._lead())]
        if self.invented:
            parts.insert(0, Markup('<p class="banner">Invented: this is an example, nothing here happened.</p>'))
        if self.missing:
            items = Markup("").join(_missing(m) for m in self.missing)
            parts.append(Markup('<section><h2>What is missing</h2><ul class="findings">{}</ul></section>').format(items))
        parts += [self._table(t) for t in self.tables]
        if self.answers:
            parts.append(Markup("<section><h2>In words</h2>{}</section>").format(Markup("").join(_answer(a) for a in self.answers)))
        notes = Markup("").join(Markup("<li>{}").format(words.clean(n)) for n in self.notes)
        parts.append(Markup("<section><h2>Notes</h2><ul>{}</ul></section>").format(notes) if self.notes else Markup(""))
        return Markup("").join(parts)

    def _lead(self) -> str:
        stops = sum(m.stops for m in self.missing)
        look = len(self.missing) - stops
        state = "Ready to send" if not stops else f"Draft: {words.plural(stops, 'thing is', 'things are')} missing before it can be sent"
        more = f"; {words.plural(look, 'thing needs', 'things need')} a look" if look else ""
        return f"{words.clean(self.institution)}, {words.clean(self.year)}, for {words.clean(self.asked_by)}. {state}{more}."

    def _table(self, t: Table) -> Markup:
        rows = tuple(tuple(_shown(c) for c in row) for row in t.rows)
        note = Markup('<p class="m">{}</p>').format(words.clean(t.note)) if t.note else Markup("")
        rule = Markup('<p class="m rule">{}</p>').format(words.clean(self.rule)) if self.rule else Markup("")
        return Markup("<section><h2>{}</h2>{}{}{}</section>").format(t.name, note, table(t.head, rows, f"{self.title}, {self.year}"), rule)

    def csv(self, which: int = 0) -> str:
        """One table as CSV (UTF-8, a header row). Raises `NotReady`."""
        t = self.require().tables[which]
        held = io.StringIO(newline="")
        out = csv.writer(held, lineterminator="\r\n")
        out.writerow([h.lstrip(">=") for h in t.head])
        out.writerows([[_csv(c) for c in row] for row in t.rows])
        return held.getvalue()

    def xlsx(self) -> bytes:
        """Tables and texts as a workbook. Raises `NotReady`."""
        self.require()
        head = (
            f"{self.title}: {self.institution}, {self.year}",
            *(("Invented example.",) if self.invented else ()),
            *self.notes,
            self.rule,
        )
        pages = [Sheet(t.name, tuple(h.lstrip(">=") for h in t.head), t.rows, tuple(x for x in (*head, t.note) if x)) for t in self.tables]
        if self.answers:
            rows = tuple((a.question, a.text, a.words, a.limit, a.beside) for a in self.answers)
            pages.append(Sheet("In words", ("Question", "Answer", "Words", "At most", "Beside it"), rows))
        return written(pages, self.title, self.made_on)


def made(release: Release, key: str, title: str, asked_by: str, **held: Any) -> Form:
    """A form of a release: whose year, which year, under which rule."""
    r = release
    return Form(
        key, title, asked_by, r.institution.name, r.year.key, r.made_on, invented=r.institution.invented, rule=r.profile_says, **held
    )


def _missing(m: Missing) -> Markup:
    word = "Missing" if m.stops else "To look at"
    do = Markup(' <span class="do">{}</span>').format(say.ended(m.do)) if m.do else Markup("")
    kind = "s-error" if m.stops else "s-note"
    return Markup('<li class="{}"><b>{}: {}.</b> {}{}').format(kind, word, words.clean(m.what), say.ended(words.upper(m.found)), do)


def _answer(a: Answer) -> Markup:
    text = Markup("").join(Markup("<p>{}</p>").format(words.clean(p)) for p in a.text.split("\n\n") if p.strip()) or Markup("<p>—</p>")
    beside = Markup("<p>{}</p>").format(words.clean(a.beside)) if a.beside else Markup("")
    return Markup('<h3>{} <span class="m">{}</span></h3>{}{}').format(words.clean(a.question), a.counted, beside, text)


def _shown(cell: Plain) -> str:
    if cell is None:
        return ""
    return words.clean(cell) if isinstance(cell, str) else str(cell) if isinstance(cell, date) else words.count(cell)


def _csv(cell: Plain) -> str | float | int:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return f"'{words.clean(cell)}" if cell.startswith(RISKY) else words.clean(cell)
    return int(cell) if float(cell).is_integer() else cell


def _css() -> str:
    from importlib.resources import files

    return files("engagetree.render.research").joinpath("static", "research.css").read_text(encoding="utf-8")


PAGE = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
    '<meta name="referrer" content="no-referrer">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n'
    '<body class="et page">\n<main>{body}</main>\n</body>\n</html>\n'
)
