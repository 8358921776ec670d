"""What every method does with its inputs."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.measures.methods.arrays import checked, normal_quantile, reasons, spread


def test_long_rows_become_groups_by_strata():
    grid = spread([0, 1, 1], [1, 0, 2], [5, 6, 7], (2, 3), fill=np.nan)
    np.testing.assert_array_equal(grid, [[np.nan, 5, np.nan], [6, np.nan, 7]])


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        ([0, 0], [1, 1], "same place"),
        ([0, 2], [1, 1], "1 rows have an index outside 2 rows"),
        ([0, -1], [1, 1], "outside"),
    ],
)
def test_rows_without_a_place_of_their_own_are_refused(rows, columns, message):
    with pytest.raises(ValueError, match=message):
        spread(rows, columns, [1, 2], (2, 3), fill=0)


def test_inputs_are_named_and_counted_but_not_shown():
    assert checked("deaths", [1, None, 2], null=True)[[0, 2]].tolist() == [1, 2]
    with pytest.raises(ValueError, match=r"^deaths: 2 null values; fill them or leave their rows out$"):
        checked("deaths", [1, None, np.nan])
    with pytest.raises(ValueError, match=r"^deaths: 1 negative values; expected 0 or more$"):
        checked("deaths", [1, -77])


def test_the_first_reason_that_holds_is_given():
    first, second = np.array([True, False, False]), np.array([True, True, False])
    assert reasons((3,), (first, "a"), (second, "b")).tolist() == ["a", "b", None]


def test_quantiles_of_any_confidence():
    assert (normal_quantile(0.95), normal_quantile(0.998)) == pytest.approx((1.959964, 3.090232), abs=5e-7)
