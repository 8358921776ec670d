-- Headers of groupings that list reportable codes only (CCSR, CCS): a header belongs to the default group that every
-- reportable code below it has, so that causes of three characters are grouped too. One code that is in another group,
-- or in none, leaves the header out: a list that names a few codes of a category says nothing of the category.
insert into codes.grouping by name
with
    listing as (
        select scheme, scheme_version, "system"
        from codes.scheme
        where scheme in ('ccs', 'ccsr')
    ),
    defaults as (
        select
            grouped.scheme, grouped.scheme_version, grouped."system", grouped.code,
            min(group_code) filter (is_default) as inpatient,
            min(group_code) filter (is_default_outpatient) as outpatient,
            bool_or(starts_with(provenance, 'imputed')) as is_imputed,
        from codes.grouping as grouped
        semi join listing using (scheme, scheme_version)
        group by grouped.scheme, grouped.scheme_version, grouped."system", grouped.code
    ),
    shared as (
        select
            listing.scheme, listing.scheme_version, listing."system", below.header as code,
            if(count(inpatient) = any_value(below.leaves) and min(inpatient) = max(inpatient), min(inpatient), null)
                as inpatient,
            if(count(outpatient) = any_value(below.leaves) and min(outpatient) = max(outpatient), min(outpatient), null)
                as outpatient,
            bool_or(is_imputed) as is_imputed,
        from listing
        join header_leaf as below on below."system" = listing."system"
        join defaults
            on defaults.scheme = listing.scheme and defaults.scheme_version = listing.scheme_version
            and defaults."system" = below."system" and defaults.code = below.leaf
        group by listing.scheme, listing.scheme_version, listing."system", below.header
    ),
    assigned as (
        select
            scheme, scheme_version, "system", code, group_code,
            bool_or(is_inpatient) as is_default, bool_or(not is_inpatient) as is_default_outpatient,
            bool_or(is_imputed) as is_imputed,
        from (
            select * exclude (inpatient, outpatient), inpatient as group_code, true as is_inpatient from shared
            union all
            select * exclude (inpatient, outpatient), outpatient, false from shared
        )
        where group_code is not null
        group by scheme, scheme_version, "system", code, group_code
    )
select
    scheme, scheme_version, "system", code, group_code, is_default, is_default_outpatient,
    'shared by all its codes' || if(is_imputed, ', some of them imputed', '') as provenance,
    null::date as valid_from, null::date as valid_to,
from assigned
anti join codes.grouping as named using (scheme, scheme_version, "system", code)
order by scheme, scheme_version, code, group_code;
