-- Procedures of one block: ICD-10-PCS in hospital stays, CPT and HCPCS with modifiers and pointers elsewhere.
create or replace temp table true_procedure as
with chosen as (
    select
        n, key, setting, admission_date, discharge_date, len(dx) as diagnoses,
        is_stay and setting <> 'long_term' as is_inpatient,
        list_transform(
            list_filter(
                string_split(coalesce(procedures, ''), ' '),
                (p, i) -> (len(split_part(p, '=', 1)) = 7) = (is_stay and setting <> 'long_term')
                    and draw(hash(key, i), 'procedure') * 100 < try_cast(split_part(p, '=', 2) as integer)
            ),
            p -> split_part(p, '=', 1)
        ) || coalesce(string_split(nullif(visit_procedures(key, setting), ''), ' '), []) as codes
    from true_encounter
),
single as (
    select * exclude (codes), unnest(codes) as code, generate_subscripts(codes, 1) as seq
    from (select * replace (list_filter(codes, (c, i) -> list_position(codes, c) = i) as codes) from chosen)
)
select
    n,
    'E' || lpad(n::varchar, 9, '0') as encounter_id,
    seq,
    case seq when 1 then 'principal' else 'secondary' end as role,
    code,
    case when is_inpatient then 'icd10pcs' else 'hcpcs' end as system,
    admission_date + case
        when is_inpatient and discharge_date is not null
            then slot_of(hash(key, seq), 'day', least(4, discharge_date - admission_date + 1))
        else 0
    end as procedure_date,
    case when not is_inpatient and code like '992__' and seq > 1 and draw(hash(key, seq), 'modifier') < 0.6 then '25' end
        as modifiers,
    case when code like '97%' then 1 + slot_of(hash(key, seq), 'units', 4) else 1 end as units,
    case
        when is_inpatient then null
        when diagnoses >= 2 and draw(hash(key, seq), 'pointers') < 0.45 then '1,2'
        when diagnoses >= 3 and draw(hash(key, seq), 'pointers') < 0.60 then '1,3'
        else '1'
    end as diagnosis_pointers
from single
order by n, seq;
