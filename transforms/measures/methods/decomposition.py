"""Arriaga's decomposition of a difference in life expectancy into ages and causes of death."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.measures.methods.arrays import Floats, Reasons, checked, reasons
from transforms.measures.methods.life_table import Columns, LifeTables


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """Years that each age band (groups by ages), and each cause in it (groups by ages by causes), adds to e0.

    Positive: the second population lives longer for it. `difference` is e0 of the second less that of the first, and
    equals the sum of either. Null where `problem` (groups) says why.
    """

    difference: Floats
    by_age: Floats
    by_cause: Floats | None
    problem: Reasons


def decompose(
    first: LifeTables,
    second: LifeTables,
    first_by_cause: ArrayLike | None = None,
    second_by_cause: ArrayLike | None = None,
) -> Decomposition:
    """How ages (and causes) make up the difference in e0 from the first population to the second.

    In a band n years wide, direct and indirect effect together are -(l1/l1_0)(q2 - q1)[n(1 - a) + e2'], e2' the
    second's expectancy at the band's end; in the open band (l1/l1_0)(1/m2 - 1/m1). This is the sum of the terms of
    Arriaga, Demography 1984; 21: 83-96, as in Preston, Heuveline and Guillot, Demography, 2001, section 3.10, with
    q2 - q1 taken out so that bands of equal rates have a sure 0. The result depends on which population is the
    first; the mean of both directions does not, and is what is given. A cause's share of a band is its share of the
    difference in rates, (m2_i - m1_i)/(m2 - m1).

    The `_by_cause` arrays are death rates (groups by ages by causes), every cause once, so that they add up to the
    tables' m. ValueError: tables of other shapes, bands or fractions lived; rates by cause that do not add up.
    """
    if first.m.shape != second.m.shape or not np.array_equal(first.starts, second.starts):
        raise ValueError("decompose: expected two sets of life tables of equal groups and age bands")
    if not np.array_equal(first.a, second.a):
        raise ValueError("decompose: expected equal fractions lived (a) in both sets of tables")
    problem = reasons(
        first.m.shape[:1],
        *[((table.problem[:, 0] == sentence), sentence) for table in (first, second) for sentence in _said(table)],
        ((first.l[:, -1] == 0) | (second.l[:, -1] == 0), "no survivors to the open age band"),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = per_unit_of_rate(first, second)
    sound = problem == None  # noqa: E711 - elementwise
    slope = np.where(sound[:, None], slope, np.nan)
    by_cause = None
    if first_by_cause is not None and second_by_cause is not None:
        rates = [
            _of_table("first_by_cause", first_by_cause, first),
            _of_table("second_by_cause", second_by_cause, second),
        ]
        by_cause = slope[:, :, None] * (rates[1] - rates[0])
    return Decomposition(
        difference=np.where(sound, second.e[:, 0] - first.e[:, 0], np.nan),
        by_age=slope * (second.m - first.m),
        by_cause=by_cause,
        problem=problem,
    )


def _said(table: LifeTables) -> list[str]:
    return sorted({sentence for sentence in table.problem[:, 0] if sentence is not None})


def per_unit_of_rate(first: Columns, second: Columns) -> Floats:
    """Years that a change of a band's death rate by 1 adds to e0 (groups by ages), the mean of both directions.

    Never above 0. The higher any rate of either population, the nearer to 0: survivors, expectancies and the slope of q
    between the two rates, all factors of it, fall with the rates.
    """
    return (_one_way(first, second) + _one_way(second, first)) / 2


def _one_way(first: Columns, second: Columns) -> Floats:
    """Years added to e0 in each band, by the change of its death rate: the effect divided by m2 - m1.

    (q2 - q1)/(m2 - m1) has a limit where the rates are equal; the divided form n / (D1 D2), D = 1 + nm(1 - a), is
    exact as long as no q is cut at 1.
    """
    width = np.diff(first.starts)
    a = first.a[:, :-1]
    survival = first.l / first.l[:, :1]
    m1, m2, q1, q2 = first.m[:, :-1], second.m[:, :-1], first.q[:, :-1], second.q[:, :-1]
    divided = width / ((1 + width * m1 * (1 - a)) * (1 + width * m2 * (1 - a)))
    cut = (q1 == 1) | (q2 == 1)
    change = np.where(cut & (m1 != m2), (q2 - q1) / np.where(m1 != m2, m2 - m1, 1.0), divided)
    later = second.T[:, 1:] / second.l[:, 1:]
    slope = np.empty_like(first.m)
    slope[:, :-1] = -survival[:, :-1] * change * (width * (1 - a) + later)
    slope[:, -1] = -survival[:, -1] / (first.m[:, -1] * second.m[:, -1])
    return slope


def _of_table(name: str, rates: ArrayLike, table: LifeTables) -> Floats:
    array = checked(name, rates)
    if array.shape[:2] != table.m.shape or array.ndim != 3:
        raise ValueError(f"{name}: expected groups by ages by causes beginning with {table.m.shape}; got {array.shape}")
    known = ~np.isnan(table.m)
    if not np.allclose(array.sum(axis=2)[known], table.m[known], rtol=1e-9, atol=1e-15):
        raise ValueError(f"{name}: the causes' rates do not add up to the tables' m; add a cause for all others")
    return array
