-- What may have been meant by codes that are not valid on their day; see codesets/suggest.py.
with recursive
    bad as (
        select
            given."system", given.code_raw, given.code_status, given.on_date,
            canonical_code(given.code_raw, given."system") as code,
            bare_code(given.code_raw) as bare,
            coalesce(given.on_date, systems.known_to, (select max(known_to) from codes.system)) as day,
            row_number() over (order by given."system", given.code_raw, given.code_status, given.on_date) as key,
        from (
            select distinct "system", code_raw, code_status, on_date
            from given_codes
            where code_raw is not null
                and code_status in ('header', 'retired', 'not_yet_valid', 'wrong_system', 'malformed', 'not_found')
        ) as given
        left join codes.system as systems on systems."system" = given."system"
    ),
    days as (
        select distinct "system", day from bad
    ),
    -- Codes in force on one of the days asked for, in any system.
    in_force as (
        select days.day, validity."system", validity.code
        from (select distinct day from days) as days
        join codes.validity as validity
            on days.day between validity.valid_from and coalesce(validity.valid_to, date '9999-12-31')
    ),
    own as (
        select bad.key, bad.code, bad.code_status, bad.bare, bad.code_raw, bad."system", bad.day from bad
    ),
    -- Seven characters where the code has fewer or another seventh.
    stems as (
        select key, "system", day, code, rpad(left(code, 6), 6, 'X') as stem, null::varchar as ending,
            case length(code) when 6 then 'seventh_character' when 7 then 'other_seventh_character' else 'placeholder' end as reason,
        from own
        where "system" = 'icd10cm' and length(code) between 3 and 7
        union all
        -- The seventh character set too far to the left.
        select key, "system", day, code, rpad(left(code, length(code) - 1), 6, 'X'), right(code, 1), 'placeholder'
        from own
        where "system" = 'icd10cm' and length(code) between 4 and 6 and right(code, 1) between 'A' and 'S'
    ),
    extended as (
        select stems.key, in_force."system", in_force.code as suggestion, stems.reason,
            if(stems.ending is null, 20, 10) as preference, 0 as nearness,
        from stems
        join in_force on in_force."system" = stems."system" and in_force.day = stems.day
            and length(in_force.code) = 7 and left(in_force.code, 6) = stems.stem
        where stems.ending is null or right(in_force.code, 1) = stems.ending
    ),
    below as (
        select own.key, lower_code."system", lower_code.code as suggestion,
            if(own.code_status = 'retired', 'subdivided', 'code_below') as reason,
            if(own.code_status = 'retired', 15, 30) as preference,
            10 * length(lower_code.code)
                + if(title.title ilike '%unspecified%' or title.title ilike '%without complication%', 0, 5) as nearness,
        from (select day, "system", code, unnest([2, 3, 4, 5, 6]) as size from in_force) as lower_code
        join own on own."system" = lower_code."system" and own.day = lower_code.day
            and length(own.code) = lower_code.size and own.code = left(lower_code.code, lower_code.size)
        left join codes.code as title on title."system" = lower_code."system" and title.code = lower_code.code
        where length(lower_code.code) > lower_code.size
            -- Codes of ICD-10-PCS have no headers: one that is too short may be the beginning of several.
            and (own.code_status in ('header', 'retired') or own."system" = 'icd10pcs')
    ),
    above as (
        select own.key, own."system", arg_max(shorter.code, length(shorter.code)) as suggestion,
            'code_above' as reason, 40 as preference, 0 as nearness,
        from (
            select key, "system", day, bare, unnest(range(3, length(bare))) as size
            from own
            where code_status in ('not_found', 'not_yet_valid', 'malformed') and length(bare) between 4 and 12
        ) as own
        join in_force as shorter on shorter."system" = own."system" and shorter.day = own.day
            and shorter.code = left(own.bare, own.size)
        group by own.key, own."system"
    ),
    -- A change is followed only where the code had ended by it, and only up to the day.
    ended as (
        select "system", code, max(coalesce(valid_to, date '9999-12-31')) as last_day
        from codes.validity
        group by "system", code
    ),
    steps as (
        select successor."system", successor.code, successor.successor, successor.effective_from
        from codes.successor as successor
        join ended on ended."system" = successor."system" and ended.code = successor.code
            and ended.last_day < successor.effective_from
    ),
    followed as (
        select own.key, own.day, steps."system", steps.successor as code, 1 as distance, steps.effective_from
        from own
        join steps on steps."system" = own."system" and steps.code = own.code and steps.effective_from <= own.day
        where own.code_status = 'retired'
        union all
        select followed.key, followed.day, steps."system", steps.successor, followed.distance + 1, steps.effective_from
        from followed
        join steps on steps."system" = followed."system" and steps.code = followed.code
            and steps.effective_from between followed.effective_from + 1 and followed.day
    ),
    succeeded as (
        select followed.key, followed."system", followed.code as suggestion, 'successor' as reason, 10 as preference,
            followed.distance as nearness,
        from followed
        join in_force on in_force."system" = followed."system" and in_force.day = followed.day
            and in_force.code = followed.code
    ),
    preceded as (
        select own.key, own."system", successor.code as suggestion, 'predecessor' as reason, 10 as preference, 0 as nearness,
        from own
        join codes.successor as successor on successor."system" = own."system" and successor.successor = own.code
            and successor.effective_from > own.day
        join in_force on in_force."system" = own."system" and in_force.day = own.day and in_force.code = successor.code
        where own.code_status = 'not_yet_valid'
    ),
    elsewhere as (
        select own.key, in_force."system", in_force.code as suggestion, 'other_system' as reason,
            if(own.code_status = 'wrong_system', 5, 50) as preference, 0 as nearness,
        from (
            select own.key, own.code_status, own.day, other."system", canonical_code(own.code_raw, other."system") as code
            from own
            join codes.system as other on other."system" <> own."system" and other.known_from is not null
            where own.code_status in ('wrong_system', 'malformed', 'not_found')
        ) as own
        join in_force on in_force."system" = own."system" and in_force.day = own.day and in_force.code = own.code
    ),
    -- The edition in use on the day, where the code belongs to the one before or after.
    converted as (
        select own.key, conversion.to_system as "system", conversion.to_code as suggestion, 'equivalent' as reason,
            8 as preference, 0 as nearness,
        from (from own where code_status in ('wrong_system', 'not_found')) as own
        join codes.conversion as conversion on conversion.code = replace(own.bare, '.', '')
        join in_force on in_force."system" = conversion.to_system and in_force.day = own.day
            and in_force.code = conversion.to_code
        where conversion."system" = own."system"
            -- A code declared in the edition of the day that only the other edition has.
            or conversion.to_system = own."system"
    ),
    numbers as (
        select key, "system", day, bare, try_cast(replace(trim(code_raw), ',', '.') as double) as number,
            regexp_matches(upper(code_raw), 'E[+-]') as is_scientific,
        from own
        where regexp_matches(upper(trim(code_raw)), '^[0-9]+([.,][0-9]+)?(E[+-]?[0-9]+)?$')
    ),
    -- The number that a spreadsheet reads in a code, written with its dot or without.
    code_numbers as (
        select distinct day, "system", code, try_cast(written as double) as number
        from (
            select day, "system", code, unnest([
                code,
                case "system"
                    when 'icd9cm' then left(code, 3) || '.' || substr(code, 4)
                    when 'icd9proc' then left(code, 2) || '.' || substr(code, 3)
                end
            ]) as written
            from in_force
            where "system" in (select "system" from numbers) and regexp_matches(code, '^[0-9]+(E[0-9]{1,3})?$')
        )
        where written is not null
    ),
    restored as (
        select numbers.key, code_numbers."system", code_numbers.code as suggestion, 'number_in_spreadsheet' as reason,
            7 as preference, length(code_numbers.code) as nearness,
        from numbers
        join code_numbers on code_numbers."system" = numbers."system" and code_numbers.day = numbers.day
            and code_numbers.number = numbers.number
        where not numbers.is_scientific and code_numbers.code <> numbers.bare
        union all
        select numbers.key, code_numbers."system", code_numbers.code, 'number_in_spreadsheet', 7, length(code_numbers.code)
        from numbers
        join code_numbers on code_numbers."system" = numbers."system" and code_numbers.day = numbers.day
            and printf('%.2e', code_numbers.number) = printf('%.2e', numbers.number)
        where numbers.is_scientific and code_numbers.number < 1e300 and code_numbers.number >= 1e5
    ),
    -- Day and month of what a spreadsheet made a date: 5-Jan, Jan-05, 5/1/2024, 2024-01-05.
    dates as (
        select key, "system", day,
            coalesce(
                nullif(regexp_extract(text, '^([0-9]{1,2})[-/ ][A-Z]', 1), ''),
                nullif(regexp_extract(text, '^[A-Z]+[-/ ][0-9]{0,2}?([0-9]{1,2})$', 1), ''),
                nullif(regexp_extract(text, '^([0-9]{1,2})/', 1), ''),
                nullif(regexp_extract(text, '^[0-9]{4}-[0-9]{1,2}-([0-9]{1,2})', 1), '')
            )::integer as one,
            coalesce(
                nullif(list_position(
                    ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
                    regexp_extract(text, '(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)', 1)
                ), 0),
                nullif(regexp_extract(text, '^[0-9]{1,2}/([0-9]{1,2})', 1), '')::integer,
                nullif(regexp_extract(text, '^[0-9]{4}-([0-9]{1,2})-', 1), '')::integer
            ) as other,
        from (select key, "system", day, upper(trim(code_raw)) as text from own where spreadsheet_damage(code_raw))
    ),
    dated as (
        select dates.key, in_force."system", in_force.code as suggestion, 'date_in_spreadsheet' as reason,
            7 as preference, length(in_force.code) as nearness,
        from (
            select key, "system", day, unnest([
                printf('%02d%02d', one, other), printf('%02d%02d', other, one),
                printf('%02d%d', one, other), printf('%02d%d', other, one)
            ]) as code
            from dates
            where one is not null and other is not null and "system" = 'icd9proc'
        ) as dates
        join in_force on in_force."system" = dates."system" and in_force.day = dates.day and in_force.code = dates.code
    ),
    mistyped as (
        select own.key, in_force."system", in_force.code as suggestion, 'letter_for_digit' as reason, 6 as preference,
            0 as nearness,
        from (
            select key, "system", day, bare, unnest([
                left(bare, 1) || translate(substr(bare, 2), 'OIL', '011'),
                translate(left(bare, 1), '01', 'OI') || translate(substr(bare, 2), 'OIL', '011'),
                -- ICD-10-PCS has neither letter.
                if("system" = 'icd10pcs', translate(bare, 'OI', '01'), null)
            ]) as code
            from own
            where code_status in ('malformed', 'not_found', 'wrong_system')
                and "system" in ('icd10cm', 'icd10', 'icd9cm', 'icd9proc', 'icd10pcs')
        ) as own
        join in_force on in_force."system" = own."system" and in_force.day = own.day and in_force.code = own.code
        where own.code <> own.bare
    ),
    -- Other signs between letters and digits, and zeros before them: E11,9 and 0I21.4.
    stripped as (
        select own.key, in_force."system", in_force.code as suggestion, 'other_signs' as reason, 4 as preference,
            0 as nearness,
        from (
            select key, "system", day, bare,
                unnest([regexp_replace(bare, '[^A-Z0-9]', '', 'g'), regexp_replace(bare, '[^A-Z1-9]*([A-Z1-9])', '\1')])
                    as code,
            from own
            where code_status in ('malformed', 'not_found', 'wrong_system')
        ) as own
        join in_force on in_force."system" = own."system" and in_force.day = own.day and in_force.code = own.code
        where own.code <> own.bare
    ),
    candidates as (
        from extended
        union all by name from stripped
        union all by name from below
        union all by name from above
        union all by name from succeeded
        union all by name from preceded
        union all by name from elsewhere
        union all by name from converted
        union all by name from restored
        union all by name from dated
        union all by name from mistyped
    ),
    best as (
        select key, "system", suggestion,
            min(preference) as preference,
            arg_min(reason, preference * 1000 + nearness) as reason,
            arg_min(nearness, preference * 1000 + nearness) as nearness,
        from candidates
        where suggestion is not null
        group by key, "system", suggestion
    ),
    ranked as (
        select *, row_number() over (partition by key order by preference, nearness, "system", suggestion)::integer as rank
        from best
    )
select
    bad."system", bad.code_raw, bad.code_status, bad.on_date, ranked.rank,
    ranked."system" as suggested_system, ranked.suggestion, ranked.reason,
from ranked
join bad on bad.key = ranked.key
where ranked.rank <= $maximum
order by bad."system", bad.code_raw, bad.code_status, bad.on_date, ranked.rank
