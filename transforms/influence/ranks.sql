-- Ranks among leading causes: a cause stands after every other that certainly, or possibly, has more. The counts of two
-- causes are bounded each for itself, while a record that leaves the one may enter the other: the bounds contain every
-- rank that flags allow, and need not be attained ('outer').
update stats.figure
set
    value_without_flagged = r.value_without_flagged,
    bound_low = r.bound_low, bound_high = r.bound_high, worst_low = r.worst_low, worst_high = r.worst_high,
    bound_kind = 'outer',
    expected = r.expected, expected_low = r.expected_low, expected_high = r.expected_high,
    tolerance = 0,
    flips = case when r.bound_low < r."value" or r.bound_high > r."value" then 'its rank' end,
    verdict = case
        when r.bound_low = r."value" and r.bound_high = r."value" then 'robust'
        when r.expected_low = r."value" and r.expected_high = r."value" then 'sensitive'
        else 'not_fit'
    end
from (
    with ranked as (
        select
            f.figure_id, f."value", c.bound_low, c.bound_high, c.worst_low, c.worst_high, c.expected, c.expected_low,
            c.expected_high, c.value_without_flagged,
            dense_rank() over (order by
                f.table_id, f.measure, f.scheme_version, f.collection, f.period_start, f.facility_id, f.area, f.sex,
                f.age_band
            ) as list_number
        from stats.figure as f
        join stats.figure as c
            on c.table_id = f.table_id
            and c.measure = case f.measure
                when 'leading_cause_rank' then 'deaths'
                when 'leading_diagnosis_rank' then 'discharges'
                when 'infant_leading_cause_rank' then 'infant_deaths'
            end
            and c.scheme_version = f.scheme_version and c.cause = f.cause and c.collection = f.collection
            and c.period_start is not distinct from f.period_start
            and c.facility_id is not distinct from f.facility_id
            and c.area is not distinct from f.area
            and c.sex is not distinct from f.sex
            and c.age_band is not distinct from f.age_band
        where f.measure in ('leading_cause_rank', 'leading_diagnosis_rank', 'infant_leading_cause_rank')
            and f."value" is not null and c.bound_low is not null
    )
    select
        a.figure_id, any_value(a."value") as "value",
        1 + count_if(b.bound_low > a.bound_high) as bound_low,
        1 + count_if(b.bound_high > a.bound_low) as bound_high,
        1 + count_if(b.worst_low > a.worst_high) as worst_low,
        -- A cause without a worst bound may have any number.
        1 + count_if(b.figure_id is not null and coalesce(b.worst_high > a.worst_low, true)) as worst_high,
        1 + count_if(b.expected > a.expected) as expected,
        1 + count_if(b.expected_low > a.expected_high) as expected_low,
        1 + count_if(b.expected_high > a.expected_low) as expected_high,
        1 + count_if(b.value_without_flagged > a.value_without_flagged) as value_without_flagged
    from ranked as a
    left join ranked as b on b.list_number = a.list_number and b.figure_id <> a.figure_id
    group by a.figure_id
) as r
where r.figure_id = stats.figure.figure_id;
