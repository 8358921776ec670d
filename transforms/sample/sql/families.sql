-- The families of one domain (the parameter), each with its options as marked codes and their weights.
with marked as (
    select
        c.family, c.codes, c.weight, p.position,
        p.code || case when e.code is not null then '*' when f.arises_in_hospital = 1 then '!' else '' end as token
    from list_comorbidities as c
    join list_families as f using (family)
    cross join (
        select
            unnest(string_split(c.codes, ' ')) as code,
            generate_subscripts(string_split(c.codes, ' '), 1) as position
    ) as p
    left join list_poa_exempt as e on e.code = p.code
),
options as (
    select family, codes, any_value(weight) as weight, string_agg(token, ' ' order by position) as tokens
    from marked
    group by all
)
select
    f.family, f.percent_of_stays / 100, f.percent_of_visits / 100, f.age_from, f.age_full, f.sex, f.is_chronic = 1,
    list(o.tokens order by o.codes), list(o.weight order by o.codes)
from list_families as f
join options as o using (family)
where f.domain = ?
group by all
order by f.family
