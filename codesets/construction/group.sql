-- Groupings from Farr's own lists: causes of death and illness, comorbidities, procedures.

-- Codes that a list may place: those at hand, and for WHO's ICD-10 every subdivision that a category can have, because
-- national editions and older ones subdivide otherwise; a list says which ranges it takes, whoever made the code. The
-- categories of terrorism (U01 to U03) are known from lists only.
create temp table groupable as
with
    categories as (
        select code as category from codes.code where "system" = 'icd10' and length(code) = 3
        union
        -- Without WHO's list, every category that could be: a list takes those of its own ranges.
        select chr(letter::integer) || lpad(number::varchar, 2, '0')
        from range(ascii('A'), ascii('Z') + 1) as letters(letter), range(100) as numbers(number)
        where not exists (from codes.code where "system" = 'icd10')
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
select scheme, scheme_version, "system", list, verification from listed_schemes where list is not null;

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

-- Headers with every reportable code below them.
create temp table header_leaf as
select header."system", header.code as header, leaf.code as leaf, count(*) over same_header as leaves
from codes.code as header
join code_beginning on code_beginning."system" = header."system" and code_beginning.beginning = header.code
join codes.code as leaf on leaf."system" = code_beginning."system" and leaf.code = code_beginning.code
where not header.is_billable and leaf.is_billable
window same_header as (partition by header."system", header.code);

-- A header that no range names belongs to the groups that all of its reportable codes share, so that causes of three
-- characters are grouped too.
create temp table placed_header as
select placed.list, below."system", below.header as code, placed.group_code
from header_leaf as below
join placed on placed."system" = below."system" and placed.code = below.leaf
anti join placed as named
    on named.list = placed.list and named."system" = below."system" and named.code = below.header
group by placed.list, below."system", below.header, placed.group_code
having count(*) = any_value(below.leaves);

-- The groups above each leaf.
create temp table group_above as
with recursive above as (
    select list, group_code as leaf, parent_group as above_group, 1 as distance
    from listed_groups
    where kind = 'leaf' and parent_group is not null
    union all
    select above.list, above.leaf, groups.parent_group, above.distance + 1
    from above
    join listed_groups as groups on groups.list = above.list and groups.group_code = above.above_group
    where groups.parent_group is not null
)
select list, leaf, above_group, distance from above;

-- A header whose codes fall into several leaves of a partition belongs to the lowest group above all of them, as a leaf
-- of that group's own, not further specified: so subtotals are whole in data of three characters. Where there is none,
-- or a code of the header is in no group, the header stays out.
create temp table placed_unspecified as
with
    spread as (
        select
            placed.list, below."system", below.header as code, placed.group_code,
            any_value(below.leaves) as leaves, count(*) as placed_leaves,
        from header_leaf as below
        join placed on placed."system" = below."system" and placed.code = below.leaf
        join listed_groups as groups on groups.list = placed.list and groups.group_code = placed.group_code
        where groups.kind = 'leaf'
            and placed.list in (select list from listed_schemes where is_partition)
        group by placed.list, below."system", below.header, placed.group_code
    ),
    whole as (
        select list, "system", code, count(*) as groups
        from spread
        group by list, "system", code
        having sum(placed_leaves) = any_value(leaves) and count(*) > 1
    ),
    shared as (
        select whole.list, whole."system", whole.code, above.above_group, max(above.distance) as distance
        from whole
        join spread on spread.list = whole.list and spread."system" = whole."system" and spread.code = whole.code
        join group_above as above on above.list = spread.list and above.leaf = spread.group_code
        group by whole.list, whole."system", whole.code, whole.groups, above.above_group
        having count(*) = whole.groups
    )
select
    shared.list, shared."system", shared.code,
    arg_min(shared.above_group, shared.distance) as parent_group,
    arg_min(shared.above_group, shared.distance) || '-X' as group_code,
from shared
anti join placed on placed.list = shared.list and placed."system" = shared."system" and placed.code = shared.code
group by shared.list, shared."system", shared.code;

insert into codes.grouping by name
with
    every as (
        select list, "system", code, group_code, 'by range' as provenance from placed
        union all
        select list, "system", code, group_code, 'shared by all its codes' from placed_header
        union all
        select list, "system", code, group_code, 'shared by several groups' from placed_unspecified
    ),
    subset as (
        select list, group_code from listed_groups where kind = 'subset'
    )
select
    used.scheme, used.scheme_version, used."system", every.code, every.group_code,
    subset.group_code is null as is_default, subset.group_code is null as is_default_outpatient,
    if(known.code is null, 'by range, for a subdivision not at hand', every.provenance)
        || if(used.verification = 'unverified', ', unverified', '') as provenance,
    null::date as valid_from, null::date as valid_to,
from every
join list_in_use as used on used.list = every.list and used."system" = every."system"
left join subset on subset.list = every.list and subset.group_code = every.group_code
left join codes.code as known on known."system" = every."system" and known.code = every.code
order by used.scheme, used.scheme_version, every.code, every.group_code;

-- Chapters and blocks answer for the same subdivisions, by their category.
insert into codes.grouping by name
select
    category.scheme, category.scheme_version, category."system", groupable.code, category.group_code,
    true as is_default, true as is_default_outpatient, 'by range, for a subdivision not at hand' as provenance,
    null::date as valid_from, null::date as valid_to,
from groupable
join codes.grouping as category
    on category."system" = groupable."system" and category.code = left(groupable.code, 3)
    and category.scheme in ('chapter', 'block')
where groupable."system" = 'icd10' and length(groupable.code) = 4
    and not exists (from codes.code where code."system" = 'icd10' and code.code = groupable.code)
order by category.scheme, category.scheme_version, groupable.code;

insert into codes.group_label by name
with
    every as (
        select list, null as "system", * exclude (list, kind), kind = 'subtotal' as is_subtotal,
            kind = 'subset' as is_subset, false as is_unspecified,
        from listed_groups
        union all by name
        select
            unspecified.list, unspecified."system", unspecified.group_code, unspecified.parent_group,
            groups.title || ', not further specified' as title, groups.position,
            false as is_rankable, false as is_subtotal, false as is_subset, true as is_unspecified,
        from (select distinct list, "system", group_code, parent_group from placed_unspecified) as unspecified
        join listed_groups as groups
            on groups.list = unspecified.list and groups.group_code = unspecified.parent_group
    )
select
    used.scheme, used.scheme_version, every.group_code, every.title,
    row_number() over (
        partition by used.scheme, used.scheme_version order by every.position, every.is_unspecified
    )::integer as sort_order,
    every.alternative_number, every.parent_group, every.is_subtotal, every.is_subset, every.is_unspecified,
    every.is_rankable, every.sex, every.age_from, every.age_to, every.age_from_days, every.poa_rule,
from every
join list_in_use as used
    on used.list = every.list and coalesce(every."system", used."system") = used."system"
order by used.scheme, used.scheme_version, sort_order;

-- A subset is a member of itself only: the leaf that counts it has its codes already.
insert into codes.group_member by name
with recursive
    labels as (
        from codes.group_label semi join list_in_use using (scheme, scheme_version)
    ),
    above as (
        select scheme, scheme_version, group_code, parent_group, is_subset, group_code as member_code
        from labels
        where not is_subtotal
        union all
        select above.scheme, above.scheme_version, labels.group_code, labels.parent_group, false, above.member_code
        from above
        join labels
            on labels.scheme = above.scheme and labels.scheme_version = above.scheme_version
            and labels.group_code = above.parent_group
        where not above.is_subset
    )
select scheme, scheme_version, group_code, member_code
from above
order by scheme, scheme_version, group_code, member_code;

-- A group may count its members in part, and a member may be in several groups so: a cause that is half preventable and
-- half treatable.
insert into codes.group_member by name
select shares.scheme, used.scheme_version, shares.group_code, shares.member_code, shares.share
from listed_shares as shares
join list_in_use as used on used.scheme = shares.scheme
order by shares.scheme, used.scheme_version, shares.group_code, shares.member_code;

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
