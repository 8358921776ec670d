"""A generated core for tests and timings of measures: stays, deaths, a population and a few codes, made in SQL."""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.database import connect, create_tables
from transforms.measures import TableSpecification

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "transforms" / "warehouse" / "schema"
TABLES = ROOT / "reports" / "tables"

# Codes of two systems; S00 is split in July 2020, one code is in no group, I21 is a category without a row of its own.
CODES = """
insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source) values
    ('chapter', 'cm', 'icd10cm', 'Chapters', true, 'test'), ('chapter', 'nine', 'icd9cm', 'Chapters', true, 'test'),
    ('chapter', 'who', 'icd10', 'Chapters', true, 'test'), ('block', 'cm', 'icd10cm', 'Blocks', true, 'test'),
    ('block', 'who', 'icd10', 'Blocks', true, 'test'), ('ccsr', 'v1', 'icd10cm', 'CCSR', false, 'test'),
    ('ccs', 'v1', 'icd9cm', 'CCS', true, 'test');
insert into codes.grouping
select 'chapter', 'cm', 'icd10cm', code, left(code, 1), true, true, 'test', null, null
from (select unnest(['I219', 'I500', 'J189', 'J449', 'S0001', 'K359', 'Z511']) as code);
insert into codes.grouping
select 'block', scheme_version, system, code, left(code, 2), true, true, 'test', null, null
from codes.grouping where scheme = 'chapter';
insert into codes.grouping values
    ('chapter', 'nine', 'icd9cm', '41001', '07', true, true, 'test', null, null),
    ('chapter', 'nine', 'icd9cm', '486', '08', true, true, 'test', null, null),
    ('ccs', 'v1', 'icd9cm', '41001', '100', true, true, 'test', null, null),
    ('ccs', 'v1', 'icd9cm', '486', '122', true, true, 'test', null, null),
    ('ccsr', 'v1', 'icd10cm', 'I219', 'CIR009', true, true, 'test', null, null),
    ('ccsr', 'v1', 'icd10cm', 'I219', 'CIR011', false, false, 'test', null, null),
    ('ccsr', 'v1', 'icd10cm', 'J189', 'RSP002', true, true, 'test', null, null),
    ('ccsr', 'v1', 'icd10cm', 'S0001', 'INJ001', true, true, 'test', null, date '2020-06-30'),
    ('ccsr', 'v1', 'icd10cm', 'S0001', 'INJ002', true, true, 'test', date '2020-07-01', null),
    ('chapter', 'who', 'icd10', 'I219', 'IX', true, true, 'test', null, null),
    ('chapter', 'who', 'icd10', 'I210', 'IX', true, true, 'test', null, null),
    ('chapter', 'who', 'icd10', 'C509', 'II', true, true, 'test', null, null),
    ('block', 'who', 'icd10', 'I219', 'I20-I25', true, true, 'test', null, null),
    ('block', 'who', 'icd10', 'C509', 'C50', true, true, 'test', null, null);
insert into codes.group_label (scheme, scheme_version, group_code, title, sort_order)
select distinct scheme, scheme_version, group_code, 'Group ' || group_code, 1 from codes.grouping;
"""

# A reproducible number from 0 to 999 for column `k` of row `i`.
_DRAW = "create temp macro draw(i, k) as (hash(i * 31 + k) % 1000)::bigint"

