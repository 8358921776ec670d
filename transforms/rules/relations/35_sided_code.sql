-- Codes that differ in nothing but the side: `family` is the code for the right side, `side` R, L, B or U for both and
-- unspecified. Siblings are those whose titles differ by that word alone.
create table checked.sided_code as
with
title as (
    select system, code, lower(title) as title, left(code, 3) as category
    from {warehouse}.codes.code
    where system = 'icd10cm' and is_billable and title is not null
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
)
select distinct title.system, title.code, wording.family, wording.side
from title
inner join wording
    on title.system = wording.system
    and title.category = wording.category
    and title.title = wording.title
    and length(title.code) = length(wording.family);
