"""What a change of a record is said to do is what a rebuild with the record changed finds."""

from __future__ import annotations

from math import isclose

import pytest

from tests.measures.warehouse import empty, generated, table_of
from transforms.influence.whatif import Change, NoSuchRecord, find_record, predict
from transforms.measures import Settings, build_figures

_BANDS = ("infant_ten_year",)
TABLES = [
    table_of(
        table_id="activity",
        measures=("discharges", "bed_days", "mean_length_of_stay", "in_hospital_mortality", "median_length_of_stay"),
        margins=({"by": []}, {"by": ["facility_id"]}, {"by": ["sex", "age_band"]}),
        age_bands=_BANDS,
        headline=("discharges",),
    ),
    table_of(
        table_id="by_chapter",
        scheme="chapter",
        measures=(
            "discharges",
            "in_hospital_mortality",
            "unspecified_principal_share",
            "geometric_mean_length_of_stay",
            "leading_diagnosis_rank",
        ),
        margins=({"by": ["cause"]}, {"by": ["sex", "cause"]}),
    ),
    table_of(table_id="monthly", period="month", measures=("discharges",), margins=({"by": []},)),
    table_of(
        table_id="deaths",
        scheme="chapter",
        measures=("deaths", "proportionate_mortality"),
        margins=({"by": ["cause"]}, {"by": ["area", "sex", "cause"]}),
    ),
    table_of(
        table_id="rates",
        measures=("crude_rate",),
        margins=({"by": []}, {"by": ["area"]}, {"by": ["sex"]}),
        age_bands=_BANDS,
    ),
]


@pytest.fixture(scope="module")
def built():
    with generated(stays=240, deaths=120) as con:
        build_figures(con, TABLES, Settings())
        yield con


# What a figure is of; its identifier names its confidence too, which goes where there are no limits any more.
_KEY = "table_id, measure, scheme_version, cause, collection, period_start, facility_id, area, sex, age_band, stratum"


def rebuilt(statement: str) -> dict[tuple, float]:
    """The figures of a core in which a statement has changed the record."""
    with generated(stays=240, deaths=120) as con:
        con.execute(statement)
        build_figures(con, TABLES, Settings())
        return {row[1:]: row[0] for row in con.execute(f'select "value", {_KEY} from stats.figure').fetchall()}


# The change of a record, and the same change of core.
CHANGES = {
    "sex": ("S30", Change(sex="F"), "update core.stay set sex = 'F' where stay_id = 'S30'"),
    "sex of another": ("S31", Change(sex="M"), "update core.stay set sex = 'M' where stay_id = 'S31'"),
    "died": ("S32", Change(died=True), "update core.stay set died = true where stay_id = 'S32'"),
    "survived": ("S13", Change(died=False), "update core.stay set died = false where stay_id = 'S13'"),
    "dropped": ("S34", Change(is_dropped=True), "delete from core.stay where stay_id = 'S34'"),
    "two at once": (
        "S35",
        Change(sex="F", died=True),
        "update core.stay set sex = 'F', died = true where stay_id = 'S35'",
    ),
    "a death's sex": ("D9", Change(sex="F"), "update core.death set sex = 'F' where death_id = 'D9'"),
    "a death less": ("D8", Change(is_dropped=True), "delete from core.death where death_id = 'D8'"),
}


@pytest.mark.parametrize(
    "which", [pytest.param(name, marks=[pytest.mark.slow] * (name not in ("died", "a death less"))) for name in CHANGES]
)
def test_a_rebuild_finds_what_was_predicted(built, which):
    record, change, statement = CHANGES[which]
    held_against_rebuild(built, predict(built, record, change), rebuilt(statement))


@pytest.mark.slow
@pytest.mark.parametrize(("record", "code"), [("S36", "I219"), ("D9", "C509")])
def test_another_code_moves_the_record_to_its_causes(built, monkeypatch, record, code):
    table = "core.stay" if record.startswith("S") else "core.death"
    key, column = ("stay_id", "principal_code") if table == "core.stay" else ("death_id", "underlying_cause")
    system = "icd10cm" if table == "core.stay" else "icd10"
    system_column = "principal_system" if table == "core.stay" else '"system"'
    take_as_valid(monkeypatch)
    prediction = predict(built, record, Change(code=code, system=system))
    statement = f"update {table} set {column} = '{code}', {system_column} = '{system}' where {key} = '{record}'"
    assert prediction.code_status == "valid"
    held_against_rebuild(built, prediction, rebuilt(statement))


