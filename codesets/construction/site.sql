-- A site's own groupings. A code of a list stands for all below it; a system without a code set keeps the codes as listed.
create temp table site_versions as
    select
        scheme, version, "system",
        version || if(count(*) over (partition by scheme, version) > 1, '_' || "system", '') as scheme_version,
    from (select distinct scheme, version, "system" from site_groupings);

create temp table site_codes as
    select distinct listed.scheme, listed.version, listed."system", code.code, listed.group_code, listed.valid_from, listed.valid_to
    from site_groupings as listed
    join codes.code as code
        on code."system" = listed."system"
        and left(code.code, length(listed.first_code)) >= listed.first_code
        and left(code.code, length(listed.last_code)) <= listed.last_code
    union
    select scheme, version, "system", first_code, group_code, valid_from, valid_to
    from site_groupings
    where first_code = last_code;

insert into codes.scheme by name
select
    versions.scheme, versions.scheme_version, versions."system",
    versions.scheme || ' (the site''s own)' as title,
    not exists (
        from site_codes as one
        join site_codes as other
            on other.scheme = one.scheme and other.version = one.version and other."system" = one."system"
            and other.code = one.code and other.group_code <> one.group_code
            and coalesce(other.valid_from, date '0001-01-01') <= coalesce(one.valid_to, date '9999-12-31')
            and coalesce(one.valid_from, date '0001-01-01') <= coalesce(other.valid_to, date '9999-12-31')
        where one.scheme = versions.scheme and one.version = versions.version and one."system" = versions."system"
    ) as is_partition,
    any_value(listed.source order by listed.position) as source,
from site_versions as versions
join site_groupings as listed
    on listed.scheme = versions.scheme and listed.version = versions.version and listed."system" = versions."system"
group by versions.scheme, versions.version, versions."system", versions.scheme_version
order by versions.scheme, versions.scheme_version;

-- Where groups overlap, the first that the file names is the default.
insert into codes.grouping by name
select
    codes_in.scheme, versions.scheme_version, codes_in."system", codes_in.code, codes_in.group_code,
    row_number() over same_code = 1 as is_default,
    row_number() over same_code = 1 as is_default_outpatient,
    'site' as provenance, codes_in.valid_from, codes_in.valid_to,
from site_codes as codes_in
join site_versions as versions
    on versions.scheme = codes_in.scheme and versions.version = codes_in.version and versions."system" = codes_in."system"
join (
    select scheme, version, "system", group_code, min(position) as position
    from site_groupings
    group by scheme, version, "system", group_code
) as places
    on places.scheme = codes_in.scheme and places.version = codes_in.version and places."system" = codes_in."system"
    and places.group_code = codes_in.group_code
window same_code as (
    partition by codes_in.scheme, versions.scheme_version, codes_in.code, codes_in.valid_from
    order by places.position
)
order by codes_in.scheme, versions.scheme_version, codes_in.code, codes_in.group_code, codes_in.valid_from;

insert into codes.group_label by name
select
    versions.scheme, versions.scheme_version, listed.group_code,
    any_value(listed.title order by listed.position) as title,
    row_number() over (partition by versions.scheme, versions.scheme_version order by min(listed.position))::integer as sort_order,
from site_groupings as listed
join site_versions as versions
    on versions.scheme = listed.scheme and versions.version = listed.version and versions."system" = listed."system"
group by versions.scheme, versions.scheme_version, listed.group_code
order by versions.scheme, versions.scheme_version, sort_order;

insert into codes.release by name
select
    'Site grouping ' || scheme as source, version as "release", count(*) as row_count,
    'The site''s own' as licence,
from site_groupings
group by scheme, version
order by scheme, version;
