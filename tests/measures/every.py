"""Data and tables that give every measure of the registry a figure: for tests of what holds for all of them."""

from __future__ import annotations

from itertools import groupby

import duckdb

from tests.measures.test_stay_facts import COMORBIDITY
from tests.measures.warehouse import CODES, empty, standards
from transforms.measures import Settings, TableSpecification, build_figures
from transforms.measures.definitions import DEFINITIONS, Definition

_STAYS = """
insert into core.stay by name
with drawn as (
    select i, hash(i * 7) % 1000 as a, hash(i * 11) % 1000 as b, hash(i * 13) % 1000 as c, hash(i * 17) % 730 as day
    from range(2400) as t (i)
)
select
    'S' || i as stay_id, 'main' as collection, 'p:' || i % 1500 as patient_id, 'F' || a % 4 as facility_id,
    'hospital' as facility_type, 'inpatient' as stay_class, 'A' || b % 2 as area,
    date '2024-01-01' + day::integer as admission_date,
    date '2024-01-01' + day::integer + (a % 30)::integer as discharge_date, (a % 30)::integer as length_of_stay,
    (c % 90)::integer as age_years, (c % 90)::integer as age_years_max, if(b % 3 = 0, 'F', 'M') as sex,
    c < 150 or c > 870 and a % 3 = 0 as died, if(a % 2 = 0, 'emergency', 'elective') as admission_type,
    1 as encounters, 'S' || i as principal_encounter_id, 'icd10cm' as principal_system,
    (['I219', 'J189', 'R99', 'X999'])[1 + (b % 4)::integer] as principal_code,
    if(b % 4 = 3, 'not_found', 'valid') as principal_code_status, true as counts_as_discharge,
    1 as weight, 'frequency' as weight_kind, 'day' as date_precision, 'hospital' as source, (i % 1500 % 256) as bucket
from drawn;
insert into core.diagnosis by name
select
    stay_id as encounter_id, n as seq, if(n = 1, 'principal', 'secondary') as role, 'icd10cm' as "system",
    (['', principal_code, 'I500', 'E669'])[n + 1] as code, code as code_raw, 'valid' as code_status,
    if(n % 2 = 0, 'Y', 'N') as poa
from core.stay, range(1, 4) as t (n)
where n = 1 or (hash(stay_id) // n) % 3 = 0;
insert into core.person by name
select distinct on (patient_id)
    patient_id, 'main' as collection, 'U' as sex, if(died, discharge_date, null) as death_date,
    if(died, 'hospital', null) as death_source, if(died, 'day', null) as death_precision
from core.stay
order by patient_id, died desc, stay_id;
"""
# A row stands for as many deaths as its weight: by month, sex, area, age and cause; infants by days.
_DEATHS = """
insert into core.death by name
with drawn as (
    select
        y, m, s.sex, a, g, k.code, hash(y * 7 + m * 5 + a * 3 + g * 11 + length(s.sex || k.code)) % 4 as luck
    from range(2014, 2020) as t (y), range(1, 13) as u (m), range(2) as v (a), range(20) as w (g),
        (values ('F'), ('M')) as s (sex), (values ('I219'), ('C509'), ('O95'), ('O961'), ('R99')) as k (code)
    where k.code not like 'O%' or (s.sex = 'F' and g = 7)
)
select
    concat_ws('-', 'D', y, m, sex, a, g, code) as death_id, 'main' as collection, make_date(y::integer, m::integer, 10)
    as death_date, make_date(y::integer, m::integer, 20) as registration_date, 'hospital' as place_of_death,
    if(g < 2, g, (g - 1) * 5)::integer as age_years, age_years as age_years_max,
    if(g = 0, (m * 3)::integer, null) as age_days, sex, 'A' || a as area, code as underlying_cause,
    'icd10' as "system", 'valid' as code_status, 1 + luck + (g // 2) as weight, 'frequency' as weight_kind,
    'day' as date_precision, 'registry' as source, 'batch' as batch_id, row_number() over () as row_number,
    (hash(death_id) % 256)::integer as bucket
from drawn;
"""
_PEOPLE = """
insert into core.population by name
select
    'main' as collection, null as facility_id, y as period, 'A' || a as area, s.sex,
    case g when 0 then 0 when 1 then 1 else (g - 1) * 5 end as age_start,
    case g when 0 then 0 when 19 then null else greatest(g, 1) * 5 - 1 end as age_end,
    9000 - 300 * g + 50 * a as persons
from range(2014, 2026) as t (y), range(2) as v (a), range(20) as w (g), (values ('F'), ('M')) as s (sex);
insert into core.birth
select 'main', y, 'A' || a, s.sex, 4000, 40, 30, 20
from range(2014, 2020) as t (y), range(2) as v (a), (values ('F'), ('M')) as s (sex);
insert into core.coverage values
    ('hospital', 'main', 'encounter', date '2024-01-01', date '2025-12-31', true),
    ('hospital', 'main', 'vital_status', date '2024-01-01', date '2025-12-31', true),
    ('registry', 'main', 'death', date '2014-01-01', date '2019-12-31', true);
"""
_GROUPS = """
insert into codes.grouping values
    ('chapter', 'cm', 'icd10cm', 'R99', 'R', true, true, 'test', null, null),
    ('chapter', 'who', 'icd10', 'R99', 'XVIII', true, true, 'test', null, null),
    ('chapter', 'who', 'icd10', 'O95', 'XV', true, true, 'test', null, null),
    ('chapter', 'who', 'icd10', 'O961', 'XV', true, true, 'test', null, null);
delete from codes.group_label;
insert into codes.group_label (scheme, scheme_version, group_code, title, sort_order, poa_rule)
select distinct scheme, scheme_version, group_code, group_code, 1, if(group_code = 'HF', 'present', null)
from codes.grouping;
insert into codes.drg_weight
select printf('%03d', i), 0.5 + i / 1000, date '2020-01-01', null, 'test' from range(1000) as t (i);
insert into codes.code ("system", code, title, is_billable)
values ('icd10cm', 'I219', 'Infarction, unspecified', true), ('icd10cm', 'J189', 'Pneumonia', true);
"""
# Where a measure stands, if not in the margin without dimensions.
_PLACES = {
    "standardised_mortality_ratio": ["area"],
    "life_expectancy_difference_between_areas": ["area", "cause"],
    "proportionate_mortality_ratio": ["area", "cause"],
    "hospital_standardised_mortality_ratio": ["facility_id"],
}
# A ratio between two causes of one classification, for there is but one here.
_RATIO = {
    "earlier_version": "who", "earlier_cause": "IX", "version": "who", "cause": "II", "ratio": 1.25,
    "standard_error": 0.0, "source": "test",
}  # fmt: skip
_MONTHLY = ("centre_line", "excess")


