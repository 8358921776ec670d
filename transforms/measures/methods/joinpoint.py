"""Trends of a rate: joined straight lines on the log scale, annual percent change, and its average over a span.

One series at a time: the years and the rates in order. Kim, Fay, Feuer and Midthune, Statistics in Medicine 2000; 19:
335-351; formulas from the help of NCI's Joinpoint program where the docstrings say read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from transforms.measures.methods.arrays import Floats, checked, one_of, tail_of

SELECTIONS = ("bic", "bic3", "permutation")
# Fewest points from an end of the series to a joinpoint, and between two, joinpoints themselves not counted.
LEAST_BETWEEN = 2
PERMUTATIONS = 4499
# Most joinpoints looked for by the number of points: Joinpoint's defaults (recalled).
MOST_BY_POINTS = ((7, 0), (12, 1), (17, 2), (22, 3), (27, 4))


def most_joinpoints(points: int) -> int:
    """Joinpoint's default for the greatest number of joinpoints: 0 below 7 points, 1 below 12, ... 5 from 27."""
    return next((most for below, most in MOST_BY_POINTS if points < below), len(MOST_BY_POINTS))


@dataclass(frozen=True, kw_only=True)
class PercentChange:
    """An annual percent change from one year to another, with its limits; null limits where no freedom is left."""

    start: float
    end: float
    value: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The chosen model: joinpoints (years), a percent change a segment, their average, and the fitted rates.

    `criterion` holds the criterion for 0, 1, ... joinpoints, or the p-values of the permutation tests made, by
    (joinpoints held, joinpoints against).
    """

    joinpoints: tuple[float, ...]
    segments: tuple[PercentChange, ...]
    average: PercentChange
    fitted: Floats
    selection: str
    criterion: dict


def fit_trend(
    years: ArrayLike,
    rates: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    most: int | None = None,
    selection: str = "bic",
    confidence: float = 0.95,
    span: tuple[float, float] | None = None,
    seed: int | None = None,
    permutations: int = PERMUTATIONS,
    significance: float = 0.05,
) -> Trend:
    """The log-linear trend of a series, with the number of joinpoints chosen by a criterion or by permutation tests.

    ln(rate) = b0 + b1 year + sum d_k (year - tau_k)+, by least squares with `weights` (inverse variances of ln(rate);
    for a rate of Poisson events their number; equal by default). Joinpoints tau lie on the years of the series, at
    least `LEAST_BETWEEN` points from its ends and one another; all placings are tried. With k joinpoints, n points and
    the least weighted sum of squares SSE:

    - `bic`: ln(SSE/n) + (2k + 2) ln(n)/n; `bic3`: ln(SSE/n) + (3k + 2) ln(n)/n (both read). The least one is chosen.
    - `permutation`: k_a = 0 against k_b = `most`; residuals of the k_a model are permuted, and p is the share of
      permutations with a ratio SSE_a/SSE_b as great as the one seen; if p < significance/(most - k_a), k_a rises by
      one, else k_b falls by one, until they meet (read, the level of each test too). Needs a `seed`, and time.

    Annual percent change of a segment: 100 (exp(b) - 1); the average over `span` (first and last year; the whole
    series by default): 100 (exp(mean of the slopes, weighted by the segments' lengths within it) - 1) (read). Limits
    are Student's t with n - 2k - 2 degrees of freedom, by the covariance of the slopes given the joinpoints; the
    program uses the normal distribution for the average (recalled), and
    neither allows for the choice of the joinpoints.

    ValueError: a rate of 0 or null (it has no logarithm: merge periods, or leave the series out), years not rising,
    fewer than 3 points, weights not positive, a span outside the series.
    """
    one_of("selection", selection, SELECTIONS)
    x, y, w = _inputs(years, rates, weights)
    first, last = span or (x[0], x[-1])
    if not x[0] <= first < last <= x[-1]:
        raise ValueError(f"span: expected two rising years within {x[0]:g} to {x[-1]:g}; got {first:g}, {last:g}")
    allowed = most_joinpoints(x.size) if most is None else int(most)
    if allowed < 0:
        raise ValueError("most: expected 0 or more joinpoints")
    # Beyond this many there is no placing, or no freedom left.
    while allowed and (not any(True for _ in _placings(x, allowed)) or x.size <= 2 * allowed + 2):
        allowed -= 1
    best = [_best(x, y, w, k) for k in range(allowed + 1)]
    if selection == "permutation":
        if seed is None:
            raise ValueError("seed: permutation tests need one, so that the same series gives the same answer")
        chosen, criterion = _by_permutation(x, y, w, best, np.random.default_rng(seed), permutations, significance)
    else:
        per_joinpoint, n = 2 if selection == "bic" else 3, x.size
        # A perfect fit has no logarithm of its sum of squares: the least number stands in.
        least = np.finfo(float).tiny
        criterion = {
            k: float(np.log(max(sse, least) / n) + (per_joinpoint * k + 2) * np.log(n) / n)
            for k, (sse, _) in enumerate(best)
        }
        chosen = min(criterion, key=lambda k: (criterion[k], k))
    return _describe(x, y, w, best[chosen][1], selection, criterion, confidence, (first, last))


def annual_percent_change(
    years: ArrayLike, rates: ArrayLike, weights: ArrayLike | None = None, *, confidence: float = 0.95
) -> PercentChange:
    """The annual percent change of one straight line through the whole series, on the log scale (`fit_trend`)."""
    return fit_trend(years, rates, weights, most=0, confidence=confidence).average


def slopes_by_logs(years: ArrayLike, weights: ArrayLike, joinpoints: tuple[float, ...]) -> tuple[Floats, Floats]:
    """What the logarithm of each year's rate adds to the slope of each segment (segments by years), and to their mean.

    The slopes of `fit_trend` are linear in the logarithms once joinpoints and weights stand: 100 (exp(sum) - 1) is the
    annual percent change, the mean weighted by the segments' lengths its average over the whole series.
    """
    x, w = np.asarray(years, dtype=np.float64), checked("weights", weights)
    matrix = _matrix(x, np.array(joinpoints))
    weighed = matrix.T * (w / w.mean())
    slopes, share = _slopes(x, joinpoints, (x[0], x[-1]))
    by_segment = slopes @ np.linalg.inv(weighed @ matrix) @ weighed
    return by_segment, share @ by_segment


def _slopes(x: Floats, joinpoints: tuple[float, ...], span: tuple[float, float]) -> tuple[Floats, Floats]:
    """The segments' slopes as sums of coefficients (segments by coefficients), and each segment's share of the span."""
    segments = len(joinpoints) + 1
    # A segment's slope is the first slope and the bends up to it.
    slopes = np.concatenate([np.zeros((segments, 1)), np.tril(np.ones((segments, segments)))], axis=1)
    return slopes, np.diff(np.clip([x[0], *joinpoints, x[-1]], *span)) / (span[1] - span[0])


def _inputs(years: ArrayLike, rates: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    x, rate = np.asarray(years, dtype=np.float64), checked("rates", rates)
    w = np.ones_like(rate) if weights is None else checked("weights", weights)
    if x.ndim != 1 or x.shape != rate.shape or w.shape != rate.shape:
        raise ValueError("years, rates and weights: expected lists of equal length")
    if x.size < 3:
        raise ValueError(f"years: a trend needs 3 points or more; got {x.size}")
    if not (np.diff(x) > 0).all():
        raise ValueError("years: expected rising years, each once")
    if (rate == 0).any():
        raise ValueError(f"rates: {int((rate == 0).sum())} are 0 and have no logarithm; merge periods")
    if (w == 0).any():
        raise ValueError("weights: expected positive weights")
    return x, np.log(rate), w / w.mean()


def _placings(x: Floats, k: int) -> Iterator[tuple[int, ...]]:
    """The places of k joinpoints among the points, far enough from the ends and from one another."""
    step = LEAST_BETWEEN + 1
    for places in combinations(range(LEAST_BETWEEN, x.size - LEAST_BETWEEN), k):
        if all(after - before >= step for before, after in pairwise(places)):
            yield places


def _matrix(x: Floats, joinpoints: Floats) -> Floats:
    """Intercept, year (from the middle of the series) and the change of slope at each joinpoint."""
    bends = np.maximum(x[..., :, None] - joinpoints[..., None, :], 0.0)
    straight = np.stack([np.ones_like(x), x - x.mean()], axis=-1)
    return np.concatenate([np.broadcast_to(straight, (*bends.shape[:-1], 2)), bends], axis=-1)


def _best(x: Floats, y: Floats, w: Floats, k: int) -> tuple[float, tuple[float, ...]]:
    """The least weighted sum of squares with k joinpoints, and where they are; the first of equals."""
    places = np.array(list(_placings(x, k)), dtype=np.intp)
    _, sse = _project(x, y[:, None], w, x[places])
    found = int(np.argmin(sse[:, 0]))
    return float(sse[found, 0]), tuple(x[places[found]].tolist())


def _project(x: Floats, y: Floats, w: Floats, joinpoints: Floats) -> tuple[Floats, Floats]:
    """Fitted values and weighted sums of squares of each column of y (points by series) in each placing."""
    root = np.sqrt(w)[:, None]
    base = np.linalg.qr(_matrix(x, joinpoints) * root)[0]
    target = y * root
    fitted = base @ (np.swapaxes(base, -1, -2) @ target)
    return fitted / root, ((target - fitted) ** 2).sum(axis=-2)


def _by_permutation(
    x: Floats,
    y: Floats,
    w: Floats,
    best: list[tuple[float, tuple[float, ...]]],
    generator: np.random.Generator,
    permutations: int,
    significance: float,
) -> tuple[int, dict]:
    low, high = 0, len(best) - 1
    most, tested = high, {}
    while low < high:
        seen = best[low][0] / max(best[high][0], np.finfo(float).tiny)
        fitted, _ = _project(x, y[:, None], w, np.array(best[low][1]))
        # Residuals of unequal variance are permuted on the scale on which they are alike.
        residuals = (y - fitted[:, 0]) * np.sqrt(w)
        order = generator.permuted(np.tile(np.arange(x.size), (permutations, 1)), axis=1)
        drawn = fitted + (residuals[order] / np.sqrt(w)).T
        ratio = _least(x, drawn, w, low) / np.maximum(_least(x, drawn, w, high), np.finfo(float).tiny)
        p = float((1 + (ratio >= seen * (1 - 1e-12)).sum()) / (permutations + 1))
        tested[(low, high)] = p
        if p < significance / (most - low):
            low += 1
        else:
            high -= 1
    return low, tested


def _least(x: Floats, drawn: Floats, w: Floats, k: int) -> Floats:
    """The least sum of squares of each series over the placings, a placing at a time to bound memory."""
    found = np.full(drawn.shape[1], np.inf)
    for places in _placings(x, k):
        found = np.minimum(found, _project(x, drawn, w, x[list(places)])[1])
    return found


def _describe(
    x: Floats,
    y: Floats,
    w: Floats,
    joinpoints: tuple[float, ...],
    selection: str,
    criterion: dict,
    confidence: float,
    span: tuple[float, float],
) -> Trend:
    matrix = _matrix(x, np.array(joinpoints))
    information = matrix.T @ (matrix * w[:, None])
    inverse = np.linalg.inv(information)
    coefficients = inverse @ (matrix.T @ (w * y))
    fitted = matrix @ coefficients
    freedom = x.size - 2 * len(joinpoints) - 2
    variance = float((w * (y - fitted) ** 2).sum() / freedom) if freedom > 0 else np.nan
    width = stats.t.ppf(1 - tail_of(confidence), freedom) if freedom > 0 else np.nan
    slopes, share = _slopes(x, joinpoints, span)
    edges = np.array([x[0], *joinpoints, x[-1]])

    def change(start: float, end: float, row: Floats) -> PercentChange:
        slope = float(row @ coefficients)
        half = float(width * np.sqrt(variance * (row @ inverse @ row)))
        value, lower, upper = (100 * float(np.expm1(slope + side * half if side else slope)) for side in (0, -1, 1))
        return PercentChange(start=float(start), end=float(end), value=value, lower=lower, upper=upper)

    return Trend(
        joinpoints=joinpoints,
        segments=tuple(change(edges[i], edges[i + 1], slopes[i]) for i in range(len(slopes))),
        average=change(*span, share @ slopes),
        fitted=np.exp(fitted),
        selection=selection,
        criterion=criterion,
    )
