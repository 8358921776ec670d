"""What open flags could turn round: bands of funnels and signals of control charts, read off finished figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.influence.bands import other_bands
from transforms.influence.methods.bounds import Bounds
from transforms.influence.signals import TURNED, assess_signals
from transforms.measures import TableSpecification
from transforms.measures.methods.control_charts import control_chart

MONTHS = TableSpecification.model_validate(
    {
        "table_id": "charts", "order": 1, "title": "T", "question": "Q?", "period": "month", "margins": [{"by": []}],
        "measures": ["discharges", "discharges_centre_line"], "breaks": ["2025-03-01"],
    }
)  # fmt: skip
# Fourteen months and, after a break, three.
VALUES = [9.5, 11, 11, 11, 11, 11, 11, 11, 9.5, 5.5, 9, 9.5, 10, 10, 30, 31, 32]
RUN = TURNED["same_side"]


def charted(con, moved: dict[int, tuple[float, float]], expected: dict[int, tuple[float, float]]) -> None:
    """A series of months with its centre line, in which some months have bounds and expected limits of their own."""
    starts = pd.date_range("2024-01-01", periods=len(VALUES), freq="MS")
    chart = control_chart("xmr", np.array([VALUES]), phase=np.repeat([0, 1], [14, 3]))
    rows = []
    for place, (start, value) in enumerate(zip(starts, VALUES, strict=True)):
        low, high = moved.get(place, (value, value))
        likely = expected.get(place, (low, high))
        line = [float(getattr(chart, name)[0, place]) for name in ("centre", "lower", "upper")]
        rows += [
            ("discharges", start, value, None, None, low, high, *likely, 20 + place),
            ("discharges_centre_line", start, *line, None, None, None, None, None),
        ]
    frame = pd.DataFrame(
        rows,
        columns=["measure", "period_start", "value", "lower", "upper", "bound_low", "bound_high", "expected_low",
                 "expected_high", "fewest_bound"],
    )  # fmt: skip
    of_month = frame.index // 2
    frame = frame.assign(
        figure_id=[f"f{place:02}" for place in frame.index], table_id="charts", collection="main", status="value",
        multiplier=1.0, numerator=[VALUES[place] for place in of_month], is_headline=False,
    )  # fmt: skip
    for name in ("lower", "upper", "bound_low", "bound_high", "expected_low", "expected_high", "fewest_bound"):
        frame[name] = frame[name].astype("Float64")
    con.register("frame", frame)
    con.execute("insert into stats.figure by name select * replace (period_start::date as period_start) from frame")
    con.unregister("frame")
    assess_signals(con, [MONTHS])


def said(con, column: str) -> list:
    return [
        value
        for (value,) in con.execute(
            f"select {column} from stats.figure where measure = 'discharges_centre_line' order by figure_id"
        ).fetchall()
    ]


def test_a_month_that_may_cross_the_centre_line_puts_its_neighbours_into_a_run(con):
    charted(con, {8: (9.5, 10.5)}, {})
    assert said(con, "flips") == [None, *[RUN] * 8, *[None] * 8]
    assert said(con, "verdict") == ["robust", *["not_fit"] * 8, *["robust"] * 8]
    assert set(said(con, "bound_kind")) == {"conditional"}


def test_a_signal_that_is_not_expected_to_turn_round_is_sensitive(con):
    charted(con, {8: (9.5, 10.5)}, {8: (9.5, 9.9)})
    assert said(con, "verdict") == ["robust", *["sensitive"] * 8, *["robust"] * 8]


def test_a_month_that_may_come_back_within_the_limits_says_so(con):
    # The moving ranges of the months before the break put the lower limit at 7.65.
    charted(con, {9: (5.5, 8.0)}, {})
    assert said(con, "flips")[9] == TURNED["beyond_limits"]


def test_fewest_records_behind_a_signal_are_those_of_the_months_its_rules_look_at(con):
    charted(con, {}, {})
    assert said(con, "flips") == [None] * 17
    assert said(con, "fewest_bound") == [20 + max(0, place - 7) for place in range(17)]


RATIOS = """
facility | deaths | expected
a        | 200    | 150
b        | 120    | 100
c        | 100    | 100
d        | 50     | 100
unknown  | 300    | 100
"""


def test_places_that_a_bound_puts_over_a_limit_are_in_another_band(con):
    rows = [[cell.strip() for cell in line.split("|")] for line in RATIOS.strip().splitlines()[1:]]
    for place, deaths, expected in rows:
        con.execute(
            "insert into stats.figure (figure_id, table_id, measure, collection, period_start, facility_id, numerator, "
            "denominator, multiplier, value, status) values ($1, 't', 'hospital_standardised_mortality_ratio', 'main', "
            "'2024-01-01', $1, $2, $3, 100, 100 * $2::double / $3::double, 'value')",
            [place, float(deaths), float(expected)],
        )
    value = np.array([float(deaths) / float(expected) * 100 for _, deaths, expected in rows])
    # Exact limits of 100 expected deaths: 81.4 and 121.6 (95 %), 71.9 and 134.9 (99.8 %); of 150: 84.6 and 117.4, and
    # so on outwards; a is above and d below all of them.
    low, high = value.copy(), value.copy()
    high[1], high[2], low[3] = 122.0, 121.0, 40.0
    limits = Bounds(low, high, low, high)
    assert other_bands(con, limits).tolist() == [1]
    low[1], high[1], high[3], high[4] = 110.0, 121.0, 72.0, 900.0
    assert other_bands(con, limits).tolist() == [3]
    assert other_bands(con, Bounds(*(np.full(5, np.nan) for _ in range(4)))).tolist() == []
