"""How far those who judge agree: Krippendorff's α for any number of raters, quadratic weighted κ for two, and what follows from them.

Sources: Krippendorff 2011, *Computing Krippendorff's alpha-reliability*; Cohen 1968, Psychological Bulletin 70 (weighted κ). Thresholds
.800 and .667: Krippendorff 2004, *Content Analysis*. The interval is a bootstrap over units, for units are what was sampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
Weights = Literal["none", "linear", "quadratic"]

RELIABLE, TENTATIVE = 0.800, 0.667
FEWEST_UNITS, RESAMPLES = 20, 1000
VERDICTS = ("reliable", "tentative", "do not aggregate")


@dataclass(frozen=True)
class Agreement:
    """A coefficient of agreement. `value` None: undefined, with the `reason`. `dropped` of `resamples` were undefined and left out.

    `units` have at least two ratings. With fewer than 20 the coefficient is given and no verdict. `aggregate` says whether ratings may be
    put together: not below `least`, however few the units.
    """

    value: float | None
    units: int
    low: float | None = None
    high: float | None = None
    resamples: int = 0
    dropped: int = 0
    reason: str = ""
    least: float = TENTATIVE

    @property
    def verdict(self) -> str:
        if self.value is None or self.units < FEWEST_UNITS:
            return ""
        return VERDICTS[0] if self.value >= RELIABLE else VERDICTS[1] if self.value >= self.least else VERDICTS[2]

    @property
    def aggregate(self) -> bool:
        return self.value is None or self.value >= self.least


def alpha(
    counts: ArrayLike, scale: Scale = "ordinal", cluster: ArrayLike | None = None, resamples: int = RESAMPLES, seed: int = 0
) -> Agreement:
    """Krippendorff's α of ratings (units, levels): how many raters gave each unit each level, levels in their order.

    The coefficient comes from the library `krippendorff`; the interval from `resamples` draws of units, or of clusters (units,) that units
    belong to, which then count as the units.
    """
    table = np.asarray(counts, dtype=np.float64)
    usable = table.sum(axis=1) >= 2 if table.ndim == 2 else np.zeros(0, dtype=np.bool_)
    rated = table[usable] if len(usable) else np.zeros((0, 2))
    number = np.arange(len(rated)) if cluster is None else np.unique(np.asarray(cluster)[usable], return_inverse=True)[1]
    units = int(number.max()) + 1 if len(rated) else 0
    reason = undefined(rated)
    if reason:
        return Agreement(None, units, reason=reason)
    try:
        import krippendorff
    except ImportError:
        reason = "agreement is not computed: the library krippendorff is not installed (pip install 'engagetree[agreement]')"
        return Agreement(None, units, reason=reason)
    value = float(krippendorff.alpha(value_counts=rated, value_domain=_ranks(rated.shape[1]), level_of_measurement=scale))
    draws = resampled(rated, number, scale, resamples, seed)
    low, high = np.percentile(draws, [2.5, 97.5]) if len(draws) else (None, None)
    return Agreement(value, units, _float(low), _float(high), resamples, resamples - len(draws))


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


def undefined(rated: Counts) -> str:
    """Why there is no agreement to speak of; "" where there is. `rated` (units, levels) holds units with two ratings or more.

    >>> undefined(np.zeros((0, 4))), undefined(np.array([[2.0, 0.0], [3.0, 0.0]]))
    ('agreement undefined (no unit has two ratings)', 'agreement undefined (no variation: all ratings are the same)')
    """
    if not len(rated):
        return "agreement undefined (no unit has two ratings)"
    if np.count_nonzero(rated.sum(axis=0)) < 2:
        return "agreement undefined (no variation: all ratings are the same)"
    return ""


def resampled(rated: Counts, number: NDArray[np.int64], scale: Scale, times: int, seed: int = 0) -> Counts:
    """α of `times` resamples of what units (units,) belong to, those undefined left out.

    Of α only sums over units are needed, so those that are alike are drawn together, as multinomials.
    """
    n, size = rated.sum(axis=1), rated.shape[1]
    pairs = (rated[:, :, None] * rated[:, None, :] - np.eye(size) * rated[:, :, None]) / (n - 1)[:, None, None]
    of_cluster = np.zeros((int(number.max()) + 1, size * size))
    np.add.at(of_cluster, number, pairs.reshape(len(rated), -1))
    kinds, often = np.unique(of_cluster, axis=0, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(of_cluster), often / often.sum(), size=times)
    found: Counts = np.array([_alpha(row.reshape(size, size), scale) for row in drawn @ kinds], dtype=np.float64)
    return found[np.isfinite(found)]


def _alpha(together: Counts, scale: Scale) -> float:
    """α of one coincidence matrix (levels, levels); NaN where there is no variation."""
    often = together.sum(axis=1)
    far = _apart(often, scale)
    expected = float(often @ far @ often)
    if expected <= 0:
        return float("nan")
    return 1 - (float(often.sum()) - 1) * float((together * far).sum()) / expected


def _apart(often: Counts, scale: Scale) -> Counts:
    """The squared distance of every two levels: 1, of an order by how many ratings lie from the one to the other, else of the ranks."""
    if scale == "nominal":
        return 1 - np.eye(len(often))
    place: Counts = np.cumsum(often) - often / 2 if scale == "ordinal" else _ranks(len(often))
    far: Counts = place[:, None] - place[None, :]
    return far**2 if scale != "ratio" else (far / (place[:, None] + place[None, :])) ** 2


def _ranks(levels: int) -> Counts:
    return np.arange(1, levels + 1, dtype=np.float64)


POWERS = {"none": 0, "linear": 1, "quadratic": 2}


def kappa(pairs: ArrayLike, weights: Weights = "quadratic") -> Agreement:
    """Weighted κ of two raters from their table (levels, levels): how often the one said i and the other j.

    >>> round(kappa([[2, 0], [1, 3]]).value, 4)
    0.6667
    """
    table = np.asarray(pairs, dtype=np.float64)
    units = int(table.sum())
    if not units:
        return Agreement(None, 0, reason="agreement undefined (no unit has ratings of both)")
    rank = np.arange(len(table))
    apart = np.abs(rank[:, None] - rank[None, :])
    far = np.where(apart == 0, 0, apart ** POWERS[weights])
    expected = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * far).sum()) / units
    if expected == 0:
        return Agreement(None, units, reason="agreement undefined (no variation: all ratings are the same)")
    return Agreement(1 - float((table * far).sum()) / expected, units)
