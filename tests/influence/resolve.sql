-- Extracts as chosen options of a warehouse say they are. What an option leaves as coded stays as it was written. A date
-- or age that an option gives stands in place of the birth date, which would say another age.

create or replace temp macro native(id) as split_part(id, ':', 2);

create temp table made as
select
    o.*,
    o.patient_id is distinct from c.patient_id as has_patient,
    o.sex is distinct from c.sex as has_sex,
    (o.age_years, o.age_days) is distinct from (c.age_years, c.age_days) as has_age,
    (o.event_date, o.bed_days) is distinct from (c.event_date, c.bed_days) as has_dates,
    o.died is distinct from c.died as has_outcome,
    (o."system", o.code) is distinct from (c."system", c.code) as has_code
from chosen.influence.option as o
join chosen.influence.chosen using (option_id, record)
join (from chosen.influence.option where is_coded) as c using (record)
where not o.is_coded;

create temp table held as
select
    m.option_id, native(e.encounter_id) as encounter_id, e.died,
    row_number() over (partition by e.stay_id order by e.admission_date, e.encounter_id) = 1 as is_first,
    row_number() over (partition by e.stay_id order by e.discharge_date desc, e.encounter_id desc) = 1 as is_last
from made as m
join chosen.core.encounter as e on e.stay_id = m.record_id
where m."domain" = 'discharge';

-- Records that are absent.
delete from encounter where encounter_id in (select encounter_id from held semi join (from made where is_absent) using (option_id));
delete from diagnosis where encounter_id not in (select encounter_id from encounter);
delete from procedure where encounter_id not in (select encounter_id from encounter);
delete from death where death_id in (select native(record_id) from made where is_absent and "domain" = 'death');
delete from death_condition where death_id not in (select death_id from death);

update encounter as e
set
    patient_id = if(m.has_patient, native(m.patient_id), e.patient_id),
    sex = if(m.has_sex, m.sex, e.sex),
    birth_date = if(m.has_age or m.has_dates, null, e.birth_date),
    age_years = if(m.has_age or m.has_dates, m.age_years::varchar, e.age_years),
    age_days = if(m.has_age or m.has_dates, m.age_days::varchar, e.age_days),
    admission_date = if(
        m.has_dates and h.is_first and m.bed_days is not null, (m.event_date - m.bed_days::integer)::varchar, e.admission_date
    ),
    discharge_date = if(m.has_dates and h.is_last, m.event_date::varchar, e.discharge_date),
    discharge_disposition = case
        when m.has_outcome and m.died and h.is_last then 'died'
        when m.has_outcome and not m.died and (h.died or h.is_last) then 'home'
        else e.discharge_disposition
    end
from held as h
join made as m using (option_id)
where e.encounter_id = h.encounter_id;

-- Codes: changed where they stand, gone, or there for the first time.
delete from diagnosis as d
using chosen.influence.recoded as r, made as m
where
    r.option_id = m.option_id and r.code is null
    and d.encounter_id = native(r.encounter_id) and d.seq = r.seq::varchar;

update diagnosis as d
set code = r.code, "system" = r."system"
from chosen.influence.recoded as r
semi join made as m using (option_id)
where r.code is not null and d.encounter_id = native(r.encounter_id) and d.seq = r.seq::varchar;

insert into diagnosis by name
select native(s.principal_encounter_id) as encounter_id, '1' as seq, 'principal' as role, m.code, m."system"
from made as m
join chosen.core.stay as s on s.stay_id = m.record_id
where
    m."domain" = 'discharge' and m.has_code and m.code is not null
    and native(s.principal_encounter_id) not in (select encounter_id from diagnosis where role = 'principal');

update death as d
set
    patient_id = if(m.has_patient, native(m.patient_id), d.patient_id),
    sex = if(m.has_sex, m.sex, d.sex),
    age_years = if(m.has_age, m.age_years::varchar, d.age_years),
    age_days = if(m.has_age, m.age_days::varchar, d.age_days),
    death_date = if(m.has_dates, m.event_date::varchar, d.death_date),
    underlying_cause = if(m.has_code, m.code, d.underlying_cause),
    "system" = if(m.has_code, m."system", d."system")
from made as m
where m."domain" = 'death' and d.death_id = native(m.record_id);

delete from death_condition as d
using chosen.influence.recoded_condition as r, made as m
where
    r.option_id = m.option_id and r.code is null
    and d.death_id = native(m.record_id) and d.line = r.line::varchar and d.seq = r.seq::varchar;

update death_condition as d
set code = r.code, "system" = r."system"
from chosen.influence.recoded_condition as r, made as m
where
    r.option_id = m.option_id and r.code is not null
    and d.death_id = native(m.record_id) and d.line = r.line::varchar and d.seq = r.seq::varchar;
