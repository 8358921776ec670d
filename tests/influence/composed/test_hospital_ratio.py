"""Deaths against those expected: the model's own probabilities are found again, and bounds are those of all tried."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from tests.influence.flagged import covers, empty, flag
from transforms.influence.assess import assess
from transforms.influence.options import find_options
from transforms.influence.whatif import Change, predict
from transforms.measures import Settings, TableSpecification, build_figures

MEASURE = "hospital_standardised_mortality_ratio"
SETTINGS = Settings(reliability="none")
TABLE = TableSpecification.model_validate(
    {
        "table_id": "ratios", "order": 1, "title": "Ratios", "question": "How many?", "scheme": "chapter",
        "measures": [MEASURE], "margins": [{"by": ["facility_id"]}, {"by": ["cause"]}], "period": "year",
        "age_bands": ["broad"],
    }
)  # fmt: skip


@pytest.fixture
def con():
    """240 stays of two hospitals, 60 of which end in death: more of men, and more of hearts than of prostates."""
    with empty() as con:
        covers(con, "2024-01-01", "2024-12-31")
        con.execute("""
            insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source)
            values ('chapter', 'v', 'icd10cm', 'Chapters', true, 'test');

            create temp table given as
            select
                's' || lpad(n::varchar, 3, '0') as stay_id, if(n % 3 = 0, 'a', 'b') as facility_id,
                if(n % 2 = 0, 'F', 'M') as sex, if(n % 5 < 3, 'I219', 'N40') as code,
                n % 7 < 1 + (n % 2) or n % 10 = 0 and n % 5 < 3 as died
            from range(240) as t (n);

            insert into core.encounter by name
            select
                stay_id as encounter_id, stay_id, 'main' as collection, 'p' || stay_id as patient_id, facility_id,
                'hospital' as facility_type, 'inpatient' as encounter_class, date '2024-05-06' as admission_date,
                date '2024-05-10' as discharge_date, 50 as age_years, 50 as age_years_max, sex, died,
                4 as length_of_stay, 1 as weight, 'frequency' as weight_kind, 'day' as date_precision, 's' as source,
                'b' as batch_id, 1 as row_number, 0 as bucket
            from given;

            insert into core.diagnosis
            select stay_id, 1, 'principal', code, code, 'icd10cm', null, 'valid' from given;

            insert into core.stay by name
            select
                e.stay_id, e.collection, e.patient_id, e.facility_id, e.facility_type, 'inpatient' as stay_class,
                e.admission_date, e.discharge_date, e.age_years, e.age_years_max, e.sex, e.died, e.length_of_stay,
                1 as encounters, e.stay_id as principal_encounter_id, 'icd10cm' as principal_system,
                g.code as principal_code, 'valid' as principal_code_status, true as counts_as_discharge, e.weight,
                e.weight_kind, e.date_precision, e.source, e.bucket
            from core.encounter as e
            join given as g using (stay_id);
        """)
        yield con


def figures(con) -> pd.DataFrame:
    return con.execute("""
        select
            coalesce(facility_id, cause) as place, numerator, denominator, "value", bound_low, bound_high, worst_low,
            worst_high, expected, expected_low, expected_high, bound_kind, value_without_flagged
        from stats.figure order by place
    """).df()


def stays_and_terms(con) -> tuple[pd.DataFrame, dict[str, float]]:
    stays = con.execute("""
        select stay_id, facility_id, sex, left(principal_code, 1) as chapter, died from core.stay order by stay_id
    """).df()
    return stays, dict(con.execute("select term, coefficient from stats.model_term").fetchall())


def ratio(stays: pd.DataFrame, terms: dict[str, float], place: str) -> float:
    """The ratio of a hospital or chapter, straight from its definition and the terms of the model."""
    own = stays[(stays["facility_id"] == place) | (stays["chapter"] == place)]
    logit = terms["intercept"] + np.zeros(len(own))
    for factor, column in (("sex", own["sex"]), ("diagnosis_group", "v " + own["chapter"])):
        logit += [terms.get(f"{factor}={level}", 0.0) for level in column]
    return 100 * own["died"].sum() / (1 / (1 + np.exp(-logit))).sum()


def test_figures_are_the_ratio_of_their_definition(con):
    build_figures(con, [TABLE], SETTINGS)
    stays, terms = stays_and_terms(con)
    found = figures(con)
    assert list(found["place"]) == ["I", "N", "a", "b"]
    for row in found.itertuples():
        assert row.value == pytest.approx(ratio(stays, terms, row.place), rel=1e-9)


def test_bounds_are_attained_with_the_model_as_it_is(con):
    given = {"s000": "sex", "s007": "outcome", "s012": "sex_or_code", "s024": "drop"}
    for stay, rule in given.items():
        code = con.execute("select principal_code from core.stay where stay_id = ?", [stay]).fetchone()[0]
        on = "diagnosis" if rule == "sex_or_code" else "stay"
        flag(con, rule, on, encounter_id=stay, seq=1, code=code)
    flag(con, "merge", "stay", encounter_id="s021", related_id="s049")
    build_figures(con, [TABLE], SETTINGS)
    find_options(con)
    assess(con, [TABLE], SETTINGS)
    stays, terms = stays_and_terms(con)
    options = con.execute("""
        select r.unit_id, coalesce(s.state, 0) as state, o.record_id, o.sex, left(o.code, 1) as chapter, o.died,
            o.is_absent
        from influence.option as o
        join influence.record as r using (record)
        left join influence.state as s using (unit_id, record, option_id)
        join influence.unit as u using (unit_id)
        where not u.has_states or s.state is not null
        order by all
    """).df()
    units = []
    for _, unit in options.groupby("unit_id"):
        choices = []
        for _, state in unit.groupby("state"):
            choices += list(product(*[list(rows.itertuples()) for _, rows in state.groupby("record_id")]))
        units.append(choices)
    tried: dict[str, list[float]] = {"I": [], "N": [], "a": [], "b": []}
    for resolution in product(*units):
        chosen = [option for unit in resolution for option in unit]
        made = stays.set_index("stay_id")
        for option in chosen:
            made.loc[option.record_id, ["sex", "chapter", "died"]] = [option.sex, option.chapter, option.died]
        made = made.drop(index=[option.record_id for option in chosen if option.is_absent])
        for place, values in tried.items():
            values.append(ratio(made, terms, place))
    found = figures(con).set_index("place")
    assert len(tried["a"]) > 50
    for place, values in tried.items():
        assert found.loc[place, "bound_low"] == pytest.approx(min(values), rel=1e-9)
        assert found.loc[place, "bound_high"] == pytest.approx(max(values), rel=1e-9)
        assert min(values) < found.loc[place, "expected"] < max(values)
    assert set(found["bound_kind"].dropna()) == {"conditional"}


def test_a_stay_that_may_be_of_any_code_is_as_likely_to_die_as_any_group(con):
    flag(con, "principal_any", "diagnosis", encounter_id="s000", seq=1, code="I219")
    build_figures(con, [TABLE], SETTINGS)
    find_options(con)
    assess(con, [TABLE], SETTINGS)
    stays, terms = stays_and_terms(con)
    found = figures(con).set_index("place")
    ratios = {}
    for chapter in ("I", "N"):
        made = stays.set_index("stay_id")
        made.loc["s000", "chapter"] = chapter
        ratios[chapter] = {place: ratio(made, terms, place) for place in ("I", "N", "a", "b")}
    for place in ("I", "N", "a", "b"):
        values = [ratios[chapter][place] for chapter in ratios]
        assert found.loc[place, "worst_low"] == pytest.approx(min(values), rel=1e-9)
        assert found.loc[place, "worst_high"] == pytest.approx(max(values), rel=1e-9)
        for bound in ("bound_low", "bound_high"):
            assert found.loc[place, bound] == pytest.approx(found.loc[place, "value"], rel=1e-12)


def test_without_flagged_records_neither_their_deaths_nor_those_expected_of_them_count(con):
    flag(con, "sex", "stay", encounter_id="s000")
    flag(con, "outcome", "stay", encounter_id="s003")
    build_figures(con, [TABLE], SETTINGS)
    find_options(con)
    assess(con, [TABLE], SETTINGS)
    stays, terms = stays_and_terms(con)
    left = stays[~stays["stay_id"].isin(["s000", "s003"])]
    found = figures(con).set_index("place")
    for place in ("I", "N", "a", "b"):
        assert found.loc[place, "value_without_flagged"] == pytest.approx(ratio(left, terms, place), rel=1e-9)


def test_what_if_a_stay_had_ended_otherwise_fits_the_model_anew(con):
    build_figures(con, [TABLE], SETTINGS)
    before = figures(con).set_index("place")["value"]
    stays, _ = stays_and_terms(con)
    is_dead = not stays.set_index("stay_id").loc["s001", "died"]
    prediction = predict(con, "s001", Change(died=is_dead))
    places = dict(con.execute("select rowid, coalesce(facility_id, cause) from stats.figure").fetchall())
    said = {places[one.figure]: one.after for one in prediction.moved}
    con.execute("update core.stay set died = ? where stay_id = 's001'", [is_dead])
    tables = "select table_name from duckdb_tables() where schema_name = 'stats' and not temporary"
    con.execute("; ".join(f"delete from stats.{name}" for (name,) in con.execute(tables).fetchall()))
    build_figures(con, [TABLE], SETTINGS)
    after = figures(con).set_index("place")["value"]
    # The model has other terms, so that a hospital moves that the stay was not in.
    assert set(said) >= {"a", "b", "I"}
    for place in before.index:
        assert after[place] == pytest.approx(said.get(place, before[place]), rel=1e-9)
