"""The colours hold: contrast by the WCAG formula, distance by CIEDE2000, both written here from their definitions.

CIEDE2000 is checked against two pairs of the table of Sharma, Wu and Dalal (2005).
"""

from __future__ import annotations

import math
import re
from itertools import combinations

import pytest

from engagetree.render.palette import DARK, LIGHT, step, stylesheet

BANDS = ("b0", "b1", "b2", "b3")


def linear(colour: str) -> list[float]:
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def luminance(colour: str) -> float:
    r, g, b = linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(colour: str) -> tuple[float, float, float]:
    r, g, b = linear(colour)
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def ciede2000(one: tuple[float, float, float], two: tuple[float, float, float]) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, two
    cm = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(cm**7 / (cm**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 if (a or b) else 0.0 for a, b in ((a1, b1), (a2, b2)))
    dl, dc, dh = l2 - l1, c2 - c1, (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dhh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh / 2))
    lm, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = (
        h1 + h2
        if not c1 * c2
        else ((h1 + h2) / 2 if abs(h1 - h2) <= 180 else ((h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2))
    )
    t = sum(k * math.cos(math.radians(m * h + o)) for k, m, o in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))) + 1
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rt = -math.sin(math.radians(60 * math.exp(-(((h - 275) / 25) ** 2)))) * 2 * math.sqrt(c**7 / (c**7 + 25**7))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dhh / sh) ** 2 + rt * (dc / sc) * (dhh / sh))


def grey(colour: str) -> tuple[float, float, float]:
    return lab(colour)[0], 0.0, 0.0


def tint(colour: str, page: str, share: float = 0.8) -> str:
    pairs = [(int(colour[i : i + 2], 16), int(page[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * c + (1 - share) * p):02x}" for c, p in pairs)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425), ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644)],
)
def test_ciede2000_against_the_published_table(one: tuple[float, float, float], two: tuple[float, float, float], expected: float) -> None:
    assert ciede2000(one, two) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("theme", "apart", "apart_grey"), [(LIGHT, 23.6, 10.5), (DARK, 17.7, 8.6)], ids=["light", "dark"])
def test_bands_are_told_apart_in_colour_and_in_grey(theme: dict[str, str], apart: float, apart_grey: float) -> None:
    pairs = list(combinations(BANDS, 2))
    assert min(ciede2000(lab(theme[a]), lab(theme[b])) for a, b in pairs) >= apart
    assert min(ciede2000(grey(theme[a]), grey(theme[b])) for a, b in pairs) >= apart_grey
    tints = [tint(theme[b], theme["page"]) for b in BANDS]
    assert min(ciede2000(lab(a), lab(b)) for a, b in combinations(tints, 2)) >= 14


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_lightness_follows_the_order_of_the_bands(theme: dict[str, str]) -> None:
    light = [lab(theme[b])[0] for b in BANDS]
    assert light in (sorted(light), sorted(light, reverse=True))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("name", "least"), [*((b, 3.0) for b in BANDS), ("none", 3), ("edge", 3), ("text", 12), ("muted", 6.3), ("link", 7)]
)
def test_contrast_with_the_page(theme: dict[str, str], name: str, least: float) -> None:
    assert contrast(theme[name], theme["page"]) >= least


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_a_filled_column_can_be_read(theme: dict[str, str]) -> None:
    assert contrast(theme["text"], theme["fill"]) >= 7


@pytest.mark.parametrize(("of", "steps"), [(1, ["b0"]), (2, ["b0", "b3"]), (3, ["b0", "b2", "b3"]), (4, ["b0", "b1", "b2", "b3"])])
def test_any_number_of_bands_has_colours_in_order(of: int, steps: list[str]) -> None:
    assert [step(i, of) for i in range(of)] == steps


def test_the_style_sheet_names_no_colour_but_the_tokens() -> None:
    rules = stylesheet().split("/* Calm", 1)[1]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []
    used = set(re.findall(r"var\(--(\w+)\)", rules))
    assert used <= set(LIGHT) == set(DARK)
