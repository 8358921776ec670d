-- What edits and classifications say of codes.
create temp table attribute_names as
    select * from (values
        ('female', 'sex', 'F'),
        ('male', 'sex', 'M'),
        ('newborn', 'age_class', 'newborn'),
        ('pediatric', 'age_class', 'pediatric'),
        ('maternity', 'age_class', 'maternity'),
        ('adult', 'age_class', 'adult'),
        ('manifestation', 'manifestation', 'true'),
        ('unacceptable', 'unacceptable_principal', 'true'),
        ('ecodepdx', 'external_cause', 'true'),
        ('unspecified', 'unspecified', 'true'),
        ('qadm', 'questionable_admission', 'true'),
        ('nonspecific', 'nonspecific', 'true'),
        ('reqsdx', 'requires_secondary', 'true'),
        ('wrngproc', 'wrong_procedure', 'true'),
        ('delout', 'delivery_outcome', 'true'),
        ('vagdel', 'delivery', 'vaginal'),
        ('csect', 'delivery', 'cesarean'),
        ('los', 'length_of_stay', 'true'),
        ('noncovered', 'noncovered', 'true'),
        ('lcov', 'limited_coverage', 'true'),
        ('bilateral', 'bilateral', 'true'),
        ('biopsy', 'open_biopsy', 'true')
    ) as names(flag, attribute, "value");

-- The editor begins a new row whenever any flag of a code changes: days that follow on one another are one interval.
create temp table editor_attributes as
    with
        flagged as (
            select rows_in."system", rows_in.code, names.attribute, names."value", first_day, last_day, horizon
            from (select * exclude (flags), unnest(flags) as flag from medicare_code_editor) as rows_in
            join attribute_names as names on names.flag = rows_in.flag
        ),
        marked as (
            select *, coalesce(first_day > lag(last_day) over same + 1, true) as begins
            from flagged
            window same as (partition by "system", code, attribute, "value" order by first_day)
        ),
        numbered as (
            select *, count_if(begins) over same as run
            from marked
            window same as (
                partition by "system", code, attribute, "value" order by first_day rows unbounded preceding
            )
        )
    select
        "system", code, attribute, "value",
        min(first_day) as valid_from,
        case when max(last_day) < max(horizon) then max(last_day) end as valid_to,
        'cms_mce' as source,
    from numbered
    group by "system", code, attribute, "value", run;

-- What the Outpatient Code Editor says of procedures, quarter by quarter: quarters that follow on one another are one
-- interval. Ages of 0 and of 124 are no limits.
create temp table outpatient_attributes as
    with
        said as (
            select
                code, from_version, to_version,
                unnest([
                    struct_pack(attribute := 'age_from', "value" := case when age_from > 0 then age_from::varchar end),
                    struct_pack(attribute := 'age_to', "value" := case when age_to < 124 then age_to::varchar end),
                    struct_pack(attribute := 'bilateral', "value" := bilateral),
                    struct_pack(
                        attribute := 'inpatient_only', "value" := case when is_inpatient_only then 'true' end
                    )
                ], recursive := true)
            from outpatient_codes
        ),
        marked as (
            select *, coalesce(from_version > lag(to_version) over same + 1, true) as begins
            from said
            where "value" is not null
            window same as (partition by code, attribute, "value" order by from_version)
        ),
        numbered as (
            select *, count_if(begins) over (
                partition by code, attribute, "value" order by from_version rows unbounded preceding
            ) as run
            from marked
        ),
        intervals as (
            select
                code, attribute, "value",
                min(from_version) as from_version, max(to_version) as to_version,
            from numbered
            group by code, attribute, "value", run
        )
    select
        'hcpcs' as "system", code, attribute, "value",
        first_quarter.first_day as valid_from,
        case when to_version < newest.version then last_quarter.last_day end as valid_to,
        'cms_ioce' as source,
    from intervals
    join outpatient_quarters as first_quarter on first_quarter.version = from_version
    join outpatient_quarters as last_quarter on last_quarter.version = to_version
    cross join (select max(version) as version from outpatient_quarters) as newest;

-- Codes that a list covers: those at or below one of its codes, or from the first of a range to below its last.
create temp table listed_codes as
    select code."system", code.code, listed.attribute, listed."value", listed.valid_from, listed.valid_to, listed.source
    from (select "system", code, unnest([3, 4, 5]) as length from codes.code) as code
    join listed_attributes as listed
        on listed."system" = code."system" and listed.first_code = left(code.code, code.length)
    where listed.first_code = listed.last_code and length(listed.first_code) = code.length
    union all
    select code."system", code.code, listed.attribute, listed."value", listed.valid_from, listed.valid_to, listed.source
    from (from listed_attributes where first_code <> last_code) as listed
    join codes.code as code
        on code."system" = listed."system"
        and left(code.code, length(listed.first_code)) >= listed.first_code
        and left(code.code, length(listed.last_code)) <= listed.last_code;