def core() -> duckdb.DuckDBPyConnection:
    """Stays of two years with diagnoses and linked deaths, six years of deaths, a population, births, standards."""
    con = empty()
    con.execute(COMORBIDITY)
    con.execute(CODES)
    con.execute(_GROUPS)
    con.execute(_STAYS)
    con.execute(_DEATHS)
    con.execute(_PEOPLE)
    standards(con)
    return con


def tables(**content: object) -> list[TableSpecification]:
    """Tables that together hold every measure, each in one margin; those that can stand together do."""
    ordered = sorted(DEFINITIONS.values(), key=lambda one: (*map(str, _kin(one)), one.name))
    found = []
    for number, (kin, group) in enumerate(groupby(ordered, key=_kin)):
        by, period, scheme = kin[:3]
        measures = [one.name for one in group]
        found.append(
            TableSpecification.model_validate(
                {
                    "table_id": f"table_{number}", "order": number, "title": "Title", "question": "Question?",
                    "measures": measures, "period": period, "margins": [{"by": list(by)}],
                    "age_bands": ["infant_five_year_to_90"], "scheme": scheme, "most_joinpoints": 1,
                    "standard": "esp2013_21",
                    "comparability": [_RATIO] if "comparable_deaths" in measures else [], **content,
                }
            )
        )  # fmt: skip
    return found


def _kin(one: Definition) -> tuple:
    by_cause = one.causes == "with_cause" or one.kind == "share_of_all"
    by = tuple(_PLACES.get(one.name, ["cause"] if by_cause else []))
    by += ("age_band",) if one.margin == "with_age" else ()
    scheme = "chapter" if {"cause"} & {*by, *one.within} else None
    period = "month" if any(word in one.name for word in _MONTHLY) else "year"
    return by, period, scheme, one.domain, one.is_rate, one.per_births, one.any_listed, one.name == "comparable_deaths"


def built(*changes: str, order: str | None = None, confidence: float = 0.95) -> duckdb.DuckDBPyConnection:
    """The figures of every measure after some SQL on the core; `order` sorts its records anew."""
    con = core()
    for change in changes:
        con.execute(change)
    for table in ("core.stay", "core.death") if order else ():
        rows = con.sql(f"select * from {table} order by {order}").to_arrow_table()
        con.execute(f"delete from {table}")
        con.from_arrow(rows).insert_into(table)
    build_figures(con, tables(), Settings(reliability="none", confidence=confidence, msdrg=True))
    return con
