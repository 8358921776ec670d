-- What each distinct code is worth on any date, as the steps of a function of the date; see codesets/verdict.py.
with
    given as (
        select distinct "system", code_raw from distinct_codes where code_raw is not null
    ),
    canonical as (
        select "system", code_raw, canonical_code(code_raw, "system") as code from given
    ),
    known as (
        select
            canonical.*,
            systems.known_from,
            systems.open_pattern,
            -- Where the country left the system, another country's list of it does not speak for later days.
            if(
                systems.known_from is null, null,
                least(
                    coalesce(systems.known_to, date '9999-12-31'),
                    if($national_edition is null, coalesce(systems.in_use_to, date '9999-12-31'), date '9999-12-31')
                )
            ) as known_to,
            -- Whose in-use dates decide: those of the edition at hand, not of another country's.
            if($national_edition is null, systems.in_use_from, null) as in_use_from,
            if($national_edition is null, systems.in_use_to, null) as in_use_to,
            -- The first day for which it is known what was in use in its place.
            (
                select min(earlier.in_use_from)
                from codes.system as earlier
                where earlier.kind = systems.kind and earlier.edition_country = systems.edition_country
                    and earlier.in_use_to < systems.in_use_from
            ) as other_from,
            canonical.code is not null
                and coalesce(regexp_matches(canonical.code, systems.pattern), true) as is_well_formed,
        from canonical
        left join codes.system as systems on systems."system" = canonical."system"
    ),
    -- A source that carries categories on purpose: a category may be reported while any of its codes may.
    categories as (
        select validity."system", validity.category as code, min(valid_from) as valid_from, max(valid_to) as valid_to
        from (
            select
                "system",
                left(code, if("system" = 'icd9cm' and starts_with(code, 'E'), 4, 3)) as category,
                valid_from,
                coalesce(valid_to, date '9999-12-31') as valid_to,
            from codes.validity
            where $categories_only
        ) as validity
        semi join canonical on canonical."system" = validity."system" and canonical.code = validity.category
        group by validity."system", validity.category
    ),
    -- One interval a code, from its first to its last reportable day, and the gap within it where there is one.
    reportable as (
        select
            validity."system", validity.code,
            min(validity.valid_from) as valid_from,
            max(coalesce(validity.valid_to, date '9999-12-31')) as valid_to,
            if(count(*) > 1, min(validity.valid_to) + 1, null) as gap_from,
            if(count(*) > 1, max(validity.valid_from) - 1, null) as gap_to,
        from codes.validity as validity
        semi join canonical on canonical."system" = validity."system" and canonical.code = validity.code
        anti join categories on categories."system" = validity."system" and categories.code = validity.code
        group by validity."system", validity.code
        union all
        select "system", code, valid_from, valid_to, null, null from categories
    ),
    headers as (
        select code."system", code.code
        from codes.code as code
        semi join canonical on canonical."system" = code."system" and canonical.code = code.code
        where not code.is_billable
    ),
    -- Another system that has the code. Where both systems write codes alike, its having the code proves nothing:
    -- then only a code that the declared system cannot have counts.
    elsewhere as (
        select distinct known."system", known.code
        from known
        join codes.code as other on other.code = known.code and other."system" <> known."system"
        join (values
            ('icd10cm', 'icd9cm', true), ('icd10cm', 'icd10pcs', true), ('icd10cm', 'hcpcs', false),
            ('icd10cm', 'icd9proc', true), ('icd10cm', 'icd10', true),
            ('icd9cm', 'icd10cm', true), ('icd9cm', 'icd10pcs', true), ('icd9cm', 'icd10', true),
            ('icd9cm', 'hcpcs', false), ('icd9cm', 'icd9proc', false),
            ('icd10', 'icd10cm', true), ('icd10', 'icd9cm', false), ('icd10', 'icd10pcs', true),
            ('icd10pcs', 'icd10cm', true), ('icd10pcs', 'icd9cm', true), ('icd10pcs', 'icd9proc', true),
            ('icd10pcs', 'hcpcs', true),
            ('icd9proc', 'icd10pcs', true), ('icd9proc', 'icd10cm', true), ('icd9proc', 'hcpcs', true),
            ('icd9proc', 'icd9cm', false),
            ('hcpcs', 'icd10pcs', true), ('hcpcs', 'icd10cm', false), ('hcpcs', 'icd9proc', false),
            ('hcpcs', 'icd9cm', false)
        ) as confusable("system", other_system, even_if_well_formed)
            on confusable."system" = known."system" and confusable.other_system = other."system"
            and (confusable.even_if_well_formed or not known.is_well_formed)
    ),
    judged as (
        select
            known.*,
            reportable.valid_from, reportable.valid_to, reportable.gap_from, reportable.gap_to,
            case
                when known.code is null then 'malformed'
                when known.known_from is null then if(known.is_well_formed, 'unknown', 'malformed')
                when not known.is_well_formed then if(elsewhere.code is not null, 'wrong_system', 'malformed')
                when reportable.code is not null then 'valid'
                -- Another country's edition may subdivide otherwise, and may hold what this one does not.
                when $national_edition is not null then 'unknown'
                when headers.code is not null then 'header'
                -- WHO gives out U codes in emergencies, without a new edition; CPT may be switched off.
                when regexp_matches(known.code, known.open_pattern) then 'unknown'
                when elsewhere.code is not null then 'wrong_system'
                else 'not_found'
            end as status,
        from known
        left join reportable on reportable."system" = known."system" and reportable.code = known.code
        left join headers on headers."system" = known."system" and headers.code = known.code
        left join elsewhere on elsewhere."system" = known."system" and elsewhere.code = known.code
    )
select
    "system",
    code_raw,
    code,
    if(is_well_formed, 'unknown', 'malformed') as status_undated,
    case
        when not is_well_formed then status
        when in_use_from >= known_from then 'wrong_system'
        else 'unknown'
    end as status_before_known,
    case
        when valid_from is null then status
        when $national_edition is null then 'not_yet_valid'
        else 'unknown'
    end as status_before,
    status as status_within,
    case
        when valid_from is null then status
        when $national_edition is null then 'retired'
        else 'unknown'
    end as status_after,
    case
        when not is_well_formed then status
        when in_use_to <= known_to then 'wrong_system'
        else 'unknown'
    end as status_after_known,
    -- A system without a code set has one step: everything lies within.
    least(coalesce(other_from, known_from), known_from, date '9999-12-31') as other_from,
    coalesce(known_from, date '0001-01-01') as known_from,
    greatest(coalesce(valid_from, known_from, date '0001-01-01'), coalesce(known_from, date '0001-01-01')) as valid_from,
    least(coalesce(valid_to, known_to, date '9999-12-31'), coalesce(known_to, date '9999-12-31')) as valid_to,
    coalesce(known_to, date '9999-12-31') as known_to,
    gap_from,
    gap_to,
from judged
order by "system", code_raw