-- Exempt from the present-on-admission indicator are the codes of the year of the list; it is silent on later ones.
create temp table poa_exempt_codes as
    select distinct
        code."system", code.code, 'poa_exempt' as attribute, 'true' as "value", listed.valid_from, listed.valid_to,
        'cms_poa_fy2020' as source,
    from (
        select "system", code, valid_from, valid_to, unnest(range(1, length(code) + 1)) as size
        from codes.validity
        where "system" = 'icd10cm'
    ) as code
    join listed_poa_exempt as listed
        on listed.first_code = left(code.code, code.size)
        and (listed.seventh_characters is null or contains(listed.seventh_characters, nullif(substr(code.code, 7, 1), '')))
    where listed.valid_from between code.valid_from and coalesce(code.valid_to, date '9999-12-31');

-- A header has what all of its listed reportable codes have, so that 3-character causes are judged too.
create temp table header_attributes as
    with
        children as (
            select "system", parent, count(*) as number
            from codes.code
            where "system" = 'icd10' and parent is not null and is_billable
            group by "system", parent
        ),
        shared as (
            select
                leaf."system", leaf.parent as code, listed.attribute, listed."value", listed.valid_from, listed.valid_to,
                min(listed.source) as source, count(*) as number,
            from codes.code as leaf
            join listed_codes as listed on listed."system" = leaf."system" and listed.code = leaf.code
            where leaf.parent is not null and leaf.is_billable
            group by leaf."system", leaf.parent, listed.attribute, listed."value", listed.valid_from, listed.valid_to
        )
    select shared.* exclude (number)
    from shared
    join children on children."system" = shared."system" and children.parent = shared.code and children.number = shared.number
    anti join listed_codes as own
        on own."system" = shared."system" and own.code = shared.code and own.attribute = shared.attribute;

-- The sex edit was switched off on 2024-10-01, and few of a code's rows may carry it: a code that was ever flagged for
-- one sex and never for the other keeps that sex for plausibility, whatever the date.
create temp table sex_ever as
    select "system", code, 'sex_ever' as attribute, min("value") as "value", null::date as valid_from, null::date as valid_to,
        'cms_mce, ever flagged' as source
    from editor_attributes
    where attribute = 'sex'
    group by "system", code
    having count(distinct "value") = 1
    union all
    select "system", code, 'sex_ever', "value", null, null, source
    from (from listed_codes union all by name from header_attributes)
    where attribute = 'sex';

-- Codes that came after the switch-off were never flagged at all: they take the sex of their nearest siblings of before,
-- where all of those have the same.
create temp table sex_imputed as
with
    dated as (
        select validity.code, min(validity.valid_from) as valid_from, any_value(sex_ever."value") as sex
        from codes.validity as validity
        left join sex_ever on sex_ever."system" = 'icd10cm' and sex_ever.code = validity.code
        where validity."system" = 'icd10cm'
        group by validity.code
    ),
    older as (
        select coalesce(sex, 'none') as sex, unnest(sibling_keys(code)) as sibling_key
        from dated
        where valid_from < date '2024-10-01'
    ),
    siblings as (
        select sibling_key, if(min(sex) = max(sex), nullif(min(sex), 'none'), null) as sex
        from older
        group by sibling_key
    ),
    newer as (
        select code, generate_subscripts(sibling_keys(code), 1) as closeness, unnest(sibling_keys(code)) as sibling_key
        from dated
        where valid_from >= date '2024-10-01' and sex is null
    )
select
    'icd10cm' as "system", newer.code, 'sex_ever' as attribute,
    arg_min(struct_pack(sex := siblings.sex), newer.closeness).sex as "value",
    null::date as valid_from, null::date as valid_to, 'cms_mce, ever flagged, imputed from siblings' as source,
from newer
join siblings on siblings.sibling_key = newer.sibling_key
group by newer.code;

insert into codes.attribute by name
select distinct * from (
    from editor_attributes
    union all by name
    from outpatient_attributes
    union all by name
    from listed_codes
    union all by name
    from header_attributes
    union all by name
    from poa_exempt_codes
    union all by name
    from sex_ever
    union all by name
    from sex_imputed where "value" is not null
)
order by "system", code, attribute, "value", valid_from, source;

insert into codes.age_class by name
select
    age_class, age_from, age_to,
    first_day as valid_from,
    case when last_day < horizon then last_day end as valid_to,
from editor_age_classes
order by age_class, first_day;
