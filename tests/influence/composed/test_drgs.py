"""MS-DRGs stay as they are coded: a stay whose codes change keeps its group, and one that goes takes it away."""

from __future__ import annotations

import pytest

from tests.influence.composed.copies import CODED, Unit, core, offer
from transforms.influence.assess import assess
from transforms.measures import Settings, TableSpecification, build_figures

SETTINGS = Settings(reliability="none", msdrg=True)
TABLES = [
    TableSpecification.model_validate(
        {
            "table_id": "_".join(measures), "order": 1, "title": "Title", "question": "Question?", "period": "year",
            "measures": measures, "margins": [{"by": by}],
        }
    )
    for measures, by in ((["complication_share", "case_mix_index"], []), (["discharges"], ["drg"]))
]  # fmt: skip


@pytest.fixture
def con():
    with core() as con:
        con.execute("""
            delete from core.death; delete from core.population; delete from core.birth;
            delete from core.stay where not (stay_id like 'S1__' and principal_code in ('I219', 'J189'));
            delete from core.diagnosis where encounter_id not in (select stay_id from core.stay);
            insert into core.encounter by name
            select stay_id as encounter_id, stay_id, collection, patient_id, facility_id, facility_type,
                'inpatient' as encounter_class, admission_date, discharge_date, age_years, age_years_max, sex, died,
                weight, weight_kind, date_precision, source, 'batch' as batch_id, 1 as row_number, bucket
            from core.stay;
            delete from core.coverage where record_kind = 'death';
        """)
        for table in ("stay", "encounter", "person", "coverage"):
            con.execute(f"update core.{table} set collection = '{CODED}'")
        build_figures(con, TABLES, SETTINGS)
        yield con


def assessed(con, unit: Unit) -> list[tuple]:
    offer(con, [unit], "discharge")
    con.execute("""
        insert into influence.recoded
        select option_id, record_id, 1, "system", code, false
        from influence.option where not is_coded and not is_absent
    """)
    assess(con, TABLES, SETTINGS)
    return con.execute("""
        select measure, stratum, "value", bound_low, bound_high, bound_kind
        from stats.figure
        where "value" is not null and period_start = (
            select date_trunc('year', event_date) from influence.option where is_coded
        )
        order by all
    """).fetchall()


def grouped(con) -> str:
    return con.execute("select min(stay_id) from stats.stay_drg where drg is not null").fetchone()[0]


def test_another_code_leaves_the_group_as_it_is(con):
    found = assessed(con, Unit({grouped(con): [{"principal_code": "'K359'"}]}))
    assert {row[0] for row in found} == {"complication_share", "case_mix_index", "discharges"}
    for *_, value, low, high, kind in found:
        assert (low, high, kind) == (value, value, "conditional")


def test_a_stay_that_goes_leaves_its_group(con):
    stay = grouped(con)
    drg = con.execute("select drg from stats.stay_drg where stay_id = ?", [stay]).fetchone()[0]
    found = assessed(con, Unit({stay: [None]}))
    moved = {(measure, stratum) for measure, stratum, value, low, high, _ in found if low < value or high > value}
    assert ("discharges", drg) in moved
    assert {stratum for measure, stratum in moved if measure == "discharges"} == {drg}
    assert "case_mix_index" in {measure for measure, _ in moved}
