"""Deaths in hospital against a model's: the same as a model of single stays, and a funnel that names who is far out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from tests.measures.warehouse import CODES, covers, empty, shown, table_of
from transforms.measures import Settings, build_figures, records

TABLE = {
    "measures": ["hospital_standardised_mortality_ratio"],
    "scheme": "chapter",
    "age_bands": ["broad"],
    "margins": [{"by": ["facility_id"]}],
}
# Stays of four facilities; old age and an infarction make death likelier, and so does facility F3.
STAYS = """
insert into core.stay by name
with drawn as (
    select
        i, 'F' || i % 4 as facility_id, hash(i * 7) % 2 = 0 as is_old, hash(i * 11) % 3 = 0 as is_infarction,
        hash(i * 13) % 1000 as luck
    from range(4000) as t (i)
)
select
    'S' || i as stay_id, 'main' as collection, 'P' || i as patient_id, facility_id, 'hospital' as facility_type,
    'inpatient' as stay_class, date '2020-03-01' as admission_date, date '2020-03-05' as discharge_date,
    if(is_old, 80, 30) as age_years, if(is_old, 80, 30) as age_years_max, if(i % 3 = 0, 'F', 'M') as sex,
    luck < 40 + 120 * is_old::integer + 90 * is_infarction::integer + 80 * (facility_id = 'F3')::integer as died,
    4 as length_of_stay, 1 as encounters, 'S' || i as principal_encounter_id, 'icd10cm' as principal_system,
    if(is_infarction, 'I219', 'J189') as principal_code, 'valid' as principal_code_status,
    true as counts_as_discharge, 1 as weight, 'frequency' as weight_kind, 'day' as date_precision, 'test' as source,
    0 as bucket
from drawn
"""


@pytest.fixture(scope="module")
def modelled():
    con = empty()
    con.execute(CODES)
    con.execute(STAYS)
    covers(con, "2020-01-01", "2020-12-31", "encounter")
    build_figures(con, [table_of(**TABLE)], Settings())
    return con


def expected_by_single_stays(con) -> dict[str, float]:
    """Expected deaths by a model fitted to single stays with a general minimiser."""
    rows = con.execute(
        "select facility_id, age_years > 50, principal_code = 'I219', sex = 'M', died from core.stay order by stay_id"
    ).fetchall()
    place = np.array([row[0] for row in rows])
    x = np.column_stack([np.ones(len(rows)), np.array([row[1:4] for row in rows], dtype=float)])
    y = np.array([row[4] for row in rows], dtype=float)

    def minus_likelihood(beta):
        return -np.sum(y * (x @ beta) - np.logaddexp(0, x @ beta))

    def gradient(beta):
        return -(x.T @ (y - special.expit(x @ beta)))

    fitted = optimize.minimize(minus_likelihood, np.zeros(4), jac=gradient, method="BFGS", options={"gtol": 1e-6})
    probability = special.expit(x @ fitted.x)
    return {name: float(probability[place == name].sum()) for name in np.unique(place)}


def test_expected_deaths_are_those_of_a_model_of_single_stays(modelled):
    found = dict(shown(modelled, "facility_id, denominator"))
    # The ridge on the coefficients moves them in the sixth digit.
    assert found == pytest.approx(expected_by_single_stays(modelled), rel=1e-5)


def test_observed_and_expected_deaths_add_up_to_the_same(modelled):
    ((observed, expected),) = shown(modelled, "sum(numerator), sum(denominator)")
    assert observed == pytest.approx(expected, rel=1e-9)
    assert modelled.execute("select events, trials from stats.model").fetchone() == (observed, 4000)


def test_the_calibration_holds_every_stay_by_rising_risk(modelled):
    rows = modelled.execute("select risk_group, trials, observed, expected from stats.model_calibration").fetchall()
    assert [sum(column) for column in list(zip(*rows, strict=True))[1:]] == pytest.approx(
        modelled.execute("select trials, events, events from stats.model").fetchone()
    )
    risks = [expected / trials for _, trials, _, expected in rows]
    assert risks == sorted(risks)
    assert len(risks) > 2


def test_who_is_far_out_is_said_and_the_others_are_not(modelled):
    said = dict(shown(modelled, "facility_id, signal"))
    assert said["F3"] == "above the 99.8 % limits of the funnel"
    assert dict(shown(modelled, "facility_id, value > 120"))["F3"]


def test_the_records_behind_are_the_deaths_of_the_place(modelled):
    ((figure, deaths),) = shown(modelled, "figure_id, numerator", "facility_id = 'F1'")
    assert len(records(modelled, figure).fetchall()) == deaths
    with pytest.raises(ValueError, match="no sum over records"):
        records(modelled, figure, "denominator")


def test_too_few_deaths_make_no_model():
    con = empty()
    con.execute(CODES)
    con.execute(f"{STAYS} where i < 60")
    covers(con, "2020-01-01", "2020-12-31", "encounter")
    build_figures(con, [table_of(**TABLE)], Settings())
    ((status, reason),) = shown(con, "distinct status, reason")
    assert (status, reason[:28]) == ("not_applicable", "fewer than 10 deaths for eac")


def test_stays_of_a_system_without_groups_are_counted_too():
    con = empty()
    con.execute(CODES)
    con.execute(STAYS)
    con.execute("update core.stay set principal_system = 'snomed' where hash(stay_id) % 3 = 0")
    con.execute("update core.stay set principal_system = 'icd9cm', principal_code = '486' where hash(stay_id) % 3 = 1")
    covers(con, "2020-01-01", "2020-12-31", "encounter")
    build_figures(con, [table_of(**TABLE)], Settings())
    ((observed, expected),) = shown(con, "sum(numerator), sum(denominator)")
    assert (observed,) == con.execute("select count(*) from core.stay where died").fetchone()
    assert observed == pytest.approx(expected, rel=1e-9)