def take_as_valid(monkeypatch) -> None:
    """Codes of the generated warehouse are no real ones: all are taken as valid, as its records are."""
    monkeypatch.setattr(
        "transforms.influence.whatif.change.judge",
        lambda con, codes, into: con.execute(
            f"create or replace temp table {into} as select code_raw as code from ({codes})"
        ),
    )
    monkeypatch.setattr("transforms.influence.whatif.change.status_on", lambda *_: "'valid'")


def held_against_rebuild(built, prediction, after: dict[tuple, float]) -> None:
    """Every figure that a rebuild changes is named with its new value, and no other."""
    stored = {row[2:]: row[:2] for row in built.execute(f'select rowid, "value", {_KEY} from stats.figure').fetchall()}
    moved = {one.figure: one for one in prediction.moved}
    new = {tuple(one.of[name] for name in _KEY.split(", ")): one.value for one in prediction.new}
    assert moved
    for key in stored.keys() | after.keys():
        place, value = stored.get(key, (None, None))
        found = after.get(key)
        if place in moved:
            assert moved[place].before == value
            assert is_near(found, moved[place].after)
            assert found != value
        else:
            assert is_near(found, new.get(key, value))


def is_near(found: float | None, said: float | None) -> bool:
    return found is said if found is None or said is None else isclose(found, said, rel_tol=1e-9)


def test_a_cause_without_figures_is_new(built, monkeypatch):
    take_as_valid(monkeypatch)
    built.execute(
        "insert into codes.grouping values ('chapter', 'cm', 'icd10cm', 'Q999', 'Q', true, true, 'test', null, null)"
    )
    prediction = predict(built, "S36", Change(code="Q999", system="icd10cm"))
    all_of_it = {one.of["measure"]: one.value for one in prediction.new if one.of["sex"] is None}
    assert set(all_of_it) >= {"discharges", "in_hospital_mortality"}
    assert all_of_it["discharges"] == 1
    assert {one.of["cause"] for one in prediction.new} == {"Q"}


def test_a_system_without_another_record_is_refused(built, monkeypatch):
    take_as_valid(monkeypatch)
    built.execute(
        """insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source)
        values ('chapter', 'ten', 'icd10gm', 'Chapters', true, 'test')"""
    )
    with pytest.raises(ValueError, match="no other record of the collection is in this code system"):
        predict(built, "S36", Change(code="I219", system="icd10gm"))


def test_nothing_is_left_behind(built):
    before = built.execute("select table_name from duckdb_tables() where temporary").fetchall()
    predict(built, "S30", Change(sex="F"))
    assert built.execute("select table_name from duckdb_tables() where temporary").fetchall() == before
    assert built.execute("select count(*) from duckdb_databases() where database_name = 'whatif'").fetchone() == (0,)


def test_a_record_is_found_by_its_stay_and_its_encounters():
    with empty() as con:
        con.execute(
            """
            insert into core.stay by name
            select 's:1' as stay_id, 'main' as collection, true as counts_as_discharge, 1 as weight, 0 as bucket,
                'frequency' as weight_kind, 'day' as date_precision, 'F' as sex, 's' as source,
                'hospital' as facility_type, 'inpatient' as stay_class, 2 as encounters,
                's:1' as principal_encounter_id;
            insert into core.encounter (encounter_id, stay_id, collection, facility_type, encounter_class, sex, weight,
                weight_kind, date_precision, source, batch_id, row_number, bucket)
            select unnest(['s:1', 's:2']), 's:1', 'main', 'hospital', 'inpatient', 'F', 1, 'frequency', 'day', 's', 'b',
                1, 0;
            """
        )
        assert found_as(con, "s:1") == ("discharge", "s:1")
        assert found_as(con, "s:2") == ("discharge", "s:1")
        with pytest.raises(NoSuchRecord, match="1 has it behind the name of a source"):
            find_record(con, "2")
        with pytest.raises(NoSuchRecord, match="no death has this identifier"):
            find_record(con, "s:1", is_death=True)
        con.execute("update core.stay set counts_as_discharge = false")
        with pytest.raises(NoSuchRecord, match="counts as a discharge"):
            find_record(con, "s:2")


def found_as(con, name: str) -> tuple[str, str]:
    record = find_record(con, name)
    return record.domain, record.record_id


def test_a_death_has_no_other_outcome(built):
    with pytest.raises(ValueError, match="no other outcome"):
        predict(built, "D7", Change(died=False))
