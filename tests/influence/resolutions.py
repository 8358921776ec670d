"""Small random cases of units with states, records and options, and every way in which they can be resolved."""

from __future__ import annotations

from itertools import product

import numpy as np

from transforms.influence.methods.choices import Moves

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
