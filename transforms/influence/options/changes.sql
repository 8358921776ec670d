-- What single flags allow beside codes, ages and dates: absence, outcome, person and sex. One row a flag, alternative,
-- record and value; `weight` is the value's share among those of its alternative.

-- Fields: 1 absence, 2 outcome, 3 patient, 4 sex, 5 age, 6 dates, from 10 the codes of the record by their seat.
create or replace temp table change (
    record integer,
    flag integer,
    alternative integer,
    kind varchar,
    field integer,
    weight double,
    is_named boolean,
    is_any boolean default false,
    is_other_patient boolean default false,
    event_date date,
    bed_days bigint,
    died boolean,
    sex varchar,
    age_years integer,
    age_days integer,
    seat integer,
    "system" varchar,
    code varchar,
    code_status varchar,
    swapped_seq integer
);

-- A stay of several encounters goes only where each of them is flagged.
insert into change by name
with flagged as (
    select rule_id, record, count(distinct encounter_id) as encounters
    from flag_effect
    where kind = 'drop' and part = 'own'
    group by rule_id, record
)
select e.record, e.flag, e.alternative, e.kind, 1 as field, 1 as weight, true as is_named
from flag_effect as e
join flagged as f using (rule_id, record)
where e.kind = 'drop' and e.part = 'own' and (e.is_whole or f.encounters = e.encounters);

-- Of the two records of a merge either goes. Two encounters of one stay change no record.
insert into change by name
with named as (
    select distinct record, flag, alternative, kind, part, is_whole
    from flag_effect
    where kind = 'merge' and related_id is not null and part in ('own', 'related')
)
select record, flag, alternative, any_value(kind) as kind, 1 as field, 1 as weight, true as is_named
from named
group by record, flag, alternative
having count(*) = 1 and bool_and(is_whole);

insert into change by name
select e.record, e.flag, e.alternative, e.kind, 2 as field, 1 as weight, true as is_named, v.died
from flag_effect as e
join concerned_record as c using (record)
cross join (values (true), (false)) as v (died)
where e.kind = 'outcome' and e.part <> 'related' and c."domain" = 'discharge' and v.died is distinct from c.died;

-- A record of another person's is a patient of its own.
insert into change by name
select e.record, e.flag, e.alternative, e.kind, 3 as field, 1 as weight, true as is_named,
    true as is_other_patient
from flag_effect as e
where e.kind = 'person' and e.part <> 'related';

insert into change by name
select e.record, e.flag, e.alternative, e.kind, 4 as field, 1 as weight, true as is_named, v.sex
from flag_effect as e
join concerned_record as c using (record)
cross join (values ('F'), ('M')) as v (sex)
where e.kind = 'demographic' and list_contains(e.fields, 'sex') and e.part <> 'related' and v.sex <> c.sex;
