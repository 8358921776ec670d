"""Every code that the sample uses may be reported on every day of its years, and every bad one may not."""

from __future__ import annotations

import duckdb
import pytest

from codesets.database import literal
from codesets.reference import ensure
from transforms.sample.generate import LISTS

FIRST_DAY, LAST_DAY = "2023-01-01", "2025-12-31"

# Each list's columns of codes, with the system they are of.
USED = """
    select 'icd10cm' as system, unnest(string_split(concat_ws(' ', code, companions), ' ')) as written from conditions
    union
    select 'icd10cm', unnest(string_split(codes, ' ')) from comorbidities
    union
    select 'icd10cm', code from external_causes
    union
    select 'icd10', unnest(string_split(causes, ' ')) from conditions
    union
    select 'icd10', cause from external_causes
    union
    select 'icd10', unnest([code, immediate, intermediate]) from causes
    union
    select 'icd10', unnest(['I10', 'E11.9', 'J44.9', 'N18.9', 'C61', 'C56', 'R99', 'R54', 'I46.9', 'R96.0'])
    union
    select case when len(code) = 7 then 'icd10pcs' else 'hcpcs' end, code from (
        select code from visits
        union
        select split_part(unnest(string_split(procedures, ' ')), '=', 1) from conditions
    )
    union
    select 'icd10cm', unnest(['N40.1', 'N83.201', 'P59.9', 'I25.10', 'D63.1'])
"""


@pytest.fixture(scope="module")
def lists() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for path in sorted(LISTS.glob("*.csv")):
        con.execute(
            f"create table {path.stem} as from read_csv({literal(str(path))}, header = true, all_varchar = true)"
        )
    con.execute(f"attach {literal(str(ensure().path))} as reference (read_only)")
    return con


def test_each_code_is_valid_throughout_the_generated_years(lists: duckdb.DuckDBPyConnection) -> None:
    not_valid = lists.execute(
        f"""
        with used as (
            select system, replace(written, '.', '') as code from ({USED}) where written <> ''
        ),
        days as (select unnest(['{FIRST_DAY}', '2024-06-30', '2025-03-31', '{LAST_DAY}'])::date as day)
        select distinct system, code
        from used
        cross join days
        where not exists (
            from reference.codes.validity as v
            where v.system = used.system and v.code = used.code
                and day between v.valid_from and coalesce(v.valid_to, date '9999-12-31')
        )
        order by all
        """
    ).fetchall()
    assert not_valid == []


def test_a_digit_more_is_no_code_and_three_characters_are_a_header(lists: duckdb.DuckDBPyConnection) -> None:
    codes = f"(select replace(written, '.', '') as code from ({USED}) where system = 'icd10cm' and written <> '')"
    assert (
        lists.execute(
            f"select u.code from {codes} as u join reference.codes.code as c "
            "on c.system = 'icd10cm' and c.code = u.code || '9' order by all"
        ).fetchall()
        == []
    )
    assert (
        lists.execute(
            f"select u.code from {codes} as u join reference.codes.code as c "
            "on c.system = 'icd10cm' and c.code = u.code[1:3] where len(u.code) > 3 and c.is_billable order by all"
        ).fetchall()
        == []
    )


def test_the_codes_written_in_the_wrong_system_are_icd9(lists: duckdb.DuckDBPyConnection) -> None:
    assert (
        lists.execute(
            "select icd9 from icd9 anti join reference.codes.code as c "
            "on c.system = 'icd9cm' and c.code = replace(icd9, '.', '') and c.is_billable order by all"
        ).fetchall()
        == []
    )


def test_lists_agree_with_one_another(lists: duckdb.DuckDBPyConnection) -> None:
    def missing(statement: str) -> list[tuple]:
        return lists.execute(statement).fetchall()

    assert missing("select code from weights anti join conditions using (code)") == []
    assert missing("select code from conditions anti join weights using (code)") == []
    assert missing("select family from conditions where family not in (select family from families) order by all") == []
    assert missing("select family from comorbidities anti join families using (family)") == []
    assert (
        missing(
            "select external_causes from conditions where external_causes not in (select pool from external_causes)"
        )
        == []
    )
    assert missing("select facility_id from facilities anti join coders using (facility_id)") == []
    assert (
        missing("select code from conditions where deaths_percent <> '0' and coalesce(causes, external_causes) is null")
        == []
    )
