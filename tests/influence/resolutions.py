"""Small random cases of units with states, records and options, and every way in which they can be resolved."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from transforms.influence.methods.choices import Moves
from transforms.influence.methods.order_statistic import Shifts

COLUMNS = ("figure", "unit", "state", "record", "dn", "dd", "named", "count")


def moves(*rows: tuple[float, ...], named: bool = True, count: int = 1) -> Moves:
    """Rows of (figure, unit, state, record, dn, dd[, named[, count]])."""
    filled = [(*row, *(named, count)[len(row) - 6 :]) for row in rows]
    return Moves(**dict(zip(COLUMNS, np.array(filled, dtype=float).reshape(-1, 8).T, strict=True)))


def shuffled(case: Moves, rng: np.random.Generator) -> Moves:
    order = rng.permutation(len(case))
    return Moves(**{column: getattr(case, column)[order] for column in COLUMNS})


def resolutions(case: Moves, figure: int, *, named_only: bool = False) -> np.ndarray:
    """Every (sum of dn, sum of dd) that the units of a figure admit, copies of a unit choosing each for itself."""
    totals = [(0.0, 0.0)]
    rows = np.flatnonzero(case.figure == figure)
    for unit in np.unique(case.unit[rows]):
        own = rows[case.unit[rows] == unit]
        choices = []
        for state in np.unique(case.state[own]):
            in_state = own[case.state[own] == state]
            records = [in_state[case.record[in_state] == record] for record in np.unique(case.record[in_state])]
            if named_only:
                records = [record[case.named[record]] for record in records]
            choices += [
                (sum(case.dn[row] for row in picked), sum(case.dd[row] for row in picked))
                for picked in product(*records)
            ]
        for _ in range(case.count[own[0]]):
            # Equal totals lead to equal values: keeping each once loses nothing.
            totals = sorted({(n + dn, d + dd) for n, d in totals for dn, dd in choices or [(0.0, 0.0)]})
    return np.array(totals)


def quantile(weights: dict[float, float], share: float = 0.5) -> float:
    """As the measures have it: halfway between the first lengths that reach and that exceed the share."""
    lengths = sorted(length for length, weight in weights.items() if weight > 1e-9)
    reached = np.cumsum([weights[length] for length in lengths])
    if not lengths:
        return np.nan
    rank = share * reached[-1]
    return (lengths[int(np.argmax(reached >= rank - 1e-9))] + lengths[int(np.argmax(reached > rank + 1e-9))]) / 2


def geometric_mean(weights: dict[float, float]) -> float:
    """As the measures have it: a stay that ended on its first day counts as one day."""
    total = sum(weights.values())
    if total <= 1e-9:
        return np.nan
    return float(np.exp(sum(weight * np.log(max(days, 1)) for days, weight in weights.items()) / total))


def distributions(base: dict[float, float], case: Shifts, figure: int, *, named_only: bool) -> list[dict[float, float]]:
    """Weights at lengths in every resolution, copies of a unit choosing each for itself; `base` are those as coded."""
    found = {tuple(sorted(base.items()))}
    rows = np.flatnonzero(case.figure == figure)
    for unit in np.unique(case.unit[rows]):
        own = rows[case.unit[rows] == unit]
        choices = []
        for state in np.unique(case.state[own]):
            in_state = own[case.state[own] == state]
            records = [in_state[case.record[in_state] == record] for record in np.unique(case.record[in_state])]
            if named_only:
                records = [record[case.named[record]] for record in records]
            choices += list(product(*records))
        for _ in range(case.count[own[0]]):
            after = set()
            for weights, picked in product(found, choices or [()]):
                changed = dict(weights)
                for row in picked:
                    for length, weight in (
                        (case.out_length[row], -case.out_weight[row]),
                        (case.in_length[row], case.in_weight[row]),
                    ):
                        changed[length] = changed.get(length, 0.0) + weight
                after.add(tuple(sorted(changed.items())))
            found = after
    return [dict(weights) for weights in sorted(found)]


def extremes_of_lengths(
    base: dict[float, float],
    case: Shifts,
    figure: int,
    summary: Callable[[dict[float, float]], float],
    *,
    named_only: bool,
) -> tuple[float, float]:
    """Least and greatest median, or other summary of lengths, over every resolution."""
    values = [summary(weights) for weights in distributions(base, case, figure, named_only=named_only)]
    return (np.nan, np.nan) if np.isnan(values).all() else (np.nanmin(values), np.nanmax(values))


def random_case(rng: np.random.Generator, figures: int, *, whole: bool = True) -> tuple[np.ndarray, np.ndarray, Moves]:
    """Bases and moves of figures whose denominators the units can bring down to 0, or nearly.

    As coded is state 0 with (0, 0) of every record; the bases are what the units bring as coded and a little more.
    """
    base_n, base_d, rows = np.zeros(figures), np.zeros(figures), []

    def amount(most: int) -> float:
        return float(rng.integers(0, most + 1)) if whole else float(rng.uniform(0, most))

    for figure in range(figures):
        base_d[figure] = rng.choice([0, 0, 1, 5]) + (0 if whole else rng.choice([0.0, 0.25]))
        base_n[figure] = amount(2) if base_d[figure] else rng.choice([0.0, 0.0, 1.0])
        for unit in rng.permutation(9)[: rng.integers(1, 4)]:
            count = int(rng.integers(1, 3))
            records = rng.permutation(7)[: rng.integers(1, 3)]
            own_n, own_d = np.array([(amount(2), amount(2)) for _ in records]).T
            base_n[figure] += count * own_n.sum()
            base_d[figure] += count * own_d.sum()
            for state in range(rng.integers(1, 4)):
                for record, n, d in zip(records, own_n, own_d, strict=True):
                    options = [(0.0, 0.0, 1.0)] if state == 0 else []
                    for _ in range(rng.integers(1, 3)):
                        gone = rng.random() < 0.4
                        after = (0.0, 0.0) if gone else (amount(2), amount(2))
                        options.append((after[0] - n, after[1] - d, float(rng.random() < 0.6)))
                    rows += [(figure, unit, state, record, *option, count) for option in options]
    return base_n, base_d, moves(*rows)
