-- Grain: a standard population, a set of bands, and a band of it. Open ends are written as 999.
with
    groups as (
        select
            standard, age_start, coalesce(age_end, 999) as age_end, weight,
            age_start || if(age_end is null, '+', '-' || age_end) as label,
        from codes.standard_population
    ),
    ordered as (
        select
            set_name, age_band, age_start, age_end,
            coalesce(
                max(coalesce(age_end, 999)) over (
                    partition by set_name order by age_start, age_end
                    rows between unbounded preceding and 1 preceding
                ) >= age_start,
                false
            ) as is_overlapping,
        from {bands} as given
    ),
    filled as (
        select
            listed.standard, bands.set_name, bands.age_band, bands.age_start, bands.age_end, bands.is_overlapping,
            sum(groups.weight) as weight,
            min(groups.label order by groups.age_start) filter (
                groups.age_start < bands.age_start or groups.age_end > coalesce(bands.age_end, 999)
            ) as split,
        from ordered as bands
        cross join (select distinct standard from groups) as listed
        left join groups
            on groups.standard = listed.standard
            and groups.age_start <= coalesce(bands.age_end, 999) and groups.age_end >= bands.age_start
        group by all
    ),
    judged as (
        select
            *,
            case
                when age_end < age_start then 'it ends before it begins'
                when is_overlapping then 'it overlaps the band before it'
                when split is not null then 'the group ' || split || ' of the standard would have to be split'
            end as problem,
        from filled
    )
select
    standard, set_name, age_band, age_start, age_end,
    if(problem is null, weight, null)::decimal(18, 3) as weight, problem,
from judged
