"""`core.encounter`: the records that stand, with what a linked death adds."""

from __future__ import annotations

from codesets.database import literal
from transforms.core.inputs import ROW_BITS, Numbered
from transforms.core.stays import STAY_CLASSES

ROW_MASK = (1 << ROW_BITS) - 1

# Persons are spread over as many buckets, so that heavy steps can run one bucket at a time.
BUCKETS = 256


# Columns of core.encounter that stand in the stage table as they are.
_KEPT = (
    "s.encounter_id, s.patient_id, s.facility_id, s.facility_type, s.encounter_class, s.admission_date, "
    "s.discharge_date, s.admission_type, s.admission_source, s.age_years, s.age_years_max, s.age_days, s.sex, s.area, "
    "s.discharge_disposition, s.birth_weight, s.department, s.payer, s.coder_id, s.weight, s.weight_kind, "
    "s.date_precision, s.claim_number, s.bill_type, s.condition_codes, s.claim_status, s.died as died_reported"
)


def identified(numbered: Numbered, table: str) -> str:
    """SQL: the stage table with `patient_id` in its person scope and the configured facility where none is given."""
    facility = (
        f"coalesce(facility_id, {literal(numbered.source.facility)})" if numbered.source.facility else "facility_id"
    )
    scope = literal(numbered.source.scope + ":")
    return f"select * replace ({scope} || patient_id as patient_id, {facility} as facility_id) from {table}"


def bucket(record_id: str) -> str:
    return f"(md5_number_lower(coalesce(patient_id, {record_id})) % {BUCKETS})::integer"


def encounters(numbered: Numbered, *, folds: bool, deaths: bool) -> str:
    """SQL of the source's rows of core.encounter.

    `folds`: some stay has several encounters; `deaths`: some death is known.
    """
    stay_id = f"case when s.encounter_class in ({STAY_CLASSES}) then s.encounter_id end"
    vital = (
        f"""left join (
    select patient_id, death_date as person_death, death_precision, alive_else
    from work_person where collection = {literal(numbered.source.collection)} and (death_date is not null or alive_else)
) p using (patient_id)"""
        if deaths
        else "cross join (select null::date as person_death, 'day' as death_precision, false as alive_else) p"
    )
    stay_table = f"\nleft join {numbered.work('stay_of')} f using (encounter_id)" if folds else ""
    source = literal(numbered.source.name)
    prefix = literal(numbered.source.name + ":")
    return f"""with staged as (
    select {prefix} || native_id as encounter_id, * exclude (native_id) from {numbered.work("encounter")}
)
select {_KEPT},
    {died()} as died,
    {"f.stay_id" if folds else stay_id} as stay_id,
    {literal(numbered.source.collection)} as collection,
    case when s.date_precision in ('day', 'shifted') then s.discharge_date - s.admission_date end as length_of_stay,
    {source} as source,
    b.batch_id,
    s._row & {ROW_MASK} as row_number,
    {bucket("encounter_id")} as bucket
from staged s{stay_table}
join work_batch b on b.number = s._row >> {ROW_BITS}
{vital}"""


def died() -> str:
    """SQL: died by disposition or as the source says, else by a linked death within the stay; else null.

    A later death tells of survival only where the deaths of all persons are known (`alive_else`): to count those who
    died later as survivors, and not those of whom nothing is known, would choose the denominator by the outcome.
    """
    last = "coalesce(s.discharge_date, s.admission_date)"
    return f"""case
        when s.discharge_disposition = 'died' or s.died then true
        when s.discharge_disposition is not null then false
        when p.death_precision = 'day' and p.person_death between s.admission_date and s.discharge_date then true
        when s.died is not null then s.died
        when not coalesce(p.alive_else, false) then null
        when p.person_death is null then false
        when p.death_precision = 'year' then case when year(p.person_death) > year({last}) then false end
        when p.death_precision = 'month'
            then case when date_trunc('month', p.person_death) > date_trunc('month', {last}) then false end
        when p.person_death > s.discharge_date then false
    end"""


def slim(numbered: Numbered) -> str:
    """SQL of what later steps need of the stage table once core.encounter is filled."""
    return f"""select _row, native_id, admission_date, discharge_date, date_precision, discharge_disposition, has_end,
    episode_number, continues
from {numbered.work("encounter")}"""
