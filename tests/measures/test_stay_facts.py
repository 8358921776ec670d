"""Facts of each stay: comorbidity, depth of coding, readmissions, deaths after discharge."""

from __future__ import annotations

import duckdb
import pytest

from codesets.comorbidity import comorbidity_sql
from codesets.database import literal
from codesets.reference import ensure
from tests.measures.warehouse import diagnoses, empty, persons, stays, table_of
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
insert into codes.attribute values
    ('icd10cm', 'C509', 'poa_exempt', 'true', null, null, 'test'),
    -- Whether it is exempt is not known: it does not count as exempt.
    ('icd10cm', 'I500', 'poa_exempt', 'unknown', null, null, 'test');
"""


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = empty()
    con.execute(COMORBIDITY)
    return con


GROUPS = """
(
    select coalesce(list(b.group_code order by b.group_code), []) from stats.comorbidity_bit as b
    where b.scheme = '{scheme}' and ({column} >> b.place) & 1 = 1
)
"""
CHARLSON = GROUPS.format(scheme="charlson_quan", column="charlson_groups")
AHRQ = GROUPS.format(scheme="elixhauser_ahrq", column="ahrq_groups")


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
    assert facts(con, f"secondary_diagnoses, charlson_score, charlson_score_2011, {CHARLSON}, elixhauser_score") == [
        ("a", 2, 6, 6, ["metastatic"], 0),
        ("b", 2, 1, 2, ["chf"], 3),
        # No comorbidity groups in its system; no diagnosis at all.
        ("c", 0, None, None, [], None),
        ("d", None, None, None, [], None),
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
    assert facts(con, f"ahrq_mortality_index, ahrq_readmission_index, {AHRQ}") == [
        ("a", 7, 5, ["HF", "OBESE"]),
        ("b", 0, 0, []),
        ("c", None, None, []),
        # Nothing that asks for it, but a source that never gives it: stays without such groups would stand for all.
        ("d", None, None, []),
        ("e", 0, 0, []),
    ]


@pytest.mark.slow
def test_groups_and_scores_agree_with_the_general_scoring_on_random_diagnoses():
    """Of the code sets at hand: ICD-9-CM, ICD-10 and ICD-10-CM, with and without presence on admission."""
    con = empty()
    con.execute(f"attach {literal(str(ensure().path))} as reference (read_only)")
    for name in ("scheme", "grouping", "group_label", "group_weight", "group_exclusion", "attribute"):
        con.execute(f"delete from codes.{name}")
        con.execute(f"insert into codes.{name} by name from reference.codes.{name}")
    schemes = "('charlson_quan', 'elixhauser_quan', 'elixhauser_ahrq')"
    con.execute(
        f"""
        insert into core.diagnosis by name
        with code as (
            select "system", code, row_number() over (order by "system", code) as number
            from (select distinct "system", code from codes.grouping where scheme in {schemes})
        ),
        drawn as (
            select
                i // 6 as stay, i % 6 + 1 as seq,
                hash(i) % (select count(*) from code) + 1 as number,
                (['Y', 'N', 'W', 'U', '1', null])[(1 + hash(i * 7) % 6)::integer] as poa
            from range(12000) as t (i)
        )
        select 's' || stay as encounter_id, seq, 'secondary' as role, code as code_raw, code, "system",
            'valid' as code_status, case when stay % 5 > 0 then coalesce(poa, if(stay % 3 > 0, 'Y', null)) end as poa
        from drawn join code using (number)
        """
    )
    con.execute(
        """
        insert into core.stay by name
        select distinct encounter_id as stay_id, 'main' as collection, 'hospital' as facility_type,
            'inpatient' as stay_class, date '2020-02-01' as discharge_date, 'F' as sex, 1 as encounters,
            encounter_id as principal_encounter_id, 'icd10cm' as principal_system, 'J189' as principal_code,
            true as counts_as_discharge, 1 as weight, 'frequency' as weight_kind, 'day' as date_precision,
            'test' as source, 0 as bucket
        from core.diagnosis
        """
    )
    build_figures(con, [table_of(measures=["discharges"], margins=[{"by": []}])], Settings())
    listed = """
        select d.encounter_id as record, d."system", d.code,
            case
                when d.poa in ('Y', 'W', '1') or e.code is not null then true
                when d.poa in ('N', 'U') then false
            end as is_present
        from core.diagnosis as d
        left join (
            select distinct "system", code from codes.attribute where attribute = 'poa_exempt' and "value" = 'true'
        ) as e
            on e."system" = d."system" and e.code = d.code
    """
    for scheme, weights, score, column in (
        ("charlson_quan", "charlson_1987", "charlson_score", "charlson_groups"),
        ("charlson_quan", "quan_2011", "charlson_score_2011", "charlson_groups"),
        ("elixhauser_quan", "van_walraven_2009", "elixhauser_score", "elixhauser_groups"),
        ("elixhauser_ahrq", "mortality_2023", "ahrq_mortality_index", "ahrq_groups"),
        ("elixhauser_ahrq", "readmission", "ahrq_readmission_index", "ahrq_groups"),
    ):
        expected = con.execute(
            f"select * from ({comorbidity_sql(listed, scheme=scheme, weight_set=weights)}) order by record"
        ).fetchall()
        groups = GROUPS.format(scheme=scheme, column=column)
        found = con.execute(f"select stay_id, {score}, {groups} from stats.stay_fact order by stay_id").fetchall()
        assert len(found) == len(expected) == 2000
        has_poa = scheme != "elixhauser_ahrq"
        for (stay, score_found, groups_found), (record, score_due, groups_due) in zip(found, expected, strict=True):
            assert stay == record
            if has_poa or (score_found is not None):
                assert (score_found, groups_found) == (score_due, groups_due)
        known = sum(1 for _, value, _ in found if value is not None)
        assert known == 2000 if has_poa else 500 < known < 1600


FOLLOWED = """
insert into core.coverage values
    ('test', 'main', 'encounter', '2020-01-01', '2020-12-31', true),
    ('register', 'main', 'death', '2020-01-01', '2020-06-30', true);
