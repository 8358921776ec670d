-- One row a stay that counts as a discharge and has a principal diagnosis in ICD-10-CM.
insert into stats.stay_drg by name
with title as (
    -- One title a group, whatever the wording of its version was.
    select drg, max(title) as title from drg_answer where drg is not null group by drg
),
base_title as (
    select
        base_drg,
        max(regexp_replace(t.title, '(,)? (with|without) (MCC|CC/MCC|CC|MCC or CC)( or .*)?$', '', 'i')) as title
    from drg_answer as a
    join title as t using (drg)
    group by base_drg
),
dated as (
    select c.stay_id, s.discharge_date, a.*, coalesce(c.problem, a.problem) as why
    from drg_claim as c
    join core.stay as s using (stay_id)
    left join drg_answer as a using (claim)
),
weighed as (
    select d.stay_id, max(w.weight) as weight
    from dated as d
    join codes.drg_weight as w
        on w.drg = d.drg
        and d.discharge_date between w.valid_from and coalesce(w.valid_to, date '9999-12-31')
    group by d.stay_id
)
select
    d.stay_id,
    d.drg || ' ' || t.title as drg,
    d.base_drg || ' ' || b.title as base_drg,
    d.mdc,
    d.severity,
    round(w.weight * 10000)::integer as weight,
    d.why as problem
from dated as d
left join title as t using (drg)
left join base_title as b using (base_drg)
left join weighed as w using (stay_id)
order by d.stay_id;
