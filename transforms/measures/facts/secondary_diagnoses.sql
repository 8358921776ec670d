-- Secondary diagnoses of each stay that counts as a discharge: how many, and the comorbidity groups they belong to as
-- bits (see comorbidity.sql). Stays are numbered by their row of core.stay.
create or replace temp table stay_encounter as
select stay_id as encounter_id, rowid as stay_number
from core.stay
where counts_as_discharge and encounters = 1
union all
select e.encounter_id, s.rowid
from core.encounter as e
join core.stay as s using (stay_id)
where s.counts_as_discharge and s.encounters > 1;

create or replace temp table stay_diagnosis as
select
    e.stay_number,
    count(*) filter (d.role = 'secondary') as secondary_diagnoses,
    bool_or(d.poa is not null) as has_poa,
    coalesce(bit_or(b.plain) filter (d.role = 'secondary'), 0) as plain,
    coalesce(bit_or(
        case
            when d.poa in ('Y', 'W', '1') then b.if_present
            when d.poa in ('N', 'U') then b.if_absent
            else b.if_unknown
        end
    ) filter (d.role = 'secondary'), 0) as refined
from core.diagnosis as d
join stay_encounter as e using (encounter_id)
left join comorbidity_code as b on b."system" = d."system" and b.code = d.code
where d.role in ('principal', 'secondary')
group by e.stay_number;

-- Episodes of one stay repeat their diagnoses, and have each a principal one: there different codes are counted.
create or replace temp table folded_stay as
select
    e.stay_number,
    count(distinct (d."system", coalesce(d.code, d.code_raw))) filter (
        coalesce(d.code, d.code_raw) is distinct from s.principal_code
    ) as secondary_diagnoses
from core.stay as s
join stay_encounter as e on e.stay_number = s.rowid
join core.diagnosis as d using (encounter_id)
where s.encounters > 1 and d.role = 'secondary'
group by e.stay_number;
