-- Where codes change their meaning between two days; see codesets/drift.py.
with
    asked as (
        select $first::date as first_day, $last::date as last_day
    ),
    -- The days between which a system is known, so that its first day is no introduction and its horizon no end.
    known as (
        select "system", known_from, known_to, in_use_from, in_use_to from codes.system where known_from is not null
    ),
    introduced as (
        select 'introduced' as change, validity."system", validity.code, validity.valid_from as on_date,
            null::varchar as scheme, null::varchar as before, null::varchar as after,
        from codes.validity as validity
        join known on known."system" = validity."system" and validity.valid_from > known.known_from
    ),
    retired as (
        select 'retired' as change, validity."system", validity.code, validity.valid_to + 1 as on_date,
            null as scheme, null as before, null as after,
        from codes.validity as validity
        join known on known."system" = validity."system" and validity.valid_to < coalesce(known.known_to, date '9999-12-31')
    ),
    replaced as (
        select 'replaced' as change, "system", code, effective_from as on_date, null as scheme, code as before,
            successor as after,
        from codes.successor
    ),
    retitled as (
        select 'title' as change, earlier."system", earlier.code, earlier.last_known + 1 as on_date, null as scheme,
            earlier.title as before, code.title as after,
        from codes.earlier_title as earlier
        join codes.code as code on code."system" = earlier."system" and code.code = earlier.code
    ),
    -- A default that ends on one day and another that begins after it, within one version of a scheme.
    regrouped as (
        select 'group' as change, later."system", later.code, later.valid_from as on_date, later.scheme,
            earlier.group_code as before, later.group_code as after,
        from codes.grouping as later
        join codes.grouping as earlier
            on earlier.scheme = later.scheme and earlier.scheme_version = later.scheme_version
            and earlier."system" = later."system" and earlier.code = later.code
            and earlier.valid_to + 1 = later.valid_from and earlier.group_code <> later.group_code
        where later.is_default and earlier.is_default and later.valid_from is not null
    ),
    switched as (
        select 'system' as change, later."system", null::varchar as code, later.in_use_from as on_date, null as scheme,
            earlier."system" as before, later."system" as after,
        from known as later
        join known as earlier on earlier.in_use_to + 1 = later.in_use_from
        join codes.system as one on one."system" = earlier."system"
        join codes.system as two on two."system" = later."system" and two.kind = one.kind
    ),
    changes as (
        from introduced
        union all by name from retired
        union all by name from replaced
        union all by name from retitled
        union all by name from regrouped
        union all by name from switched
    )
select changes.*
from changes, asked
where changes.on_date > asked.first_day and changes.on_date <= asked.last_day
    and coalesce(changes."system" = $system, true)
    and ($code is null or changes.code = $code or (changes.change = 'replaced' and changes.after = $code))
order by on_date, change, "system", code, after, scheme
