"""Months that stand out: control charts of a collection, and the table of its places."""

from __future__ import annotations

import pandas as pd

from reports.blocks import Mark, Table
from reports.sections import signals

HIDDEN = "suppressed_primary"


def months(number: int, facility: str | None = None, hidden: frozenset[int] = frozenset(), **what) -> pd.DataFrame:
    """Discharges of each month with a centre line of 10; `signal` is the number of the month that gives one."""
    start = pd.date_range("2020-01-01", periods=number, freq="MS")
    shared = {
        "table_id": "control_charts", "period_start": start, "period_end": start + pd.offsets.MonthEnd(1),
        "facility_id": facility, "area": None, "sex": None, "age_band": None, "stratum": None, "confidence": 0.95,
    }  # fmt: skip
    shown = [month not in hidden for month in range(number)]
    said = ["outside the control limits" if month == what.get("signal") else None for month in range(number)]
    values = pd.DataFrame({**shared, "measure": "discharges", "value": [12.0 + m for m in range(number)]})
    values = values.assign(
        status=["value" if s else HIDDEN for s in shown], value=values["value"].where(pd.Series(shown)),
        lower=None, upper=None, signal=None, flips="whether it is reliable",
    )  # fmt: skip
    limits = what.get("limits", True)
    lines = pd.DataFrame({**shared, "measure": "discharges_centre_line", "value": 10.0, "signal": said}).assign(
        status="value", lower=4.0 if limits else float("nan"), upper=16.0 if limits else float("nan"),
        flips=["whether it is in a steady rise" if m in what.get("unsure", ()) else None for m in range(number)],
    )  # fmt: skip
    return pd.concat([values, lines], ignore_index=True)


def test_a_control_chart_says_how_many_months_give_a_signal():
    chart = signals.control(months(24, signal=7, hidden=frozenset({3})), "discharges", "Source: group.")
    assert chart.title == "Discharges by month: 1 of 24 months give a signal"
    assert "Aug 2020" in chart.summary
    assert isinstance(chart.table.rows[3][1], Mark)
    assert chart.table.rows[3][2:5] == ["", "", ""]
    assert chart.table.rows[7][-1] == "outside the control limits"


def test_a_control_chart_says_which_months_flags_could_make_or_unmake_a_signal_in():
    chart = signals.control(months(24, unsure=(5, 6)), "discharges", "")
    assert chart.note.endswith("could make or unmake a signal in 2 of 24 months: Jun 2020, Jul 2020.")
    many = signals.control(months(24, unsure=range(16)), "discharges", "")
    assert many.note.endswith("could make or unmake a signal in 16 of 24 months.")
    assert signals.control(months(24), "discharges", "").note.endswith("it is no verdict.")


def test_few_months_hidden_ones_and_a_line_without_limits_have_no_control_chart():
    assert signals.control(months(11), "discharges", "") is None
    assert signals.control(months(24, hidden=frozenset(range(12))), "discharges", "") is None
    assert signals.control(months(24, limits=False), "discharges", "") is None


def test_months_of_places_stand_the_latest_first_and_hidden_ones_not_at_all():
    figures = pd.concat(
        [months(14, "H1", signal=5), months(14, "H2", signal=9), months(14, "H3", signal=4, hidden=frozenset({4}))]
    )
    (table,) = signals.signals_of_places(figures, ("discharges", "deaths"))
    assert isinstance(table, Table)
    assert [row[:2] for row in table.rows] == [["Oct 2020", "H2"], ["Jun 2020", "H1"]]
    assert signals.signals_of_places(figures, ("deaths",)) == []
