-- A site's own groupings. A code of a list stands for all below it; a system without a code set keeps the codes as listed.
create temp table site_versions as
    select
        scheme, version, "system",
        version || if(count(*) over (partition by scheme, version) > 1, '_' || "system", '') as scheme_version,
    from (select distinct scheme, version, "system" from added_grouping);

-- Codes in their order: what lies from a first code to all below a last one lies side by side. No character of a code
-- sorts after ~.
create temp table site_order as
select "system", code, row_number() over (partition by "system" order by code) as place
from codes.code
semi join added_grouping using ("system");

create temp table site_range as
with
    listed as (
        select distinct "system", first_code, last_code from added_grouping
    ),
    -- Codes and ends of ranges in one order: the codes before each end, counted in one pass.
    ends as (
        select "system", code as place_of, 1 as kind, null as first_code, null as last_code from site_order
        union all
        select "system", first_code, 0, first_code, last_code from listed
        union all
        select "system", last_code || '~', 2, first_code, last_code from listed
    ),
    counted as (
        select *, count_if(kind = 1) over (
            partition by "system" order by place_of, kind rows between unbounded preceding and current row
        ) as codes_before
        from ends
    )
select
    "system", first_code, last_code,
    (max(codes_before) filter (kind = 0) + 1)::bigint as first_place,
    (max(codes_before) filter (kind = 2))::bigint as last_place,
from counted
where kind <> 1
group by "system", first_code, last_code;

create temp table site_codes as
with
    placed as (
        select "system", first_code, last_code, unnest(range(first_place, last_place + 1)) as place
        from site_range
    ),
    below as (
        select placed.*, codes.code
        from placed
        join site_order as codes on codes."system" = placed."system" and codes.place = placed.place
    )
select listed.scheme, listed.version, listed."system", below.code, listed.group_code, listed.valid_from, listed.valid_to
from added_grouping as listed
join below
    on below."system" = listed."system" and below.first_code = listed.first_code and below.last_code = listed.last_code
union
select scheme, version, "system", first_code, group_code, valid_from, valid_to
from added_grouping
where first_code = last_code;

-- Versions in which a code is in two groups at a time: in order of their first days, a code's assignment begins before
-- one to another group has ended.
create temp table site_overlap as
with ordered as (
    select
        codes_in.scheme, versions.scheme_version, codes_in.group_code,
        coalesce(codes_in.valid_from, date '0001-01-01') as begins,
        lag(codes_in.group_code) over same as before,
        max(coalesce(codes_in.valid_to, date '9999-12-31')) over (
            same rows between unbounded preceding and 1 preceding
        ) as reached,
        count(*) over (partition by codes_in.scheme, versions.scheme_version, codes_in.code) as assignments,
    from site_codes as codes_in
    join site_versions as versions
        on versions.scheme = codes_in.scheme and versions.version = codes_in.version
        and versions."system" = codes_in."system"
    window same as (
        partition by codes_in.scheme, versions.scheme_version, codes_in.code
        order by coalesce(codes_in.valid_from, date '0001-01-01'), codes_in.group_code
    )
)
select distinct scheme, scheme_version
from ordered
where assignments > 1 and begins <= reached and before <> group_code;

insert into codes.scheme by name
select
    versions.scheme, versions.scheme_version, versions."system",
    versions.scheme || ' (the site''s own)' as title,
    versions.scheme_version not in (
        select distinct scheme_version from site_overlap where site_overlap.scheme = versions.scheme
    ) as is_partition,
    any_value(listed.source order by listed.position) as source,
from site_versions as versions
join added_grouping as listed
    on listed.scheme = versions.scheme and listed.version = versions.version and listed."system" = versions."system"
group by versions.scheme, versions.version, versions."system", versions.scheme_version
order by versions.scheme, versions.scheme_version;

-- Where groups overlap, the first that the file names is the default.
create temp table placed_site_codes as
select codes_in.*, places.position
from site_codes as codes_in
join (
    select scheme, version, "system", group_code, min(position) as position
    from added_grouping
    group by scheme, version, "system", group_code
) as places
    on places.scheme = codes_in.scheme and places.version = codes_in.version and places."system" = codes_in."system"
    and places.group_code = codes_in.group_code;

insert into codes.grouping by name
select
    codes_in.scheme, versions.scheme_version, codes_in."system", codes_in.code, codes_in.group_code,
    earlier.code is null as is_default, earlier.code is null as is_default_outpatient,
    'site' as provenance, codes_in.valid_from, codes_in.valid_to,
from site_codes as codes_in
join site_versions as versions
    on versions.scheme = codes_in.scheme and versions.version = codes_in.version and versions."system" = codes_in."system"
left join (
    select distinct other.scheme, other.version, other."system", other.code, other.group_code, other.valid_from
    from placed_site_codes as other
    join placed_site_codes as first
        on first.scheme = other.scheme and first.version = other.version and first."system" = other."system"
        and first.code = other.code and first.position < other.position
    where coalesce(first.valid_from, date '0001-01-01') <= coalesce(other.valid_to, date '9999-12-31')
        and coalesce(other.valid_from, date '0001-01-01') <= coalesce(first.valid_to, date '9999-12-31')
) as earlier
    on earlier.scheme = codes_in.scheme and earlier.version = codes_in.version and earlier."system" = codes_in."system"
    and earlier.code = codes_in.code and earlier.group_code = codes_in.group_code
    and earlier.valid_from is not distinct from codes_in.valid_from
order by codes_in.scheme, versions.scheme_version, codes_in.code, codes_in.group_code, codes_in.valid_from;

insert into codes.group_label by name
select
    versions.scheme, versions.scheme_version, listed.group_code,
    any_value(listed.title order by listed.position) as title,
    row_number() over (partition by versions.scheme, versions.scheme_version order by min(listed.position))::integer as sort_order,
from added_grouping as listed
join site_versions as versions
    on versions.scheme = listed.scheme and versions.version = listed.version and versions."system" = listed."system"
group by versions.scheme, versions.scheme_version, listed.group_code
order by versions.scheme, versions.scheme_version, sort_order;
