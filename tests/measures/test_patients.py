"""Patients by all their diagnoses: how many have a condition in a year, and for how many of them it is new."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import CODES, covers, diagnoses, empty, population, shown, stays, table_of
from transforms.measures import Settings, build_figures, records

STAYS = """
stay_id | patient_id | discharge_date | sex | area | principal_system | principal_code | date_precision
a       | p          | 2019-06-01     | F   | A    | icd10cm          | I219           | day
b       | p          | 2020-03-01     | F   | A    | icd10cm          | J189           | day
c       | p          | 2020-08-01     | F   | A    | icd10cm          | J189           | day
d       | q          | 2019-01-05     | M   | A    | icd10cm          | J189           | day
e       | q          | 2020-02-01     | M   | A    | icd10cm          | J189           | day
f       | r          | 2020-02-01     | M   | A    | icd10cm          | I219           | day
g       | r          | 2020-02-01     | M   | A    | icd10cm          | I219           | day
h       |            | 2020-02-01     | M   | A    | icd10cm          | I219           | day
i       | s          | 2020-02-01     | M   | A    | icd10cm          | I219           | month
"""
# Stay b has an infarction beside its pneumonia, nine months after that of stay a.
DIAGNOSES = """
encounter_id | seq | role      | code
a            | 1   | principal | I219
b            | 1   | principal | J189
b            | 2   | secondary | I219
c            | 1   | principal | J189
d            | 1   | principal | J189
e            | 1   | principal | J189
f            | 1   | principal | I219
g            | 1   | principal | I219
h            | 1   | principal | I219
i            | 1   | principal | I219
"""
TABLE = {
    "scheme": "ccsr",
    "period": "year",
    "measures": [
        "patients_with_mention",
        "treated_prevalence",
        "patients_first_in_window",
        "first_in_window_incidence",
    ],
    "margins": [{"by": ["cause"]}, {"by": ["sex", "cause"]}],
}
RATES = {**TABLE, "measures": ["treated_prevalence_rate", "first_in_window_incidence_rate"]}


@pytest.fixture
def con():
    con = empty()
    con.execute(CODES)
    stays(con, STAYS)
    diagnoses(con, DIAGNOSES)
    covers(con, "2019-01-01", "2020-12-31", "encounter")
    return con


def of(con, measure: str, year: int = 2020, columns: str = "value") -> dict[str, object]:
    where = f"measure = '{measure}' and year(period_start) = {year} and sex is null and cause not in ('unmapped')"
    return dict(shown(con, f"cause, {columns}", where))


def test_a_patient_is_new_without_a_stay_of_the_group_in_the_look_back(con):
    build_figures(con, [table_of(**TABLE)], Settings(reliability="none"))
    # Of infarction: r, once though it has two stays on one day; not p, whose infarction of 2019 is nine months old.
    # Of pneumonia: p in March, and q, whose pneumonia of 2019 is more than a year old. Of any group: q and r.
    assert of(con, "patients_first_in_window") == {"CIR009": 1, "CIR011": 1, "RSP002": 2, "all": 2}
    assert of(con, "patients_with_mention") == {"CIR009": 3, "CIR011": 3, "RSP002": 2, "all": 4}
    assert of(con, "treated_prevalence")["RSP002"] == 0.5
    assert of(con, "first_in_window_incidence") == {"CIR009": 0.25, "CIR011": 0.25, "RSP002": 0.5, "all": 0.5}
    # Stays of no known patient, or of no known day, are left out.
    assert of(con, "patients_first_in_window", columns="left_out")["CIR009"] == 2


def test_a_shorter_look_back_finds_more_patients_new(con):
    found = []
    for days in (365, 200):
        for name in ("figure", "cell", "specification", "covered_span", "stay_fact", "comorbidity_bit"):
            con.execute(f"delete from stats.{name}")
        build_figures(con, [table_of(**{**TABLE, "period": "quarter"}, look_back_days=days)], Settings())
        where = "measure = 'patients_first_in_window' and sex is null and period_start = '2020-01-01'"
        found.append(dict(shown(con, "cause, value", where))["CIR009"])
    assert found == [1, 2]


def test_a_year_whose_look_back_is_not_covered_says_so_once(con):
    build_figures(con, [table_of(**TABLE)], Settings())
    where = "measure = 'patients_first_in_window' and year(period_start) = 2019"
    assert (
        shown(con, "cause, value, status, reason", where)
        == [("all", None, "not_applicable", "the sources do not cover the 365 days before this period")] * 3
    )
    assert of(con, "patients_with_mention", 2019) == {"CIR009": 1, "CIR011": 1, "RSP002": 1, "all": 2}


def test_rates_divide_by_those_who_live_here(con):
    population(con, *((year, "A", sex, 0, None, 500) for year in (2019, 2020) for sex in "FM"))
    build_figures(con, [table_of(**RATES)], Settings(reliability="none"))
    assert of(con, "treated_prevalence_rate") == {"CIR009": 300.0, "CIR011": 300.0, "RSP002": 200.0, "all": 400.0}
    assert of(con, "first_in_window_incidence_rate") == {
        "CIR009": 100.0,
        "CIR011": 100.0,
        "RSP002": 200.0,
        "all": 200.0,
    }
    men = "measure = 'treated_prevalence_rate' and sex = 'M' and year(period_start) = 2020 and cause = 'CIR009'"
    assert shown(con, "numerator, denominator", men) == [(2.0, 500.0)]


def test_a_year_covered_in_part_has_no_prevalence(con):
    con.execute("update core.coverage set last_day = date '2020-09-30'")
    population(con, *((year, "A", sex, 0, None, 500) for year in (2019, 2020) for sex in "FM"))
    build_figures(con, [table_of(**RATES)], Settings())
    assert of(con, "treated_prevalence_rate", columns="reason") == {"all": "the sources do not cover this period whole"}


@pytest.mark.parametrize("table", [TABLE, RATES])
def test_the_records_of_each_part_sum_to_it(con, table):
    population(con, *((year, "A", sex, 0, None, 500) for year in (2019, 2020) for sex in "FM"))
    build_figures(con, [table_of(**table)], Settings())
    for figure, numerator, denominator in shown(con, "figure_id, numerator, denominator", "value is not null"):
        for part, number in (("numerator", numerator), ("denominator", denominator)):
            if number is not None:
                total = records(con, figure, part).aggregate("sum(contribution)").fetchone()[0] or 0
                assert float(total) == pytest.approx(number)


def test_a_survey_counts_no_patients(con):
    con.execute("update core.stay set weight_kind = 'sampling', weight = 3")
    build_figures(con, [table_of(**TABLE)], Settings())
    where = "year(period_start) = 2020 and cause = 'RSP002' and sex is null"
    assert shown(con, "distinct value, reason", where) == [(None, "a survey does not count patients")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({**RATES, "period": "month"}, "treated_prevalence_rate is by year"),
        ({**TABLE, "look_back_days": 100}, "look_back_days: shorter than a period"),
    ],
)
def test_what_would_count_a_patient_twice_is_refused(content, message):
    with pytest.raises(ValueError, match=message):
        table_of(**content)