_STAYS = """
insert into core.stay by name
with drawn as (
    select
        i,
        draw(i, 1) as a, draw(i, 2) as b, draw(i, 3) as c, draw(i, 4) as d, draw(i, 5) as e, draw(i, 6) as f,
        draw(i, 7) as g
    from range({n}) as t (i)
)
select
    'S' || i as stay_id,
    case when a < 900 then 'main' else 'other' end as collection,
    case when b < 980 then 'P' || (hash(i) % ({n} * 2 // 3 + 1)) end as patient_id,
    case when c < 985 then 'F' || c % {facilities} end as facility_id,
    'hospital' as facility_type,
    'inpatient' as stay_class,
    date '2019-01-01' as admission_date,
    case when d < 990 then date '2019-01-01' + (hash(i * 31 + 8) % 1096)::integer end as discharge_date,
    case when e < 970 then (e % 95)::integer end as age_years,
    case when e < 960 then (e % 95)::integer when e < 970 then (e % 95 + 3)::integer end as age_years_max,
    case when f < 495 then 'F' when f < 990 then 'M' else 'U' end as sex,
    case when g < 970 then 'A' || g % {areas} end as area,
    case when b between 20 and 60 then null else b < 20 end as died,
    case when d % 50 = 7 then null else (d % 13)::integer end as length_of_stay,
    1 as encounters,
    'S' || i as principal_encounter_id,
    case when a % 9 = 0 then 'icd9cm' else 'icd10cm' end as principal_system,
    case
        when a % 97 = 5 then null
        when a % 9 = 0 then (['41001', '486', '9999'])[1 + g % 3]
        else (['I219', 'I500', 'J189', 'J449', 'S0001', 'K359', 'Z511', 'X999'])[1 + g % 8]
    end as principal_code,
    'valid' as principal_code_status,
    i % 20 <> 3 as counts_as_discharge,
    1 as weight,
    'frequency' as weight_kind,
    'day' as date_precision,
    'hospital' as source,
    (i % 256)::integer as bucket
from drawn
"""

_DEATHS = """
insert into core.death by name
with drawn as (
    select
        i, draw(i, 11) as a, draw(i, 12) as b, draw(i, 13) as c, draw(i, 14) as d
    from range({n}) as t (i)
)
select
    'D' || i as death_id,
    'main' as collection,
    date '2019-01-01' + (hash(i * 17 + 5) % 1096)::integer as death_date,
    case when b < 985 then (b % 95)::integer end as age_years,
    case when b < 985 then (b % 95)::integer end as age_years_max,
    case when a < 495 then 'F' when a < 990 then 'M' else 'U' end as sex,
    case when c < 970 then 'A' || c % {areas} end as area,
    case when d < 980 then (['I219', 'C509', 'I21', 'R99'])[1 + d % 4] end as underlying_cause,
    'icd10' as system,
    'valid' as code_status,
    1 + (a % 40 = 0)::integer as weight,
    'frequency' as weight_kind,
    case when c % 100 = 3 then 'year' when c % 100 = 5 then 'month' else 'day' end as date_precision,
    'registry' as source,
    'batch' as batch_id,
    i as row_number,
    (i % 256)::integer as bucket
from drawn
"""

_POPULATION = """
insert into core.population by name
select
    'main' as collection,
    null as facility_id,
    y."year" as period,
    'A' || a.i as area,
    s.sex,
    case g.i when 0 then 0 when 1 then 1 else (g.i - 1) * 5 end as age_start,
    case g.i when 0 then 0 when 18 then null else g.i * 5 - 1 end as age_end,
    200 + (hash(a.i * 100 + g.i) % 100)::integer as persons
from range({areas}) as a (i), range(19) as g (i), (values ('F'), ('M')) as s (sex), range(2019, 2022) as y ("year");
insert into core.population by name
select
    'main' as collection, 'F1' as facility_id, y."year" as period, null as area, s.sex,
    g.i * 5 as age_start, case when g.i < 17 then g.i * 5 + 4 end as age_end, 150 as persons
from range(18) as g (i), (values ('F'), ('M')) as s (sex), range(2019, 2022) as y ("year");
insert into core.coverage values
    ('hospital', 'main', 'encounter', date '2019-01-01', date '2021-12-31', true),
    ('hospital', 'other', 'encounter', date '2019-01-01', date '2021-12-31', false),
    ('registry', 'main', 'death', date '2019-01-01', date '2021-10-31', true);
"""


def empty(path: Path | str = ":memory:") -> duckdb.DuckDBPyConnection:
    """A warehouse with the schemas that measures read and write, without rows."""
    con = connect(path)
    create_tables(con, ROOT / "codesets" / "schema.sql")
    for name in ("core", "stats"):
        create_tables(con, SCHEMA / f"{name}.sql")
    return con


