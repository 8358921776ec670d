"""Facts of each stay: comorbidity, depth of coding, readmissions, deaths after discharge."""

from __future__ import annotations

import duckdb
import pytest

from tests.measures.warehouse import diagnoses, empty, stays, table_of
from transforms.measures import Settings, build_figures

# Two groups of each scheme; heart failure asks for presence on admission in AHRQ's.
COMORBIDITY = """
insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source) values
    ('charlson_quan', 'v', 'icd10cm', 'Charlson', false, 'test'),
    ('elixhauser_quan', 'v', 'icd10cm', 'Elixhauser', false, 'test'),
    ('elixhauser_ahrq', 'v', 'icd10cm', 'AHRQ', false, 'test');
insert into codes.grouping values
    ('charlson_quan', 'v', 'icd10cm', 'I500', 'chf', true, true, 'test', null, null),
    ('charlson_quan', 'v', 'icd10cm', 'C509', 'cancer', true, true, 'test', null, null),
    ('charlson_quan', 'v', 'icd10cm', 'C780', 'metastatic', true, true, 'test', null, null),
    ('elixhauser_quan', 'v', 'icd10cm', 'I500', 'chf', true, true, 'test', null, null),
    ('elixhauser_quan', 'v', 'icd10cm', 'E669', 'obesity', true, true, 'test', null, null),
    ('elixhauser_ahrq', 'v', 'icd10cm', 'I500', 'HF', true, true, 'test', null, null),
    ('elixhauser_ahrq', 'v', 'icd10cm', 'E669', 'OBESE', true, true, 'test', null, null);
insert into codes.group_label (scheme, scheme_version, group_code, title, sort_order, poa_rule)
select distinct scheme, scheme_version, group_code, group_code, 1, if(group_code = 'HF', 'present', null)
from codes.grouping;
insert into codes.group_weight values
    ('charlson_quan', 'v', 'chf', 'charlson_1987', 1), ('charlson_quan', 'v', 'cancer', 'charlson_1987', 2),
    ('charlson_quan', 'v', 'metastatic', 'charlson_1987', 6), ('charlson_quan', 'v', 'chf', 'quan_2011', 2),
    ('charlson_quan', 'v', 'cancer', 'quan_2011', 2), ('charlson_quan', 'v', 'metastatic', 'quan_2011', 6),
    ('elixhauser_quan', 'v', 'chf', 'van_walraven_2009', 7),
    ('elixhauser_quan', 'v', 'obesity', 'van_walraven_2009', -4),
    ('elixhauser_ahrq', 'v', 'HF', 'mortality_2023', 14), ('elixhauser_ahrq', 'v', 'OBESE', 'mortality_2023', -7),
    ('elixhauser_ahrq', 'v', 'HF', 'readmission', 7), ('elixhauser_ahrq', 'v', 'OBESE', 'readmission', -2);
insert into codes.group_exclusion values ('charlson_quan', 'v', 'metastatic', 'cancer');
insert into codes.attribute values ('icd10cm', 'C509', 'poa_exempt', 'true', null, null, 'test');
"""


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = empty()
    con.execute(COMORBIDITY)
    return con


def facts(con: duckdb.DuckDBPyConnection, columns: str) -> list[tuple]:
    build_figures(con, [table_of(measures=["discharges"], margins=[{"by": []}])], Settings())
    return con.execute(f"select stay_id, {columns} from stats.stay_fact order by stay_id").fetchall()


def test_comorbidity_counts_secondary_diagnoses_and_each_group_once(con):
    stays(
        con,
        """
        stay_id | discharge_date | principal_system | principal_code
        a       | 2020-02-01     | icd10cm          | I500
        b       | 2020-02-01     | icd10cm          | J189
        c       | 2020-02-01     | icd10gm          | J189
        d       | 2020-02-01     | icd10cm          | J189
        """,
    )
    diagnoses(
        con,
        """
        encounter_id | seq | role      | code | poa
        a            | 1   | principal | I500 |
        a            | 2   | secondary | C780 |
        a            | 3   | secondary | C509 |
        b            | 1   | principal | J189 |
        b            | 2   | secondary | I500 |
        b            | 3   | secondary | E669 |
        b            | 4   | external  | W19  |
        c            | 1   | principal | J189 |
        """,
    )
    assert facts(
        con, "secondary_diagnoses, charlson_score, charlson_score_2011, charlson_groups, elixhauser_score"
    ) == [
        ("a", 2, 6, 6, ["metastatic"], 0),
        ("b", 2, 1, 2, ["chf"], 3),
        # No comorbidity groups in its system; no diagnosis at all.
        ("c", 0, None, None, None, None),
        ("d", None, None, None, None, None),
    ]


def test_without_presence_on_admission_the_refined_index_is_missing_and_not_zero(con):
    stays(
        con,
        """
        stay_id | discharge_date | principal_system | principal_code
        a       | 2020-02-01     | icd10cm          | J189
        b       | 2020-02-01     | icd10cm          | J189
        c       | 2020-02-01     | icd10cm          | J189
        d       | 2020-02-01     | icd10cm          | J189
        e       | 2020-02-01     | icd10cm          | J189
        """,
    )
    diagnoses(
        con,
        """
        encounter_id | seq | role      | code | poa
        a            | 1   | principal | J189 | Y
        a            | 2   | secondary | I500 | Y
        a            | 3   | secondary | E669 |
        b            | 1   | principal | J189 | Y
        b            | 2   | secondary | I500 | N
        c            | 1   | principal | J189 | Y
        c            | 2   | secondary | I500 |
        d            | 1   | principal | J189 |
        d            | 2   | secondary | E669 |
        e            | 1   | principal | J189 | Y
        """,
    )
    assert facts(con, "ahrq_mortality_index, ahrq_readmission_index, ahrq_groups") == [
        ("a", 7, 5, ["HF", "OBESE"]),
        ("b", 0, 0, []),
        ("c", None, None, None),
        # Nothing that asks for it, but a source that never gives it: stays without such groups would stand for all.
        ("d", None, None, None),
        ("e", 0, 0, []),
    ]
