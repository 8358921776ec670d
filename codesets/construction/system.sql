-- Code systems, with the dates that the code sets at hand cover.
insert into codes.system by name
with horizons as (
    select
        "system",
        min(first_day) as known_from,
        max(last_day) as known_to,
    from medicare_code_editor
    group by "system"
    union all
    -- The newest quarter is written as open: three months of it are known.
    select 'hcpcs', min(first_day), (max(first_day) + interval 3 month - interval 1 day)::date
    from outpatient_quarters
    union all
    -- WHO's 2016 and 2019 editions are at hand, and 2019 is the last that WHO made.
    select 'icd10', date '2016-01-01', null from who_codes having count(*) > 0
)
select
    listed."system", listed.title, listed.kind, horizons.known_from, horizons.known_to,
    listed.in_use_from, listed.in_use_to, listed.pattern, listed.open_pattern,
    listed.edition_country,
from listed_systems as listed
left join horizons on horizons."system" = listed."system"
order by listed."system";
