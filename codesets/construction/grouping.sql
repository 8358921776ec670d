-- Groupings: chapters and blocks (a partition of each classification, headers included, so that 3-character causes
-- group too), CCS for ICD-9-CM, and CCSR for ICD-10-CM.
insert into codes.scheme by name
select * exclude (list) from listed_schemes
union all by name
-- Chapters and blocks of a system that only a site's files place, by the newest of them.
select
    scheme, "system" || '_' || regexp_extract(arg_max("release", first_day), '[0-9]{4}') as scheme_version, "system",
    if(scheme = 'chapter', 'Chapters', 'Blocks') || ' of ' || any_value(systems.title) as title,
    true as is_partition, 'The site''s file, ' || arg_max("release", first_day) as source,
    'official' as verification, null::date as valid_from, null::date as valid_to,
from added_place
join codes.system as systems using ("system")
where "system" not in ('icd10cm', 'icd10')
group by scheme, "system"
order by scheme, scheme_version;

insert into codes.grouping by name
with
    places as (
        select 'chapter' as scheme, "system", code, chapter as group_code from codes.code where chapter is not null
        union all
        select 'block', "system", code, block from codes.code where block is not null
        union all
        -- A few categories of ICD-9-CM are listed both as a header and as a code of their own time.
        select distinct 'ccs', 'icd9cm', code, group_code from ccs_assignments
    )
select
    places.scheme, schemes.scheme_version, places."system", places.code, places.group_code,
    true as is_default, true as is_default_outpatient, 'official' as provenance,
    null::date as valid_from, null::date as valid_to,
from places
join codes.scheme as schemes on schemes.scheme = places.scheme and schemes."system" = places."system"
order by places.scheme, schemes.scheme_version, places.code, places.group_code;

insert into codes.grouping by name
select
    'ccsr' as scheme, schemes.scheme_version, 'icd10cm' as "system", code, group_code,
    inpatient = 'Y' as is_default, outpatient = 'Y' as is_default_outpatient, 'official' as provenance,
    null::date as valid_from, null::date as valid_to,
from ccsr_assignments
join codes.scheme as schemes on schemes.scheme = 'ccsr'
order by code, group_code;

-- Codes that came after CCSR v2023.1 take the group of their nearest siblings, where all of those share one default;
-- where they disagree, or there are none, the code stays unmapped. Of 1,338 codes introduced from FY2022 and held back,
-- 1,284 had such siblings and 1,254 of those (97.7 %) came out right. What a code was reported as before it existed is
-- not used: where siblings were silent it was right for 28 of 54.
create temp table ccsr_siblings as
with
    mapped as (
        select
            code,
            coalesce(min(group_code) filter (inpatient = 'Y'), 'none') as inpatient,
            coalesce(min(group_code) filter (outpatient = 'Y'), 'none') as outpatient,
        from ccsr_assignments
        group by code
    ),
    keyed as (
        select mapped.*, unnest(sibling_keys(code)) as sibling_key
        from mapped
    )
select
    sibling_key,
    if(min(inpatient) = max(inpatient), nullif(min(inpatient), 'none'), null) as inpatient,
    if(min(outpatient) = max(outpatient), nullif(min(outpatient), 'none'), null) as outpatient,
from keyed
group by sibling_key;

insert into codes.grouping by name
with
    unmapped as (
        select code, generate_subscripts(sibling_keys(code), 1) as closeness, unnest(sibling_keys(code)) as sibling_key
        from codes.code
        where "system" = 'icd10cm' and is_billable and code not in (select code from ccsr_assignments)
    ),
    nearest as (
        select unmapped.code, arg_min(
            struct_pack(inpatient := siblings.inpatient, outpatient := siblings.outpatient), unmapped.closeness
        ) as siblings
        from unmapped
        join ccsr_siblings as siblings on siblings.sibling_key = unmapped.sibling_key
        group by unmapped.code
    ),
    imputed as (
        select
            code, siblings.inpatient as group_code, true as is_default,
            siblings.outpatient is not distinct from siblings.inpatient as is_default_outpatient,
        from nearest
        where siblings.inpatient is not null
        union all
        select code, siblings.outpatient, false, true
        from nearest
        where siblings.outpatient is not null and siblings.outpatient is distinct from siblings.inpatient
    )
select
    'ccsr' as scheme, schemes.scheme_version, 'icd10cm' as "system", code, group_code, is_default, is_default_outpatient,
    'imputed from siblings' as provenance, null::date as valid_from, null::date as valid_to,
from imputed
join codes.scheme as schemes on schemes.scheme = 'ccsr'
order by code, group_code;

insert into codes.group_label by name
with
    listed as (
        select 'chapter' as scheme, 'icd10cm' as "system", chapter as group_code, title, position from tabular_chapters
        union all
        select 'block', 'icd10cm', block, title, position from tabular_blocks
        union all
        select 'chapter', 'icd10', chapter, title, position from who_chapters
        union all
        select 'block', 'icd10', block, title, position from who_blocks
        union all
        select 'chapter', 'icd9cm', chapter, any_value(chapter_title), min(position) from icd9cm_blocks group by chapter
        union all
        select 'block', 'icd9cm', block, title, position from icd9cm_blocks
        union all
        select 'ccs', 'icd9cm', group_code, title, position from ccs_labels
        union all
        select 'ccsr', 'icd10cm', group_code, title, position from ccsr_labels
        union all
        -- New blocks of a system that is shipped, and all of one that is not.
        select added.scheme, added."system", added.place, arg_max(added.title, (added.first_day, added.title)),
            100000 + min(added.position)
        from added_place as added
        where (added.scheme, added."system", added.place) not in (
            select ('chapter', 'icd10cm', chapter) from tabular_chapters
            union all
            select ('block', 'icd10cm', block) from tabular_blocks
            union all
            select ('chapter', 'icd10', chapter) from who_chapters
            union all
            select ('block', 'icd10', block) from who_blocks
        )
        group by added.scheme, added."system", added.place
    )
select
    listed.scheme, schemes.scheme_version, listed.group_code, listed.title,
    row_number() over (partition by listed.scheme, listed."system" order by listed.position)::integer as sort_order,
from listed
join codes.scheme as schemes on schemes.scheme = listed.scheme and schemes."system" = listed."system"
-- A block that only holds other blocks has no codes of its own.
where exists (
    from codes.grouping as grouping_rows
    where grouping_rows.scheme = listed.scheme
        and grouping_rows.scheme_version = schemes.scheme_version
        and grouping_rows.group_code = listed.group_code
)
order by listed.scheme, schemes.scheme_version, sort_order;
