-- Edits and exemptions by the lists that a site added. A list governs its attribute for its own days, and where it
-- reaches past the horizon of what is shipped, up to the next list; outside them what was at hand stands.
create temp table attribute_window as
with
    horizons as (
        select 'poa_exempt' as attribute, date '2020-09-30' as horizon
        union all
        select distinct attribute, (select max(horizon) from medicare_code_editor where "system" = 'icd10cm')
        from added_attribute
        where attribute <> 'poa_exempt'
    ),
    lists as (
        select distinct "system", attribute, source, first_day, last_day from added_attribute
    ),
    followed as (
        select lists.*, horizons.horizon, lead(first_day) over (
            partition by "system", lists.attribute order by first_day, source
        ) - 1 as before_next,
        from lists
        join horizons on horizons.attribute = lists.attribute
    )
select
    "system", attribute, source, first_day,
    if(coalesce(last_day >= horizon, true), coalesce(before_next, date '9999-12-31'),
        least(last_day, coalesce(before_next, last_day))) as last_day,
from followed;

-- The days that no list governs.
create temp table attribute_gap as
with
    ordered as (
        select "system", attribute, first_day, last_day, lag(last_day) over same as before
        from attribute_window
        window same as (partition by "system", attribute order by first_day)
    )
select "system", attribute, coalesce(before + 1, date '0001-01-01') as gap_from, first_day - 1 as gap_to
from ordered
where coalesce(before + 1, date '0001-01-01') < first_day
union all
select "system", attribute, max(last_day) + 1, date '9999-12-31'
from attribute_window
group by "system", attribute
having max(last_day) < date '9999-12-31';

create temp table governed_attribute as
select
    had."system", had.code, had.attribute, had."value",
    nullif(greatest(coalesce(had.valid_from, date '0001-01-01'), gaps.gap_from), date '0001-01-01') as valid_from,
    nullif(least(coalesce(had.valid_to, date '9999-12-31'), gaps.gap_to), date '9999-12-31') as valid_to,
    had.source,
from codes.attribute as had
join attribute_gap as gaps
    on gaps."system" = had."system" and gaps.attribute = had.attribute
    and gaps.gap_from <= coalesce(had.valid_to, date '9999-12-31')
    and gaps.gap_to >= coalesce(had.valid_from, date '0001-01-01')
where had.source = 'cms_mce' or starts_with(had.source, 'cms_poa')
union all
select
    listed."system", listed.code, listed.attribute, listed."value", windows.first_day as valid_from,
    nullif(windows.last_day, date '9999-12-31') as valid_to, listed.source,
from added_attribute as listed
join attribute_window as windows
    on windows."system" = listed."system" and windows.attribute = listed.attribute and windows.source = listed.source;

delete from codes.attribute
where ("system", attribute) in (select ("system", attribute) from attribute_window)
    and (source = 'cms_mce' or starts_with(source, 'cms_poa'));

insert into codes.attribute by name
select distinct * from governed_attribute order by "system", code, attribute, "value", valid_from, source;

-- A list of exempt codes speaks for the codes in force on its first day. Before the first list, and from a code's
-- introduction until the next list, it is unknown whether a code is exempt: absence from an older list says nothing.
insert into codes.attribute by name
with
    lists as (
        select distinct valid_from as first_day from listed_poa_exempt
        union all
        select first_day from attribute_window where attribute = 'poa_exempt' and "system" = 'icd10cm'
    ),
    begun as (
        select code, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to
        from codes.validity
        where "system" = 'icd10cm'
    ),
    answered as (
        select
            begun.code, begun.valid_from, begun.valid_to,
            min(lists.first_day) filter (lists.first_day > begun.valid_from) as next_list,
            coalesce(bool_or(begun.valid_from = lists.first_day), false) as is_listed,
        from begun
        left join lists on true
        group by begun.code, begun.valid_from, begun.valid_to
    )
select
    'icd10cm' as "system", code, 'poa_exempt' as attribute, 'unknown' as "value", valid_from,
    nullif(least(valid_to, coalesce(next_list - 1, date '9999-12-31')), date '9999-12-31') as valid_to,
    'no list of the time at hand' as source,
from answered
where not is_listed
order by code, valid_from;
