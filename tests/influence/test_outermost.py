"""Moves that lie between others of the same denominator change no bound."""

from __future__ import annotations

import numpy as np
import pytest

from tests.influence.resolutions import moves
from transforms.influence.methods.bounds import bounds, single_changes
from transforms.influence.methods.choices import of_rows
from transforms.influence.methods.outermost import outermost


def test_of_many_lengths_the_shortest_and_the_longest_are_kept():
    rows = [(0, 0, 0, 0, dn, dd, named) for dn, dd, named in (
        (0.0, 0.0, True), (3.0, 0.0, True), (-2.0, 0.0, True), (1.0, 0.0, False), (5.0, -1.0, True), (4.0, -1.0, True),
    )]  # fmt: skip
    found = moves(*((*row, 1) for row in rows))
    assert outermost(found).tolist() == [1, 2, 3, 4, 5]
    assert outermost(of_rows(found, np.arange(0))).tolist() == []


@pytest.mark.parametrize("seed", range(20))
def test_bounds_and_single_changes_stay_as_they_are(seed):
    rng = np.random.default_rng(seed)
    rows = [
        (figure, unit, state, record, float(rng.integers(-4, 5)), float(rng.integers(-1, 2)), bool(rng.random() < 0.7))
        for figure in range(3)
        for unit in range(4)
        for state in (range(1, 3) if unit == 0 else [0])
        for record in range(2)
        for _ in range(5)
    ]
    coded = [(*key, 0.0, 0.0, True) for key in sorted({row[:4] for row in rows})]
    every = moves(*((*row, 1) for row in (*rows, *coded)))
    kept = of_rows(every, outermost(every))
    assert len(kept) < len(every)
    base = {"base_n": [30.0, 40.0, 50.0], "base_d": [40.0, 30.0, 60.0], "fixed_denominator": [False, False, True]}
    for function in (bounds, single_changes):
        one, other = (vars(function(moves=of, **base)) for of in (every, kept))
        for name, values in one.items():
            assert other[name].tolist() == pytest.approx(values.tolist(), nan_ok=True)
