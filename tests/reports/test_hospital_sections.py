"""What the report says of hospital care: ratios in a funnel, facilities side by side, diagnoses and comorbidities."""

from __future__ import annotations

import pandas as pd
import pytest

from reports.blocks import Chart, Text
from reports.figure_sheets import _cause_text, _sheet_name
from reports.sections import hospital
from tests.reports.test_mortality_sections import HIDDEN, YEAR_2020, figures

RATIO = {
    "table_id": "hospital_mortality_ratios", "measure": "hospital_standardised_mortality_ratio", "lower": 60.0,
    "upper": 180.0,
}  # fmt: skip


def test_facilities_stand_in_a_funnel_and_the_hidden_do_not():
    table = figures(
        {**RATIO, "facility_id": "H1", "value": 100.0, "denominator": 50.0},
        {**RATIO, "facility_id": "H2", "value": 200.0, "denominator": 80.0,
         "signal": "above the 99.8 % limits of the funnel"},
        {**RATIO, "facility_id": "unknown", "value": 130.0, "denominator": 60.0,
         "signal": "above the 95 % limits of the funnel"},
        {**RATIO, "facility_id": "H4", "status": HIDDEN, "lower": None, "upper": None},
    )  # fmt: skip
    funnel, forest = hospital.ratios(table, "Source: group.", YEAR_2020)
    assert funnel.title.endswith("1 of 3 facilities is outside the limits of 99.8%")
    points = next(trace for trace in funnel.figure.data if trace.mode == "markers")
    assert list(points.x) == [80.0, 60.0, 50.0]
    assert list(points.marker.symbol) == ["diamond", "diamond", "circle"]
    assert [row[0] for row in forest.table.rows] == ["H2", "Facility not known", "H1"]
    assert funnel.note.endswith("Not drawn, since hidden: 1.")


def test_limits_of_few_facilities_are_exact():
    """Poisson limits of a ratio with 80 deaths expected: 0.793 to 1.245 at 95 %, chi-square quantiles over 160."""
    table = figures(
        {**RATIO, "facility_id": "H1", "value": 100.0, "denominator": 80.0},
        {**RATIO, "facility_id": "H2", "value": 90.0, "denominator": 80.0},
    )
    funnel, _ = hospital.ratios(table, "", YEAR_2020)
    lines = [trace for trace in funnel.figure.data if trace.mode == "lines"]
    place = min(range(60), key=lambda index: abs(lines[0].x[index] - 80))
    assert [line.y[place] for line in lines[:2]] == pytest.approx([79.3, 124.5], abs=0.3)


def test_one_facility_is_no_funnel():
    table = figures({**RATIO, "facility_id": "H1", "value": 100.0, "denominator": 80.0})
    assert hospital.ratios(table, "", YEAR_2020) == []


def test_readmissions_and_coding_of_facilities_are_held_against_all():
    sizes = [
        {"table_id": "activity", "measure": "discharges", "facility_id": place, "value": size}
        for place, size in (("H1", 10), ("H2", 30), ("H3", 5), ("H4", 4))
    ]
    coding = {"table_id": "coding_profile", "measure": "mean_secondary_diagnoses", "lower": 2.0, "upper": 4.0}
    table = figures(
        *sizes,
        {**coding, "value": 3.0},
        {**coding, "facility_id": "H1", "value": 2.5},
        {**coding, "facility_id": "H2", "value": 3.5},
        *[
            {
                **coding,
                "measure": "unspecified_principal_share",
                "facility_id": place,
                "value": value,
                "status": "value" if value else HIDDEN,
            }
            for place, value in (("H1", 0.1), ("H2", 0.2), ("H3", None), ("H4", None))
        ],
        {"table_id": "readmissions", "measure": "readmission_rate_30_day", "facility_id": "H1", "value": 0.1},
    )
    (chart,) = hospital.facilities(table, "", YEAR_2020)
    assert chart.title == "Where are more or fewer diagnoses coded for a stay, 2020?"
    assert [row[0] for row in chart.table.rows] == ["H2", "H1"]
    assert [shape.x0 for shape in chart.figure.layout.shapes] == [3.0]


