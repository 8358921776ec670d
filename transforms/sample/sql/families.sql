-- The families of conditions, each with its options as marked codes and their weights.
with single as (
    select
        family, codes, weight,
        unnest(string_split(codes, ' ')) as code,
        generate_subscripts(string_split(codes, ' '), 1) as position
    from list_comorbidities
),
marked as (
    select
        s.*,
        s.code || case when e.code is not null then '*' when f.arises_in_hospital = 1 then '!' else '' end as token
    from single as s
    join list_families as f using (family)
    left join list_poa_exempt as e on e.code = s.code
),
options as (
    select family, codes, weight, string_agg(token, ' ' order by position) as tokens
    from marked
    group by all
),
listed as (
    select family, list(tokens order by codes) as tokens, list(weight order by codes) as weights
    from options
    group by family
)
select
    f.domain, f.family, f.percent_of_stays / 100, f.percent_of_visits / 100, f.age_from, f.age_full, f.sex,
    f.is_chronic = 1, l.tokens, l.weights
from list_families as f
join listed as l using (family)
order by f.domain, f.family
