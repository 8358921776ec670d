"""Each identity notices when it is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from codesets.database import connect
from transforms import warehouse
from transforms.warehouse import BrokenIdentity
from transforms.warehouse.identities import identities

_SQL = Path(warehouse.__file__).with_name("identities.sql")

# Two files, a stay of two encounters, a death, a rule with a flag, and the figures of one table: all of it consistent.
_CONSISTENT = """
insert into landing.batch by name from (values
    ('b1', 's', 'e.csv', 4, 3, 1, 'live'),
    ('b2', 's', 'd.csv', 1, 1, 0, 'live')
) as t (batch_id, source, file_name, rows_read, rows_accepted, rows_rejected, status);
insert into landing.reject values ('b1', 3, 'missing_key', 'no key', ',,');
insert into core.person (patient_id, collection, sex) values ('p:1', 'main', 'F');
insert into core.encounter by name
select
    'e' || n as encounter_id, 'e1' as stay_id, 'main' as collection, 'p:1' as patient_id, 'hospital' as facility_type,
    'inpatient' as encounter_class, 'F' as sex, 1 as weight, 'frequency' as weight_kind, 'day' as date_precision,
    's' as source, 'b1' as batch_id, n as row_number, 0 as bucket
from range(1, 3) as t (n);
insert into core.stay by name
select
    'e1' as stay_id, 'main' as collection, 'p:1' as patient_id, 'hospital' as facility_type, 'inpatient' as stay_class,
    date '2024-01-05' as discharge_date, 'F' as sex, 2 as encounters, 'e1' as principal_encounter_id,
    true as counts_as_discharge, 1 as weight, 'frequency' as weight_kind, 'day' as date_precision, 's' as source,
    0 as bucket;
insert into core.diagnosis by name from (values
    ('e1', 1, 'principal'), ('e1', 2, 'secondary'), ('e1', 61, 'secondary'), ('e2', 1, 'principal')
) as t (encounter_id, seq, "role")
cross join (select 'I21' as code_raw, 'icd10' as "system", 'valid' as code_status);
insert into core.procedure (encounter_id, seq, "role", code_raw, "system", code_status)
values ('e1', 1, 'principal', 'X', 'opcs4', 'unknown');
insert into core.death by name
select
    'd1' as death_id, 'main' as collection, 'p:1' as patient_id, 'F' as sex, date '2024-02-01' as death_date,
    1 as weight, 'frequency' as weight_kind, 'day' as date_precision, 's' as source, 'b2' as batch_id, 1 as row_number,
    0 as bucket;
insert into core.death_condition values ('d1', 1, 1, 'I21', 'I21', 'icd10', 'valid');
insert into core.reconciliation by name from (values
    ('s', 'main', 1, 'rows_read', 4), ('s', 'main', 2, 'rows_rejected', 1), ('s', 'main', 3, 'exact_duplicate', 1),
    ('s', 'main', 4, 'encounters', 2), ('s', 'main', 5, 'encounters_outside_stays', 0),
    ('s', 'main', 6, 'folded_into_stay', 1), ('s', 'main', 7, 'stays', 1),
    ('s', 'main', 8, 'deaths: rows_read', 1), ('s', 'main', 9, 'deaths', 1)
) as t (source, collection, step_order, step, row_count);
insert into quality.rule by name
select 'r' as rule_id, 't' as title, 'f' as family, 'warns' as severity, 'encounter' as grain, '[]' as effect,
    'w' as why, 's' as source, 'x' as fix, '{}' as parameters, false as is_off;
insert into quality.flag by name
select 'f1' as flag_id, 'r' as rule_id, 'main' as collection, 'e1' as encounter_id, 'encounter' as "domain",
    'm' as message, 'h' as evidence;
insert into quality.flag by name
select 'f2' as flag_id, 'r' as rule_id, 'main' as collection, 'd1' as death_id, 'death' as "domain",
    'm' as message, 'h' as evidence;
insert into quality.rule_result by name
select 'r' as rule_id, 'main' as collection, 'failed' as status, 3 as checked, 2 as violated,
    false as is_over_threshold;
insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source)
values ('chapter', 'v', 'icd10', 'Chapters', true, 's');
insert into stats.specification by name
select
    unnest(['t', 'c', 'x']) as table_id, 1 as table_order, 't' as title, 'q' as question, 'year' as period,
    [] as footnotes, '{}' as specification, '{}' as settings, true as holds_every_record, false as any_listed;
insert into stats.cell by name from (values
    ('t', 'discharge', null, null, null, 1), ('c', 'discharge', 'chapter', 'v', 'all', 1),
    ('c', 'discharge', 'chapter', 'v', 'IX', 1), ('x', 'death', null, null, null, 1)
) as t (table_id, "domain", scheme, scheme_version, cause, weight)
cross join (select 'main' as collection, 1 as records, 0 as weight_squared, 0 as sampling_records);
insert into stats.figure by name from (values
    ('1', 't', 'discharges', null, null, null, 1), ('2', 'c', 'discharges', 'chapter', 'v', 'all', 1),
    ('3', 'c', 'discharges', 'chapter', 'v', 'IX', 1), ('4', 'x', 'deaths', null, null, null, 1)
) as t (figure_id, table_id, measure, scheme, scheme_version, cause, numerator)
cross join (select 'main' as collection, 'value' as status);
insert into influence.unit values (1, 'main', 1, 1, true, false);
insert into influence.record values (1, 1, 'discharge', 'e1');
insert into influence.unit_flag values ('f1', 1, 1, 'r', true);
insert into influence.option by name
select
    option_id, 1 as record, kind, option_id = 1 as is_coded, option_id = 2 as is_absent, true as is_named,
    false as is_wild, option_id - 1 as share, c.* exclude (record_number, bucket)
from (values (1, 'coded'), (2, 'drop')) as t (option_id, kind)
join stats.contribution as c on c.record_id = 'e1';
insert into influence.state values (1, 1, 1, 1), (1, 2, 1, 2);
"""


@pytest.fixture(scope="module")
def consistent() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as connection:
        warehouse.create(connection)
        connection.execute(_CONSISTENT)
        yield connection


@pytest.fixture
def con(consistent: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A consistent warehouse whose changes are undone after the test."""
    consistent.begin()
    yield consistent
    consistent.rollback()


def broken_by(con: duckdb.DuckDBPyConnection, change: str) -> list[str]:
    con.execute(change)
    with pytest.raises(BrokenIdentity) as caught:
        warehouse.verify(con)
    return [broken.name for broken in caught.value.broken]


def test_a_consistent_warehouse_passes_and_both_sides_are_kept(con: duckdb.DuckDBPyConnection) -> None:
    warehouse.verify(con)
    assert con.execute("select count(*), count(*) filter (where holds) from meta.identity_check").fetchone() == (
        len(list(identities())),
        len(list(identities())),
    )


def test_every_identity_of_the_file_is_read() -> None:
    assert len(list(identities())) == _SQL.read_text(encoding="utf-8").count("-- identity: ")


