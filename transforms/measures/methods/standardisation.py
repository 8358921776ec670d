"""Direct and indirect standardisation of many groups at once, from cells of events and populations.

Arrays are groups by strata: a row is one figure (an area, a year, a cause), a column one stratum of the standard (an
age band). `arrays.spread` makes them from long rows. Sums run along the columns in their fixed order, so that the
order of rows upstream changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.measures.methods.arrays import Floats, Reasons, checked, fitted, one_of, reasons
from transforms.measures.methods.poisson import poisson
from transforms.measures.methods.weighted_sum import weighted_sum

INDIRECT_METHODS = ("phe", "byar", "exact_poisson", "normal")

MISSING_BAND = "the population lacks a band of the standard"
EVENTS_WITHOUT_POPULATION = "a band has events and no population"
NO_POPULATION = "there is no population"


@dataclass(frozen=True, kw_only=True)
class Standardised:
    """One entry a group. Where `problem` says why, there is no rate; where `limits_problem` does, no limits.

    `rate`, `lower` and `upper` include the multiplier, `variance` its square. `effective` is rate²/variance: the
    count of events that a crude rate as precise would rest on (D_adj of NCHS).
    """

    rate: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    events: Floats
    population: Floats
    effective: Floats
    problem: Reasons
    limits_problem: Reasons

    @property
    def standard_error(self) -> Floats:
        return np.sqrt(self.variance)


def directly_standardised(
    events: ArrayLike,
    population: ArrayLike,
    weights: ArrayLike,
    *,
    method: str = "fay_feuer",
    confidence: float = 0.95,
    variance: ArrayLike | None = None,
    years_each: ArrayLike = 1.0,
    multiplier: float = 1.0,
) -> Standardised:
    """Directly standardised rates: sum w_i d_i/n_i / sum w_i, with limits by `weighted_sum.METHODS`.

    `events` (groups by strata) and `population` (strata, or groups by strata; NaN: not known) are of the same people;
    `weights` (strata, or groups by strata) are the standard population in any unit. `variance` (groups by strata) is
    that of the events, if not their own number: a survey's, or an overdispersed one. `years_each` is what one event
    counts for in each stratum, if not 1: the years lost by a death.

    Every stratum of positive weight needs a population: a missing or an empty one is a stated problem of its group,
    never left out of the sum. A stratum of weight 0 takes no part. No events: rate 0, and the limits of the method.
    ValueError: null or negative events, negative populations or weights, weights that add to 0, unequal shapes.

    Source: NCHS, Statistical Notes 6 (revised 1995), and PHEindicatormethods, R/DSR.R, both read.
    """
    d = np.atleast_2d(checked("events", events))
    n, w, counted = _on_strata(d, population, weights)
    used = w > 0
    empty = used & (n == 0)
    problem = reasons(
        d.shape[:1],
        ((used & np.isnan(n)).any(axis=1), MISSING_BAND),
        ((empty & (d > 0)).any(axis=1), EVENTS_WITHOUT_POPULATION),
        (empty.any(axis=1), "a band of the standard has no population"),
    )
    sound = problem == None  # noqa: E711 - elementwise
    share = w / w.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        coefficient = np.where(sound[:, None] & used, share / n, 0.0) * checked("years_each", years_each) * multiplier
    spread_of = d if variance is None else np.atleast_2d(checked("variance", variance))
    if spread_of.shape != d.shape:
        raise ValueError(f"variance: expected the shape of events, {d.shape}; got {spread_of.shape}")
    total = weighted_sum(d, coefficient, method=method, confidence=confidence, variance=spread_of)

    def hold(values: Floats) -> Floats:
        return np.where(sound, values, np.nan)

    return Standardised(
        rate=hold(total.value),
        variance=hold(total.variance),
        lower=hold(total.lower),
        upper=hold(total.upper),
        events=np.where(used, d, 0.0).sum(axis=1),
        population=counted,
        effective=hold(total.effective),
        problem=problem,
        limits_problem=np.where(sound, total.limits_problem, problem),
    )


@dataclass(frozen=True, kw_only=True)
class Indirect:
    """One entry a group: observed and expected events, their ratio and its limits (multiplier included)."""

    observed: Floats
    expected: Floats
    ratio: Floats
    lower: Floats
    upper: Floats
    problem: Reasons

    def as_rate(self, reference_crude_rate: ArrayLike, multiplier: float) -> tuple[Floats, Floats, Floats]:
        """The indirectly standardised rate and its limits: each ratio times the reference's crude rate.

        `reference_crude_rate` includes its own multiplier (per 100,000, say); `multiplier` is that of the ratio.
        """
        crude = checked("reference_crude_rate", reference_crude_rate)
        return tuple(values / multiplier * crude for values in (self.ratio, self.lower, self.upper))


def expected_events(
    population: ArrayLike, reference_events: ArrayLike, reference_population: ArrayLike
) -> tuple[Floats, Reasons]:
    """Events expected in each group had it the reference's rates: sum n_i D_i/N_i, and the problem of each group.

    `population` is groups by strata (NaN: not known), the reference's arrays strata or groups by strata. A group with a
    missing band, or people in a stratum where the reference has none, has a problem and no number. With deaths of all
    causes in place of both populations these are the expected deaths of a proportionate mortality ratio.
    """
    n = np.atleast_2d(checked("population", population, null=True))
    reference_d = fitted("reference_events", checked("reference_events", reference_events), n.shape)
    reference_n = fitted("reference_population", checked("reference_population", reference_population), n.shape)
    unmatched = (n > 0) & (reference_n == 0)
    problem = reasons(
        n.shape[:1],
        (np.isnan(n).any(axis=1), "the population lacks a band of the reference"),
        (unmatched.any(axis=1), "the reference has no population in a band that this has"),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(reference_n > 0, reference_d / reference_n, 0.0)
    expected = (np.where(np.isnan(n), 0.0, n) * rate).sum(axis=1)
    return np.where(problem == None, expected, np.nan), problem  # noqa: E711 - elementwise


def indirectly_standardised(
    observed: ArrayLike,
    population: ArrayLike,
    reference_events: ArrayLike,
    reference_population: ArrayLike,
    *,
    method: str = "phe",
    confidence: float = 0.95,
    multiplier: float = 100.0,
) -> Indirect:
    """Standardised mortality (or event) ratios against a reference's rates: 100 O/E, limits 100 limit(O)/E.

    `observed` holds one total a group. Limits are of the observed count (`phe`: exact below 10, Byar's from 10;
    `exact_poisson`; `byar`; `normal`); the expected events are taken as known. Two groups' ratios have different
    weights and are not to be compared with one another. Read in PHEindicatormethods, R/ISRatio.R.
    """
    expected, problem = expected_events(population, reference_events, reference_population)
    return observed_over_expected(
        observed, expected, method=method, confidence=confidence, multiplier=multiplier, problem=problem
    )


def observed_over_expected(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    method: str = "phe",
    confidence: float = 0.95,
    multiplier: float = 100.0,
    effective: ArrayLike | None = None,
    problem: Reasons | None = None,
) -> Indirect:
    """The ratio of observed to expected events with its limits, where the expected ones are at hand (a model's).

    `effective` is the effective number of observed events where they are weighted (observed²/variance): the limits are
    those of that count, scaled to the observed. `problem` carries what is already known to be wrong; an expected
    number of 0 or null is a problem of its own.
    """
    one_of("method", method, INDIRECT_METHODS)
    o, e = checked("observed", observed), checked("expected", expected, null=True)
    if o.shape != e.shape:
        raise ValueError(f"observed and expected: expected equal shapes; got {o.shape} and {e.shape}")
    own = reasons(o.shape, (np.isnan(e), "the expected events are not known"), (e == 0, "no events are expected"))
    problem = own if problem is None else np.where(problem == None, own, problem)  # noqa: E711 - elementwise
    count = o if effective is None else fitted("effective", checked("effective", effective), o.shape)
    lower, upper = poisson(count, confidence, method)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(count > 0, o / count, 1.0)
        scale = np.where(problem == None, multiplier / e, np.nan)  # noqa: E711 - elementwise
    return Indirect(
        observed=o,
        expected=e,
        ratio=o * scale,
        lower=lower * weight * scale,
        upper=upper * weight * scale,
        problem=problem,
    )


def _on_strata(d: Floats, population: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats, Floats]:
    n, w = checked("population", population, null=True), checked("weights", weights)
    n, w = fitted("population", n, d.shape), fitted("weights", w, d.shape)
    if (w.sum(axis=1) <= 0).any():
        raise ValueError("weights: the standard population adds up to 0")
    return n, w, np.where((w > 0) & ~np.isnan(n), n, 0.0).sum(axis=1)
