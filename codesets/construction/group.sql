-- Groupings from Farr's own lists: causes of death and illness, comorbidities, procedures.

-- Codes that a list may place: those at hand, and for WHO's ICD-10 every subdivision that a category can have, because
-- national editions and older ones subdivide otherwise; a list says which ranges it takes, whoever made the code.
create temp table groupable as
with
    categories as (
        select code as category from codes.code where "system" = 'icd10' and length(code) = 3
        union
        select left(first_code, 3) from listed_ranges where length(first_code) = 3 and starts_with(first_code, 'U')
        union
        select left(last_code, 3) from listed_ranges where length(last_code) = 3 and starts_with(last_code, 'U')
    )
select "system", code from codes.code
union
select 'icd10', category from categories
union
select 'icd10', category || digit
from categories, (select unnest(range(10))::varchar as digit) as digits;

-- One row for each list that a system uses.
create temp table list_in_use as
select scheme, scheme_version, "system", list from listed_schemes where list is not null;

-- Every beginning of a code, so that ranges and headers are joined to codes by equality.
create temp table code_beginning as
select "system", code, length, left(code, length) as beginning
from groupable, (select unnest([1, 2, 3, 4, 5, 6, 7]) as length) as lengths
where length(code) >= length;

-- A range applies at its own length: it takes every code whose beginning lies within it.
-- Codes of HCPCS are compared only with ranges of their own shape: 0002T does not lie within 0001F to 9999F.
create temp table placed as
with
    ranges as (
        select distinct used."system", ranges.list, ranges.group_code, first_code, last_code, length(first_code) as length
        from listed_ranges as ranges
        join list_in_use as used on used.list = ranges.list
        join listed_groups as groups on groups.list = ranges.list and groups.group_code = ranges.group_code
        where groups.kind <> 'subtotal'
            -- Those of ICD-10-CM are found by pattern, in external_cause.
            and not (used."system" = 'icd10cm' and used.list in ('injury_mechanism', 'injury_intent'))
    ),
    beginnings as (
        select distinct "system", length, beginning, regexp_replace(beginning, '[0-9]', '9', 'g') as shape
        from code_beginning
        semi join ranges on ranges."system" = code_beginning."system" and ranges.length = code_beginning.length
    ),
    single as (
        select ranges.list, ranges.group_code, beginnings."system", beginnings.length, beginnings.beginning
        from ranges
        join beginnings
            on beginnings."system" = ranges."system" and beginnings.length = ranges.length
            and beginnings.beginning = ranges.first_code
        where ranges.first_code = ranges.last_code
    ),
    several as (
        select ranges.list, ranges.group_code, beginnings."system", beginnings.length, beginnings.beginning
        from (from ranges where first_code <> last_code) as ranges
        join beginnings
            on beginnings."system" = ranges."system" and beginnings.length = ranges.length
            and beginnings.beginning between ranges.first_code and ranges.last_code
        where ranges."system" <> 'hcpcs' or beginnings.shape = regexp_replace(ranges.first_code, '[0-9]', '9', 'g')
    )
select distinct within.list, within."system", code_beginning.code, within.group_code
from (from single union from several) as within
join code_beginning
    on code_beginning."system" = within."system" and code_beginning.length = within.length
    and code_beginning.beginning = within.beginning;

insert into placed
select 'injury_mechanism', 'icd10cm', code, mechanism from external_cause
union all
select 'injury_intent', 'icd10cm', code, intent from external_cause;

-- A header that no range names belongs to the groups that all of its reportable codes share, so that causes of three
-- characters are grouped too. One whose codes fall into several groups, or partly into none, stays out.
create temp table placed_header as
with
    below as (
        select header."system", header.code, leaf.code as leaf
        from codes.code as header
        join code_beginning on code_beginning."system" = header."system" and code_beginning.beginning = header.code
        join codes.code as leaf on leaf."system" = code_beginning."system" and leaf.code = code_beginning.code
        where not header.is_billable and leaf.is_billable
    ),
    sized as (
        select "system", code, count(*) as leaves from below group by "system", code
    ),
    shared as (
        select placed.list, below."system", below.code, placed.group_code, count(*) as leaves
        from below
        join placed on placed."system" = below."system" and placed.code = below.leaf
        group by placed.list, below."system", below.code, placed.group_code
    )
select shared.list, shared."system", shared.code, shared.group_code
from shared
join sized on sized."system" = shared."system" and sized.code = shared.code and sized.leaves = shared.leaves
anti join placed on placed.list = shared.list and placed."system" = shared."system" and placed.code = shared.code;

insert into codes.grouping by name
select
    used.scheme, used.scheme_version, used."system", placed.code, placed.group_code,
    groups.kind = 'leaf' as is_default, groups.kind = 'leaf' as is_default_outpatient,
    case
        when placed.is_header then 'shared by all its codes'
        when known.code is null then 'by range, for a subdivision not at hand'
        else 'by range'
    end as provenance,
    null::date as valid_from, null::date as valid_to,
from (
    select *, false as is_header from placed
    union all
    select *, true from placed_header
) as placed
join list_in_use as used on used.list = placed.list and used."system" = placed."system"
join listed_groups as groups on groups.list = placed.list and groups.group_code = placed.group_code
left join codes.code as known on known."system" = placed."system" and known.code = placed.code
order by used.scheme, used.scheme_version, placed.code, placed.group_code;

insert into codes.group_label by name
select
    used.scheme, used.scheme_version, groups.group_code, groups.title, groups.position as sort_order,
    groups.alternative_number, groups.parent_group,
    groups.kind = 'subtotal' as is_subtotal, groups.kind = 'subset' as is_subset, groups.is_rankable,
    groups.sex, groups.age_from, groups.age_to, groups.age_from_days, groups.poa_rule,
from listed_groups as groups
join list_in_use as used on used.list = groups.list
order by used.scheme, used.scheme_version, groups.position;

insert into codes.group_member by name
with recursive above as (
    select labels.scheme, labels.scheme_version, labels.group_code, labels.group_code as member_code
    from codes.group_label as labels
    join list_in_use as used on used.scheme = labels.scheme and used.scheme_version = labels.scheme_version
    where not labels.is_subtotal and not labels.is_subset
    union all
    select above.scheme, above.scheme_version, labels.parent_group, above.member_code
    from above
    join codes.group_label as labels
        on labels.scheme = above.scheme and labels.scheme_version = above.scheme_version
        and labels.group_code = above.group_code
    where labels.parent_group is not null
)
select scheme, scheme_version, group_code, member_code
from above
order by scheme, scheme_version, group_code, member_code;

insert into codes.group_weight by name
select weights.scheme, used.scheme_version, weights.group_code, weights.weight_set, weights.weight
from listed_weights as weights
join list_in_use as used on used.scheme = weights.scheme
order by weights.scheme, used.scheme_version, weights.weight_set, weights.group_code;

insert into codes.group_exclusion by name
select exclusions.scheme, used.scheme_version, exclusions.group_code, exclusions.excluded_group
from listed_exclusions as exclusions
join list_in_use as used on used.scheme = exclusions.scheme
order by exclusions.scheme, used.scheme_version, exclusions.group_code, exclusions.excluded_group;
