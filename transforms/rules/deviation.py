"""How far a group is from what it is held against, and how likely that is by chance: pure functions of arrays.

Groups are compared stratum by stratum (principal diagnosis, age, kind of care), so that differing case mix does not
pass for differing practice. `expected` is what the group would have had at the reference's rates: indirect
standardisation. Whether the difference is chance is asked of the counts themselves:

- `binomial`: the Cochran-Mantel-Haenszel test, with the variance of the hypergeometric distribution and a continuity
  correction of one half (Mantel and Haenszel, J Natl Cancer Inst 1959;22:719-48).
- `normal`: the difference of stratified means over its standard error, the variance within each stratum pooled.
- `poisson`: the exact conditional test of two Poisson counts (Przyborowski and Wilenski, Biometrika 1940;31:313-23).
- against a given expectation: the binomial variance about it, or the exact Poisson tail.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from transforms.measures.methods.poisson import exact_poisson
from transforms.measures.methods.proportion import wilson

Floats = NDArray[np.float64]
CONFIDENCE = 0.95
_CONTINUITY = 0.5


@dataclass(frozen=True)
class Deviations:
    """One value a group. `observed`, `expected` and the 95 % limits of `observed` are shares, means or counts.

    `records` are those that could be compared; `p` is null (nan) where nothing could be.
    """

    observed: Floats
    expected: Floats
    lower: Floats
    upper: Floats
    records: Floats
    p: Floats


def shares(
    starts: NDArray[np.intp], x: Floats, n: Floats, other_x: Floats, other_n: Floats, direction: str
) -> Deviations:
    """Records of which something holds: `x` of `n` against `other_x` of `other_n`.

    A row is a group and stratum; the rows of a group stand together and begin at `starts`.
    """
    x, n, other_x, other_n = _comparable(x, n, other_x, other_n)
    total, all_x = n + other_n, x + other_x
    share = _ratio(all_x, total)
    variance = _ratio(n * other_n * share * (1 - share), total - 1)
    difference = np.add.reduceat(x - n * share, starts)
    z = _z(_corrected(difference), np.add.reduceat(variance, starts))
    records, events = np.add.reduceat(n, starts), np.add.reduceat(x, starts)
    expected = np.add.reduceat(n * _ratio(other_x, other_n), starts)
    observed = _ratio(events, records, np.nan)
    lower, upper = wilson(observed, records, CONFIDENCE)
    return Deviations(observed, _ratio(expected, records, np.nan), lower, upper, records, _tail(z, direction))


def means(
    starts: NDArray[np.intp],
    x: Floats,
    squares: Floats,
    n: Floats,
    other_x: Floats,
    other_squares: Floats,
    other_n: Floats,
    direction: str,
) -> Deviations:
    """Sums `x` over `n` records, with the sums of their squares, against those of the others."""
    x, n, other_x, other_n, squares, other_squares = _comparable(x, n, other_x, other_n, squares, other_squares)
    total = n + other_n
    spread = np.maximum(_ratio(squares + other_squares - _ratio((x + other_x) ** 2, total), total - 1), 0)
    variance = np.where(n > 0, spread * (n + _ratio(n**2, other_n)), 0)
    at_reference = n * _ratio(other_x, other_n)
    z = _z(np.add.reduceat(x - at_reference, starts), np.add.reduceat(variance, starts))
    records, added = np.add.reduceat(n, starts), np.add.reduceat(x, starts)
    mean = _ratio(added, records, np.nan)
    own = np.maximum(_ratio(np.add.reduceat(squares, starts) - _ratio(added**2, records), records - 1), 0)
    margin = stats.norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt(_ratio(own, records))
    expected = _ratio(np.add.reduceat(at_reference, starts), records, np.nan)
    return Deviations(mean, expected, mean - margin, mean + margin, records, _tail(z, direction))


def events(x: Floats, n: Floats, other_x: Floats, other_n: Floats, direction: str) -> Deviations:
    """Counts `x` over exposures `n`, against `other_x` over `other_n`; one row a group."""
    total, part = x + other_x, _ratio(n, n + other_n)
    p = _discrete(stats.binom.cdf(x, total, part), stats.binom.sf(x - 1, total, part), direction)
    p = np.where((total > 0) & (other_n > 0) & (n > 0), p, np.nan)
    lower, upper = exact_poisson(x, CONFIDENCE)
    return Deviations(x, _ratio(n * other_x, other_n, np.nan), lower, upper, n, p)


def given_shares(x: Floats, n: Floats, expected: Floats, direction: str) -> Deviations:
    """Records of which something holds, `x` of `n`, against an expected number; one row a group."""
    variance = np.maximum(expected * (1 - _ratio(expected, n)), 0)
    z = _z(_corrected(x - expected), variance)
    observed = _ratio(x, n, np.nan)
    lower, upper = wilson(observed, n, CONFIDENCE)
    return Deviations(observed, _ratio(expected, n, np.nan), lower, upper, n, _tail(z, direction))


def given_events(x: Floats, n: Floats, expected: Floats, direction: str) -> Deviations:
    """Counts `x` against expected counts; one row a group."""
    p = _discrete(stats.poisson.cdf(x, expected), stats.poisson.sf(x - 1, expected), direction)
    lower, upper = exact_poisson(x, CONFIDENCE)
    return Deviations(x, expected, lower, upper, n, np.where(expected > 0, p, np.nan))


def discovered(p: Floats) -> Floats:
    """Benjamini and Hochberg's adjusted p-values (J R Stat Soc B 1995;57:289-300); nan stays nan and is no test."""
    q = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    if tested.any():
        q[tested] = stats.false_discovery_control(p[tested], method="bh")
    return q


def is_notable(found: Deviations, direction: str, ratio: float, difference: float) -> NDArray[np.bool_]:
    """Whether the deviation is large enough to be worth saying, whatever its significance, in the direction asked."""
    above = (found.observed >= ratio * found.expected) & (found.observed - found.expected >= difference)
    below = (ratio * found.observed <= found.expected) & (found.expected - found.observed >= difference)
    return {"above": above, "below": below, "either": above | below}[direction] & (found.observed != found.expected)


def _comparable(x: Floats, n: Floats, other_x: Floats, other_n: Floats, *more: Floats) -> tuple[Floats, ...]:
    """The columns with nothing in strata where there is no reference: such records count on neither side."""
    is_there = other_n > 0
    return tuple(np.where(is_there, column, 0.0) for column in (x, n, other_x, other_n, *more))


def _ratio(part: Floats, whole: Floats, otherwise: float = 0.0) -> Floats:
    return np.divide(part, whole, out=np.full(np.shape(whole), otherwise), where=np.asarray(whole) > 0)


def _corrected(difference: Floats) -> Floats:
    return np.sign(difference) * np.maximum(np.abs(difference) - _CONTINUITY, 0)


def _z(difference: Floats, variance: Floats) -> Floats:
    return _ratio(difference, np.sqrt(np.maximum(variance, 0)), np.nan)


def _tail(z: Floats, direction: str) -> Floats:
    if direction == "above":
        return stats.norm.sf(z)
    return stats.norm.cdf(z) if direction == "below" else 2 * stats.norm.sf(np.abs(z))


def _discrete(at_most: Floats, at_least: Floats, direction: str) -> Floats:
    if direction == "above":
        return at_least
    return at_most if direction == "below" else np.minimum(1.0, 2 * np.minimum(at_most, at_least))
