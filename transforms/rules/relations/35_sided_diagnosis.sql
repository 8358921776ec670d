-- Diagnoses whose code has siblings that differ in nothing but the side, of records that have two codes of one family:
-- `family` is the code for the right side, `side` R, L, B or U for both and unspecified, `has_bilateral` whether a code
-- for both exists. Siblings are those whose titles differ by that word alone.
create table checked.sided_diagnosis as
with
category_in_use as (
    select distinct left(code, 3) as category
    from checked.code_in_use
    where system = 'icd10cm' and is_diagnosis
),
title as (
    select code.system, code.code, lower(code.title) as title, category_in_use.category
    from {warehouse}.codes.code as code
    inner join category_in_use on left(code.code, 3) = category_in_use.category
    where code.system = 'icd10cm' and code.is_billable and code.title is not null
),
right_side as (
    select system, code, category, title
    from title
    where regexp_matches(title, '\bright\b')
),
wording as (
    select system, code as family, category, 'R' as side, title from right_side
    union all
    select system, code, category, 'L', regexp_replace(title, '\bright\b', 'left', 'g') from right_side
    union all
    select system, code, category, 'U', regexp_replace(title, '\bright\b', 'unspecified', 'g') from right_side
    union all
    select system, code, category, 'B', regexp_replace(title, '\bright\b', 'bilateral', 'g') from right_side
    union all
    select system, code, category, 'B', regexp_replace(title, '\bright( \w+)?$', 'bilateral') from right_side
    where regexp_matches(title, '\bright( \w+)?$')
),
sided_code as (
    select
        title.system,
        title.code,
        wording.family,
        wording.side,
        bool_or(wording.side = 'B') over (partition by title.system, wording.family) as has_bilateral
    from title
    inner join wording
        on title.system = wording.system
        and title.category = wording.category
        and title.title = wording.title
        and length(title.code) = length(wording.family)
),
sided as materialized (
    select distinct
        diagnosis.encounter_id,
        diagnosis.seq,
        diagnosis.role,
        diagnosis.system,
        diagnosis.code,
        sided_code.family,
        sided_code.side,
        sided_code.has_bilateral
    from {warehouse}.core.diagnosis as diagnosis
    inner join sided_code
        on diagnosis.system = sided_code.system
        and diagnosis.code = sided_code.code
    where diagnosis.role in ('principal', 'secondary', 'external')
)
select encounter_id, seq, role, system, code, family, side, has_bilateral
from sided
qualify min(side) over (partition by encounter_id, family) <> max(side) over (partition by encounter_id, family);
