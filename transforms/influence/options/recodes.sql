-- What the recodes allow, as changes: of each set the signatures that the record's sex and age admit, by the commonest
-- of their codes among records of the same collection, age group and sex.

create or replace temp table target_place as
select distinct k."system", k.code, r.place
from set_code as k
join set_of_recode as s using (set_id)
join recode as r using (recode)
where r.place in ('listed', 'condition');

-- What stands beside the principal diagnosis is counted in some patients of a large warehouse: buckets are drawn by
-- their hash, and the counts are of use as shares only.
create or replace temp table counted_encounter as
select encounter_id, collection, sex, age_years
from core.encounter
where
    bucket < ceil(256 * {counted_encounters} / (select greatest(count(*), 1) from core.encounter))
    and exists (from target_place where place = 'listed');

-- How often a code is coded: as principal diagnosis or underlying cause, and beside them where such recodes ask.
create or replace temp table coded_count as
select
    c.collection, if(c."domain" = 'death', 'underlying', 'principal') as place, c."system", c.code, c.sex,
    {age_group} as age_group, count(*) as records
from stats.contribution as c
semi join target_code using ("system", code)
group by all
union all
select
    c.collection, 'listed', d."system", d.code, c.sex, {age_group}, count(*)
from core.diagnosis as d
join counted_encounter as c using (encounter_id)
semi join (from target_place where place = 'listed') as t on t."system" = d."system" and t.code = d.code
where d.role = 'secondary'
group by all
union all
select
    c.collection, 'condition', d."system", d.code, c.sex, {age_group}, count(*)
from core.death_condition as d
join core.death as c using (death_id)
semi join (from target_place where place = 'condition') as t on t."system" = d."system" and t.code = d.code
group by all;

create or replace temp table profile_count as
select
    p.set_id, p.epoch, p.profile, n.collection, n.place, n.sex, n.age_group,
    sum(n.records)::bigint as records,
    arg_min(p.code, (-n.records, p.code)) as commonest_code,
    max(n.records) as commonest_records
from profile_code as p
join coded_count as n using ("system", code)
group by all;

-- Ages between two steps are admitted by the same codes.
create or replace temp table class_step as
select unnest(list_sort(list_distinct(flatten([[0], list(age_from), list(age_to + 1)])))) as age from codes.age_class;

-- The recorded sex and age narrow unless a flag says that they may be wrong.
create or replace temp table recode_request as
with open_field as (
    select record, bool_or(field = 4) as sex_is_open, bool_or(field = 5) as age_is_open
    from change
    group by record
),
aged as (
    select
        r.recode, s.set_id, e.epoch, r.place, r.collection, c.sex, c.age_group,
        if(coalesce(o.sex_is_open, false) and not list_contains(r.targets, 'sex') or c.sex = 'U', null, c.sex)
            as of_sex,
        if(coalesce(o.age_is_open, false) and not list_contains(r.targets, 'age'), null, c.age_years) as least,
        if(coalesce(o.age_is_open, false) and not list_contains(r.targets, 'age'), null, c.age_years_max) as greatest
    from recode as r
    join set_of_recode as s using (recode)
    join recode_epoch as e using (recode)
    join concerned_record as c using (record)
    left join open_field as o using (record)
    where not s.is_unknown and not list_contains(r.targets, 'record')
)
select
    recode, set_id, epoch, place, collection, sex, age_group, of_sex,
    (select max(age) from class_step where age <= coalesce(a.least, 0)) as least,
    if(a.least is null, 999, (select max(age) from class_step where age <= coalesce(a.greatest, 999))) as greatest
from aged as a;

create or replace temp table request as
select
    *,
    row_number() over (
        order by set_id, epoch, place, collection, sex, age_group, of_sex, least, greatest
    )::integer as request
from (select distinct * exclude (recode) from recode_request);

-- Half a record is added to what is coded, so that what nobody has coded yet has a share too.
create or replace temp table request_option as
select
    r.request, p."system", p.signature,
    coalesce(
        arg_min(n.commonest_code, (-n.commonest_records, n.commonest_code)) filter (n.commonest_code is not null),
        min(p.first_code)
    ) as code,
    coalesce(sum(n.records), 0) + 0.5 as weight
