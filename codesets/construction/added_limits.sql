-- Pairs and unit limits of procedures, and coverage, from a site's files. The newest quarter of a setting's pairs lists
-- the deleted ones too and takes the place of older quarters; unit limits have no dates of their own and stand a quarter
-- each, quarters with the same limit joined.
insert into codes.procedure_pair by name
select distinct pairs.setting, pairs.column_1, pairs.column_2, pairs.modifier_indicator, pairs.valid_from,
    pairs.valid_to, pairs.source,
from added_pair as pairs
semi join (select setting, max(first_day) as first_day from added_pair group by setting) as newest
    on newest.setting = pairs.setting and newest.first_day = pairs.first_day
order by all;

insert into codes.unit_limit by name
with
    marked as (
        select *, coalesce(valid_from > lag(valid_to) over same + 1, true) as begins
        from (select distinct * exclude (file) from added_unit_limit)
        window same as (partition by setting, code, units, adjudication_indicator order by valid_from)
    ),
    numbered as (
        select *, count_if(begins) over (
            partition by setting, code, units, adjudication_indicator order by valid_from rows unbounded preceding
        ) as run
        from marked
    )
select setting, code, units, adjudication_indicator, min(valid_from) as valid_from, max(valid_to) as valid_to,
    max(source) as source,
from numbered
group by setting, code, units, adjudication_indicator, run
order by all;

insert into codes.coverage by name
select distinct procedure_code, "system", code_from, code_to, valid_from, valid_to, source
from added_coverage
order by all;

insert into codes.drg_weight by name
select distinct drg, weight::decimal(8, 4) as weight, valid_from, valid_to, source
from added_drg_weight
order by all;
