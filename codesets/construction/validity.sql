-- Codes with the dates between which each may be reported; dates that follow on one another are one interval.
insert into codes.validity by name
with
    -- A row that ends on the horizon of its master is open: the horizon stands in codes.system.
    editor as (
        select
            "system", code,
            first_day as valid_from,
            case when last_day < horizon then last_day end as valid_to,
        from medicare_code_editor
    ),
    procedures as (
        select
            'hcpcs' as "system", codes.code,
            first_quarter.first_day as valid_from,
            case when codes.to_version < newest.version then last_quarter.last_day end as valid_to,
        from outpatient_codes as codes
        join outpatient_quarters as first_quarter on first_quarter.version = codes.from_version
        join outpatient_quarters as last_quarter on last_quarter.version = codes.to_version
        cross join (select max(version) as version from outpatient_quarters) as newest
    ),
    -- Where WHO subdivides a category of W00-Y34, records carry the place of occurrence in the same position: it is the
    -- category that is reported.
    world as (
        select distinct
            'icd10' as "system", canonical_code(who_codes.code, 'icd10') as code,
            known.known_from as valid_from, null::date as valid_to,
        from who_codes
        cross join (select known_from from codes.system where "system" = 'icd10') as known
        where is_leaf and not is_reserved
            and who_codes.code not in (select code from who_changes where valid_from is not null)
        union all
        select 'icd10', code, coalesce(changes.valid_from, least(known.known_from, changes.valid_to)), changes.valid_to,
        from who_changes as changes
        cross join (select known_from from codes.system where "system" = 'icd10') as known
    ),
    rows_in as (
        select * from editor
        union all
        select * from procedures
        union all
        select * from world
    ),
    marked as (
        select
            *,
            coalesce(
                valid_from > max(coalesce(valid_to, date '9999-12-30')) over (
                    partition by "system", code order by valid_from, valid_to
                    rows between unbounded preceding and 1 preceding
                ) + 1,
                true
            ) as begins,
        from rows_in
    ),
    numbered as (
        select *, count_if(begins) over (partition by "system", code order by valid_from, valid_to rows unbounded preceding) as run
        from marked
    )
select
    "system", code,
    min(valid_from) as valid_from,
    case when count(*) = count(valid_to) then max(valid_to) end as valid_to,
from numbered
group by "system", code, run
order by "system", code, min(valid_from);
