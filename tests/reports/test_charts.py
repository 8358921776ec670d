"""Each chart on a table of a few rows."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from reports.charts import age_sex_pyramid, heat_map, interval_dots, ranked_bars, trend
from reports.charts.style import PAPER, coded, plain, wrapped

HIDDEN = "suppressed_primary"


def _bars(chart):
    return [trace for trace in chart.data if trace.type == "bar"]


def _texts(chart):
    return [text for trace in chart.data if trace.type == "scatter" and trace.text is not None for text in trace.text]


@pytest.fixture
def causes():
    return pd.DataFrame(
        {
            "label": ["Heart failure", "<b>Sepsis</b>", "Epilepsy"],
            "code": ["CIR019", "INF002", None],
            "value": [40.0, 20.0, None],
            "lower": [28.6, 12.2, None],
            "upper": [54.5, 30.9, None],
            "status": ["value", "provisional", HIDDEN],
        }
    )


def test_ranked_bars_keep_the_order_and_draw_intervals(causes):
    chart = ranked_bars(causes, kind="count", axis="Discharges")
    (bars,) = _bars(chart)
    assert list(bars.x[:2]) == [40.0, 20.0]
    assert list(bars.error_x.array[:2]) == pytest.approx([14.5, 10.9])
    assert chart.layout.yaxis.range == (2.5, -0.5)
    assert chart.layout.xaxis.range[0] == 0


def test_ranked_bars_mark_hidden_and_provisional(causes):
    chart = ranked_bars(causes, kind="count", axis="Discharges")
    assert [text.removeprefix("&nbsp;") for text in _texts(chart)] == ["40", "20 [p]", "[c]"]
    assert _bars(chart)[0].x[2] != _bars(chart)[0].x[2]
    assert _bars(chart)[0].marker.color[1] == PAPER


def test_labels_move_above_the_bars_on_a_narrow_screen(causes):
    chart = ranked_bars(causes, kind="count", axis="Discharges")
    narrow = chart.layout.meta["narrow"]
    assert narrow["yaxis"]["showticklabels"] is False
    assert len(narrow["annotations"]) == 3
    assert "&lt;b&gt;Sepsis&lt;/b&gt;" in narrow["annotations"][1]["text"]


def test_one_bar_in_colour_and_the_rest_in_grey(causes):
    colours = _bars(ranked_bars(causes, kind="count", axis="x", highlight=1))[0].marker.line.color
    assert colours[0] != colours[1] == colours[2]


def test_dots_apart_from_the_reference_have_a_colour_and_a_shape_of_their_own():
    table = pd.DataFrame(
        {
            "label": ["North", "South", "West"],
            "value": [0.05, 0.09, None],
            "lower": [0.04, 0.07, None],
            "upper": [0.06, 0.11, None],
            "status": ["value", "value", HIDDEN],
        }
    )
    chart = interval_dots(table, kind="share", axis="%", reference=0.055)
    assert list(chart.data[0].x[:2]) == pytest.approx([5.0, 9.0])
    assert list(chart.data[0].marker.symbol) == ["circle", "diamond", "circle"]
    assert chart.layout.shapes[0].x0 == pytest.approx(5.5)
    assert "[c]" in _texts(chart)[2]


def test_trend_breaks_at_a_hidden_point_and_dots_the_provisional():
    months = [dt.date(2023, month, 1) for month in (1, 2, 3, 4)]
    table = pd.DataFrame(
        {
            "period_start": months,
            "label": ["Jan 2023", "Feb 2023", "Mar 2023", "Apr 2023"],
            "value": [100.0, None, 120.0, 50.0],
            "lower": [81.4, None, 99.5, 37.1],
            "upper": [121.6, None, 143.5, 65.9],
            "status": ["value", HIDDEN, "value", "provisional"],
        }
    )
    chart = trend(table, kind="count", axis="Deaths")
    lines = {trace.mode: trace for trace in chart.data if trace.hovertemplate and trace.mode == "lines+markers"}
    firm = list(lines["lines+markers"].y)
    assert firm[0] == 100.0
    assert firm[1] != firm[1]
    assert firm[3] != firm[3]
    squares = [trace for trace in chart.data if trace.marker.symbol == "square-open"]
    assert list(squares[0].x) == ["2023-02-01"]
    assert chart.layout.annotations[0].text == "50 [p]"
    assert chart.layout.yaxis.range[0] == 0


def test_pyramid_has_a_side_for_each_sex_and_marks_for_the_hidden():
    table = pd.DataFrame(
        {
            "age_band": ["0", "0", "1-4", "1-4"],
            "sex": ["M", "F", "M", "F"],
            "value": [30.0, 20.0, None, 0.0],
            "status": ["value", "value", HIDDEN, "value"],
        }
    )
    chart = age_sex_pyramid(table, axis="Deaths")
    male, female = _bars(chart)
    assert male.x[0] == -30.0
    assert female.x[0] == 20.0
    assert sorted(_texts(chart)) == ["0", "[c]"]
    assert all("-" not in text and "\u2212" not in text for text in chart.layout.xaxis.ticktext)


def test_heat_map_tells_zero_hidden_and_not_applicable_apart():
    table = pd.DataFrame(
        {
            "panel": ["All"] * 4,
            "label": ["Heart"] * 4,
            "code": ["09"] * 4,
            "age_band": ["0", "1-4", "5-9", "10-14"],
            "value": [0.0, None, None, 0.25],
            "status": ["value", HIDDEN, "not_applicable", "value"],
        }
    )
    chart = heat_map(table, legend="% of deaths")
    absent, present = [trace for trace in chart.data if trace.type == "heatmap"]
    assert [list(row) for row in present.z] == [[0.0, None, None, 25.0]]
    assert [list(row) for row in absent.z] == [[None, 1, 0, None]]
    assert _texts(chart) == ["0", "c", "z", "25"]


def test_empty_tables_draw_empty_charts():
    none = pd.DataFrame({name: [] for name in ("label", "code", "value", "lower", "upper", "status")})
    assert _bars(ranked_bars(none, kind="count", axis="x"))[0].x.size == 0
    people = pd.DataFrame({name: [] for name in ("age_band", "sex", "value", "status")})
    assert len(_bars(age_sex_pyramid(people, axis="x"))) == 2


def test_data_text_is_made_harmless():
    assert plain("<a href='x'>&amp;") == "&lt;a href='x'&gt;&amp;amp;"
    assert wrapped("<i>one</i> two", width=80) == "&lt;i&gt;one&lt;/i&gt; two"
    assert "<b>" not in coded("<b>bold</b>", "<b>")


def test_a_long_label_gives_way_to_its_code():
    text = coded("word " * 40, "A00-B99", width=40)
    first, second = text.split("<br>")
    assert len(first) <= 40
    assert "\u2026" in second
    assert "A00-B99" in second
