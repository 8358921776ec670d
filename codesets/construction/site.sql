-- A site's own groupings. A code of a list stands for all below it; a system without a code set keeps the codes as listed.
create temp table site_versions as
    select
        scheme, version, "system",
        version || if(count(*) over (partition by scheme, version) > 1, '_' || "system", '') as scheme_version,
    from (select distinct scheme, version, "system" from added_grouping);

-- Every beginning of a code, so that a code of a list finds what is below it by equality; ranges apply at their own
-- length.
create temp table site_beginning as
select codes."system", codes.code, length, left(codes.code, length) as beginning
from codes.code as codes
semi join added_grouping as listed on listed."system" = codes."system"
cross join (select unnest([1, 2, 3, 4, 5, 6, 7]) as length) as lengths
where length(codes.code) >= length;

create temp table site_codes as
select listed.scheme, listed.version, listed."system", below.code, listed.group_code, listed.valid_from, listed.valid_to
from (from added_grouping where first_code = last_code) as listed
join site_beginning as below
    on below."system" = listed."system" and below.length = length(listed.first_code)
    and below.beginning = listed.first_code
union
-- Within one category a range is joined by it; the few that reach over several are joined as ranges.
select listed.scheme, listed.version, listed."system", code.code, listed.group_code, listed.valid_from, listed.valid_to
from (from added_grouping where first_code <> last_code and left(first_code, 3) = left(last_code, 3)) as listed
join codes.code as code
    on code."system" = listed."system" and left(code.code, 3) = left(listed.first_code, 3)
where left(code.code, length(listed.first_code)) >= listed.first_code
    and left(code.code, length(listed.last_code)) <= listed.last_code
union
select listed.scheme, listed.version, listed."system", code.code, listed.group_code, listed.valid_from, listed.valid_to
from (from added_grouping where left(first_code, 3) <> left(last_code, 3)) as listed
join codes.code as code
    on code."system" = listed."system"
where left(code.code, length(listed.first_code)) >= listed.first_code
    and left(code.code, length(listed.last_code)) <= listed.last_code
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
