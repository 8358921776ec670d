-- Diagnoses of records on which one code stands twice or oftener, in whatever positions.
create table checked.repeated_diagnosis as
with repeating as (
    select encounter_id
    from checked.bare_diagnosis
    group by encounter_id
    having list_unique(list(hash(code))) < count(*)
)
select encounter_id, seq, role, system, code
from checked.bare_diagnosis
where encounter_id in (select repeating.encounter_id from repeating)
qualify count(*) over (partition by encounter_id, system, code) > 1;
