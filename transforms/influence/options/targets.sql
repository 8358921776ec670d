-- The sets of codes that recodes name, each once: a target names a stem (a beginning, a block, a list, ...), and the
-- codes of a set lie in all its stems. Sex, age and other codes of the record narrow later.

create or replace temp table longest_beginning as
with malformed as (
    select distinct "system", code from recode where list_contains(targets, 'prefix') and length(code) >= 3
),
neighbour as (
    select distinct m."system", m.code, v.code as valid_code
    from malformed as m
    join codes.validity as v on v."system" = m."system" and left(v.code, 3) = left(m.code, 3)
)
select "system", code, left(code, max(n.place)) as beginning
from neighbour
cross join unnest(generate_series(3, length(code))) as n (place)
where starts_with(valid_code, left(code, n.place))
group by "system", code;

create or replace temp table stem_of_recode as
with named as (
    select recode, "system", code, codes, suggestion, unnest(targets) as target
    from recode
    where not list_contains(targets, 'any') and "system" is not null
)
select
    n.recode,
    n."system",
    case
        when n.target in ('children', 'prefix', 'category') then 'beginning'
        when n.target in ('sex', 'age', 'record') then 'every'
        else n.target
    end as kind,
    case n.target
        when 'children' then n.code
        when 'prefix' then b.beginning
        when 'category' then left(n.code, if(n."system" = 'icd9cm' and starts_with(n.code, 'E'), 4, 3))
        when 'block' then c.block
        when 'chapter' then c.chapter
        when 'codes' then list_aggregate(n.codes, 'string_agg', ' ')
        when 'suggestion' then n.suggestion
        when 'equivalent' then concat_ws('|', n.code, n.suggestion)
        else ''
    end as stem
from named as n
left join longest_beginning as b on b."system" = n."system" and b.code = n.code
left join codes.code as c on c."system" = n."system" and c.code = n.code;

-- A recode that names a stem and every code besides means the stem.
create or replace temp table set_of_recode as
with told as (
    select
        recode, "system", bool_or(stem is null) as is_unknown,
        list(distinct concat(kind, ':', stem) order by concat(kind, ':', stem)) filter (kind <> 'every') as stems
    from stem_of_recode
    group by recode, "system"
)
select
    recode, is_unknown, "system", coalesce(stems, []) as stems,
    dense_rank() over (order by "system", coalesce(stems, []))::integer as set_id
from told;

create or replace temp table stem as
select distinct s."system", s.kind, s.stem
from stem_of_recode as s
where s.kind <> 'every' and s.stem is not null;

create or replace temp table diagnosis_code as
with known as (
    select distinct "system", code from codes.validity where "system" in (select "system" from stem_of_recode)
)
select k."system", k.code, left(k.code, 3) as category, c.block, c.chapter
from known as k
left join codes.code as c using ("system", code);

create or replace temp table stem_code as
select s."system", s.kind, s.stem, c."system" as to_system, c.code
from stem as s
join diagnosis_code as c on c."system" = s."system" and c.category = left(s.stem, 3)
where s.kind = 'beginning' and starts_with(c.code, s.stem)
union all
select s."system", s.kind, s.stem, c."system", c.code
from stem as s
join diagnosis_code as c on c."system" = s."system" and c.block = s.stem
where s.kind = 'block'
union all
select s."system", s.kind, s.stem, c."system", c.code
from stem as s
join diagnosis_code as c on c."system" = s."system" and c.chapter = s.stem
where s.kind = 'chapter'
union all
-- Lists of beginnings, and codes or ranges with all below them.
select distinct s."system", s.kind, s.stem, c."system", c.code
from (
    select *, unnest(string_split(stem, ' ')) as token from stem where kind in ('codes', 'suggestion')
) as s
join diagnosis_code as c
    on c."system" = s."system"
    and left(c.code, length(split_part(s.token, '-', 1))) >= split_part(s.token, '-', 1)
    and left(c.code, length(string_split(s.token, '-')[-1])) <= string_split(s.token, '-')[-1]
union all
-- What the classification's conversion names, by the code itself or by what it was found to be in another system.
select distinct s."system", s.kind, s.stem, v.to_system, coalesce(t.code, v.to_code)
from (
    select *, split_part(stem, '|', 1) as code, string_split(split_part(stem, '|', 2), ' ') as found
    from stem
    where kind = 'equivalent'
) as s
join codes.conversion as v
    on (v."system" = s."system" and v.code = s.code)
    or (len(s.found) = 2 and v."system" = s.found[1] and v.code = s.found[2])
left join codes.validity as t
    on v.to_code is null and t."system" = v.to_system and starts_with(t.code, v.to_category)
where coalesce(t.code, v.to_code) is not null
union all
select s."system", s.kind, s.stem, coalesce(f.found_system, s."system"), f.code
from stem as s
cross join lateral (
    select
        if(contains(split_part(s.stem, '|', 2), ' '), split_part(split_part(s.stem, '|', 2), ' ', 1), null)
            as found_system,
        string_split(split_part(s.stem, '|', 2), ' ')[-1] as code
) as f
where s.kind = 'equivalent' and f.code <> '';

create or replace temp table set_code as
with wanted as (
    select distinct set_id, "system", stems from set_of_recode where not is_unknown
),
part as (
    select set_id, "system", unnest(stems) as named, len(stems) as parts from wanted where len(stems) > 0
)
select p.set_id, c.to_system as "system", c.code
from part as p
join stem_code as c on c."system" = p."system" and concat(c.kind, ':', c.stem) = p.named
group by p.set_id, c.to_system, c.code, p.parts
having count(distinct p.named) = p.parts
union all
select w.set_id, c."system", c.code
from wanted as w
join diagnosis_code as c using ("system")
-- Every code of a system, less those that sex or age leave out, names nothing but in a system of few codes.
where
    len(w.stems) = 0
    and w."system" in (select "system" from diagnosis_code group by "system" having count(*) <= {most_signatures});
