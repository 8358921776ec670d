-- Codes that a site lists with days of their own. A list is an edition where no code set of its system is at hand, or
-- where it holds nine tenths of the codes that are in force when it begins: then the days that are known reach as far as
-- the list does. Any other list, and CPT, adds codes beside what is at hand and moves no horizon.
create temp table listed_window as
with
    windows as (
        select
            "system", "release", form, min(first_day) as first_day,
            if(count(*) = count(last_day), max(last_day), null) as last_day,
        from edition_code
        where form in ('dated', 'supplement')
        group by "system", "release", form
    ),
    held as (
        select windows."system", windows."release", count(*) as in_force, count(listed.code) as listed
        from windows
        join codes.system as systems on systems."system" = windows."system"
        join codes.validity as validity
            on validity."system" = windows."system"
            and validity.valid_from <= greatest(windows.first_day, systems.known_from)
            and coalesce(validity.valid_to, date '9999-12-31') >= greatest(windows.first_day, systems.known_from)
        left join (
            select distinct "system", "release", code from edition_code where form = 'dated'
        ) as listed
            on listed."system" = windows."system" and listed."release" = windows."release"
            and listed.code = validity.code
        group by windows."system", windows."release"
    )
select
    windows.*,
    windows.form = 'dated' and (systems.known_from is null or coalesce(held.listed >= 0.9 * held.in_force, false))
        as is_edition,
from windows
join codes.system as systems on systems."system" = windows."system"
left join held on held."system" = windows."system" and held."release" = windows."release";

-- Between two editions that do not follow on one another nothing is known: a code of both stays, and is not retired.
create temp table unknown_between as
with
    windows as (
        select "system", first_day, coalesce(last_day, date '9999-12-31') as last_day from listed_window where is_edition
        union all
        select "system", known_from, coalesce(known_to, date '9999-12-31') from codes.system where known_from is not null
    ),
    reached as (
        select "system", first_day, max(last_day) over (
            partition by "system" order by first_day, last_day rows between unbounded preceding and 1 preceding
        ) as before
        from windows
    )
select "system", before + 1 as gap_from, first_day - 1 as gap_to
from reached
where first_day > before + 1;

create temp table merged_validity as
with
    rows_in as (
        select "system", code, valid_from, valid_to from codes.validity
        semi join listed_window using ("system")
        union all
        select "system", code, first_day, last_day from edition_code
        where form in ('dated', 'supplement') and is_billable
    ),
    bridged as (
        select
            rows_in."system", rows_in.code, rows_in.valid_from,
            if(resumed.code is not null, gaps.gap_to, coalesce(rows_in.valid_to, date '9999-12-31')) as valid_to,
        from rows_in
        left join unknown_between as gaps
            on gaps."system" = rows_in."system" and gaps.gap_from = rows_in.valid_to + 1
        left join (select distinct "system", code, valid_from from rows_in) as resumed
            on resumed."system" = rows_in."system" and resumed.code = rows_in.code
            and resumed.valid_from = gaps.gap_to + 1
    ),
    marked as (
        select *, coalesce(valid_from > max(valid_to) over (
            partition by "system", code order by valid_from, valid_to rows between unbounded preceding and 1 preceding
        ) + 1, true) as begins,
        from bridged
    ),
    numbered as (
        select *, count_if(begins) over (
            partition by "system", code order by valid_from, valid_to rows unbounded preceding
        ) as run
        from marked
    )
select "system", code, min(valid_from) as valid_from, nullif(max(valid_to), date '9999-12-31') as valid_to
from numbered
group by "system", code, run;

delete from codes.validity where "system" in (select "system" from listed_window);

insert into codes.validity by name from merged_validity order by "system", code, valid_from;

update codes.system as systems
set known_from = least(coalesce(systems.known_from, windows.first_day), windows.first_day),
    known_to = if(
        windows.is_open or (systems.known_from is not null and systems.known_to is null),
        null, greatest(coalesce(systems.known_to, windows.last_day), windows.last_day)
    )
from (
    select "system", min(first_day) as first_day, max(last_day) as last_day, bool_or(last_day is null) as is_open
    from listed_window
    where is_edition
    group by "system"
) as windows
where systems."system" = windows."system";
