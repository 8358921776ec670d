"""Funnel plots: z-scores of units against a target, overdispersion, and control limits at any confidence.

Ratios are observed over expected events (target 1), proportions events over size (target: that of all units). A unit
is one hospital, area or period; the functions take all units of one funnel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from transforms.measures.methods.arrays import (
    Floats,
    Limits,
    Reasons,
    checked,
    normal_quantile,
    one_of,
    reasons,
    tail_of,
)
from transforms.measures.methods.poisson import gamma_quantile

RATIO_METHODS = ("exact", "shmi", "cqc", "phs")
TRIMS = ("winsorise", "truncate", "none")
# Warning and control limits of English and Scottish funnels.
LEVELS = (0.95, 0.998)
# Share of the units at each end whose z-scores are brought in (or left out) before overdispersion is measured.
TRIM_SHARE = 0.1
BANDS = ("below_control", "below_warning", "within", "above_warning", "above_control")


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """One entry a unit: value, z-score, band (one of `BANDS`), and for each confidence its lower and upper limits.

    `phi` is the overdispersion ratio of the (trimmed) z-scores, `tau2` the variance between units on the method's own
    scale. Values and limits include the multiplier. `problem` says why a unit has no z-score or no place.
    """

    value: Floats
    z: Floats
    target: float
    phi: float
    tau2: float
    limits: dict[float, Limits]
    band: NDArray[np.str_]
    problem: Reasons


def funnel_of_ratios(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    method: str = "exact",
    trim: str = "winsorise",
    share: float = TRIM_SHARE,
    levels: tuple[float, ...] = LEVELS,
    multiplier: float = 1.0,
) -> Funnel:
    """A funnel of observed over expected events around 1.

    - `exact`: Poisson limits, chi2(alpha/2; 2E)/2E and chi2(1 - alpha/2; 2E + 2)/2E, without overdispersion;
      z = (O - E)/sqrt(E). English public health and R's FunnelPlotR (R/calculate_limits.R, read).
    - `shmi`: log scale, z = sqrt(E) ln(O/E), s² = 1/E, limits exp(± z sqrt(s² + tau²)). FunnelPlotR, read
      (R/od_adjustment.R). A unit without events has no z-score there; it is still placed by its limits.
    - `cqc`: square root scale, z = (sqrt(O/E) - 1)/s, s = 1/(2 sqrt E), limits (1 ± z sqrt(s² + tau²))², lower at
      least 0. FunnelPlotR, read, which leaves the limits on the root scale; here they are squared, as O/E is drawn.
    - `phs`: Public Health Scotland's HSMR: z = (O/E - 1) sqrt(E), the single greatest and least z replaced by the
      next ones, w = sqrt(sum z² / number of z that are not 0), limits 1 ± z w/sqrt(E), the lower at least 0. Read in
      Public-Health-Scotland/hsmr, create_smr_data.R. `phi` is w² and `tau2` 0; `trim` has no part in it.

    `trim` deals with the outer `share` of z-scores at each end before phi and tau² are measured: `winsorise` brings
    them in to the quantile, `truncate` leaves those units out (as the SHMI does), `none` keeps them. With n units,
    phi = sum z²/n and tau² = max(0, (n phi - (n - 1)) / (sum w - sum w²/sum w)), w = 1/s² (DerSimonian and Laird;
    Spiegelhalter, Quality and Safety in Health Care 2005; 14: 347-351).

    ValueError: null or negative inputs, unequal lengths. A unit with nothing expected has a problem and no limits.
    """
    one_of("method", method, RATIO_METHODS)
    o, e = _pair("observed", observed, "expected", expected)
    placed = e > 0
    size = np.where(placed, e, np.nan)
    ratio = o / size
    s = 1 / np.sqrt(size) if method != "cqc" else 0.5 / np.sqrt(size)
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "shmi":
            z = np.where(o > 0, np.log(np.where(o > 0, ratio, 1.0)) / s, np.nan)
        elif method == "cqc":
            z = (np.sqrt(ratio) - 1) / s
        else:
            z = (ratio - 1) / s
    if method == "phs":
        phi, tau2 = _scottish_weight(z), 0.0
    else:
        phi, tau2 = overdispersion(z, s, trim=trim, share=share)
    tau2 = 0.0 if method == "exact" else tau2
    limits = {
        level: tuple(bound * multiplier for bound in ratio_limits(size, level, method=method, phi=phi, tau2=tau2))
        for level in levels
    }
    problem = reasons(
        o.shape, (~placed, "no events are expected"), (np.isnan(z), "no events: no z-score on this scale")
    )
    return Funnel(
        value=ratio * multiplier,
        z=z,
        target=multiplier,
        phi=phi,
        tau2=tau2,
        limits=limits,
        band=bands(ratio * multiplier, limits),
        problem=problem,
    )


def ratio_limits(
    expected: ArrayLike, confidence: float, *, method: str = "exact", phi: float = 1.0, tau2: float = 0.0
) -> Limits:
    """The limits around 1 at any expected events, for the units or for the curves of the drawing (methods above)."""
    e = np.asarray(expected, dtype=np.float64)
    tail, z = tail_of(confidence), normal_quantile(confidence)
    if method == "exact":
        return gamma_quantile(tail, e) / e, gamma_quantile(tail, e + 1, upper=True) / e
    if method == "shmi":
        half = z * np.sqrt(1 / e + tau2)
        return np.exp(-half), np.exp(half)
    if method == "cqc":
        half = z * np.sqrt(0.25 / e + tau2)
        return np.maximum(1 - half, 0.0) ** 2, (1 + half) ** 2
    half = z * np.sqrt(phi / e)
    return np.maximum(1 - half, 0.0), 1 + half


def funnel_of_proportions(
    events: ArrayLike,
    size: ArrayLike,
    *,
    overdispersed: bool = True,
    trim: str = "winsorise",
    share: float = TRIM_SHARE,
    levels: tuple[float, ...] = LEVELS,
    multiplier: float = 1.0,
) -> Funnel:
    """A funnel of proportions around that of all units together, on the arcsine scale.

    y = asin(sqrt p), s = 1/(2 sqrt n), z = (y - asin(sqrt target))/s; limits sin²(asin(sqrt target) ± z sqrt(s² +
    tau²)), the angle held within 0 and 90 degrees. FunnelPlotR (R/od_adjustment.R, R/calculate_limits.R), read.
    `overdispersed=False` leaves tau² at 0. At small n the arcsine limits are poor. ValueError: null or negative
    inputs, more events than size, no events and no size at all.
    """
    x, n = _pair("events", events, "size", size)
    if (x > n).any():
        raise ValueError("events: more events than size in a unit of a funnel of proportions")
    if not n.sum() > 0:
        raise ValueError("size: every unit is empty")
    placed = n > 0
    target = float(x.sum() / n.sum())
    within = np.where(placed, n, np.nan)
    s = 0.5 / np.sqrt(within)
    z = (np.arcsin(np.sqrt(x / within)) - np.arcsin(np.sqrt(target))) / s
    phi, tau2 = overdispersion(z, s, trim=trim, share=share)
    tau2 = tau2 if overdispersed else 0.0
    limits = {
        level: tuple(bound * multiplier for bound in proportion_limits(within, target, level, tau2=tau2))
        for level in levels
    }
    value = x / within * multiplier
    return Funnel(
        value=value,
        z=z,
        target=target * multiplier,
        phi=phi,
        tau2=tau2,
        limits=limits,
        band=bands(value, limits),
        problem=reasons(x.shape, (~placed, "the unit is empty")),
    )


def proportion_limits(size: ArrayLike, target: float, confidence: float, *, tau2: float = 0.0) -> Limits:
    """The limits around a target proportion at any size, for the units or for the curves of the drawing."""
    half = normal_quantile(confidence) * np.sqrt(0.25 / np.asarray(size, dtype=np.float64) + tau2)
    angle = np.arcsin(np.sqrt(target))
    lower, upper = np.maximum(angle - half, 0.0), np.minimum(angle + half, np.pi / 2)
    return np.sin(lower) ** 2, np.sin(upper) ** 2


def overdispersion(
    z: ArrayLike, s: ArrayLike, *, trim: str = "winsorise", share: float = TRIM_SHARE
) -> tuple[float, float]:
    """phi and tau² of z-scores with standard errors s, after trimming; null z-scores take no part. (1, 0) of none."""
    one_of("trim", trim, TRIMS)
    if not 0 <= share < 0.5:
        raise ValueError(f"share: expected a share of the units at each end, from 0 to below 0.5; got {share}")
    scores, errors = np.asarray(z, dtype=np.float64), np.asarray(s, dtype=np.float64)
    known = np.isfinite(scores) & np.isfinite(errors)
    scores, errors = scores[known], errors[known]
    if trim == "winsorise" and scores.size:
        scores = np.clip(scores, *np.quantile(scores, [share, 1 - share]))
    if trim == "truncate" and share > 0:
        kept = _inner(scores, share)
        scores, errors = scores[kept], errors[kept]
    n = scores.size
    if n == 0:
        return 1.0, 0.0
    phi = float(np.sum(np.sort(scores**2)) / n)
    weight = np.sort(1 / errors**2)
    spread = weight.sum() - (weight**2).sum() / weight.sum()
    return phi, float(max(0.0, (n * phi - (n - 1)) / spread)) if spread > 0 else 0.0


def _inner(scores: Floats, share: float) -> NDArray[np.bool_]:
    """Which scores are not in the outer group at either end, of 1/share groups by mean rank (FunnelPlotR's)."""
    groups = 1 / share
    group = np.floor(rankdata(scores) * groups / (scores.size + 1))
    return (group > 0) & (group < groups - 1)


def _scottish_weight(z: Floats) -> float:
    scores = np.sort(z[np.isfinite(z)])
    if scores.size > 2:
        scores[0], scores[-1] = scores[1], scores[-2]
    moved = np.count_nonzero(scores)
    return float((scores**2).sum() / moved) if moved else 1.0


def _pair(first_name: str, first: ArrayLike, second_name: str, second: ArrayLike) -> tuple[Floats, Floats]:
    one, two = checked(first_name, first), checked(second_name, second)
    if one.shape != two.shape or one.ndim != 1:
        raise ValueError(f"{first_name} and {second_name}: expected two lists of equal length")
    return one, two


def bands(value: Floats, limits: dict[float, Limits]) -> NDArray[np.str_]:
    """Where values lie among their units' limits, one of `BANDS`: the narrowest limits warn, the widest control."""
    narrow, wide = limits[min(limits)], limits[max(limits)]
    with np.errstate(invalid="ignore"):
        return np.select(
            [value < wide[0], value > wide[1], value < narrow[0], value > narrow[1]],
            ["below_control", "above_control", "below_warning", "above_warning"],
            "within",
        )
