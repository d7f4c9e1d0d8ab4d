"""Writing SVG: numbers short, text escaped, every drawing hidden from screen readers because a sentence and a table stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

from engagetree.render import words

WIDE, SLIM = 720, 340
SIZE = 13  # of text, in pixels


def num(x: float) -> str:
    """A coordinate with at most two decimals and no negative zero."""
    return f"{x + 0.0:.2f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(x) < 0.005 else f"{x:.2f}".rstrip("0").rstrip(".")


def drawing(width: float, height: float, parts: Iterable[str], kind: str = "") -> Markup:
    """A drawing of so many units; the style sheet says how large they are shown."""
    shape = f'<svg class="{kind}" viewBox="0 0 {num(width)} {num(height)}" aria-hidden="true">'
    return Markup(shape + "".join(parts) + "</svg>")  # noqa: S704 every part was written here


def both(draw: Callable[[int], Markup]) -> Markup:
    """The drawing for a wide page and for a slim one; the style sheet shows one of them."""
    return draw(WIDE) + draw(SLIM)


def size(width: int) -> str:
    """The class that shows a drawing on the pages it was made for."""
    return "wide" if width > 500 else "slim"


def rect(x: float, y: float, w: float, h: float, kind: str = "") -> str:
    return f'<rect{_kind(kind)} x="{num(x)}" y="{num(y)}" width="{num(max(w, 0))}" height="{num(max(h, 0))}"/>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "hair") -> str:
    return f'<path class="{kind}" d="M{num(x1)} {num(y1)}L{num(x2)} {num(y2)}"/>'


def path(points: Sequence[tuple[float, float]], kind: str, closed: bool = False) -> str:
    """A line through the points, or an area."""
    d = "M" + "L".join(f"{x:.4g} {y:.4g}" for x, y in points) + ("Z" if closed else "")
    return f'<path class="{kind}" d="{d}"/>'


def text(x: float, y: float, content: object, kind: str = "", anchor: str = "") -> str:
    """Text at its baseline; `anchor` is empty (start), `mid` or `end`."""
    return f'<text{_kind(" ".join(k for k in (kind, anchor) if k))} x="{x:.4g}" y="{y:.4g}">{escape(words.clean(content))}</text>'


def pair(x: float, y: float, first: object, rest: object) -> str:
    """A bold text and a muted one behind it, whatever the width of the reader's font."""
    bold, muted = escape(words.clean(first)), escape(words.clean(rest))
    return f'<text x="{num(x)}" y="{num(y)}"><tspan class="b">{bold}</tspan>{words.SPACE} <tspan class="m">{muted}</tspan></text>'


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions in the same order, at least `gap` from each other and inside the bounds, as near as may be to the wanted ones.

    >>> apart([10, 12, 50], 8, 0, 60)
    [10, 18, 50]
    >>> apart([58, 59], 8, 0, 60)
    [52, 60]
    """
    out: list[float] = []
    for x in wanted:
        out.append(max(x, low if not out else out[-1] + gap))
    for i in range(len(out) - 1, -1, -1):
        out[i] = min(out[i], high if i == len(out) - 1 else out[i + 1] - gap)
    return out


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