@pytest.mark.parametrize(
    ("change", "identity"),
    [
        ("update landing.batch set rows_accepted = 4", "every file: rows read = rows accepted + rows rejected"),
        ("delete from landing.reject", "every file: rows rejected = rows in landing.reject"),
        ("insert into landing.reject values ('b9', 1, 'r', 'm', '')", "every rejected row belongs to a file"),
        ("update landing.batch set status = 'withdrawn'", "every encounter and death comes from a file that is live"),
        ("delete from core.reconciliation where step = 'exact_duplicate'", "= encounters (sources that add up"),
        ("delete from core.reconciliation where step = 'folded_into_stay'", "= stays (sources that add up"),
        ("update core.reconciliation set row_count = 2 where step = 'deaths: rows_read'", "= deaths (sources that add"),
        (
            "delete from core.reconciliation where source = 's'",
            "encounters and deaths that the sources count = those in core",
        ),
        ("insert into landing.batch from landing.batch where batch_id = 'b2'", "batch_id is unique"),
        ("insert into core.encounter from core.encounter where encounter_id = 'e2'", "encounter_id is unique"),
        ("insert into core.stay from core.stay", "stay_id is unique"),
        ("insert into core.death from core.death", "death_id is unique"),
        ("insert into core.person from core.person", "patient_id is unique within its collection"),
        ("insert into stats.figure from stats.figure where figure_id = '1'", "figure_id is unique"),
        ("insert into quality.flag from quality.flag", "flag_id is unique"),
        ("insert into quality.rule_result from quality.rule_result", "a rule has one result in each collection"),
        ("update core.diagnosis set seq = 1 where encounter_id = 'e1' and seq = 2", "the diagnoses of every encounter"),
        (
            "update core.diagnosis set seq = 61 where encounter_id = 'e1' and seq = 2",
            "the diagnoses of every encounter",
        ),
        ("update core.diagnosis set seq = 0 where encounter_id = 'e1' and seq = 2", "the diagnoses of every encounter"),
        ("update core.diagnosis set encounter_id = 'e3' where encounter_id = 'e2'", "the diagnoses of every encounter"),
        ("insert into core.procedure from core.procedure", "the procedures of every encounter"),
        ("update core.procedure set encounter_id = 'e3'", "the procedures of every encounter"),
        ("insert into core.death_condition from core.death_condition", "the conditions of every death"),
        ("update core.death_condition set death_id = 'd3'", "every condition has its death"),
        ("update core.encounter set stay_id = 'e9' where encounter_id = 'e2'", "every stay that an encounter names"),
        ("update core.stay set encounters = 1", "encounters within stays = encounters that the stays say they fold"),
        ("update core.stay set principal_encounter_id = 'e9'", "the encounter that gives a stay its principal"),
        ("delete from core.person", "every patient of an encounter or death is a person"),
        ("update quality.flag set encounter_id = 'e9' where flag_id = 'f1'", "every flag on an encounter"),
        ("update quality.flag set death_id = 'd9' where flag_id = 'f2'", "every flag on a death"),
        ("delete from quality.rule", "every flag has its rule"),
        ("delete from quality.flag", "a rule is violated in a collection where it has flags there"),
        ("update quality.rule_result set violated = 0", "a rule is violated in a collection where it has flags there"),
        (
            "update stats.cell set weight = 2 where table_id = 't'",
            "every table: its periods add up to all contributions",
        ),
        ("update stats.cell set weight = 2 where cause = 'IX'", "every scheme whose groups are a partition"),
        ("update stats.figure set numerator = 2 where cause = 'IX'", "figures of discharges and deaths by cause"),
        ("delete from stats.figure where table_id = 'x'", "every collection and kind of record with records"),
        ("update influence.record set record_id = 'e9'", "every record that flags may change is a contribution"),
        ("delete from influence.option where is_coded", "a record has options once"),
        ("update influence.option set share = 0.5 where not is_coded", "a record has options once"),
        (
            "insert into quality.review (review_id, flag_id, evidence, verdict) "
            "values ('v', 'f1', 'h', 'confirmed_correct')",
            "the flags of units are open flags",
        ),
        ("update influence.unit set records = 2", "the units hold the records that they say they do"),
        (
            "update influence.state set record = 2 where state = 2; insert into influence.state values (1, 2, 1, 2)",
            "every state of a unit gives each of its records an option",
        ),
    ],
)
def test_a_break_is_noticed(con: duckdb.DuckDBPyConnection, change: str, identity: str) -> None:
    assert any(identity in name for name in broken_by(con, change))


def test_all_that_is_broken_is_named(con: duckdb.DuckDBPyConnection) -> None:
    broken = broken_by(con, "delete from core.person; delete from landing.reject")
    assert len(broken) == 2
    assert con.execute("select count(*) from meta.identity_check where not holds").fetchone() == (2,)


def test_every_table_and_column_has_its_comment(con: duckdb.DuckDBPyConnection) -> None:
    assert warehouse.uncommented(con) == []


def test_what_has_no_comment_is_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table core.bare (x integer)")
    assert warehouse.uncommented(con) == ["core.bare", "core.bare.x"]
