-- Secondary diagnoses of each stay: how many, and the comorbidity groups they belong to as bits (see comorbidity.sql).
-- Read from a relation with the columns of core.diagnosis and one of stays: stay_number, encounters, principal_code.
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
from {diagnoses} as d
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
from {stays} as s
join stay_encounter as e using (stay_number)
join {diagnoses} as d using (encounter_id)
where s.encounters > 1 and d.role = 'secondary'
group by e.stay_number;
