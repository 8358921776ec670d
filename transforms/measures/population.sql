-- Population by its own groups, and how each named set of age bands is filled by them.
-- A group is (collection, facility, area, sex, year); `is_whole` marks the rows that make up the collection's whole
-- area: those without an area where there are any, else those of every area.
create or replace temp table population_group as
with summed as (
    select collection, facility_id, area, sex, period as "year", age_start, age_end, sum(persons) as persons
    from core.population
    group by all
)
select
    *,
    area is null or not bool_or(area is null) over (partition by collection, facility_id, "year") as is_whole
from summed;

create or replace temp table population_band as
with overlapping as (
    select
        b.set_name, b.age_band, b.age_start as band_start, b.age_end as band_end,
        p.*,
        lag(coalesce(p.age_end, 999)) over (
            partition by b.set_name, b.age_band, p.collection, p.facility_id, p.area, p.sex, p."year"
            order by p.age_start, coalesce(p.age_end, 999)
        ) as end_before
    from population_group as p
    join band as b
        on p.age_start <= coalesce(b.age_end, 999) and coalesce(p.age_end, 999) >= b.age_start
)
select
    set_name, age_band, collection, facility_id, area, sex, "year", is_whole,
    sum(persons) as persons,
    case
        when bool_or(persons < 0) then 'the population is negative'
        when bool_or(age_start < band_start or coalesce(age_end, 999) > coalesce(band_end, 999))
            then 'the age groups of the population cross this band'
        when bool_or(age_start <= end_before) then 'the age groups of the population overlap'
        when min(age_start) > band_start
            or bool_or(age_start > end_before + 1)
            or max(coalesce(age_end, 999)) < band_end
            then 'the population lacks ages of this band'
    end as problem
from overlapping
group by set_name, age_band, band_start, band_end, collection, facility_id, area, sex, "year", is_whole;