"""


def test_deaths_after_discharge_count_only_where_linked_deaths_cover_the_window(con):
    con.execute(FOLLOWED)
    persons(
        con,
        """
        patient_id | death_date | death_source
        s:1        | 2020-03-31 | register
        s:2        |            |
        s:3        | 2020-04-10 | register
        t:1        |            |
        s:4        | 2020-03-12 | register
        """,
    )
    stays(
        con,
        """
        stay_id | patient_id | admission_date | discharge_date | died  | length_of_stay
        a       | s:1        | 2020-03-01     | 2020-03-10     | false | 9
        b       | s:2        | 2020-03-01     | 2020-03-10     | false | 9
        c       | s:3        | 2020-03-01     | 2020-03-10     | false | 9
        d       | t:1        | 2020-03-01     | 2020-03-10     | false | 9
        e       | s:2        | 2020-06-10     | 2020-06-12     | false | 2
        f       | t:2        | 2020-03-01     | 2020-03-10     | true  | 9
        g       | s:4        | 2020-02-01     | 2020-02-20     | false | 19
        h       | s:4        | 2020-03-05     | 2020-03-12     | true  | 7
        i       | s:2        | 2020-01-01     | 2020-02-20     | false | 50
        j       |            | 2020-03-01     | 2020-03-10     | false | 9
        """,
    )
    assert facts(con, "died_30_days_from_admission, died_30_days_from_discharge") == [
        ("a", True, True),
        ("b", False, False),
        # 31 days after discharge.
        ("c", False, False),
        # Numbers that no death is linked to: no link is not survival, and the deaths in hospital would stand alone.
        ("d", None, None),
        # Beyond the register's last day.
        ("e", None, None),
        ("f", None, None),
        # Back in hospital before: the death counts after the last stay.
        ("g", False, False),
        ("h", True, True),
        ("i", False, False),
        ("j", None, None),
    ]


def test_shares_and_means_of_stays(con):
    """Of four principal diagnoses one each is a symptom, unspecified, invalid and plain."""
    con.execute(
        """
        insert into codes.code ("system", code, title, is_billable) values
            ('icd10cm', 'J189', 'Pneumonia, unspecified organism', true), ('icd10cm', 'R51', 'Headache', true),
            ('icd10cm', 'I219', 'Infarction', true)
        """
    )
    stays(
        con,
        """
        stay_id | discharge_date | principal_system | principal_code | principal_code_status | length_of_stay | died
        a       | 2020-02-01     | icd10cm          | J189           | valid                 | 1              | true
        b       | 2020-02-01     | icd10cm          | R51            | valid                 | 21             | false
        c       | 2020-02-01     | icd10cm          | I219           | unknown               | 2              | true
        d       | 2020-02-01     | icd10cm          | X9             | not_found             |                | true
        e       | 2020-02-01     |                  |                |                       | 0              |
        f       | 2020-02-01     |                  |                |                       |                | false
        """,
    )
    diagnoses(
        con,
        """
        encounter_id | seq | role      | code
        a            | 1   | principal | J189
        a            | 2   | secondary | I500
        a            | 3   | secondary | C780
        b            | 1   | principal | R51
        """,
    )
    measures = [
        "symptom_principal_share", "unspecified_principal_share", "invalid_principal_share", "long_stay_share",
        "in_hospital_mortality", "net_in_hospital_mortality", "mean_secondary_diagnoses",
    ]  # fmt: skip
    build_figures(con, [table_of(measures=measures, margins=[{"by": []}])], Settings(reliability="none"))
    found = con.execute(
        "select measure, numerator, denominator, left_out from stats.figure order by measure"
    ).fetchall()
    assert found == [
        ("in_hospital_mortality", 3, 5, 1),
        ("invalid_principal_share", 1, 3, 3),
        ("long_stay_share", 1, 4, 2),
        ("mean_secondary_diagnoses", 2, 2, 4),
        # The death on the first day is in neither part; stays of unknown length or outcome are left out.
        ("net_in_hospital_mortality", 1, 2, 3),
        ("symptom_principal_share", 1, 4, 2),
        ("unspecified_principal_share", 1, 3, 3),
    ]
