"""Years of potential life lost before an age limit: by NCHS's groups or by single years of age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.measures.methods.arrays import Floats, Reasons, checked, fitted, reasons
from transforms.measures.methods.standardisation import NO_POPULATION, directly_standardised
from transforms.measures.methods.weighted_sum import weighted_sum

DEFAULT_LIMIT = 75
# Where NCHS's groups begin: < 1, 1-14, then ten years each; the last ends before the limit.
GROUP_STARTS = (0, 1, 15, 25, 35, 45, 55, 65, 75, 85, 95)


def nchs_groups(limit: int = DEFAULT_LIMIT) -> list[tuple[int, int, float]]:
    """NCHS's groups below the limit as (first age, last age, years lost by a death in it).

    A death is set at the mean of the group's first and last completed year (7.5 for 1-14, 19.5 for 15-24), at half a
    year for infants: 74.5, 67.5, 55.5, 45.5, 35.5, 25.5, 15.5 and 5.5 years before 75. Read in the Health Indicators
    Warehouse's profile of the measure. For another limit the last group is cut at it (own rule, same convention).
    """
    _check_limit(limit)
    groups = []
    for start, following in zip(GROUP_STARTS, (*GROUP_STARTS[1:], 10**9), strict=True):
        if start >= limit:
            break
        last = min(following, limit) - 1
        groups.append((start, last, limit - (0.5 if start == 0 else (start + last) / 2)))
    return groups


def years_lost_by_age(ages: ArrayLike, limit: int = DEFAULT_LIMIT) -> Floats:
    """Years lost by a death at each completed age: limit - age, at age 0 half a year less; 0 from the limit on.

    The single-years variant gives other totals than NCHS's groups. Its convention read in PHSKC-APDE's `rads`
    (ypll_age).
    """
    _check_limit(limit)
    age = checked("ages", ages)
    return np.maximum(limit - np.where(age == 0, 0.5, age), 0.0)


@dataclass(frozen=True, kw_only=True)
class YearsLost:
    """One entry a group: the years lost with their variance and limits, and their rates (multiplier included).

    Where `problem` says why, there are no rates; where `adjusted_problem` does, no age-adjusted rate.
    """

    deaths: Floats
    years: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    rate: Floats
    rate_lower: Floats
    rate_upper: Floats
    problem: Reasons
    adjusted: Floats
    adjusted_variance: Floats
    adjusted_lower: Floats
    adjusted_upper: Floats
    adjusted_problem: Reasons


def years_lost(
    deaths: ArrayLike,
    years_each: ArrayLike,
    population: ArrayLike,
    weights: ArrayLike,
    *,
    variance: ArrayLike | None = None,
    confidence: float = 0.95,
    multiplier: float = 100_000.0,
) -> YearsLost:
    """Years of potential life lost, their rate per person below the limit, and the age-adjusted rate.

    `deaths` is groups by bands below the limit, `years_each` the years that a death in each band loses, `population`
    groups by bands (NaN: not known), `weights` the standard population of the bands. Years: sum y_i d_i, variance sum
    y_i² d_i; rate: years / population; age-adjusted: sum w_i y_i d_i/n_i / sum w_i. Deaths are taken as Poisson
    counts; the sources give no limits, and those here are Fay and Feuer's for a weighted sum of such counts (own
    choice; their coverage is in docs/intervals.md); `variance` (groups by bands) replaces the deaths' own. NCHS shows
    no rate of fewer than 20 deaths: see `reliability`.

    No deaths: 0 years. ValueError: null or negative deaths, populations or weights.
    """
    d = np.atleast_2d(checked("deaths", deaths))
    each = fitted("years_each", checked("years_each", years_each), d.shape)
    n = fitted("population", checked("population", population, null=True), d.shape)
    people = n.sum(axis=1)
    problem = reasons(
        people.shape,
        (np.isnan(people), "the population lacks an age band below the limit"),
        (people == 0, NO_POPULATION),
    )
    count = weighted_sum(d, each, method="fay_feuer", confidence=confidence, variance=variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(problem == None, multiplier / people, np.nan)  # noqa: E711 - elementwise
    adjusted = directly_standardised(
        d,
        n,
        weights,
        variance=variance,
        years_each=each,
        method="fay_feuer",
        confidence=confidence,
        multiplier=multiplier,
    )
    return YearsLost(
        deaths=d.sum(axis=1),
        years=count.value,
        variance=count.variance,
        lower=count.lower,
        upper=count.upper,
        rate=count.value * scale,
        rate_lower=count.lower * scale,
        rate_upper=count.upper * scale,
        problem=problem,
        adjusted=adjusted.rate,
        adjusted_variance=adjusted.variance,
        adjusted_lower=adjusted.lower,
        adjusted_upper=adjusted.upper,
        adjusted_problem=adjusted.problem,
    )


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= 150:
        raise ValueError(f"limit: expected an age from 1 to 150; got {limit}")
