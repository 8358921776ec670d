"""Figures of a few records, worked out by hand."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from tests.measures.warehouse import deaths, empty, shown, stays, table_of
from transforms.measures import Settings, build_figures

ACTIVITY = ["discharges", "patients", "bed_days", "mean_length_of_stay", "in_hospital_deaths", "in_hospital_mortality"]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_activity_of_five_stays():
    con = empty()
    stays(
        con,
        """
        patient_id | discharge_date | length_of_stay | died  | counts_as_discharge
        P1         | 2020-03-01     | 4              | false | true
        P1         | 2020-05-01     | 0              | true  | true
        P2         | 2020-07-01     | 11             |       | true
                   | 2020-08-01     |                | false | true
        P3         | 2020-09-01     | 90             | true  | false
        """,
    )
    build_figures(con, [table_of(measures=ACTIVITY, margins=[{"by": []}])])
    assert shown(con, "measure, numerator, denominator, value, records, denominator_records, left_out, status") == [
        ("bed_days", 15.0, None, 15.0, 3, None, 1, "value"),
        ("discharges", 4.0, None, 4.0, 4, None, None, "value"),
        ("in_hospital_deaths", 1.0, None, 1.0, 1, 3, 1, "value"),
        ("in_hospital_mortality", 1.0, 3.0, 1 / 3, 1, 3, 1, "value"),
        ("mean_length_of_stay", 15.0, 3.0, 5.0, 3, 3, 1, "value"),
        ("patients", 2.0, None, 2.0, 2, None, 1, "value"),
    ]
    mean, lower, upper = shown(con, "value, lower, upper", "measure = 'mean_length_of_stay'")[0]
    error = math.sqrt(((4 - 5) ** 2 + (0 - 5) ** 2 + (11 - 5) ** 2) / 2 / 3)
    assert lower == max(mean - 1.959963984540054 * error, 0)
    assert upper == pytest.approx(mean + 1.959963984540054 * error)


def test_unknown_is_a_row_and_never_zero():
    con = empty()
    stays(
        con,
        """
        discharge_date | facility_id | sex | age_years | length_of_stay
        2020-03-01     | F1          | F   | 0         |
        2020-03-01     |             | U   |           |
                       | F1          | M   | 85        |
        """,
    )
    margins = [{"by": []}, {"by": ["facility_id"]}, {"by": ["sex"]}, {"by": ["age_band"]}]
    build_figures(con, [table_of(measures=["discharges", "bed_days"], margins=margins)])
    assert shown(con, "facility_id, sex, age_band, year(period_start), value", "measure = 'discharges'") == [
        ("F1", None, None, 2020, 1.0),
        ("F1", None, None, None, 1.0),
        ("unknown", None, None, 2020, 1.0),
        (None, "F", None, 2020, 1.0),
        (None, "M", None, None, 1.0),
        (None, "U", None, 2020, 1.0),
        (None, None, "0", 2020, 1.0),
        (None, None, "85+", None, 1.0),
        (None, None, "unknown", 2020, 1.0),
        (None, None, None, 2020, 2.0),
        (None, None, None, None, 1.0),
    ]
    assert set(shown(con, "numerator, value, status, reason", "measure = 'bed_days'")) == {
        (None, None, "not_applicable", "no stay with a known length")
    }


def test_zero_stands_only_where_the_sources_cover():
    con = empty()
    stays(con, "discharge_date\n2020-03-01\n2020-05-10")
    con.execute("insert into core.coverage values ('test', 'main', 'encounter', '2020-03-01', '2020-05-15', true)")
    build_figures(con, [table_of(measures=["discharges"], period="month", margins=[{"by": [], "complete": True}])])
    assert shown(con, "period_start, period_end, value, status, reason") == [
        (day("2020-03-01"), day("2020-03-31"), 1.0, "value", None),
        (day("2020-04-01"), day("2020-04-30"), 0.0, "value", None),
        (
            day("2020-05-01"),
            day("2020-05-31"),
            1.0,
            "provisional",
            "the sources cover 15 of the 31 days of this period",
        ),
    ]


@pytest.mark.parametrize(
    ("period", "year_start", "start", "end"),
    [
        ("year", 1, "2020-01-01", "2020-12-31"),
        ("year", 4, "2019-04-01", "2020-03-31"),
        ("quarter", 1, "2020-01-01", "2020-03-31"),
        ("quarter", 2, "2020-02-01", "2020-04-30"),
        ("month", 7, "2020-02-01", "2020-02-29"),
    ],
)
def test_periods_follow_the_settings(period, year_start, start, end):
    con = empty()
    stays(con, "discharge_date\n2020-02-29")
    build_figures(
        con, [table_of(measures=["discharges"], margins=[{"by": []}])], Settings(period=period, year_start=year_start)
    )
    assert shown(con, "period_start, period_end, value") == [(day(start), day(end), 1.0)]


def test_a_date_goes_no_further_than_it_is_known():
    con = empty()
    stays(
        con,
        """
        collection | discharge_date | date_precision
        years      | 2020-01-01     | year
        years      | 2020-01-01     | month
        moved      | 2150-06-01     | shifted
        """,
    )
    yearly = table_of(measures=["discharges"], margins=[{"by": []}])
    monthly = table_of(table_id="monthly", measures=["discharges"], period="month", margins=[{"by": []}])
    build_figures(con, [yearly, monthly])
    assert shown(con, "table_id, collection, period_start, value") == [
        ("monthly", "years", day("2020-01-01"), 1.0),
        ("monthly", "years", None, 1.0),
        ("table", "moved", None, 1.0),
        ("table", "years", day("2020-01-01"), 2.0),
    ]


def test_a_survey_gives_estimates_with_kishs_variance():
    con = empty()
    stays(
        con,
        """
        discharge_date | length_of_stay | died  | weight | weight_kind
        2010-03-01     | 2              | false | 100    | sampling
        2010-03-02     | 4              | true  | 300    | sampling
        """,
    )
    build_figures(con, [table_of(measures=ACTIVITY, margins=[{"by": []}])])
    found = {row[0]: row[1:] for row in shown(con, "measure, value, records, method, weight_kind, status, reason")}
    doubt = ("sampling", "unreliable", "fewer than 30 records of the survey")
    assert found == {
        "discharges": (400.0, 2, "kish_poisson", *doubt),
        "bed_days": (1400.0, 2, "kish_poisson", *doubt),
        "mean_length_of_stay": (3.5, 2, "kish_normal", *doubt),
        "in_hospital_deaths": (300.0, 1, "kish_poisson", *doubt),
        "in_hospital_mortality": (0.75, 1, "kish_wilson", *doubt),
        "patients": (None, 0, None, "sampling", "not_applicable", "a survey does not count patients"),
    }
    # Effective size (100 + 300)² / (100² + 300²) = 1.6 records.
    lower, upper = shown(con, "lower, upper", "measure = 'in_hospital_mortality'")[0]
    z2 = 1.959963984540054**2
    half = math.sqrt(z2) * math.sqrt(0.75 * 0.25 / 1.6 + z2 / (4 * 1.6**2))
    assert lower == pytest.approx((0.75 + z2 / 3.2 - half) / (1 + z2 / 1.6))
    assert upper == pytest.approx((0.75 + z2 / 3.2 + half) / (1 + z2 / 1.6))


def test_a_row_of_counts_counts_as_its_weight():
    con = empty()
    deaths(
        con,
        """
        death_date | date_precision | sex | weight
        2019-01-01 | year           | F   | 12
        2019-01-01 | year           | M   | 30
        """,
    )
    build_figures(con, [table_of(measures=["deaths"], margins=[{"by": []}, {"by": ["sex"]}])])
    assert shown(con, "sex, value, records, method, weight_kind") == [
        ("F", 12.0, 12, "exact_poisson", "frequency"),
        ("M", 30.0, 30, "exact_poisson", "frequency"),
        (None, 42.0, 42, "exact_poisson", "frequency"),
    ]


def test_filters_choose_the_records():
    con = empty()
    stays(con, "discharge_date | sex\n2020-01-01 | F\n2020-01-01 | M\n2020-01-01 | F")
    build_figures(con, [table_of(measures=["discharges"], margins=[{"by": []}], filters={"sex": ["F"]})])
    assert shown(con, "value") == [(2.0,)]


def test_age_bands_are_the_first_that_the_ages_fill():
    con = empty()
    deaths(
        con,
        """
        collection | death_date | age_years | age_years_max
        exact      | 2019-01-01 | 3         | 3
        ranges     | 2019-01-01 | 1         | 9
        ranges     | 2019-01-01 | 80        |
        neither    | 2019-01-01 | 3         | 33
        """,
    )
    sets = ["infant_five_year", "infant_nine_five_year"]
    build_figures(con, [table_of(measures=["deaths"], age_bands=sets, margins=[{"by": ["age_band"]}])])
    assert shown(con, "collection, age_band") == [
        ("exact", "1-4"),
        ("neither", "unknown"),
        ("ranges", "1-9"),
        ("ranges", "80+"),
    ]
