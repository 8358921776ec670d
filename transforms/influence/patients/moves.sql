-- What patients who come to cells, or leave them, do to figures. Reads `entity_at` (see presence.sql) and `cell_figure`
-- (figure, cell, all_cell, is_share): of shares `all_cell` is the cell of all causes, whose patients are divided by.
create or replace temp table patient_move as
with counted as (
    select f.figure, e.entity, e.rule_set, v.dn, 0 as dd, v.named, v.share, 1 as copies,
        e.coded_in::integer as coded_n, 0 as coded_d
    from cell_figure as f
    join entity_at as e using (cell)
    cross join lateral (
        select 0 as dn, true as named, 0.0 as share
        union all
        select -1, e.leaves_named, e.share_out where e.leaves
        union all
        select 1, e.comes_named, e.share_in where e.comes
    ) as v
    where not f.is_share and (e.leaves or e.comes)
),
-- Patients of a cause. Who is in the cell of all causes whatever flags say has no row there.
of_cause as (
    select
        f.figure, e.entity, e.rule_set, e.coded_in as in_cause, coalesce(a.coded_in, true) as in_all,
        e.leaves, e.leaves_named, e.comes, e.comes_named,
        coalesce(a.leaves, false) as leaves_all, coalesce(a.leaves_named, false) as leaves_all_named,
        coalesce(a.comes, false) as comes_all, coalesce(a.comes_named, false) as comes_all_named,
        -- Whether some record of theirs may be in all causes, but not in this one.
        a.entity is null or a.options_in > e.options_in as is_elsewhere,
        a.entity is null or a.named_in > e.named_in as is_elsewhere_named,
        e.share_out, e.share_in, coalesce(a.share_out, 0) as share_out_all, coalesce(a.share_in, 1) as share_in_all
    from cell_figure as f
    join entity_at as e using (cell)
    left join entity_at as a on a.cell = f.all_cell and a.entity = e.entity
    where f.is_share
),
shared as (
    select b.figure, b.entity, b.rule_set, v.*, 1 as copies,
        b.in_cause::integer as coded_n, b.in_all::integer as coded_d
    from of_cause as b
    cross join lateral (
        select 0 as dn, 0 as dd, true as named, 0.0 as share
        union all
        select -1, 0, b.leaves_named and b.is_elsewhere_named, greatest(b.share_out - b.share_out_all, 0)
        where b.leaves and b.is_elsewhere
        union all
        select
            -b.in_cause::integer, -1, b.leaves_all_named, least(b.share_out_all, 1 - if(b.comes, b.share_in, 0))
        where b.leaves_all
        union all
        select 1, (not b.in_all)::integer, b.comes_named, b.share_in where b.comes
        union all
        select 0, 1, b.comes_all_named and b.is_elsewhere_named, greatest(b.share_in_all - b.share_in, 0)
        where b.comes_all and b.is_elsewhere
    ) as v
    where b.leaves or b.comes or b.leaves_all or b.comes_all
),
-- Patients of other causes are divided by only; those alike are one, with their number.
divided as (
    select
        f.figure, e.rule_set, e.leaves, e.leaves_named or e.comes_named as is_named, count(*)::integer as copies,
        list_sum(list(if(e.leaves, e.share_out, e.share_in) order by e.entity)) / count(*) as share
    from cell_figure as f
    join entity_at as e on e.cell = f.all_cell
    anti join of_cause as b on b.figure = f.figure and b.entity = e.entity
    where f.is_share and f.cell <> f.all_cell and (e.leaves or e.comes)
    group by f.figure, e.rule_set, e.leaves, is_named
),
numbered as (
    select
        *,
        (select max(entity) from entity_at)
            + dense_rank() over (order by rule_set, leaves, is_named) as entity
    from divided
),
beside as (
    select d.figure, d.entity, d.rule_set, v.dn, v.dd, v.named, v.share, d.copies,
        0 as coded_n, d.leaves::integer as coded_d
    from numbered as d
    cross join lateral (
        select 0 as dn, 0 as dd, true as named, 0.0 as share
        union all
        select 0, if(d.leaves, -1, 1), d.is_named, d.share
    ) as v
)
from counted
union all by name
from shared
union all by name
from beside;
