"""What open flags could do to figures, in releases: no count of few records can be read off two columns."""

from __future__ import annotations

from itertools import combinations

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.influence.resolutions import moves
from transforms.disclosure import apply, released
from transforms.disclosure.suppression import DERIVED, FEWEST
from transforms.influence.methods.bounds import Bounds, bounds
from transforms.influence.methods.changed import changed_records, fewer, fewest_between, fewest_net
from transforms.warehouse import create

MINIMUM = 11
COLUMNS = ("value", "bound_low", "bound_high", "worst_low", "worst_high", "value_without_flagged")


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    create(con)
    return con


def figure_row(con, **values) -> None:
    """A figure of 100 records, of which nothing is said but what is given."""
    row = {"figure_id": "f", "table_id": "t", "measure": "deaths", "collection": "main", "status": "value"}
    row |= {"numerator": 100, "value": 100, "records": 100, "is_headline": False} | values
    con.execute(
        f"insert into stats.figure ({', '.join(row)}) values ({', '.join('?' for _ in row)})", list(row.values())
    )


def shown(con, minimum: int = MINIMUM) -> dict:
    apply(con, minimum)
    return released(con).df().iloc[0].dropna().to_dict()


ALL = {
    "bound_low": 80.0, "bound_high": 120.0, "worst_low": 60.0, "worst_high": 140.0, "value_without_flagged": 40.0,
    "expected": 99.0, "expected_low": 90.0, "expected_high": 110.0, "tolerance": 20.0, "bound_kind": "exact",
    "verdict": "robust", "flips": "rank 3 to 4",
}  # fmt: skip
BOUNDS = {"bound_low", "bound_high", "flips"}
WORST = {"worst_low", "worst_high"}
EXPECTED = {"expected", "expected_low", "expected_high"}


@pytest.mark.parametrize(
    ("fewest", "hidden"),
    [
        ((20, 20, 20), set()),
        ((0, 0, 0), set()),
        ((10, 20, 20), BOUNDS | EXPECTED),
        ((20, 1, 20), WORST | EXPECTED),
        ((20, 11, 10), {"value_without_flagged"}),
        ((None, None, None), BOUNDS | WORST | EXPECTED | {"value_without_flagged"}),
    ],
)
def test_columns_that_differ_by_few_records_are_not_shown(con, fewest, hidden):
    figure_row(con, **ALL, **dict(zip(FEWEST, fewest, strict=True)))
    found = shown(con)
    assert set(ALL) - set(found) == hidden
    assert (found["verdict"], found["value"]) == ("robust", 100)


def test_a_hidden_figure_shows_no_verdict_nor_what_would_flip(con):
    figure_row(con, **ALL, **dict.fromkeys(FEWEST, 0) | {"records": 5, "value": 5, "numerator": 5})
    found = shown(con)
    assert not set(found) & set(DERIVED)


def test_a_minimum_of_one_shows_all_and_no_release_holds_the_counts(con):
    figure_row(con, **ALL)
    found = shown(con, 1)
    assert set(ALL) <= set(found)
    assert not set(FEWEST) & set(released(con).columns)


def random_figures(rng: np.random.Generator, figures: int) -> pd.DataFrame:
    """Counts of records some of which are flagged: they may leave, others may come, with or without a named target."""
    rows, base, flagged = [], np.zeros(figures), np.zeros(figures, dtype=np.int64)
    for figure in range(figures):
        base[figure] = rng.integers(11, 80)
        sizes = rng.choice([0, 0, 1, 5, 10, 11, 14], size=4)
        leave, may_leave, come, may_come = (int(size) for size in sizes)
        if leave + may_leave > base[figure]:
            leave = may_leave = 0
        flagged[figure] = leave + may_leave
        for unit, (size, dn, is_named) in enumerate(
            ((leave, -1, True), (may_leave, -1, False), (come, 1, True), (may_come, 1, False)), start=1
        ):
            if size:
                rows += [
                    (figure, unit, 0, unit, 0, 0, True, size),
                    (figure, unit, 0, unit, dn, 0, is_named, size),
                ]
    case, fixed = moves(*rows), np.ones(figures, dtype=bool)
    limits: Bounds = bounds(base, np.ones(figures), case, fixed_denominator=fixed)
    changed = changed_records(base, np.ones(figures), case, limits, fixed_denominator=fixed)
    records = np.stack([base.astype(np.int64), np.zeros(figures, dtype=np.int64)])
    left_out = np.stack([flagged, np.zeros(figures, dtype=np.int64)])
    fewest = fewer(
        fewest_between(changed, records, left_out), fewest_net(base, limits, base - flagged, np.ones(figures))
    )
    found = pd.DataFrame(vars(limits) | {"value": base, "value_without_flagged": base - flagged})
    found = found.assign(**{f"fewest_{name}": counts for name, counts in vars(fewest).items()}, records=base)
    names = ("table_id", "measure", "collection", "status")
    found[list(names)] = "t", "deaths", "main", "value"
    return found.assign(figure_id=[f"{n:04d}" for n in range(figures)], numerator=base, is_headline=False)


def test_no_small_count_can_be_read_off_two_columns(con):
    con.register("random_figures", random_figures(np.random.default_rng(11), 1500))
    con.execute("insert into stats.figure by name select * from random_figures")
    apply(con, MINIMUM)
    table = released(con).df()
    assert table["value"].notna().all()
    for first, second in combinations(COLUMNS, 2):
        size = (table[first] - table[second]).abs()
        assert not size.between(0.5, MINIMUM - 0.5).any(), (first, second)
    for column in COLUMNS:
        assert not table[column].between(0.5, MINIMUM - 0.5).any(), column
    # It hides what it must and no more than it must: each group of columns is often shown beside another value.
    for column in COLUMNS[1:]:
        assert (table[column].notna() & (table[column] != table["value"])).sum() > 50
        assert table[column].isna().sum() > 50
