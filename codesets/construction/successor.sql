-- What took the place of codes, and the equivalents between ICD-9-CM and ICD-10-CM.
insert into codes.successor by name
select changes."system", changes.code, changes.successor, changes.effective_from
from (
    from code_changes
    union all by name
    select 'icd10' as "system", code, now as successor, valid_to + 1 as effective_from
    from who_changes
    where now is not null
) as changes
semi join codes.code as old on old."system" = changes."system" and old.code = changes.code
semi join codes.code as new on new."system" = changes."system" and new.code = changes.successor
order by changes."system", changes.code, changes.effective_from, changes.successor;

insert into codes.gem by name
select "system", code, to_system, nullif(to_code, 'NoDx') as to_code, approximate, no_map, combination, scenario, choice_list
from equivalents
order by "system", code, scenario, choice_list, to_code;

-- One row a code: the target where there is one to choose, none where there are several or none. A combination is
-- chosen where it has one scenario and one code in each of its choice lists.
insert into codes.conversion by name
with
    mapped as (
        select
            "system", code, to_system,
            count(*) as alternatives,
            bool_or(no_map) as is_without_map,
            bool_or(approximate) as is_approximate,
            bool_and(combination) as is_combination,
            count(distinct scenario) as scenarios,
            count(distinct choice_list) as lists,
            list(to_code order by scenario, choice_list, to_code) as targets,
            count(distinct left(to_code, 3)) as categories,
            min(left(to_code, 3)) as category,
        from codes.gem
        group by "system", code, to_system
    ),
    judged as (
        select
            *,
            case
                when is_without_map then 'no_map'
                when is_combination and scenarios = 1 and lists = alternatives then 'combination'
                when alternatives > 1 then 'ambiguous'
                when is_approximate then 'approximate'
                else 'exact'
            end as conversion_status,
        from mapped
    )
select
    "system", code, to_system, conversion_status,
    if(conversion_status in ('exact', 'approximate', 'combination'), targets[1], null) as to_code,
    if(conversion_status = 'combination', targets[2:], null) as to_code_with,
    if(is_without_map, 0, alternatives)::integer as alternatives,
    if(not is_without_map and categories = 1, category, null) as to_category,
from judged
order by "system", code;
