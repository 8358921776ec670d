-- Centre lines are fitted and stay as coded; what flags may turn round is whether a period lies within their limits.
update stats.figure
set
    value_without_flagged = null,
    bound_low = "value", bound_high = "value", worst_low = "value", worst_high = "value", bound_kind = 'conditional',
    expected = "value", expected_low = "value", expected_high = "value", tolerance = 0,
    flips = s.flips,
    verdict = case when s.flips is null then 'robust' when s.is_sure then 'sensitive' else 'not_fit' end
from (
    select
        f.figure_id,
        case when (p.bound_low between f.lower and f.upper) <> (p."value" between f.lower and f.upper)
            or (p.bound_high between f.lower and f.upper) <> (p."value" between f.lower and f.upper)
            then 'whether the period is within the limits' end as flips,
        (p.expected_low between f.lower and f.upper) = (p."value" between f.lower and f.upper)
            and (p.expected_high between f.lower and f.upper) = (p."value" between f.lower and f.upper) as is_sure
    from stats.figure as f
    join stats.figure as p
        on p.table_id = f.table_id
        and p.measure || '_centre_line' = f.measure
        and p.collection = f.collection
        and p.period_start = f.period_start
        and p.facility_id is not distinct from f.facility_id
        and p.area is not distinct from f.area
        and p.sex is not distinct from f.sex
        and p.cause is not distinct from f.cause
        and p.stratum_name is not distinct from f.stratum_name
        and p.stratum is not distinct from f.stratum
    where f.measure like '%\_centre\_line' escape '\' and f."value" is not null and p.bound_low is not null
) as s
where s.figure_id = stats.figure.figure_id;
