-- Contributions placed in time, age and cause: the narrow relation that every table sums.
-- `{contributions}` is stats.contribution, or the part of it that one figure concerns.

-- A scope is one domain of one collection: no figure crosses it.
create or replace temp table scope as
select row_number() over (order by "domain", collection)::integer as scope_id, "domain", collection
from (
    select "domain", collection from {contributions}
    union
    select "domain", collection from stats.covered_span
);

create or replace temp table code_in_use as
select distinct coalesce("system", 'other') as "system", code
from {contributions}
where code is not null
union
select "system", code from listed_code;

-- The groups of each code in use, for a principal diagnosis or underlying cause: the default assignment, and beside
-- it the subsets that a leaf counts already.
create or replace temp table group_in_use as
with subset as (
    select scheme, scheme_version, group_code from codes.group_label where is_subset
),
listed as (
    select scheme, scheme_version, "system", code, group_code, valid_from, valid_to
    from codes.grouping
    semi join code_in_use using ("system", code)
    where scheme in ({schemes})
        and (is_default or (scheme, scheme_version, group_code) in (from subset))
)
select
    *,
    rank() over (
        partition by scheme, scheme_version, "system", code
        order by valid_to desc nulls first, valid_from desc nulls last
    ) = 1 as is_latest
from listed;

-- A segment is a span of days in which a code's groups do not change; the last one, on a day that no calendar
-- reaches, stands for records whose day is not known: their code has its latest groups.
create or replace temp table code_segment as
with boundary as (
    select "system", code, date '0001-01-01' as first_day from code_in_use
    union
    select "system", code, valid_from from group_in_use where valid_from is not null
    union
    select "system", code, valid_to + 1 from group_in_use where valid_to is not null
    union
    select "system", code, date '9999-12-31' from code_in_use
)
select
    row_number() over (order by "system", code, first_day)::integer as segment_id,
    "system",
    code,
    first_day,
    coalesce(lead(first_day) over (partition by "system", code order by first_day) - 1, first_day) as last_day,
    -- A symptom: chapter XVIII of ICD-10 and chapter 16 of ICD-9 are these ranges in every edition.
    case
        when "system" like 'icd10%' then starts_with(code, 'R')
        when "system" like 'icd9%' then left(code, 3) between '780' and '799'
    end as is_symptom,
    t.title ilike '%unspecified%' or t.title ilike '%not otherwise specified%' or regexp_matches(t.title, '\bNOS\b')
        as is_unspecified
from boundary
left join codes.code as t using ("system", code);

-- Scheme versions that have records in a scope: one block of figures each.
create or replace temp table block as
select distinct s.scope_id, v.scheme, v.scheme_version, v."system"
from (
    select distinct "domain", collection, "system" from {contributions} where code is not null
) as c
join scope as s using ("domain", collection)
join codes.scheme as v on v."system" = c."system" and v.scheme in ({schemes});

-- The causes of each segment in each block: its group and the subtotals that hold it. Segment 0 is a record without
-- a code. `share` is how much of the record counts in the cause, and `sex` the only sex that does, null for any: both
-- where the scheme counts records in parts, and of use to tables that ask for it.
create or replace temp table cause_of as
with in_parts as (
    select distinct scheme from codes.group_member where share <> 1
),
leaf as (
    select
        g.scheme, g.scheme_version, s.segment_id, g.group_code,
        case when g.scheme in (from in_parts) then t.sex end as sex
    from code_segment as s
    join group_in_use as g using ("system", code)
    left join codes.group_label as t using (scheme, scheme_version, group_code)
    where case
        when s.first_day = date '9999-12-31' then g.is_latest
        else coalesce(g.valid_from <= s.first_day, true) and coalesce(g.valid_to >= s.last_day, true)
    end
),
grouped as (
    select scheme, scheme_version, segment_id, group_code, 1::decimal(3, 2) as share, sex from leaf
    union
    select l.scheme, l.scheme_version, l.segment_id, m.group_code, m.share, l.sex
    from leaf as l
    join codes.group_member as m
        on m.scheme = l.scheme and m.scheme_version = l.scheme_version and m.member_code = l.group_code
),
own_system as (
    select b.scope_id, b.scheme, b.scheme_version, s.segment_id
    from block as b
    join code_segment as s using ("system")
)
select o.scope_id, o.scheme, o.scheme_version, o.segment_id, coalesce(g.group_code, 'unmapped') as cause,
    coalesce(g.share, 1)::decimal(3, 2) as share, g.sex
