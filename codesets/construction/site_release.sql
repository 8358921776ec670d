-- Releases of CCSR and of AHRQ's Elixhauser comorbidities that a site added, beside the one that is shipped; and where the
-- site's files come from.
insert into codes.scheme by name
select distinct
    added.scheme, added.version as scheme_version, added."system",
    if(added.scheme = 'ccsr', 'Clinical Classifications Software Refined', 'Elixhauser comorbidities (AHRQ, refined)') as title,
    false as is_partition,
    if(added.scheme = 'ccsr', 'AHRQ HCUP CCSR for ICD-10-CM diagnoses, v',
        'AHRQ HCUP Elixhauser Comorbidity Software Refined, CMR reference file v') || added.version
        || ', added by the site' as source,
from added_assignment as added
order by added.scheme, scheme_version;

insert into codes.grouping by name
select
    scheme, version as scheme_version, "system", code, group_code, is_default, is_default_outpatient,
    'official' as provenance, null::date as valid_from, null::date as valid_to,
from added_assignment
order by scheme, version, code, group_code;

-- What a version of comorbidities that Farr ships says of its groups holds for the site's version too: the file has codes
-- only.
create temp table shipped_version as
select scheme, max(scheme_version) as scheme_version
from codes.scheme
where scheme = 'elixhauser_ahrq' and scheme_version not in (select version from added_assignment)
group by scheme;

create temp table added_version as
select distinct added.scheme, added.version, shipped.scheme_version as shipped_version
from added_assignment as added
join shipped_version as shipped on shipped.scheme = added.scheme;

insert into codes.group_label by name
with
    listed as (
        select added.scheme, added.version as scheme_version, labels.* exclude (scheme, scheme_version)
        from codes.group_label as labels
        join added_version as added on added.scheme = labels.scheme and added.shipped_version = labels.scheme_version
        where labels.is_subtotal or exists (
            from added_assignment as has
            where has.scheme = added.scheme and has.version = added.version and has.group_code = labels.group_code
        )
        union all by name
        select
            scheme, version as scheme_version, group_code, any_value(title order by title) as title,
            1000 + row_number() over (partition by scheme, version order by group_code)::integer as sort_order,
            false as is_subtotal, false as is_subset, false as is_unspecified, false as is_rankable,
        from added_assignment as added
        where (scheme, group_code) not in (
            select (labels.scheme, labels.group_code)
            from codes.group_label as labels
            semi join shipped_version
                on shipped_version.scheme = labels.scheme and shipped_version.scheme_version = labels.scheme_version
        )
        group by scheme, version, group_code
    )
select * replace (
    row_number() over (partition by scheme, scheme_version order by sort_order, group_code)::integer as sort_order
)
from listed
order by scheme, scheme_version, sort_order;

insert into codes.group_member by name
select added.scheme, added.version as scheme_version, members.group_code, members.member_code
from codes.group_member as members
join added_version as added on added.scheme = members.scheme and added.shipped_version = members.scheme_version
order by added.scheme, scheme_version, members.group_code, members.member_code;

insert into codes.group_weight by name
select added.scheme, added.version as scheme_version, weights.group_code, weights.weight_set, weights.weight
from codes.group_weight as weights
join added_version as added on added.scheme = weights.scheme and added.shipped_version = weights.scheme_version
order by added.scheme, scheme_version, weights.weight_set, weights.group_code;

insert into codes.group_exclusion by name
select added.scheme, added.version as scheme_version, exclusions.group_code, exclusions.excluded_group
from codes.group_exclusion as exclusions
join added_version as added on added.scheme = exclusions.scheme and added.shipped_version = exclusions.scheme_version
order by added.scheme, scheme_version, exclusions.group_code, exclusions.excluded_group;

insert into codes.release by name
select
    kind || ' of ' || subject || ', added by the site' as source, sha256 as version, "release", row_count,
    last_day as horizon, licence, file as file_name, first_day, remark,
from added_file
order by source, "release", file_name;
