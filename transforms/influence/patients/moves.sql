-- What patients who come to cells, or leave them, do to figures. Reads `entity_at` (see presence.sql) and `cell_figure`
-- (figure, cell, all_cell, is_share): of shares `all_cell` is the cell of all causes, whose patients are divided by.

-- Patients of a cause. Who is in the cell of all causes whatever flags say has no row there.
create or replace temp table patient_of_cause as
select
    f.figure, e.entity, e.rule_set, e.coded_in as in_cause, coalesce(a.coded_in, true) as in_all,
    e.leaves, e.leaves_named, e.comes, e.comes_named,
    coalesce(a.leaves, false) as leaves_all, coalesce(a.leaves_named, false) as leaves_all_named,
    coalesce(a.comes, false) as comes_all, coalesce(a.comes_named, false) as comes_all_named,
    -- Whether some record of theirs may be in all causes, but not in this one.
    a.entity is null or a.options_in > e.options_in as is_elsewhere,
    a.entity is null or a.named_in > e.named_in as is_elsewhere_named,
    e.share_out, e.share_in, coalesce(a.share_out, 0) as share_out_all, coalesce(a.share_in, 1) as share_in_all,
    a.rule_set as rule_set_all
from cell_figure as f
join entity_at as e using (cell)
left join entity_at as a on a.cell = f.all_cell and a.entity = e.entity
where f.is_share;

-- Patients of other causes are divided by only; those alike are one, with their number: all of the cell of all causes but
-- those of the cause.
create or replace temp table patient_beside as
with whole as (
    select
        cell as all_cell, rule_set, leaves, leaves_named or comes_named as is_named, count(*) as copies,
        sum(if(leaves, share_out, share_in)::decimal(38, 9)) as share
    from entity_at
    where leaves or comes
    group by all
),
own as (
    select
        figure, rule_set_all as rule_set, leaves_all as leaves, leaves_all_named or comes_all_named as is_named,
        count(*) as copies, sum(if(leaves_all, share_out_all, share_in_all)::decimal(38, 9)) as share
    from patient_of_cause
    where leaves_all or comes_all
    group by all
),
others as (
    select
        f.figure, w.rule_set, w.leaves, w.is_named, w.copies - coalesce(o.copies, 0) as copies,
        w.share - coalesce(o.share, 0) as share
    from cell_figure as f
    join whole as w using (all_cell)
    left join own as o
        on o.figure = f.figure and o.rule_set = w.rule_set and o.leaves = w.leaves and o.is_named = w.is_named
    where f.is_share and f.cell <> f.all_cell
)
select
    figure, rule_set, leaves, is_named, copies::integer as copies, share::double / copies as share,
    (select max(entity) from entity_at) + dense_rank() over (order by rule_set, leaves, is_named) as entity
from others
where copies > 0;

create or replace temp table patient_move as
with counted as (
    select f.figure, e.*
    from cell_figure as f
    join entity_at as e using (cell)
    where not f.is_share and (e.leaves or e.comes)
)
select
    figure, entity, rule_set, 0 as dn, 0 as dd, true as named, 0.0::double as share, 1 as copies,
    coded_in::integer as coded_n, 0 as coded_d
from counted
union all
select figure, entity, rule_set, -1, 0, leaves_named, share_out, 1, coded_in::integer, 0 from counted where leaves
union all
select figure, entity, rule_set, 1, 0, comes_named, share_in, 1, coded_in::integer, 0 from counted where comes;

insert into patient_move
select figure, entity, rule_set, 0, 0, true, 0, 1, in_cause::integer, in_all::integer
from patient_of_cause
where leaves or comes or leaves_all or comes_all
union all
select
    figure, entity, rule_set, -1, 0, leaves_named and is_elsewhere_named, greatest(share_out - share_out_all, 0), 1,
    in_cause::integer, in_all::integer
from patient_of_cause
where leaves and is_elsewhere
union all
select
    figure, entity, rule_set, -in_cause::integer, -1, leaves_all_named,
    least(share_out_all, 1 - if(comes, share_in, 0)), 1, in_cause::integer, in_all::integer
from patient_of_cause
where leaves_all
union all
select
    figure, entity, rule_set, 1, (not in_all)::integer, comes_named, share_in, 1, in_cause::integer, in_all::integer
from patient_of_cause
where comes
union all
select
    figure, entity, rule_set, 0, 1, comes_all_named and is_elsewhere_named, greatest(share_in_all - share_in, 0), 1,
    in_cause::integer, in_all::integer
from patient_of_cause
where comes_all and is_elsewhere;

insert into patient_move
select figure, entity, rule_set, 0, 0, true, 0, copies, 0, leaves::integer from patient_beside
union all
select figure, entity, rule_set, 0, if(leaves, -1, 1), is_named, share, copies, 0, leaves::integer from patient_beside;