from request as r
join profile as p using (set_id, epoch)
left join profile_count as n using (set_id, epoch, profile, collection, place, sex, age_group)
where
    coalesce(p.sex_limit = r.of_sex, true)
    and coalesce(p.age_from <= r.greatest, true) and coalesce(p.age_to >= r.least, true)
    and not (r.place = 'principal' and p.is_never_principal)
    and not (r.place = 'underlying' and p.is_never_underlying)
group by r.request, p."system", p.signature
qualify count(*) over (partition by r.request) <= {most_signatures};

insert into change by name
with numbered as (
    select q.recode, r.request
    from recode_request as q
    join request as r
        on r.set_id = q.set_id and r.epoch = q.epoch and r.place = q.place and r.collection = q.collection
        and r.sex = q.sex and r.age_group is not distinct from q.age_group and r.of_sex is not distinct from q.of_sex
        and r.least = q.least and r.greatest = q.greatest
)
select
    c.record, c.flag, c.alternative, c.kind, c.field, o.weight / sum(o.weight) over (partition by c.recode) as weight,
    true as is_named, c.seat, o."system", o.code, 'valid' as code_status
from recode as c
join numbered as n using (recode)
join request_option as o using (request)
where (o."system", o.code) is distinct from (c."system", c.code);

-- Another diagnosis of the record in the place of this one: a principal diagnosis changes places with it, a listed one
-- goes, since the other is there already, and an underlying cause is another condition of the certificate.
insert into change by name
with wanted as (
    select r.*, coalesce(s.stems, []) as stems, s.set_id
    from recode as r
    left join set_of_recode as s using (recode)
    where list_contains(r.targets, 'record') and not coalesce(s.is_unknown, false)
),
other as (
    select w.recode, d."system", d.code, d.code_status, min(d.seq) as swapped_seq
    from wanted as w
    join diagnosis_of_flagged as d on d.encounter_id = w.encounter_id and d.seq is distinct from w.seq
    where w.place in ('principal', 'listed') and d.role in ('principal', 'secondary')
    group by all
    union all
    select w.recode, d."system", d.code, d.code_status, null
    from wanted as w
    join condition_of_flagged as d on d.death_id = w.record_id
    where w.place in ('underlying', 'condition') and d.line * 100 + d.seq is distinct from w.seq
    group by all
),
barred as (
    select distinct o.recode, o."system", o.code
    from other as o
    join wanted as w using (recode)
    join codes.attribute as a on a."system" = o."system" and a.code = o.code
    where
        a.attribute in (
            'manifestation',
            if(w.place = 'principal', 'external_cause', 'never_underlying'),
            if(w.place = 'principal', 'unacceptable_principal', 'injury_nature'),
            if(w.place = 'underlying', 'ill_defined', 'manifestation')
        )
        and w.place in ('principal', 'underlying')
        and w.day between coalesce(a.valid_from, date '0001-01-01') and coalesce(a.valid_to, date '9999-12-31')
),
admitted as (
    select w.*, o."system" as to_system, o.code as to_code, o.code_status, o.swapped_seq
    from wanted as w
    join other as o using (recode)
    anti join barred as b on b.recode = o.recode and b."system" = o."system" and b.code = o.code
    where
        o.code_status in ('valid', 'unknown') and (o."system", o.code) is distinct from (w."system", w.code)
        and (
            len(w.stems) = 0
            or (w.set_id, o."system", o.code) in (select set_id, "system", code from set_code)
        )
)
select
    record, flag, alternative, kind, field, 1 / count(*) over (partition by recode) as weight, true as is_named, seat,
    to_system as "system", to_code as code, code_status, swapped_seq
from admitted
where place in ('principal', 'underlying')
union all
select distinct record, flag, alternative, kind, field, 1, true, seat, null, null, null, null::integer
from admitted
where place in ('listed', 'condition');

-- What names no code, or too many, may be any.
create or replace temp table unnamed_recode as
select record, flag, alternative, kind, field, seat
from recode
anti join change using (record, flag, alternative);

insert into change by name
select *, 1 as weight, false as is_named, true as is_any
from unnamed_recode;
