-- Where the groups of one scheme change between two days; see codesets/drift.py. Grain: a day, a system, a group; and a
-- row without a group where one system gives way to another.
with
    known as (
        select "system", known_from, coalesce(known_to, date '9999-12-30') as known_to
        from codes.system
        where known_from is not null
    ),
    -- The days on which a reportable code is in a group.
    spans as (
        select
            g.scheme_version, g."system", g.code, g.group_code, known.known_from, known.known_to,
            greatest(v.valid_from, coalesce(g.valid_from, v.valid_from)) as first_day,
            least(coalesce(v.valid_to, date '9999-12-30'), coalesce(g.valid_to, date '9999-12-30')) as last_day,
        from codes.grouping as g
        join codes.validity as v on v."system" = g."system" and v.code = g.code
        join known on known."system" = g."system"
        where g.scheme = $scheme and g.is_default
    ),
    members as (
        from spans where first_day <= last_day
    ),
    entered as (
        select scheme_version, "system", group_code, first_day as on_date, count(*) as entered
        from members
        where first_day > known_from
        group by all
    ),
    gone as (
        select scheme_version, "system", group_code, last_day + 1 as on_date, count(*) as gone
        from members
        where last_day < known_to
        group by all
    ),
    ended as (
        select *, last_day + 1 as on_date from members where last_day < known_to
    ),
    -- A code in whose place another came, and a code that is itself grouped anew.
    followed as (
        select ended.*, changed.successor as next_code
        from ended
        join codes.successor as changed
            on changed."system" = ended."system" and changed.code = ended.code
            and changed.effective_from = ended.on_date
        union all
        select ended.*, ended.code from ended
    ),
    moved as (
        select distinct
            old.scheme_version, old."system", old.code, old.group_code as from_group, new.group_code as to_group,
            old.on_date,
        from followed as old
        join members as new
            on new.scheme_version = old.scheme_version and new."system" = old."system" and new.code = old.next_code
            and old.on_date between new.first_day and new.last_day
        where new.group_code <> old.group_code
    ),
    moved_out as (
        select scheme_version, "system", from_group as group_code, on_date, count(distinct code) as moved_out
        from moved
        group by all
    ),
    moved_in as (
        select scheme_version, "system", to_group as group_code, on_date, count(distinct code) as moved_in
        from moved
        group by all
    ),
    changed as (
        select scheme_version, "system", group_code, on_date,
            coalesce(entered, 0) as entered, coalesce(gone, 0) as gone,
            coalesce(moved_in, 0) as moved_in, coalesce(moved_out, 0) as moved_out,
        from entered
        full join gone using (scheme_version, "system", group_code, on_date)
        full join moved_in using (scheme_version, "system", group_code, on_date)
        full join moved_out using (scheme_version, "system", group_code, on_date)
    ),
    switched as (
        select later."system", earlier."system" as before, later.in_use_from as on_date
        from codes.system as later
        join codes.system as earlier
            on earlier.in_use_to + 1 = later.in_use_from and earlier.kind = later.kind
            and earlier.edition_country = later.edition_country
        where exists (
            from codes.scheme as s where s.scheme = $scheme and s."system" in (later."system", earlier."system")
        )
    ),
    breaks as (
        select on_date, "system", before, null as scheme_version, null as group_code,
            0 as entered, 0 as gone, 0 as moved_in, 0 as moved_out,
        from switched
        union all by name
        select on_date, "system", null as before, scheme_version, group_code, entered, gone, moved_in, moved_out
        from changed
    )
select
    breaks.on_date, breaks."system", breaks.before, breaks.scheme_version, breaks.group_code, labels.title,
    breaks.entered, breaks.gone, breaks.moved_in, breaks.moved_out,
from breaks
left join codes.group_label as labels
    on labels.scheme = $scheme and labels.scheme_version = breaks.scheme_version
    and labels.group_code = breaks.group_code
where breaks.on_date > $first::date and breaks.on_date <= $last::date
order by breaks.on_date, breaks.group_code nulls first, breaks."system", breaks.scheme_version
