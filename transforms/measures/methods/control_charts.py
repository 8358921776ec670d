"""Control charts of a measure over time: XmR, p, u and Laney's p-prime, with phases, baselines and run rules.

Arrays are series by periods: a row is one measure of one place, a column one period in time order; NaN is a period
without a value, which takes no part and ends a run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.measures.methods.arrays import Floats, Limits, Reasons, checked, one_of, reasons

KINDS = ("xmr", "p", "u", "laney_p")
# The mean moving range of two normal values is this many standard deviations (d2 for n = 2).
D2 = 1.128
SIGMAS = 3.0
# Below this many points in a phase's baseline there is a centre line and no limits (own choice; texts ask 12 to 20).
LEAST_POINTS = 12
SAME_SIDE = 8
TREND = 6
RULES = ("beyond_limits", "same_side", "trend", "two_of_three")


@dataclass(frozen=True, kw_only=True)
class ControlChart:
    """Series by periods: value, centre line, standard deviation and limits, and which points each rule marks.

    `signals` has one array of flags for each of `RULES`. `problem` (series by periods) says why a point has no limits.
    """

    value: Floats
    centre: Floats
    sigma: Floats
    lower: Floats
    upper: Floats
    signals: dict[str, NDArray[np.bool_]]
    problem: Reasons


def control_chart(
    kind: str,
    numerator: ArrayLike,
    denominator: ArrayLike | None = None,
    *,
    phase: ArrayLike | None = None,
    baseline: int | None = None,
    least_points: int = LEAST_POINTS,
    same_side: int = SAME_SIDE,
    trend: int = TREND,
) -> ControlChart:
    """Control charts of many series at once.

    - `xmr`: individual values, `numerator` over `denominator` if there is one; centre the mean, sigma the mean moving
      range / 1.128, so that limits are the mean ± 2.66 mean moving ranges.
    - `p`: events over size; centre sum x / sum n, sigma sqrt(p(1 - p)/n_i), limits within 0 and 1.
    - `u`: events over exposure; centre sum x / sum n, sigma sqrt(u/n_i), the lower limit at least 0.
    - `laney_p`: `p` with sigma times the mean moving range of the z-scores / 1.128 (Laney, Quality Engineering 2002;
      14: 531-537), for large n, where between-period variation outweighs chance.

    `phase` numbers the periods (equal numbers, equal phase; rising in time): a break begins a new centre line and new
    limits, and no moving range or run crosses it. `baseline` is the number of first periods of each phase from which
    centre and sigma are reckoned; all of them by default. A phase with fewer than `least_points` values in its
    baseline has a centre and no limits.

    Rules, each a series of flags: `beyond_limits` (outside three sigma), `same_side` (in a run of 8 or more on one side
    of the centre), `trend` (in a run of 6 or more points each above, or each below, the one before), `two_of_three`
    (beyond two sigma, with another of the three neighbouring points so on the same side). The number of points
    varies with the authority: Nelson takes 9 on a side and 6 in a trend, NHS England 7 of both. Nelson, Journal of
    Quality Technology 1984; 16: 238-239 (quoted); Western Electric and NHS England recalled; the constants 2.66 and
    1.128 read in several places.

    ValueError: negative counts, a proportion above 1, unequal shapes, phases that fall.
    """
    one_of("kind", kind, KINDS)
    x, n = _inputs(kind, numerator, denominator)
    phases = np.zeros(x.shape[1], dtype=np.int64) if phase is None else np.asarray(phase, dtype=np.int64)
    if phases.shape != x.shape[1:] or (np.diff(phases) < 0).any():
        raise ValueError(f"phase: expected a number for each of the {x.shape[1]} periods, never falling")
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(n > 0, x / n, np.nan)
    centre, sigma, problem = np.empty_like(value), np.empty_like(value), np.full(value.shape, None, dtype=object)
    for number in np.unique(phases):
        part = np.flatnonzero(phases == number)
        base = part if baseline is None else part[:baseline]
        centre[:, part], sigma[:, part] = _centre_and_sigma(kind, x, n, value, part, base)
        few = (~np.isnan(value[:, base])).sum(axis=1) < least_points
        problem[:, part] = reasons(few.shape, (few, f"fewer than {least_points} points in the baseline"))[:, None]
        sigma[np.ix_(few, part)] = np.nan
    lower, upper = centre - SIGMAS * sigma, centre + SIGMAS * sigma
    if kind != "xmr":
        lower = np.maximum(lower, 0.0)
    if kind in ("p", "laney_p"):
        upper = np.minimum(upper, 1.0)
    return ControlChart(
        value=value,
        centre=centre,
        sigma=sigma,
        lower=lower,
        upper=upper,
        signals=signals_of(value, centre, sigma, (lower, upper), phases, same_side=same_side, trend=trend),
        problem=problem,
    )


def signals_of(
    value: Floats,
    centre: Floats,
    sigma: Floats,
    limits: Limits,
    phases: NDArray,
    *,
    same_side: int = SAME_SIDE,
    trend: int = TREND,
) -> dict[str, NDArray[np.bool_]]:
    """Which points each of `RULES` marks, held against a centre line and limits that need not be their own."""
    z_sign = np.sign(value - centre)
    with np.errstate(invalid="ignore"):
        return {
            "beyond_limits": (value < limits[0]) | (value > limits[1]),
            "same_side": runs(z_sign, phases, same_side),
            "trend": _trends(value, phases, trend),
            "two_of_three": two_of_three(np.where(np.abs(value - centre) > 2 * sigma, z_sign, 0.0), phases),
        }


def _inputs(kind: str, numerator: ArrayLike, denominator: ArrayLike | None) -> tuple[Floats, Floats]:
    x = np.atleast_2d(np.asarray(numerator, dtype=np.float64))
    if kind != "xmr" or denominator is not None:
        x = np.atleast_2d(checked("numerator", numerator, null=True))
    if denominator is None:
        if kind != "xmr":
            raise ValueError(f"denominator: a {kind} chart needs one")
        return x, np.ones_like(x)
    n = np.atleast_2d(checked("denominator", denominator, null=True))
    if n.shape != x.shape:
        raise ValueError(f"denominator: expected the shape of the numerator, {x.shape}; got {n.shape}")
    if kind in ("p", "laney_p") and (x > n).any():
        raise ValueError("numerator: more events than the denominator in a chart of proportions")
    return x, n


def _centre_and_sigma(
    kind: str, x: Floats, n: Floats, value: Floats, part: NDArray, base: NDArray
) -> tuple[Floats, Floats]:
    """The centre of a phase (series by 1) and its sigma at each of its periods."""
    known = ~np.isnan(value[:, base])
    if kind == "xmr":
        centre = _mean(value[:, base])[:, None]
        return centre, np.broadcast_to(_mean(np.abs(np.diff(value[:, base])))[:, None] / D2, (len(x), part.size))
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.where(known, n[:, base], 0.0).sum(axis=1)
        centre = (np.where(known, x[:, base], 0.0).sum(axis=1) / np.where(total > 0, total, np.nan))[:, None]
        spread = centre * (1 - centre) if kind != "u" else centre
        sigma = np.sqrt(spread / n)
        if kind == "laney_p":
            scores = np.where(sigma[:, base] > 0, (value[:, base] - centre) / sigma[:, base], 0.0)
            sigma = sigma * _mean(np.abs(np.diff(np.where(known, scores, np.nan))))[:, None] / D2
    return centre, sigma[:, part]


def _mean(values: Floats) -> Floats:
    """The mean of each row's values that are there; null where there is none."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def runs(side: Floats, phases: NDArray, least: int) -> NDArray[np.bool_]:
    """Which points lie in a run of `least` or more of one sign; 0 and null end a run, and so does a new phase."""
    sign = np.nan_to_num(side, nan=0.0)
    starts = np.ones(sign.shape, dtype=bool)
    starts[:, 1:] = (sign[:, 1:] != sign[:, :-1]) | (np.diff(phases) != 0)[None, :]
    run = np.cumsum(starts, axis=1) + np.arange(len(sign))[:, None] * (sign.shape[1] + 1)
    length = np.bincount(run.ravel())[run]
    return (length >= least) & (sign != 0)


def _trends(value: Floats, phases: NDArray, least: int) -> NDArray[np.bool_]:
    """Which points lie in a run of `least` or more points that steadily rise or fall: `least` - 1 equal steps."""
    steps = np.sign(np.diff(value))
    steps[:, np.diff(phases) != 0] = 0.0
    marked = runs(steps, np.zeros(steps.shape[1], dtype=np.int64), least - 1)
    found = np.zeros(value.shape, dtype=bool)
    found[:, 1:] |= marked
    found[:, :-1] |= marked
    return found


def two_of_three(side: Floats, phases: NDArray) -> NDArray[np.bool_]:
    """Which points beyond two sigma (their side, else 0) have another on that side within three points in a row."""
    found = np.zeros(side.shape, dtype=bool)
    sign = np.nan_to_num(side, nan=0.0)
    for gap in (1, 2):
        if side.shape[1] <= gap:
            continue
        pair = (sign[:, gap:] == sign[:, :-gap]) & (sign[:, gap:] != 0) & (phases[gap:] == phases[:-gap])[None, :]
        found[:, gap:] |= pair
        found[:, :-gap] |= pair
    return found
