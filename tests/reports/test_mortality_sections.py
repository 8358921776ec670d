"""What the report says of deaths: leading causes with their ties, rates over time, areas, life and its first year."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from reports.blocks import Chart, Mark, Text
from reports.periods import Period
from reports.sections import life, mortality

HIDDEN = "suppressed_primary"
YEAR_2020 = Period(dt.date(2020, 1, 1), dt.date(2020, 12, 31))
KEYS = (
    "facility_id", "area", "sex", "age_band", "stratum_name", "stratum", "standard", "scheme", "scheme_version",
    "cause", "cause_title", "lower", "upper", "denominator", "signal", "reason", "method",
    "bound_low", "bound_high", "flips",
)  # fmt: skip


def figures(*rows: dict) -> pd.DataFrame:
    """Released figures: what a row leaves out is null, its year 2020, its status value."""
    table = pd.DataFrame([{"year": 2020, "status": "value", "confidence": 0.95, **row} for row in rows])
    for name in KEYS:
        if name not in table:
            table[name] = None
    for name in ("value", "lower", "upper", "denominator", "bound_low", "bound_high"):
        table[name] = table[name].astype("float64")
    year = table.pop("year")
    start = pd.to_datetime({"year": year, "month": 1, "day": 1})
    return table.assign(period_start=start, period_end=start + pd.offsets.YearEnd(1), collection="main")


def deaths_of(year: int, counts: dict[str, float], ranks: dict[str, float | None]) -> list[dict]:
    table = {"table_id": "leading_causes_of_death", "scheme": "nchs113", "scheme_version": "2020", "year": year}
    found = [
        {**table, "measure": "deaths", "cause": cause, "cause_title": f"Title {cause}", "value": value}
        for cause, value in counts.items()
    ]
    return found + [
        {**table, "measure": "leading_cause_rank", "cause": cause, "cause_title": f"Title {cause}", "value": rank,
         "status": "value" if rank else HIDDEN}
        for cause, rank in ranks.items()
    ]  # fmt: skip


def charts(blocks: list) -> list[Chart]:
    return [block for block in blocks if isinstance(block, Chart)]


def test_causes_that_tie_lead_together_and_hidden_ones_are_left_out():
    table = figures(
        *deaths_of(2020, {"all": 400, "A": 100, "B": 100, "C": 30}, {"A": 1, "B": 1, "C": 3, "D": None}),
    )
    (chart,) = mortality.leading_causes(table, "Source: register.", YEAR_2020)
    assert chart.title == "Title A and Title B: the leading causes of death of 2020, 25.0% of all deaths each"
    assert [row[:3] for row in chart.table.rows] == [
        ["1", "A", "Title A"], ["1", "B", "Title B"], ["3", "C", "Title C"],
    ]  # fmt: skip


def test_without_a_shown_rank_there_is_no_chart_of_ranks():
    table = figures(*deaths_of(2020, {"all": 400, "A": 100}, {"A": None}))
    assert mortality.leading_causes(table, "", YEAR_2020) == []


def test_ranks_of_whole_periods_are_drawn_side_by_side():
    table = figures(
        *deaths_of(2019, {"A": 90, "B": 95}, {"A": 2, "B": 1}),
        *deaths_of(2020, {"A": 100, "B": 80}, {"A": 1, "B": 2}),
        *deaths_of(2021, {"A": 10, "B": 8}, {"A": 1, "B": 2}),
    )
    _, slopes = mortality.leading_causes(table, "", YEAR_2020)
    assert slopes.title == "Which causes of death rose or fell in rank, 2019 to 2020?"
    assert slopes.table.rows == [["A", "Title A", "2", "1"], ["B", "Title B", "1", "2"]]


def test_years_lost_are_those_of_causes_that_are_ranked():
    lost = [
        {"table_id": "years_of_life_lost", "measure": "years_of_potential_life_lost", "cause": cause,
         "cause_title": f"Title {cause}", "value": value}
        for cause, value in {"all": 900, "subtotal": 800, "A": 100, "B": 300, "C": 50}.items()
    ]  # fmt: skip
    table = figures(*deaths_of(2020, {"all": 9}, {"A": 1, "B": 2, "C": None}), *lost)
    (chart,) = mortality.years_lost(table, "", YEAR_2020)
    assert [row[0] for row in chart.table.rows] == ["Title B", "Title A", "Title C"]


def standardised(cause: str | None, values: dict[int, float | None]) -> list[dict]:
    table = "death_rates_standardised_by_113_causes" if cause else "death_rates_standardised"
    return [
        {"table_id": table, "measure": "directly_standardised_rate", "year": year, "value": value, "standard": "us",
         "status": "value" if value else HIDDEN, "cause": cause, "cause_title": f"Title {cause}" if cause else None,
         "scheme": "nchs113" if cause else None}
        for year, value in values.items()
    ]  # fmt: skip


def test_a_rate_by_cause_breaks_where_its_own_group_changes_and_all_causes_never():
    years = {2017: 9.0, 2018: 8.0, 2019: None, 2020: 7.0}
    table = figures(
        *deaths_of(2020, {"all": 9}, {"A": 1, "B": 2}),
        *standardised(None, years), *standardised("A", years), *standardised("B", years),
    )  # fmt: skip
    asked = []

    def breaks(scheme, first, last):
        asked.append((scheme, first, last))
        return [(dt.date(2018, 10, 1), "codes regrouped", "A")]

    every, a, b = mortality.rates(table, "Source: register.", YEAR_2020, breaks, {"us": "US 2000"})
    assert every.title.startswith("All causes:")
    assert every.source == "Source: register. Standard population: US 2000."
    assert [bool(chart.figure.layout.shapes) for chart in (every, a, b)] == [False, True, False]
    assert set(asked) == {("nchs113", dt.date(2017, 1, 1), dt.date(2020, 1, 1))}
    assert isinstance(every.table.rows[2][1], Mark)


def test_areas_stand_in_order_of_their_ratio_and_the_hidden_are_counted():
    ratio = {"table_id": "mortality_ratios_by_area", "measure": "standardised_mortality_ratio"}
    table = figures(
        {**ratio, "area": "North", "value": 90, "lower": 80, "upper": 101, "denominator": 300},
        {**ratio, "area": "South", "value": 140, "lower": 120, "upper": 160, "denominator": 200},
        {**ratio, "area": "West", "status": HIDDEN},
    )
    (chart,) = mortality.rates(table, "", YEAR_2020, lambda *_: [], {})
    assert [row[0] for row in chart.table.rows] == ["South", "North"]
    assert chart.note.endswith("smaller: 1.")


def test_excess_deaths_stand_below_a_line_at_zero():
    rows = [
        {"table_id": "excess_deaths", "measure": "excess_deaths", "year": year, "value": value, "lower": value - 5,
         "upper": value + 5, "stratum": "mean of 3 years", "stratum_name": "baseline"}
        for year, value in {2018: -8.0, 2019: 2.0, 2020: 9.0}.items()
    ]  # fmt: skip
    (chart,) = mortality.excess(figures(*rows), "")
    assert chart.figure.layout.yaxis.range[0] < -13
    assert chart.summary.endswith("would explain: 1.")


def test_life_expectancy_is_said_with_its_interval_and_what_changed_it_is_drawn():
    expected = {"table_id": "life_expectancy", "measure": "life_expectancy", "stratum_name": "age", "stratum": "0"}
    change = {"table_id": "life_expectancy_change", "measure": "life_expectancy_change", "standard": "since_2019"}
    table = figures(
        {**expected, "year": 2019, "value": 80.5, "lower": 80.2, "upper": 80.8},
        {**expected, "value": 80.0, "lower": 79.7, "upper": 80.3},
        {**change, "cause": "all", "value": -0.5},
        {**change, "cause": "A", "value": -0.7},
        {**change, "cause": "B", "value": 0.3},
        {**change, "cause": "C", "value": -0.1},
        {**change, "cause": "D", "status": HIDDEN},
    )
    said, chart = life.expectancy(table, "", YEAR_2020)
    assert said.text.startswith("Life expectancy at birth was 80.0 years (95% interval 79.7 to 80.3) in 2020")
    assert chart.title.startswith("Life expectancy at birth in 2020: 0.5 years less than in 2019.")
    assert [row[0] for row in chart.table.rows] == ["B", "C", "A", "All causes"]
    bars = chart.figure.data[0]
    assert [round(value, 1) for value in bars.x] == [0.3, -0.1, -0.7]


@pytest.mark.parametrize(("hidden", "expected"), [(False, Chart), (True, Text)])
def test_survival_is_drawn_where_enough_of_its_ages_are_shown(hidden, expected):
    rows = [
        {"table_id": "life_table", "measure": "life_table_survivors", "sex": sex, "stratum_name": "age",
         "stratum": str(age), "value": None if hidden and age else 100_000 - 900 * age,
         "status": HIDDEN if hidden and age else "value"}
        for sex in ("F", "M") for age in range(0, 90, 10)
    ]  # fmt: skip
    (block,) = life.expectancy(figures(*rows), "", YEAR_2020)
    assert isinstance(block, expected)
    if not hidden:
        assert [trace.name for trace in block.figure.data] == [None, None]
        assert "at least 50 of female and at least 50 of male" in block.summary


def test_few_infant_deaths_are_a_sentence_and_many_a_chart():
    rate = {"table_id": "infant_mortality", "lower": 2.0, "upper": 9.0}
    few = figures({**rate, "measure": "infant_mortality_rate", "value": 4.0, "status": "unreliable"})
    (said,) = life.infants_and_mothers(few, "", YEAR_2020)
    assert said.text.startswith("Infant mortality was 4 per 1,000 live births")
    assert said.text.endswith("It rests on too few events to be relied on.")
    many = figures(*[{**rate, "measure": name, "value": 4.0} for name in life.INFANT])
    (chart,) = life.infants_and_mothers(many, "", YEAR_2020)
    assert chart.table.rows[0][0] == "Infant mortality"


def test_a_collection_without_such_tables_has_nothing():
    table = figures({"table_id": "deaths", "measure": "deaths", "value": 9.0})
    assert mortality.leading_causes(table, "", YEAR_2020) == []
    assert mortality.years_lost(table, "", YEAR_2020) == []
    assert mortality.rates(table, "", YEAR_2020, lambda *_: [], {}) == []
    assert mortality.excess(table, "") == []
    assert life.expectancy(table, "", YEAR_2020) == []
    assert life.infants_and_mothers(table, "", YEAR_2020) == []