def generated(
    *, stays: int, deaths: int, facilities: int = 4, areas: int = 5, path: Path | str = ":memory:"
) -> duckdb.DuckDBPyConnection:
    """A warehouse with a generated core: two collections of stays, one of deaths with a population by area."""
    con = empty(path)
    con.execute(CODES)
    con.execute(_DRAW)
    con.execute(_STAYS.format(n=stays, facilities=facilities, areas=areas))
    con.execute(_DEATHS.format(n=deaths, areas=areas))
    con.execute(_POPULATION.format(areas=areas))
    return con


def _rows(text: str) -> list[dict[str, str | None]]:
    """The rows of an ASCII table, its first line the column names; an empty cell is null."""
    lines = [[cell.strip() or None for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


_STAY = {
    "collection": "main",
    "facility_type": "hospital",
    "stay_class": "inpatient",
    "sex": "F",
    "encounters": "1",
    "counts_as_discharge": "true",
    "weight": "1",
    "weight_kind": "frequency",
    "date_precision": "day",
    "source": "test",
    "bucket": "0",
}
_DEATH = {
    name: _STAY[name] for name in ("collection", "sex", "weight", "weight_kind", "date_precision", "source", "bucket")
} | {"batch_id": "batch", "row_number": "1"}


def _insert(con: duckdb.DuckDBPyConnection, table: str, key: str, text: str, defaults: dict[str, str]) -> None:
    for number, row in enumerate(_rows(text)):
        given = {**defaults, key: f"{table[5]}{number}", **row}
        if "age_years" in given:
            given.setdefault("age_years_max", given["age_years"])
        if table == "core.stay":
            given.setdefault("principal_encounter_id", given[key])
        con.execute(
            f"insert into {table} ({', '.join(given)}) values ({', '.join('?' for _ in given)})", list(given.values())
        )


def stays(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Insert rows of core.stay from an ASCII table; columns that it leaves out have usual values."""
    _insert(con, "core.stay", "stay_id", text, _STAY)


def deaths(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Insert rows of core.death from an ASCII table; columns that it leaves out have usual values."""
    _insert(con, "core.death", "death_id", text, _DEATH)


def diagnoses(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Insert rows of core.diagnosis from an ASCII table; columns that it leaves out have usual values."""
    for row in _rows(text):
        given = {"system": "icd10cm", "code_raw": row["code"], "code_status": "valid", **row}
        con.execute(
            f"insert into core.diagnosis ({', '.join(given)}) values ({', '.join('?' for _ in given)})",
            list(given.values()),
        )


def persons(con: duckdb.DuckDBPyConnection, text: str) -> None:
    """Insert rows of core.person from an ASCII table; columns that it leaves out have usual values."""
    for row in _rows(text):
        given = {"collection": "main", "sex": "U", **row}
        con.execute(
            f"insert into core.person ({', '.join(given)}) values ({', '.join('?' for _ in given)})",
            list(given.values()),
        )


def table_of(**content: object) -> TableSpecification:
    """A table's specification with its words left out."""
    words = {"table_id": "table", "order": 1, "title": "Title", "question": "Question?"}
    return TableSpecification.model_validate({**words, **content})


def shown(con: duckdb.DuckDBPyConnection, columns: str, where: str = "true") -> list[tuple]:
    """Rows of stats.figure in a total order."""
    return con.execute(f"select {columns} from stats.figure where {where} order by all").fetchall()


def standards(con: duckdb.DuckDBPyConnection) -> None:
    """Fill the standard populations from the lists that the reference data are built from."""
    lists = ROOT / "codesets" / "lists"
    con.execute(f"insert into codes.standard by name from read_csv('{lists / 'standards.csv'}')")
    con.execute(f"insert into codes.standard_population by name from read_csv('{lists / 'standard_populations.csv'}')")


def population(con: duckdb.DuckDBPyConnection, *rows: tuple) -> None:
    """Insert rows of core.population: (year, area, sex, first age, last age or None, persons)."""
    con.executemany("insert into core.population values ('main', null, ?, ?, ?, ?, ?, ?)", rows)


def covers(con: duckdb.DuckDBPyConnection, first: str, last: str, kind: str = "death") -> None:
    """Declare the days that a source of collection main covers."""
    con.execute("insert into core.coverage values ('test', 'main', ?, ?, ?, true)", [kind, first, last])
