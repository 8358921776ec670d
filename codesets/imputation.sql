-- Codes that came from FY2022 on and that AHRQ has mapped, held back and imputed from the siblings of before.
with
    mapped as (
        select
            grouped.code,
            coalesce(min(group_code) filter (is_default), 'none') as official,
            min(validity.valid_from) as first_day,
        from codes.grouping as grouped
        join codes.validity as validity on validity."system" = 'icd10cm' and validity.code = grouped.code
        where grouped.scheme = 'ccsr' and grouped.scheme_version = $version and grouped.provenance = 'official'
        group by grouped.code
    ),
    siblings as (
        -- That none of them may be a principal diagnosis is an answer too.
        select sibling_key, if(min(official) = max(official), min(official), null) as imputed
        from (select official, unnest(sibling_keys(code)) as sibling_key from mapped where first_day < $held_from)
        group by sibling_key
    ),
    held as (
        select code, official, generate_subscripts(sibling_keys(code), 1) as closeness, unnest(sibling_keys(code)) as sibling_key
        from mapped
        where first_day >= $held_from
    ),
    imputed as (
        select held.code, any_value(held.official) as official,
            (arg_min(struct_pack(imputed := siblings.imputed), held.closeness) filter (siblings.sibling_key is not null)).imputed as imputed,
        from held
        left join siblings on siblings.sibling_key = held.sibling_key
        group by held.code
    )
select count(*), count(imputed), count_if(imputed = official) from imputed
