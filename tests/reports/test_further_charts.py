"""Charts of ratios, signals, ranks and life tables, each on a table of a few rows."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from reports.charts import control_chart, forest, funnel, rank_slopes, ranked_bars, survival_curves, trend

HIDDEN = "suppressed_primary"
YEARS = [dt.date(year, 1, 1) for year in (2014, 2015, 2016, 2017)]


def yearly(**columns):
    return pd.DataFrame({"period_start": YEARS, "label": [str(day.year) for day in YEARS], "status": "value"} | columns)


def test_a_trend_is_not_drawn_across_a_break():
    table = yearly(value=[4.0, 3.0, 2.0, 1.0], lower=[3.0, 2.0, 1.0, 0.5], upper=[5.0, 4.0, 3.0, 2.0])
    chart = trend(table, kind="rate", axis="Rate", breaks=[(dt.date(2015, 10, 1), "<b>ICD-10</b>")])
    lines = [list(trace.y) for trace in chart.data if trace.mode == "lines+markers"]
    assert [[y for y in line if y == y] for line in lines] == [[4.0, 3.0], [2.0, 1.0]]
    bands = [trace for trace in chart.data if trace.fill == "toself"]
    assert [list(band.x) for band in bands] == [
        ["2014-01-01", "2015-01-01", "2015-01-01", "2014-01-01"],
        ["2016-01-01", "2017-01-01", "2017-01-01", "2016-01-01"],
    ]
    assert "&lt;b&gt;ICD-10" in chart.layout.annotations[0].text


def test_a_funnel_names_who_is_far_out_and_leaves_the_hidden_out():
    places = pd.DataFrame(
        {
            "label": ["North", "South", "East", "West"],
            "size": [100, 200, 300, 400],
            "value": [0.05, 0.2, 0.08, None],
            "status": ["value", "value", "value", HIDDEN],
            "band": ["within", "outside_998", "outside_95", None],
        }
    )
    limits = pd.DataFrame(
        {"size": [100, 400], "lower_95": [0.01, 0.03], "upper_95": [0.09, 0.07], "lower_998": [0, 0.02],
         "upper_998": [0.12, 0.08]}
    )  # fmt: skip
    chart = funnel(places, limits, kind="share", axis="Mortality", size_axis="Discharges", reference=0.05)
    points = next(trace for trace in chart.data if trace.mode == "markers")
    assert list(points.x) == [100, 200, 300]
    assert list(points.marker.symbol) == ["circle", "diamond", "diamond"]
    assert points.marker.color[1] != points.marker.color[2]
    named = [note for note in chart.layout.annotations if note.text == "South"]
    assert [note.x for note in named] == [pytest.approx(math.log10(200))]


def test_a_control_chart_has_limits_of_each_phase_and_says_its_signals():
    table = yearly(
        value=[10.0, 30.0, 11.0, None],
        centre=[12.0, 12.0, 10.0, 10.0],
        lower_limit=[2.0, 2.0, 1.0, 1.0],
        upper_limit=[22.0, 22.0, 19.0, 19.0],
        phase=[0, 0, 1, 1],
        signal=[None, "beyond the limits", None, None],
    ).assign(status=["value", "value", "value", HIDDEN])
    chart = control_chart(table, kind="count", axis="Discharges")
    points = next(trace for trace in chart.data if trace.mode == "markers")
    assert list(points.marker.symbol) == ["circle", "diamond", "circle", "circle"]
    assert points.customdata[1][1].endswith("; beyond the limits")
    assert points.y[3] != points.y[3]
    limits = [list(trace.y) for trace in chart.data if trace.line.dash == "dash"]
    assert limits == [[22.0, 22.0], [2.0, 2.0], [19.0, 19.0], [1.0, 1.0]]


def test_ranks_that_fall_are_dotted_and_a_missing_rank_is_a_gap():
    table = pd.DataFrame(
        [("Heart", "1", "2019", 1), ("Heart", "1", "2020", 2), ("Covid", "2", "2020", 1), ("Far", "3", "2020", 40)],
        columns=["label", "code", "period", "rank"],
    )
    chart = rank_slopes(table, ["2019", "2020"])
    covid, heart = chart.data
    assert list(heart.y) == [1, 2]
    assert heart.line.dash == "dot"
    assert covid.y[0] != covid.y[0]
    assert covid.y[1] == 1
    assert chart.layout.yaxis.range[0] > chart.layout.yaxis.range[1]


def test_survival_falls_from_a_hundred():
    table = pd.DataFrame(
        {"group": ["Female"] * 3, "age": [0, 50, 90], "survivors": [100_000.0, 95_000.0, None]},
    )
    (line,) = survival_curves(table).data
    assert list(line.y[:2]) == [100.0, 95.0]
    assert line.y[2] != line.y[2]


def test_a_forest_plot_is_logarithmic_and_draws_no_hidden_ratio():
    table = pd.DataFrame(
        {
            "label": ["North", "South", "East", "West"],
            "value": [50.0, 110.0, 0.0, None],
            "lower": [40.0, 80.0, 0.0, None],
            "upper": [62.0, 150.0, 90.0, None],
            "weight": [400.0, 100.0, None, None],
            "status": ["value", "value", "value", HIDDEN],
        }
    )
    chart = forest(table, axis="SMR")
    squares = chart.data[0]
    assert chart.layout.xaxis.type == "log"
    assert squares.x[2] > 0
    assert squares.x[3] != squares.x[3]
    assert squares.marker.size[0] > squares.marker.size[1]
    assert [text.removeprefix("&nbsp;") for text in chart.data[1].text][2:] == ["0.0", "[c]"]


def test_causes_that_share_a_rank_stand_below_one_another():
    table = pd.DataFrame(
        [("Heart", "1", "2020", 1), ("Covid", "2", "2020", 2), ("Cancer", "3", "2020", 2), ("Fall", "4", "2020", 4)],
        columns=["label", "code", "period", "rank"],
    )
    chart = rank_slopes(table, ["2020"])
    assert sorted(line.y[0] for line in chart.data) == [1, 2, 3, 4]
    assert sorted(line.text[0] for line in chart.data) == ["1", "2", "2", "4"]


def test_an_unreliable_place_is_a_cross_in_a_funnel():
    places = pd.DataFrame(
        {"label": ["A"], "size": [10.0], "value": [0.0], "status": ["unreliable"], "band": ["outside_998"]}
    )
    limits = pd.DataFrame(
        {"size": [5, 20], "lower_95": [40, 60], "upper_95": [180, 150], "lower_998": [20, 40], "upper_998": [220, 180]}
    )
    chart = funnel(places, limits, kind="rate", axis="Ratio", size_axis="Expected", reference=100.0)
    points = next(trace for trace in chart.data if trace.mode == "markers")
    assert list(points.marker.symbol) == ["x-thin-open"]


def test_a_bar_below_zero_has_its_number_on_the_left_and_room_for_it():
    table = pd.DataFrame(
        {"label": ["Up", "Down"], "value": [0.2, -0.8], "lower": None, "upper": None, "status": "value"}
    )
    chart = ranked_bars(table, kind="mean", axis="Years")
    assert list(chart.data[1].textposition) == ["middle right", "middle left"]
    assert chart.layout.xaxis.range[0] < -0.8


def test_an_unreliable_point_of_a_trend_is_a_cross():
    table = yearly(value=[1.0, 2.0, 3.0, 4.0], lower=[0.5] * 4, upper=[6.0] * 4)
    chart = trend(table.assign(status=["value", "unreliable", "value", "value"]), kind="rate", axis="Rate")
    line = next(trace for trace in chart.data if trace.mode == "lines+markers")
    assert list(line.marker.symbol) == ["circle", "x-thin-open", "circle", "circle"]


@pytest.mark.parametrize(("upper", "expected"), [(130, [90, 100, 110, 120, 130]), (300, [100, 150, 200, 300])])
def test_a_forest_plot_has_ticks_enough_to_read_it(upper, expected):
    table = pd.DataFrame(
        {"label": ["A"], "value": [110.0], "lower": [100.0], "upper": [float(upper)], "weight": [9.0],
         "status": ["value"]}
    )  # fmt: skip
    chart = forest(table, axis="SMR")
    assert list(chart.layout.xaxis.tickvals) == expected
