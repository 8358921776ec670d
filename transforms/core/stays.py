"""`core.stay`: inpatient encounters folded into stays, as the profile declares.

Three ways: encounters with the same key (episodes of a spell); an encounter that continues the one before it
(continuation and interim bills, and any that follows a patient who was still there); else one encounter, one stay.
"""

from __future__ import annotations

import duckdb

from codesets.database import literal
from transforms.core.inputs import Numbered

STAY_CLASSES = "'inpatient', 'day_case', 'newborn', 'long_term'"

# Copies of care that a facility reports itself, and places where nobody is admitted.
NO_FACILITY = ("insurer", "physician_office", "laboratory", "vital_registration")

# Last digit of the type of bill (NUBC): interim bill, continuing and last claim of a stay.
CONTINUING = ("3", "4")

_COPIES = ", ".join(map(literal, NO_FACILITY))


def assign_stays(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> bool:
    """Create the source's table of encounters and their stays: `encounter_id`, `stay_id`, `place` from 1.

    Says whether any stay has several encounters.
    """
    table = numbered.work("stay_of")
    keys = f"select exists (from {numbered.work('encounter')} where stay_key is not null)"
    has_keys = bool(numbered.profile.stay.key) and con.execute(keys).fetchone()[0]
    con.execute(f"create or replace temp table {table} as {by_continuation(numbered, keyless=has_keys)}")
    if has_keys:
        con.execute(f"insert into {table} {by_key(numbered)}")
    return con.execute(f"select count(*) from {table} where place > 1").fetchone()[0] > 0


def candidates(numbered: Numbered) -> str:
    """SQL: encounters that are part of a stay, with what orders and links them."""
    prefix = literal(numbered.source.name + ":")
    stay = numbered.profile.stay
    within = "stay_within" if stay.within else "patient_id || '|' || facility_id"
    continuing = ", ".join(map(literal, CONTINUING))
    interim = f" or right(frequency, 1) in ({continuing})" if numbered.profile.encounter.bills else ""
    return f"""select {prefix} || native_id as encounter_id, _row, admission_date, discharge_date, stay_key,
    try_cast(episode_number as decimal(18, 3)) as number, {within} as within,
    coalesce(continues is not null{interim}, false) as continues,
    coalesce(discharge_disposition = 'still_patient', false) as stays_on
from {numbered.work("encounter")} where encounter_class in ({STAY_CLASSES})"""


_ORDER = "order by admission_date nulls last, number nulls last, discharge_date nulls last, _row"


def by_key(numbered: Numbered) -> str:
    """SQL: encounters with the same stay key are one stay."""
    window = (
        "partition by stay_key order by number nulls last, admission_date nulls last, discharge_date nulls last, _row"
    )
    return f"""with candidate as (from ({candidates(numbered)}) where stay_key is not null)
select encounter_id, first_value(encounter_id) over w as stay_id, row_number() over w as place
from candidate window w as ({window} rows between unbounded preceding and unbounded following)"""


def by_continuation(numbered: Numbered, *, keyless: bool = False) -> str:
    """SQL: an encounter that continues, or follows one still there, joins the one before it within the gap.

    `keyless`: of the encounters without a key of their stay. Only patients with such an encounter are looked at one
    after another; all others are their own stay.
    """
    gap = numbered.profile.stay.gap_days
    some = " where stay_key is null" if keyless else ""
    return f"""with candidate as (from ({candidates(numbered)}){some}),
concerned as (
    select * from candidate
    where within in (select within from candidate where (continues or stays_on) and within is not null)
), linked as (
    select *, coalesce(
        (continues or lag(stays_on) over w)
        and coalesce(admission_date - lag(discharge_date) over w <= {gap}, lag(stays_on) over w or continues)
        and lag(encounter_id) over w is not null, false) as joins
    from concerned window w as (partition by within {_ORDER})
), run as (
    select *, count(*) filter (not joins) over (partition by within {_ORDER} rows unbounded preceding) as run_number
    from linked
)
select encounter_id, first_value(encounter_id) over w as stay_id, row_number() over w as place
from run window w as (partition by within, run_number {_ORDER} rows between unbounded preceding and unbounded following)
union all
select encounter_id, encounter_id, 1 from candidate
where within is null or within not in (select within from concerned)"""


def stays(numbered: Numbered, *, folds: bool) -> str:
    """SQL of the source's rows of core.stay, from core.encounter; `folds`: some stay has several encounters."""
    last = numbered.profile.stay.principal == "last"
    principal = "last_encounter" if last else "first_encounter"
    has_date = numbered.profile.encounter.fields.discharge_date is not None
    source, prefix = literal(numbered.source.name), literal(numbered.source.name + ":")
    return f"""with folded as (
    {_folded(numbered) if folds else _single(numbered)}
), ended as (
    -- A discharge date that could not be read is a discharge all the same.
    select {source} || ':' || native_id as encounter_id from {numbered.work("encounter")}
    where has_end and discharge_date is null and discharge_disposition is null
), settled as (
    select *, case when discharge_disposition is distinct from 'still_patient' then discharge_date end as ended_on,
        coalesce(discharge_disposition <> 'still_patient', discharge_date is not null
            or last_encounter in (select encounter_id from ended) or {not has_date}) as has_ended
    from folded
), first_listed as (
    select encounter_id, "system", code, code_status from core.diagnosis
    where role = 'principal' and seq = 1 and starts_with(encounter_id, {prefix})
), principal as (
    from first_listed
    union all
    -- A principal diagnosis that is not the first: rare, and the only ones that need comparing.
    select encounter_id, arg_min("system", seq), arg_min(code, seq), arg_min(code_status, seq) from core.diagnosis
    where role = 'principal' and seq > 1 and starts_with(encounter_id, {prefix})
        and encounter_id not in (select encounter_id from first_listed)
    group by encounter_id
)
select f.stay_id, collection, patient_id, facility_id, facility_type, encounter_class as stay_class, admission_date,
    ended_on as discharge_date, admission_type, admission_source, discharge_disposition, age_years, age_years_max,
    age_days, sex, area, department, died,
    case when date_precision in ('day', 'shifted') and ended_on >= admission_date then ended_on - admission_date end
        as length_of_stay,
    encounters, {principal} as principal_encounter_id, d."system" as principal_system, d.code as principal_code,
    d.code_status as principal_code_status,
    encounter_class = 'inpatient' and facility_type not in ({_COPIES}) and has_ended as counts_as_discharge,
    weight, weight_kind, date_precision, {source} as source, bucket
from settled f left join principal d on d.encounter_id = f.{principal}"""


def _single(numbered: Numbered) -> str:
    """SQL: every stay is one encounter."""
    return f"""select *, 1 as encounters, encounter_id as first_encounter, encounter_id as last_encounter
    from core.encounter where source = {literal(numbered.source.name)} and stay_id is not null"""


def _folded(numbered: Numbered) -> str:
    """SQL: the encounters of each stay together; begun as the first, ended as the last, a death in any."""
    return f"""select stay_id,
        {_at("arg_min_null", _OF_FIRST)},
        {_at("arg_max_null", _OF_LAST)},
        {_at("arg_max_null" if numbered.profile.stay.principal == "last" else "arg_min_null", "department")},
        case when bool_or(died) then true else arg_max_null(died, place) end as died,
        count(*)::integer as encounters,
        arg_min(encounter_id, place) as first_encounter,
        arg_max(encounter_id, place) as last_encounter
    from core.encounter e join {numbered.work("stay_of")} f using (encounter_id, stay_id)
    where e.source = {literal(numbered.source.name)}
    group by stay_id"""


_OF_FIRST = (
    "collection patient_id facility_id facility_type encounter_class admission_date admission_type admission_source "
    "age_years age_years_max age_days sex area weight weight_kind date_precision bucket"
)
_OF_LAST = "discharge_date discharge_disposition"


def _at(function: str, names: str) -> str:
    return ", ".join(f"{function}({name}, place) as {name}" for name in names.split())
