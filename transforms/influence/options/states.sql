-- What ties the records of a unit together, as factors, each of which takes one of several digits: of copies one stays,
-- whichever; a person has one sex, or the records their own. A state of a unit is a digit of each of its factors.

create or replace temp table factor_record as
with copies as (
    select m.component as factor_key, n.record
    from merge_component as m
    join record_number as n on n.found = m.record
    where m.component not in (
        -- Where the other copy is no record of the figures, all of these may go.
        select m.component
        from merge_component as m
        join change as c using (record)
        where c.field = 1 and c.kind = 'merge'
        group by m.component, c.flag
        having count(distinct c.record) < 2
    )
),
persons as (
    select distinct e.flag, c.record as found, c.collection, c.patient_id
    from change as k
    join flag_effect as e using (flag, record, alternative)
    join concerned_record as c using (record)
    where k.field = 4 and e.part = 'person'
),
told as (
    select 'copies' as kind, factor_key::varchar as factor_key, record from copies
    union all
    select distinct 'sex', concat_ws('|', p.collection, p.patient_id), n.record
    from persons as p
    join record_number as n using (found)
)
select
    t.kind, t.factor_key, r.unit_id, t.record,
    row_number() over (partition by t.kind, t.factor_key order by t.record)::integer as place
from told as t
join influence.record as r using (record)
qualify count(*) over (partition by t.kind, t.factor_key) > 1;

create or replace temp table factor as
with sized as (
    select unit_id, kind, factor_key, if(kind = 'sex', 3, count(*)) as size
    from factor_record
    group by unit_id, kind, factor_key
),
cumulated as (
    select
        *,
        product(size) over (
            partition by unit_id order by size, kind, factor_key rows between unbounded preceding and current row
        ) as upto
    from sized
)
select *, (upto / size)::integer as stride, upto <= {most_states} as is_told from cumulated;

insert into influence.state
with unit_state as (
    select unit_id, unnest(generate_series(1, max(upto)::integer))::integer as state
    from factor
    where is_told
    group by unit_id
),
listed as (
    select s.unit_id, s.state, r.record, o.option_id, o.is_absent, o.kind as option_kind, o.sex,
        c.sex as own_sex
    from unit_state as s
    join influence.record as r using (unit_id)
    join influence.option as o using (record)
    join (from influence.option where is_coded) as c using (record)
),
refused as (
    select l.state, l.option_id
    from listed as l
    join factor_record as m using (unit_id, record)
    join factor as f using (unit_id, kind, factor_key)
    where
        f.is_told
        and case f.kind
            when 'copies' then
                m.place = ((l.state - 1) // f.stride) % f.size + 1 and l.is_absent
                and l.option_kind = 'merge'
            else
                not l.is_absent
                and l.sex <> case ((l.state - 1) // f.stride) % 3 when 0 then l.own_sex when 1 then 'F' else 'M' end
        end
)
select unit_id, state, record, option_id
from listed
anti join refused using (state, option_id)
order by unit_id, state, record, option_id;

insert into influence.unit
with flagged as (
    select unit_id, count(distinct flag_id) as flags from influence.unit_flag group by unit_id
)
select
    r.unit_id, any_value(o.collection) as collection, any_value(f.flags)::integer as flags,
    count(*)::integer as records,
    bool_or(r.unit_id in (select unit_id from factor where is_told)) as has_states,
    bool_or(r.unit_id in (select unit_id from factor where not is_told)) as is_relaxed
from influence.record as r
join (from influence.option where is_coded) as o using (record)
join flagged as f using (unit_id)
group by r.unit_id
order by r.unit_id;
