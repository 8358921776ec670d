"""Series across a change of classification: comparability ratios applied to the earlier part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.measures.methods.arrays import Floats, checked, normal_quantile


@dataclass(frozen=True, kw_only=True)
class Comparable:
    """The earlier events as the later classification would have counted them, their variance and limits."""

    events: Floats
    variance: Floats
    lower: Floats
    upper: Floats


def comparable(
    events: ArrayLike,
    ratio: ArrayLike,
    ratio_standard_error: ArrayLike,
    *,
    variance: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Comparable:
    """Earlier events times the comparability ratio of their cause, with the error of both.

    The ratio is the number of deaths assigned to a cause by the later revision over that by the earlier one, in
    deaths coded by both (Anderson, Minino, Hoyert and Rosenberg, National Vital Statistics Reports 49(2), 2001,
    recalled). Variance, for Poisson events D, ratio C and its standard error S: C² D + D² S² (+ D S², of the product of
    independent estimates, left out as the delta method does). Limits are normal, not below 0. Divide events and limits
    by the population for rates. `variance` is that of the events, if not their own number. ValueError: null or negative
    inputs.
    """
    d, c, s = (
        checked(name, values)
        for name, values in (("events", events), ("ratio", ratio), ("ratio_standard_error", ratio_standard_error))
    )
    own = d if variance is None else checked("variance", variance)
    value, spread = c * d, c * c * own + d * d * s * s
    half = normal_quantile(confidence) * np.sqrt(spread)
    return Comparable(events=value, variance=spread, lower=np.maximum(value - half, 0.0), upper=value + half)


def comparability_ratio(later: ArrayLike, earlier: ArrayLike, both: ArrayLike) -> tuple[Floats, Floats]:
    """The ratio of a cause and its standard error, from deaths coded by both revisions.

    `later` and `earlier` are the deaths that each revision assigns to the cause, `both` those that both do.
    SE = C sqrt((later + earlier - 2 both) / (later earlier)): the deaths in both cancel, the others are Poisson (delta
    method; own derivation, near the formula of the report above). ValueError: null or negative counts, no deaths of
    the cause in one revision, more in both than in either.
    """
    x, y, z = (checked(name, values) for name, values in (("later", later), ("earlier", earlier), ("both", both)))
    if (x == 0).any() or (y == 0).any():
        raise ValueError("later and earlier: a cause without deaths in one revision has no ratio")
    if (z > np.minimum(x, y)).any():
        raise ValueError("both: more deaths in both revisions than in one")
    ratio = x / y
    return ratio, ratio * np.sqrt((x + y - 2 * z) / (x * y))
