-- What the diagnoses of each encounter are together, one row an encounter that has any, written once.
-- `entries` counts them in whatever position, `diagnoses` the principal and secondary ones; `last_seq` is the greatest.
-- `list_hash` is the same for the same principal and secondary codes in whatever order, `comorbidities` the conditions of
-- Elixhauser's index among the secondary ones.
create table checked.diagnosis_list as
with comorbidity as (
    select system, code, bit_or(1::bigint << position) as conditions
    from (
        select system, code, dense_rank() over (order by group_code) as position
        from {warehouse}.codes.grouping
        where scheme = 'elixhauser_quan'
    )
    group by system, code
)
select
    encounter_id,
    cast(count(*) as integer) as entries,
    cast(count(*) filter (list_contains(['principal', 'secondary'], role)) as integer) as diagnoses,
    cast(count(*) filter (role = 'secondary') as integer) as secondary_diagnoses,
    cast(count(*) filter (role = 'external') as integer) as external_causes,
    max(seq) as last_seq,
    count(poa) > 0 as has_poa,
    coalesce(bool_or(role = 'principal' and poa is null), false) as lacks_principal_poa,
    cast(count(*) filter (role = 'secondary' and poa is not null) as integer) as poa_given,
    cast(count(*) filter (role = 'secondary' and poa = 'Y') as integer) as poa_present,
    bit_xor(hash(diagnosis.system, diagnosis.code)) filter (list_contains(['principal', 'secondary'], role)) as list_hash,
    cast(bit_count(coalesce(bit_or(conditions) filter (role = 'secondary'), 0)) as integer) as comorbidities,
    coalesce(
        bool_or(diagnosis.code = 'Z515' and diagnosis.system in ('icd10cm', 'icd10'))
            filter (list_contains(['principal', 'secondary'], role)),
        false
    ) as is_palliative
from {warehouse}.core.diagnosis as diagnosis
left join comorbidity on diagnosis.system = comorbidity.system and diagnosis.code = comorbidity.code
group by encounter_id;