from own_system as o
left join grouped as g using (scheme, scheme_version, segment_id)
union all
-- Whom the limits of a group leave out is in no group.
select distinct o.scope_id, o.scheme, o.scheme_version, o.segment_id, 'unmapped', 1, s.sex
from own_system as o
join leaf as l using (scheme, scheme_version, segment_id)
join (values ('F'), ('M'), ('U')) as s (sex) on s.sex <> l.sex
union all
select b.scope_id, b.scheme, b.scheme_version, s.segment_id, 'other_system', 1, null
from block as b
join code_segment as s on s."system" <> b."system"
union all
select scope_id, scheme, scheme_version, 0, 'unknown', 1, null from block;

-- month_index counts months from year 0; null where the month is not known or dates are shifted, as calendar_year
-- is where the year is not. age_key holds the least and the greatest age: 1000 * least + greatest, 999 for open.
create or replace temp table placed as
with patient as (
    -- Numbers of patients, which are counted apart much faster than their identifiers.
    select s.scope_id, c.patient_id, min(c.record_number) as patient_number
    from {contributions} as c
    join scope as s using ("domain", collection)
    where c.patient_id is not null
    group by s.scope_id, c.patient_id
)
select
    s.scope_id,
    {record_columns}
    c.patient_id,
    u.patient_number,
    c.event_date,
    c.date_precision,
    case
        when c.date_precision not in ('year', 'shifted')
            then (year(c.event_date) * 12 + month(c.event_date) - 1)::integer
    end as month_index,
    case when c.date_precision <> 'shifted' then year(c.event_date)::integer end as calendar_year,
    coalesce(c.facility_id, 'unknown') as facility_id,
    coalesce(c.area, 'unknown') as area,
    c.sex,
    (coalesce(c.age_years, -1) * 1000 + coalesce(c.age_years_max, 999))::integer as age_key,
    coalesce(g.segment_id, 0) as segment_id,
    c."system",
    c.code_status,
    c.weight,
    c.weight_kind,
    c.record_number,
    case
        when c.age_years = 0 and c.age_years_max = 0 then case
            when c.age_days < 7 then 'early_neonatal'
            when c.age_days < 28 then 'late_neonatal'
            when c.age_days is not null then 'post_neonatal'
            else 'unknown'
        end
    end as infant_age,
    {maternal}
    c.bed_days,
    c.died,
    coalesce(c.admission_type, 'unknown') as admission_type,
    coalesce(c.department, 'unknown') as department,
    coalesce(c.place_of_death, 'unknown') as place_of_death,
    case
        when f.charlson_score is null then 'unknown'
        when f.charlson_score = 0 then '0'
        when f.charlson_score <= 2 then '1-2'
        when f.charlson_score <= 4 then '3-4'
        else '5+'
    end as comorbidity_class,
    if(f.ahrq_groups is null, 'unknown', 'known') as present_on_admission,
    g.is_symptom,
    g.is_unspecified,
    case when c.code_status <> 'unknown' then c.code_status <> 'valid' end as is_invalid,
    f.secondary_diagnoses,
    f.charlson_score,
    f.charlson_score_2011,
    f.elixhauser_score,
    f.ahrq_mortality_index,
    f.ahrq_readmission_index,
    f.is_readmission_index,
    f.readmitted,
    f.died_30_days_from_admission,
    f.died_30_days_from_discharge,
    f.days_since_discharge as days_since,
    r.drg,
    r.base_drg,
    r.severity as drg_severity,
    r.weight as drg_weight
from {contributions} as c
join scope as s using ("domain", collection)
left join patient as u on u.scope_id = s.scope_id and u.patient_id = c.patient_id
left join {facts} as f on f.stay_id = case c."domain" when 'discharge' then c.record_id end
left join {drgs} as r on r.stay_id = case c."domain" when 'discharge' then c.record_id end
left join code_segment as g
    on g."system" = coalesce(c."system", 'other') and g.code = c.code
    and case
        when c.date_precision = 'day' and c.event_date is not null then c.event_date
        else date '9999-12-31'
    end between g.first_day and g.last_day;
