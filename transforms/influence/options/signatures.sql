-- The codes of each set on the days of the records, as signatures: codes with the same groups in every scheme of the
-- tables, and the same bits beside, are one. An epoch is a span of days in which nothing that is known of codes changes;
-- the last one, on a day that no calendar reaches, stands for records whose day is not known.

create or replace temp table target_code as
select distinct "system", code from set_code;

-- A system whose last codes have ended has them, on a day not known.
create or replace temp table target_validity as
with ended as (
    select "system", max(valid_to) as last_day from codes.validity group by "system" having count(*) = count(valid_to)
)
select
    v."system", v.code, v.valid_from,
    if(v.valid_to is null or v.valid_to = e.last_day, date '9999-12-31', v.valid_to) as valid_to
from codes.validity as v
semi join target_code using ("system", code)
left join ended as e using ("system");

create or replace temp table target_attribute as
select a."system", a.code, a.attribute, a."value",
    coalesce(a.valid_from, date '0001-01-01') as valid_from, coalesce(a.valid_to, date '9999-12-31') as valid_to
from codes.attribute as a
semi join target_code using ("system", code)
where a.attribute in (
    'sex', 'sex_ever', 'age_class', 'manifestation', 'external_cause', 'unacceptable_principal',
    'never_underlying', 'injury_nature', 'ill_defined'
);

create or replace temp table target_group as
select g."system", g.code, hash(g.scheme, g.scheme_version, g.group_code, g.is_default) as part,
    coalesce(g.valid_from, date '0001-01-01') as valid_from, coalesce(g.valid_to, date '9999-12-31') as valid_to
from codes.grouping as g
semi join target_code using ("system", code)
where
    g.scheme in (select specification ->> 'scheme' from stats.specification)
    or g.scheme in (select scheme from stats.comorbidity_bit)
    or not exists (from stats.specification);

create or replace temp table epoch as
with boundary as (
    select valid_from as first_day from target_validity
    union
    select valid_to + 1 from target_validity where valid_to < date '9999-12-31'
    union
    select valid_from from target_attribute
    union
    select valid_to + 1 from target_attribute where valid_to < date '9999-12-31'
    union
    select valid_from from target_group
    union
    select valid_to + 1 from target_group where valid_to < date '9999-12-31'
    union
    select valid_from from codes.age_class
    union
    select unnest([date '0001-01-01', date '9999-12-31'])
)
select row_number() over (order by first_day)::integer as epoch, first_day from boundary;

create or replace temp table recode_epoch as
select r.recode, e.epoch, e.first_day
from (select recode, day from recode order by day) as r
asof join epoch as e on r.day >= e.first_day;

create or replace temp table set_epoch as
select distinct s.set_id, e.epoch, e.first_day
from set_of_recode as s
join recode_epoch as e using (recode)
where not s.is_unknown;

create or replace temp table code_epoch as
select distinct c."system", c.code, e.epoch, e.first_day
from set_code as c
join set_epoch as e using (set_id)
join target_validity as v
    on v."system" = c."system" and v.code = c.code and e.first_day between v.valid_from and v.valid_to;

create or replace temp table code_signature as
with grouped as (
    select c."system", c.code, c.epoch, sum(g.part::hugeint)::hugeint as parts
    from code_epoch as c
    join target_group as g
        on g."system" = c."system" and g.code = c.code and c.first_day between g.valid_from and g.valid_to
    group by all
),
attributed as (
    select
        c."system", c.code, c.epoch,
        case
            when count(distinct a."value") filter (a.attribute in ('sex', 'sex_ever')) = 1
                then max(a."value") filter (a.attribute in ('sex', 'sex_ever'))
        end as sex_limit,
        min(k.age_from) as age_from,
        max(k.age_to) as age_to,
        bool_or(a.attribute in ('manifestation', 'external_cause', 'unacceptable_principal')) as is_never_principal,
        bool_or(a.attribute in ('manifestation', 'never_underlying', 'injury_nature')) as is_never_underlying
    from code_epoch as c
    join target_attribute as a
        on a."system" = c."system" and a.code = c.code and c.first_day between a.valid_from and a.valid_to
    left join codes.age_class as k
        on a.attribute = 'age_class' and k.age_class = a."value"
        and c.first_day between k.valid_from and coalesce(k.valid_to, date '9999-12-31')
    group by all
)
select
    c."system", c.code, c.epoch,
    -- The sum of 64-bit hashes names the set of groups, whatever their order.
    hash(
        g.parts,
        case
            when c."system" like 'icd10%' then starts_with(c.code, 'R')
            when c."system" like 'icd9%' then left(c.code, 3) between '780' and '799'
        end,
        t.title ilike '%unspecified%' or t.title ilike '%not otherwise specified%'
        or regexp_matches(t.title, '\bNOS\b')
    ) as signature,
    a.sex_limit, a.age_from, a.age_to,
    coalesce(a.is_never_principal, false) as is_never_principal,
    coalesce(a.is_never_underlying, false) as is_never_underlying
from code_epoch as c
left join grouped as g using ("system", code, epoch)
left join attributed as a using ("system", code, epoch)
left join codes.code as t on t."system" = c."system" and t.code = c.code;

-- A profile is a signature with its limits.
create or replace temp table profile_code as
select
    s.set_id, e.epoch, g."system", g.code, g.signature,
    dense_rank() over (
        order by g."system", g.signature, g.sex_limit, g.age_from, g.age_to, g.is_never_principal, g.is_never_underlying
    )::integer as profile,
    g.sex_limit, g.age_from, g.age_to, g.is_never_principal, g.is_never_underlying
from set_code as s
join set_epoch as e using (set_id)
join code_signature as g using ("system", code, epoch);

create or replace temp table profile as
select
    set_id, epoch, profile, "system", signature, sex_limit, age_from, age_to, is_never_principal, is_never_underlying,
    min(code) as first_code
from profile_code
group by all;
