"""Rates of infants and mothers by births: whom each counts, what it divides by, and what is said without births."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import covers, deaths, empty, shown, table_of
from transforms.measures import Settings, build_figures, records
from transforms.measures.definitions.births import BIRTHS
from transforms.measures.methods.poisson import exact_poisson

NONE = Settings(reliability="none")
INFANTS = """
death_date | sex | age_years | age_days | weight | area
2021-01-05 | F   | 0         | 0        | 4      | A
2021-01-05 | M   | 0         | 6        | 2      | A
2021-02-05 | M   | 0         | 7        | 3      | B
2021-02-05 | F   | 0         | 27       | 1      | B
2021-03-05 | F   | 0         | 28       | 5      | B
2021-03-05 | F   | 0         | 364      | 6      |
2021-03-05 | F   | 0         |          | 9      | B
2021-03-05 | F   | 1         |          | 50     | A
2021-03-05 | F   |           |          | 7      | A
"""
MOTHERS = """
death_date | sex | age_years | system | underlying_cause | pregnancy_status  | weight
2021-03-05 | F   | 30        | icd10  | O721             |                   | 3
2021-03-05 | F   | 30        | icd10  | O95              | 43_days_to_1_year | 2
2021-03-05 | F   | 30        | icd10  | O961             |                   | 5
2021-03-05 | F   | 30        | icd10  | O970             |                   | 90
2021-03-05 | F   | 30        | icd10  | A34              |                   | 1
2021-03-05 | F   | 30        | icd10  | O987             | within_42_days    | 4
2021-03-05 | F   | 30        | icd10  | B24              | within_42_days    | 6
2021-03-05 | F   | 30        | icd10  | B24              |                   | 60
2021-03-05 | M   | 30        | icd10  | O721             |                   | 70
2021-03-05 | F   | 30        | icd9   | 6700             |                   | 80
"""


def births(con, *rows: tuple) -> None:
    con.executemany("insert into core.birth values ('main', ?, ?, ?, ?, ?, ?, ?)", rows)


def rates(*margins, measures=None, **content):
    named = measures or [one.name for one in BIRTHS if one.per_births]
    return table_of(measures=named, margins=[{"by": list(by)} for by in margins], **content)


def with_births(text: str, *rows: tuple):
    con = empty()
    covers(con, "2021-01-01", "2021-12-31")
    births(con, *(rows or [(2021, None, "F", 480, 4, 3, 2), (2021, None, "M", 520, 6, 5, 4)]))
    deaths(con, text)
    return con


def test_each_rate_has_its_deaths_and_its_births():
    con = with_births(INFANTS)
    build_figures(con, [rates([])], NONE)
    found = {name: row for name, *row in shown(con, "measure, numerator, denominator, value, records, left_out")}
    assert found["infant_mortality_rate"] == [30.0, 1000.0, 30.0, 30, 0]
    assert found["early_neonatal_mortality_rate"] == [6.0, 1000.0, 6.0, 6, 9]
    assert found["neonatal_mortality_rate"] == [10.0, 1000.0, 10.0, 10, 9]
    assert found["post_neonatal_mortality_rate"] == [11.0, 1000.0, 11.0, 11, 9]
    assert found["fetal_mortality_rate"] == [10.0, 1010.0, pytest.approx(1e4 / 1010), 10, 0]
    assert found["late_fetal_mortality_rate"] == [6.0, 1006.0, pytest.approx(6e3 / 1006), 6, 0]
    assert found["perinatal_mortality_rate"] == [14.0, 1008.0, pytest.approx(14e3 / 1008), 14, 9]
    assert found["perinatal_mortality_rate_nchs_1"] == [12.0, 1006.0, pytest.approx(12e3 / 1006), 12, 9]
    assert found["perinatal_mortality_rate_nchs_2"] == [20.0, 1010.0, pytest.approx(20e3 / 1010), 20, 9]
    limits = shown(con, "lower, upper, method", "measure = 'infant_mortality_rate'")
    assert limits == [(*(pytest.approx(float(limit)) for limit in exact_poisson(30, 0.95)), "exact_poisson")]


def test_the_records_behind_both_parts_sum_to_them():
    con = with_births(INFANTS)
    build_figures(con, [rates([])], NONE)
    for figure, numerator, denominator in shown(con, "figure_id, numerator, denominator", "numerator is not null"):
        for part, total in (("numerator", numerator), ("denominator", denominator)):
            assert records(con, figure, part).aggregate("coalesce(sum(contribution), 0)").fetchone()[0] == total


def test_maternal_deaths_of_nchs_of_who_and_late_ones():
    con = with_births(MOTHERS)
    build_figures(con, [rates([])], NONE)
    found = {name: row for name, *row in shown(con, "measure, numerator, value, left_out")}
    # NCHS: 3 + 2 + 1 + 4. WHO: without the later one, with B24 within 42 days. Late: O96 and the later one.
    assert found["maternal_mortality_rate"] == [10.0, 1000.0, 80]
    assert found["maternal_mortality_ratio"] == [14.0, 1400.0, 80]
    assert found["late_maternal_mortality_ratio"] == [7.0, 700.0, 80]


def test_births_by_area_and_sex_and_residents_of_elsewhere():
    con = with_births(
        INFANTS + "2021-03-05 | F | 0 | 1 | 8 | Z",
        (2021, "A", "F", 200, None, None, None), (2021, "A", "M", 200, None, None, None),
        (2021, "B", "F", 280, None, None, None), (2021, "B", "M", 320, None, None, None),
    )  # fmt: skip
    build_figures(con, [rates([], ["area"], ["sex"], measures=["infant_mortality_rate"])], NONE)
    assert shown(con, "area, sex, numerator, denominator") == [
        ("A", None, 6.0, 400.0),
        ("B", None, 18.0, 600.0),
        (None, "F", 25.0, 480.0),
        (None, "M", 5.0, 520.0),
        (None, None, 30.0, 1000.0),
    ]


def test_by_cause_every_cause_is_divided_by_all_births():
    con = with_births("death_date | age_years | system | underlying_cause | weight\n2021-01-01 | 0 | icd10 | P220 | 4\n"
                      "2021-01-01 | 0 | icd10 | Q249 | 2")  # fmt: skip
    con.execute(
        """
        insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source) values
            ('list', 'v', 'icd10', 'List', true, 'test');
        insert into codes.grouping values
            ('list', 'v', 'icd10', 'P220', 'P', true, true, 'test', null, null),
            ('list', 'v', 'icd10', 'Q249', 'Q', true, true, 'test', null, null);
        """
    )
    build_figures(con, [rates(["cause"], measures=["infant_mortality_rate"], scheme="list")], NONE)
    assert shown(con, "cause, numerator, value") == [("P", 4.0, 4.0), ("Q", 2.0, 2.0), ("all", 6.0, 6.0)]


@pytest.mark.parametrize(
    ("rows", "measure", "reason"),
    [
        ([], "infant_mortality_rate", "no births are given for this collection"),
        ([(2020, None, "F", 480, 4, 3, 2)], "infant_mortality_rate", "there are no births of this kind"),
        ([(2021, None, "F", 0, 4, 3, 2)], "infant_mortality_rate", "there are events and no births"),
        ([(2021, None, "F", 9, None, 3, 2)], "perinatal_mortality_rate_nchs_2",
         "the births do not give what this rate needs"),
    ],
)  # fmt: skip
def test_what_the_births_lack_is_said(rows, measure, reason):
    con = empty()
    covers(con, "2021-01-01", "2021-12-31")
    if rows:
        births(con, *rows)
    deaths(con, INFANTS)
    lines: list[str] = []
    build_figures(con, [rates([], ["area"], measures=[measure])], NONE, on_progress=lines.append)
    found = shown(con, "value, status, reason", "area is null")
    assert found == [(None, "not_applicable", reason)]
    assert ("No births in main: without figures are table" in lines) == (not rows)


def test_ages_that_are_not_known_in_days_give_no_neonatal_rate():
    con = with_births("death_date | age_years | weight\n2021-01-01 | 0 | 12")
    build_figures(con, [rates([], measures=["infant_mortality_rate", "neonatal_mortality_rate"])], NONE)
    assert shown(con, "measure, value, reason") == [
        ("infant_mortality_rate", 12.0, None),
        ("neonatal_mortality_rate", None, "no infant death has a known age in days"),
    ]


def test_half_a_year_has_half_its_births():
    con = empty()
    covers(con, "2021-01-01", "2021-06-30")
    births(con, (2021, None, "F", 3650, 0, 0, 0))
    deaths(con, INFANTS)
    build_figures(con, [rates([], measures=["infant_mortality_rate"])], NONE)
    assert shown(con, "denominator, status") == [(pytest.approx(1810.0), "provisional")]
