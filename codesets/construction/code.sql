-- Every code and header with its title and its place in the hierarchy.
create temp table titled as
    -- The first list that has a code gives its title.
    select "system", code, arg_min(title, preference) as title
    from (
        select 'icd10cm' as "system", code, title, 1 as preference from tabular_codes
        union all
        select "system", code, title, 2 from titles
        union all
        select 'icd10cm', code, title, 4 from retired_titles
        union all
        -- Of a site's files the newest; before the titles that are shipped only where it is newer than they are.
        select "system", code, arg_max(title, (first_day, length(title), title)),
            if("system" in ('icd10cm', 'icd10pcs') and max(first_day) > date '2026-04-01', 0, 3)
        from edition_code
        where coalesce(change, '') <> 'delete'
        group by "system", code
        union all
        select 'icd10', code, title, 1 from who_codes
        union all
        select 'icd10', code, title, 2 from who_changes
        union all
        select 'hcpcs', code, arg_max(title, from_version), 1 from outpatient_codes group by code
    )
    group by "system", code;

create temp table reportable as select distinct "system", code from codes.validity;

-- Headers: what the tabular lists print above codes, and what stands above the codes of ICD-9-CM, which has no such list.
create temp table everything as
    select "system", code from reportable
    union
    select 'icd10cm', code from tabular_codes
    union
    select 'icd10', code from who_codes
    union
    select 'icd10', left(code, 3) from who_changes
    union
    -- Headers of the releases that a site added and that are in force; and above the codes of national editions.
    select edition_code."system", edition_code.code
    from edition_code
    semi join release_in_force
        on release_in_force."system" = edition_code."system" and release_in_force."release" = edition_code."release"
    where not edition_code.is_billable
    union
    select "system", left(code, 3) from reportable
    where length(code) > 3 and "system" in ('icd10gm', 'icd10am', 'icd10ca', 'opcs4')
    union
    select "system", left(code, length) as code
    from reportable, (values (2), (3), (4)) as lengths(length)
    where length < length(code)
        and case "system"
            when 'icd9cm' then length >= if(starts_with(code, 'E'), 4, 3)
            when 'icd9proc' then true
            else false
        end;

-- The nearest header above: the longest beginning of a code that is itself a code or header.
create temp table parents as
    select child."system", child.code, arg_max(header.code, length(header.code)) as parent
    from (
        select "system", code, left(code, length) as prefix
        from everything, (values (2), (3), (4), (5), (6)) as lengths(length)
        where length < length(code) and "system" not in ('icd10pcs', 'hcpcs')
    ) as child
    join everything as header on header."system" = child."system" and header.code = child.prefix
    group by child."system", child.code;

-- Categories that a site's files place, by the newest of them.
create temp table added_category as
select "system", code as category, arg_max(block, first_day) as block, arg_max(chapter, first_day) as chapter
from edition_code
where length(code) = 3 and chapter is not null
group by "system", code;

-- Categories with their block and chapter.
create temp table categories as
    select 'icd10cm' as "system", code as category, block, chapter from tabular_codes where parent is null
    union all
    select 'icd10', code, block, chapter from who_codes where parent is null
    union all
    select 'icd9cm', code, blocks.block, blocks.chapter
    from everything
    join icd9cm_blocks as blocks
        on code between split_part(blocks.block, '-', 1) and split_part(blocks.block, '-', 2)
        and length(code) = length(split_part(blocks.block, '-', 1))
    where "system" = 'icd9cm'
    union all
    select "system", category, block, chapter
    from added_category
    where ("system", category) not in (select ('icd10cm', code) from tabular_codes)
        and ("system", category) not in (select ('icd10', code) from who_codes)
    union all
    -- Categories newer than the tabular list stand in the block of the category before them.
    select 'icd10cm', newer.category, arg_max(listed.block, listed.code), arg_max(listed.chapter, listed.code)
    from (select distinct left(code, 3) as category from everything where "system" = 'icd10cm') as newer
    join (from tabular_codes where parent is null) as listed
        on left(listed.code, 1) = left(newer.category, 1) and listed.code < newer.category
    where newer.category not in (select code from tabular_codes)
        and newer.category not in (select category from added_category where "system" = 'icd10cm')
    group by newer.category
    union all
    -- A90, A91 and I84 were categories of WHO's older editions: they stand in the block of the category after them.
    select 'icd10', left(changes.code, 3), arg_min(listed.block, listed.code), arg_min(listed.chapter, listed.code)
    from who_changes as changes
    join (from who_codes where parent is null) as listed
        on left(listed.code, 1) = left(changes.code, 1) and listed.code > left(changes.code, 3)
    where not exists (from who_codes where who_codes.code = left(changes.code, 3))
    group by left(changes.code, 3);

insert into codes.code by name
select
    everything."system",
    everything.code,
    coalesce(titled.title, upper_title.title || ' (title of the code itself not at hand)') as title,
    reportable.code is not null as is_billable,
    parents.parent,
    categories.block,
    categories.chapter,
from everything
left join titled on titled."system" = everything."system" and titled.code = everything.code
left join reportable on reportable."system" = everything."system" and reportable.code = everything.code
left join parents on parents."system" = everything."system" and parents.code = everything.code
left join titled as upper_title on upper_title."system" = parents."system" and upper_title.code = parents.parent
left join categories
    on categories."system" = everything."system"
    and categories.category = left(
        everything.code,
        if(everything."system" = 'icd9cm' and starts_with(everything.code, 'E'), 4, 3)
    )
order by everything."system", everything.code;

-- Titles are compared by their letters and digits: accents, case and punctuation change without the meaning.
insert into codes.earlier_title by name
with
    listed as (
        select "system", code, title, 'FY2024' as "release", date '2024-09-30' as last_known
        from titles where "system" = 'icd10cm'
        union all
        select 'icd10cm', code, title, 'FY2023', date '2023-09-30' from retired_titles
        union all
        select 'icd10cm', code, title, 'FY2026', date '2026-09-30' from tabular_codes
        union all
        select "system", code, title, "release", last_day
        from edition_code
        where form = 'release' and last_day is not null
    )
select listed."system", listed.code, arg_max(listed.title, (listed.last_known, listed.title)) as title,
    arg_max(listed."release", (listed.last_known, listed.title)) as "release", max(listed.last_known) as last_known,
from listed
join codes.code as code on code."system" = listed."system" and code.code = listed.code
where regexp_replace(strip_accents(lower(listed.title)), '[^a-z0-9]', '', 'g')
    <> regexp_replace(strip_accents(lower(code.title)), '[^a-z0-9]', '', 'g')
group by listed."system", listed.code
order by listed."system", listed.code;
