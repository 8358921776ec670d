"""Composed measures: strata within a figure, worked out by a family, here the median length of stay."""

from __future__ import annotations

import numpy as np

from tests.measures.warehouse import empty, shown, stays, table_of
from transforms.measures import Settings, build_figures, records

MEDIAN = {"measures": ["discharges", "mean_length_of_stay", "median_length_of_stay"]}
FIVE_STAYS = """
discharge_date | sex | length_of_stay
2020-02-01     | F   | 1
2020-02-01     | F   | 9
2020-02-01     | F   | 2
2020-02-01     | F   |
2020-02-01     | M   | 4
"""


def test_the_median_is_the_middle_of_the_known_lengths():
    con = empty()
    stays(con, FIVE_STAYS)
    build_figures(con, [table_of(**MEDIAN, margins=[{"by": []}, {"by": ["sex"]}])], Settings())
    assert shown(con, "sex, value, records, left_out", "measure = 'median_length_of_stay'") == [
        ("F", 2.0, 3, 1),
        ("M", 4.0, 1, 0),
        (None, 3.0, 4, 1),
    ]


def test_cells_within_a_measure_are_no_rows_of_the_table():
    con = empty()
    stays(con, FIVE_STAYS)
    build_figures(con, [table_of(**MEDIAN, margins=[{"by": []}])], Settings())
    assert shown(con, "measure, value", "measure <> 'patients'") == [
        ("discharges", 5.0),
        ("mean_length_of_stay", 4.0),
        ("median_length_of_stay", 3.0),
    ]
    assert con.execute("select count(*), sum(weight) from stats.cell where stratum is not null").fetchone() == (5, 5)


def test_the_median_and_its_limits_agree_with_sorting():
    rng = np.random.default_rng(4)
    con = empty()
    days = np.sort(rng.geometric(0.15, size=60))
    rows = "\n".join(f"2020-02-01 | {day}" for day in rng.permutation(days))
    stays(con, f"discharge_date | length_of_stay\n{rows}")
    build_figures(con, [table_of(**MEDIAN, margins=[{"by": []}])], Settings())
    ((value, lower, upper),) = shown(con, "value, lower, upper", "measure = 'median_length_of_stay'")
    # Ranks 22 and 39 of 60: the tables of the binomial give them 95 % and more.
    assert (value, lower, upper) == (np.median(days), days[21], days[38])


def test_the_records_behind_a_median_are_the_stays_of_known_length():
    con = empty()
    stays(con, FIVE_STAYS)
    build_figures(con, [table_of(**MEDIAN, margins=[{"by": []}])], Settings())
    ((figure, numerator),) = shown(con, "figure_id, numerator", "measure = 'median_length_of_stay'")
    behind = records(con, figure).fetchall()
    assert len(behind) == numerator == 4


def test_the_geometric_mean_takes_stays_of_the_same_day_as_one_day():
    con = empty()
    stays(con, "discharge_date | length_of_stay\n" + "\n".join(f"2020-02-01 | {day}" for day in (0, 2, 4, 8, 8)))
    build_figures(con, [table_of(measures=["geometric_mean_length_of_stay"], margins=[{"by": []}])], Settings())
    ((value, lower, upper, numerator),) = shown(con, "value, lower, upper, numerator")
    logs = np.log([1, 2, 4, 8, 8])
    half = 1.959964 * logs.std(ddof=1) / np.sqrt(5)
    assert numerator == 5
    assert np.allclose((value, lower, upper), np.exp([logs.mean(), logs.mean() - half, logs.mean() + half]))