def test_shares_of_many_facilities_stand_in_a_funnel():
    sizes = [
        {"table_id": "activity", "measure": "discharges", "facility_id": f"H{place:02}", "value": 1000}
        for place in range(12)
    ]
    back = {"table_id": "readmissions", "measure": "readmission_rate_30_day", "denominator": 1000.0}
    shares = [
        {**back, "facility_id": f"H{place:02}", "numerator": count, "value": count / 1000}
        for place, count in enumerate([95, 97, 99, 100, 100, 101, 101, 102, 103, 104, 105, 200])
    ]
    (chart,) = hospital.facilities(figures(*sizes, *shares), "", YEAR_2020)
    assert chart.title == (
        "Where are patients back in hospital within 30 days, 2020? 1 of 12 facilities is outside the limits of 99.8%"
    )
    points = next(trace for trace in chart.figure.data if trace.mode == "markers")
    assert [y for y, shape in zip(points.y, points.marker.symbol, strict=True) if shape == "diamond"] == [20.0]
    # H10 could come to where H11 is, H00 is hidden, and H05 stays among the others.
    bounds = {10: (0.105, 0.2), 5: (0.1, 0.102), 11: (0.19, 0.21)}
    moved = [
        {**row, "bound_low": low, "bound_high": high}
        for place, row in enumerate(shares)
        for low, high in [bounds.get(place, (None, None) if place == 0 else (row["value"], row["value"]))]
    ]
    (chart,) = hospital.facilities(figures(*sizes, *moved), "", YEAR_2020)
    assert chart.note.endswith("They could change H10: its band in the funnel.")


def test_neighbouring_groups_are_one_until_none_tells_a_hidden_count():
    groups = pd.DataFrame({"trials": [100, 100, 100, 90], "observed": [3, 9, 40, 2], "expected": [4.0, 8.0, 39.0, 3.0]})

    class Hiding:
        def hides(self, value):
            return 0 < value < 11

    assert hospital._merged(groups, Hiding()) == [(200.0, 12.0, 12.0), (190.0, 42.0, 42.0)]


def test_diagnoses_have_their_lengths_comorbidities_and_readmissions():
    def group(table_id, measure, values):
        return [
            {"table_id": table_id, "measure": measure, "cause": cause, "cause_title": f"Title {cause}",
             "value": value, "scheme_version": "v", "denominator": 100.0, "lower": value / 2, "upper": value * 2}
            for cause, value in values.items()
        ]  # fmt: skip

    table = figures(
        *group("length_of_stay_by_chapter", "median_length_of_stay", {"all": 4.0, "I": 3.0, "II": 7.0, "IX": 5.0}),
        *group("comorbidity_elixhauser_quan", "comorbidity_prevalence", {"all": 1.0, "A": 0.2, "B": 0.3, "C": 0.1}),
        {"table_id": "readmissions", "measure": "readmission_rate_30_day", "value": 0.1, "lower": 0.08, "upper": 0.12},
    )
    lengths, comorbidities, back = hospital.diagnoses(table, "", YEAR_2020)
    assert isinstance(lengths, Chart)
    assert [row[0] for row in lengths.table.rows] == ["Title II", "Title IX", "Title I"]
    assert [row[0] for row in comorbidities.table.rows] == ["Title B", "Title A", "Title C"]
    assert isinstance(back, Text)
    assert back.text.startswith("Readmission within 30 days was 10.0% (95% interval 8.0% to 12.0%) in 2020")


def test_a_collection_without_such_tables_has_nothing():
    table = figures({"table_id": "activity", "measure": "discharges", "value": 9.0})
    assert hospital.ratios(table, "", YEAR_2020) == []
    assert hospital.facilities(table, "", YEAR_2020) == []
    assert hospital.diagnoses(table, "", YEAR_2020) == []


def test_names_of_sheets_are_short_and_differ_to_excel():
    taken = {"contents"}
    long = "death_rates_standardised_by_113_causes"
    names = [_sheet_name(name, 0, taken) for name in (long, long.upper(), "contents")]
    names.append(_sheet_name(long, 1, taken))
    assert names == [
        "death_rates_standardised_by_113", "DEATH_RATES_STANDARDISED_BY (2)", "contents (2)",
        "death_rates_standardised_by (3)",
    ]  # fmt: skip
    assert all(len(name) <= 31 for name in names)


def test_a_row_that_is_not_split_by_cause_is_about_all_of_them():
    assert [_cause_text(*pair) for pair in ((None, None), ("all", "All causes"), ("IX", "Circulation"))] == [
        ["", "All"], ["", "All causes"], ["IX", "Circulation"],
    ]  # fmt: skip
