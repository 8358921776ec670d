"""`core.stay`: inpatient encounters folded into stays, as the profile declares.

Three ways: encounters with the same key (episodes of a spell); an encounter that continues the one before it
(continuation and interim bills, and any that follows a patient who was still there); else one encounter, one stay.
"""

from __future__ import annotations

import duckdb

from codesets.database import literal
from transforms.core.inputs import Numbered

STAY_CLASSES = ("inpatient", "day_case", "newborn", "long_term")

# Copies of care that a facility reports itself, and places where nobody is admitted.
NO_FACILITY = ("insurer", "physician_office", "laboratory", "vital_registration")

# Last digit of the type of bill (NUBC): interim bill, continuing and last claim of a stay.
CONTINUING = ("3", "4")

_CLASSES = ", ".join(map(literal, STAY_CLASSES))
_COPIES = ", ".join(map(literal, NO_FACILITY))


def assign_stays(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> None:
    """Create the source's table of encounters and their stays: `encounter_id`, `stay_id`, `place` from 1."""
    select = by_key(numbered) if numbered.profile.stay.key else by_continuation(numbered)
    con.execute(f"create or replace temp table {numbered.work('stay_of')} as {select}")


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
from {numbered.work("encounter")} where encounter_class in ({_CLASSES})"""


_ORDER = "order by admission_date nulls last, number nulls last, discharge_date nulls last, _row"


def by_key(numbered: Numbered) -> str:
    """SQL: encounters with the same stay key are one stay; one without a key is its own."""
    window = (
        "partition by coalesce(stay_key, encounter_id) "
        "order by number nulls last, admission_date nulls last, discharge_date nulls last, _row"
    )
    return f"""with candidate as ({candidates(numbered)})
select encounter_id, first_value(encounter_id) over w as stay_id, row_number() over w as place
from candidate window w as ({window} rows between unbounded preceding and unbounded following)"""


def by_continuation(numbered: Numbered) -> str:
    """SQL: an encounter that continues, or follows one still there, joins the one before it within the gap.

    Only patients with such an encounter are looked at one after another; all others are their own stay.
    """
    gap = numbered.profile.stay.gap_days
    return f"""with candidate as ({candidates(numbered)}),
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
select encounter_id, encounter_id, 1 from candidate where within is null or within not in (select within from concerned)"""


def stays(numbered: Numbered) -> str:
    """SQL of the source's rows of core.stay, from core.encounter."""
    last = numbered.profile.stay.principal == "last"
    principal = "last_encounter" if last else "first_encounter"
    dated = numbered.profile.encounter.fields.discharge_date is not None
    source = literal(numbered.source.name)
    return f"""with member as (
    select e.*, f.place, s.has_end
    from core.encounter e
    join {numbered.work("stay_of")} f using (encounter_id)
    join {numbered.work("encounter")} s on {source} || ':' || s.native_id = e.encounter_id
    where e.source = {source}
), folded as (
    select stay_id,
        {_first("collection patient_id facility_id facility_type encounter_class admission_date admission_type")},
        {_first("admission_source age_years age_years_max age_days sex area weight weight_kind date_precision bucket")},
        {_last("discharge_date discharge_disposition has_end died")},
        bool_or(died) as any_died,
        count(*)::integer as encounters,
        arg_min(encounter_id, place) as first_encounter,
        arg_max(encounter_id, place) as last_encounter
    from member group by stay_id
), settled as (
    select *, case when discharge_disposition is distinct from 'still_patient' then discharge_date end as ended_on,
        case when any_died then true else died end as stay_died,
        coalesce(discharge_disposition <> 'still_patient', has_end or {not dated}) as has_ended
    from folded
), principal as (
    select encounter_id, arg_min(struct_pack("system" := "system", code := code, code_status := code_status), seq) as p
    from core.diagnosis where role = 'principal'
        and encounter_id in (select {principal} from settled) group by encounter_id
)
select f.stay_id, collection, patient_id, facility_id, facility_type, encounter_class as stay_class, admission_date,
    ended_on as discharge_date, admission_type, admission_source, discharge_disposition, age_years, age_years_max,
    age_days, sex, area, stay_died as died,
    case when date_precision in ('day', 'shifted') and ended_on >= admission_date then ended_on - admission_date end
        as length_of_stay,
    encounters, {principal} as principal_encounter_id, d.p.system as principal_system, d.p.code as principal_code,
    d.p.code_status as principal_code_status,
    encounter_class = 'inpatient' and facility_type not in ({_COPIES}) and has_ended as counts_as_discharge,
    weight, weight_kind, date_precision, {source} as source, bucket
from settled f left join principal d on d.encounter_id = f.{principal}"""


def _first(names: str) -> str:
    return ", ".join(f"any_value({name}) filter (place = 1) as {name}" for name in names.split())


def _last(names: str) -> str:
    return ", ".join(f"arg_max_null({name}, place) as {name}" for name in names.split())
