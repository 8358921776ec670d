-- Codes that a site's files list, canonical and each once a release. Where an order file of a release is at hand it says
-- which codes there are; without one, a code that the tabular list makes by a seventh character counts where it was
-- known before or its stem had no such codes (CDC's list prints later encounters for deaths too).
create temp table canonical_added as
select
    * exclude (code), code as code_listed,
    -- The official files of these have canonical codes already.
    if("system" in ('icd10cm', 'icd10pcs', 'hcpcs'), code, canonical_code(code, "system")) as code,
from added_code;

create temp table edition_code as
with
    ordered as (
        select distinct codes."system", codes."release" from added_file as files
        join added_code as codes on codes.file = files.file
        where files.kind = 'order file'
    ),
    in_order as (
        select distinct codes."system", codes."release", codes.code from canonical_added as codes
        join added_file as files on files.file = codes.file
        where files.kind = 'order file'
    ),
    kept as (
        select canonical.*
        from canonical_added as canonical
        left join ordered
            on ordered."system" = canonical."system" and ordered."release" = canonical."release"
        left join in_order
            on in_order."system" = canonical."system" and in_order."release" = canonical."release"
            and in_order.code = canonical.code
        left join (select distinct "system", code from codes.validity) as known
            on known."system" = canonical."system" and known.code = canonical.code
        left join (
            select distinct left(code, 6) as stem from codes.validity where "system" = 'icd10cm' and length(code) = 7
        ) as stems on stems.stem = rpad(canonical.stem, 6, 'X')
        where canonical.code is not null
            and (ordered."system" is null or canonical.form <> 'release' or in_order.code is not null)
            and (
                canonical.stem is null or ordered."system" is not null or known.code is not null or stems.stem is null
            )
    )
select
    "system", "release", form, code, first_day, last_day, change,
    bool_or(is_billable) as is_billable,
    arg_min(title, length(code_listed)) as title,
    min(block) as block,
    min(chapter) as chapter,
from kept
group by "system", "release", form, code, first_day, last_day, change;

create temp table edition_release as
select "system", "release", form, first_day, last_day
from edition_code
where form in ('release', 'change')
group by "system", "release", form, first_day, last_day;

create temp table release_in_force as
select "system", "release", form, first_day, last_day from edition_release where false;
