-- The days that each source covers, and whether the configuration says so or the records.
-- `seen_to` is the day up to which records can be expected: the last day declared, else that by which all but one in a
-- thousand records have ended, so that one wrong date does not stretch the extract.
create table checked.covered_days as
with seen as (
    select source, collection, 'encounter' as record_kind,
        quantile_disc(coalesce(discharge_date, admission_date), 0.999) as last_seen
    from {warehouse}.core.encounter
    group by source, collection
    union all
    select source, collection, 'death', quantile_disc(death_date, 0.999)
    from {warehouse}.core.death
    group by source, collection
)
select
    coverage.source,
    coverage.collection,
    coverage.record_kind,
    coverage.first_day,
    coverage.last_day,
    coverage.is_declared,
    if(coverage.is_declared, coverage.last_day, least(coverage.last_day, seen.last_seen)) as seen_to
from {warehouse}.core.coverage as coverage
left join seen
    on coverage.source = seen.source
    and coverage.collection = seen.collection
    and coverage.record_kind = seen.record_kind;
