-- What must hold before a warehouse is published. Each statement gives the two sides of one identity.
-- The line above it is the identity in words. Counts that must be nought stand on the left.

-- identity: every file: rows read = rows accepted + rows rejected (files that balance, files)
select count(*) filter (where rows_read = rows_accepted + rows_rejected), count(*) from landing.batch;

-- identity: every file: rows rejected = rows in landing.reject (files that balance, files)
with rejected as (
    select batch_id, count(*) as row_count from landing.reject group by batch_id
)
select count(*) filter (where b.rows_rejected = coalesce(r.row_count, 0)), count(*)
from landing.batch as b left join rejected as r using (batch_id);

-- identity: every rejected row belongs to a file
select count(*), 0 from landing.reject anti join landing.batch using (batch_id);

-- identity: every encounter and death comes from a file that is live
with origin as (
    select batch_id from core.encounter group by batch_id
    union
    select batch_id from core.death group by batch_id
)
select count(*), 0 from origin anti join (from landing.batch where status = 'live') using (batch_id);

-- identity: every source: rows read, less what is taken away step by step, = encounters (sources that add up, sources)
with source_step as (
    select source, step, sum(row_count) as row_count from core.reconciliation group by source, step
),
added as (
    select
        coalesce(sum(row_count) filter (where step = 'rows_read'), 0)
        - coalesce(sum(row_count) filter (where step in (
            'rows_rejected', 'exact_duplicate', 'later_version', 'folded_into_encounter', 'replaced', 'voided', 'void',
            'dropped_by_review'
        )), 0) as left_over,
        sum(row_count) filter (where step = 'encounters') as encounters
    from source_step
    group by source
    having count(*) filter (where step = 'encounters') > 0
)
select count(*) filter (where left_over = encounters), count(*) from added;

-- identity: every source: encounters, less those outside stays and those folded, = stays (sources that add up, sources)
with source_step as (
    select source, step, sum(row_count) as row_count from core.reconciliation group by source, step
),
added as (
    select
        sum(case when step = 'encounters' then row_count when step <> 'stays' then -row_count else 0 end) as left_over,
        sum(row_count) filter (where step = 'stays') as stays
    from source_step
    where step in ('encounters', 'encounters_outside_stays', 'folded_into_stay', 'stays')
    group by source
    having count(*) filter (where step = 'stays') > 0
)
select count(*) filter (where left_over = stays), count(*) from added;

-- identity: every source: rows read, less what is taken away step by step, = deaths (sources that add up, sources)
with source_step as (
    select
        source,
        replace(step, 'deaths: ', '') as step,
        row_count,
        starts_with(step, 'deaths: ') or count(*) filter (where step = 'encounters') over (partition by source) = 0
            as of_deaths
    from core.reconciliation
),
added as (
    select
        coalesce(sum(row_count) filter (where step = 'rows_read'), 0)
        - coalesce(sum(row_count) filter (where step in (
            'rows_rejected', 'exact_duplicate', 'later_version', 'same_person', 'dropped_by_review'
        )), 0) as left_over,
        sum(row_count) filter (where step = 'deaths') as deaths
    from source_step
    where of_deaths or step = 'deaths'
    group by source
    having count(*) filter (where step = 'deaths') > 0
)
select count(*) filter (where left_over = deaths), count(*) from added;

-- identity: encounters and deaths that the sources count = those in core
select
    (select coalesce(sum(row_count), 0) from core.reconciliation where step in ('encounters', 'deaths')),
    (select count(*) from core.encounter) + (select count(*) from core.death);

-- identity: batch_id is unique
select count(*), count(distinct batch_id) from landing.batch;

-- identity: encounter_id is unique
select count(*), count(distinct encounter_id) from core.encounter;

-- identity: stay_id is unique
select count(*), count(distinct stay_id) from core.stay;

-- identity: death_id is unique
select count(*), count(distinct death_id) from core.death;

-- identity: patient_id is unique within its collection
select (select count(*) from core.person), (select count(*) from (select distinct collection, patient_id from core.person));

-- identity: figure_id is unique
select count(*), count(distinct figure_id) from stats.figure;

-- identity: flag_id is unique
select count(*), count(distinct flag_id) from quality.flag;

-- identity: a rule has one result in each collection
select count(*), count(distinct (rule_id, collection)) from quality.rule_result;

-- identity: a record contributes once to a domain
select
    (select count(*) from stats.contribution),
    (select count(distinct record_id) from stats.contribution where domain = 'discharge')
    + (select count(distinct record_id) from stats.contribution where domain = 'death');

-- Positions up to 60 are a bit each in one number, which is exact and five times as fast as counting distinct pairs.
-- identity: the diagnoses of every encounter have positions of their own, and every diagnosis has its encounter
with positions as (
    select
        encounter_id,
        count(*) filter (where seq between 1 and 60) as row_count,
        bit_or(1::ubigint << seq) filter (where seq between 1 and 60) as taken,
        count(*) filter (where seq is null or seq < 1) as impossible
    from core.diagnosis
    group by encounter_id
),
further as (
    select count(*) - count(distinct (encounter_id, seq)) as repeated from core.diagnosis where seq > 60
)
select
    (
        select
            coalesce(sum(p.row_count - bit_count(coalesce(p.taken, 0)) + p.impossible), 0)
            + count(*) filter (where e.encounter_id is null)
        from positions as p left join core.encounter as e using (encounter_id)
    ) + (select repeated from further),
    0;

-- identity: the procedures of every encounter have positions of their own, and every procedure has its encounter
with positions as (
    select
        encounter_id,
        count(*) filter (where seq between 1 and 60) as row_count,
        bit_or(1::ubigint << seq) filter (where seq between 1 and 60) as taken,
        count(*) filter (where seq is null or seq < 1) as impossible
    from core.procedure
    group by encounter_id
),
further as (
    select count(*) - count(distinct (encounter_id, seq)) as repeated from core.procedure where seq > 60
)
select
    (
        select
            coalesce(sum(p.row_count - bit_count(coalesce(p.taken, 0)) + p.impossible), 0)
            + count(*) filter (where e.encounter_id is null)
        from positions as p left join core.encounter as e using (encounter_id)
    ) + (select repeated from further),
    0;

-- identity: the conditions of every death have positions of their own
select count(*), count(distinct (death_id, line, seq)) from core.death_condition;

-- identity: every condition has its death
select count(*), 0 from core.death_condition anti join core.death using (death_id);

-- identity: every stay that an encounter names exists
select count(*), 0 from (from core.encounter where stay_id is not null) anti join core.stay using (stay_id);

-- identity: encounters within stays = encounters that the stays say they fold
select
    (select count(*) from core.encounter where stay_id is not null),
    (select coalesce(sum(encounters), 0) from core.stay);

-- identity: the encounter that gives a stay its principal diagnosis exists and is of that stay
select count(*), 0
from core.stay as s
anti join core.encounter as e on e.encounter_id = s.principal_encounter_id and e.stay_id = s.stay_id;

-- identity: every patient of an encounter or death is a person
with patient as (
    select collection, patient_id from core.encounter where patient_id is not null
    union
    select collection, patient_id from core.death where patient_id is not null
)
select count(*), 0 from patient anti join core.person using (collection, patient_id);

-- identity: every flag on an encounter has its encounter
select count(*), 0 from (from quality.flag where encounter_id is not null) anti join core.encounter using (encounter_id);

-- identity: every flag on a death has its death
select count(*), 0 from (from quality.flag where death_id is not null) anti join core.death using (death_id);

-- identity: every flag has its rule
select count(*), 0 from quality.flag anti join quality.rule using (rule_id);

-- identity: a rule is violated in a collection where it has flags there, and nowhere else
with violated as (
    select rule_id, collection from quality.rule_result where violated > 0
),
flagged as (
    select rule_id, collection from quality.flag
    union
    select rule_id, collection from quality.group_flag
)
select count(*), 0
from violated as v
full join flagged as f using (rule_id, collection)
where v.rule_id is null or f.rule_id is null;

-- identity: every contribution of a discharge has its stay
select count(*), 0
from (from stats.contribution where domain = 'discharge') as c
anti join core.stay as s on s.stay_id = c.record_id;

-- identity: every contribution of a death has its death
select count(*), 0
from (from stats.contribution where domain = 'death') as c
anti join core.death as d on d.death_id = c.record_id;

-- identity: stays that count as discharges = contributions of discharges
select
    (select count(*) from core.stay where counts_as_discharge),
    (select count(*) from stats.contribution where domain = 'discharge');

-- identity: deaths = contributions of deaths
select (select count(*) from core.death), (select count(*) from stats.contribution where domain = 'death');

-- Where no dimension but the period is set, the cells of a table hold every record once.
-- identity: every table: its periods add up to all contributions (tables that add up, tables)
with contributed as (
    select domain, collection, sum(weight) as weight from stats.contribution group by domain, collection
),
margin as (
    select table_id, domain, collection, scheme, scheme_version, sum(weight) as weight
    from stats.cell
    semi join (from stats.specification where holds_every_record) using (table_id)
    where
        (scheme is null or cause = 'all')
        and facility_id is null and area is null and sex is null and age_band is null and stratum is null
    group by table_id, domain, collection, scheme, scheme_version
)
select count(*) filter (where m.weight = c.weight), count(*)
from margin as m left join contributed as c using (domain, collection);

-- Subtotals and subsets hold what the leaves count already.
-- identity: every scheme whose groups are a partition: all = its leaves, unmapped, other system and unknown (cells)
with again as (
    select scheme, scheme_version, group_code as cause from codes.group_label where is_subtotal or is_subset
),
added as (
    select
        coalesce(sum(weight) filter (where cause = 'all'), 0) as everything,
        coalesce(sum(weight) filter (where cause <> 'all'), 0) as parts
    from stats.cell
    semi join (from codes.scheme where is_partition) using (scheme, scheme_version)
    anti join again using (scheme, scheme_version, cause)
    anti join (from stats.specification where any_listed) using (table_id)
    group by
        table_id, domain, scheme, scheme_version, period_start, period_end, collection,
        facility_id, area, sex, age_band, stratum_name, stratum
)
select count(*) filter (where everything = parts), count(*) from added;

-- identity: figures of discharges and deaths by cause: all = its leaves, in schemes that are a partition (figures)
with again as (
    select scheme, scheme_version, group_code as cause from codes.group_label where is_subtotal or is_subset
),
added as (
    select
        coalesce(sum(numerator) filter (where cause = 'all'), 0) as everything,
        coalesce(sum(numerator) filter (where cause <> 'all'), 0) as parts
    from stats.figure
    semi join (from codes.scheme where is_partition) using (scheme, scheme_version)
    anti join again using (scheme, scheme_version, cause)
    where measure in ('discharges', 'deaths')
    group by
        table_id, measure, scheme, scheme_version, period_start, period_end, collection,
        facility_id, area, sex, age_band, stratum_name, stratum
)
select count(*) filter (where abs(everything - parts) <= 1e-9 * greatest(everything, 1)), count(*) from added;

-- identity: every collection and kind of record with records has figures (those that have, all)
with counted as (
    select distinct domain, collection from stats.contribution
),
shown as (
    select distinct c.domain, f.collection
    from stats.figure as f
    join (select distinct table_id, domain from stats.cell) as c using (table_id)
)
select (select count(*) from counted semi join shown using (domain, collection)), (select count(*) from counted);

-- identity: every record that flags may change is a contribution
select count(*), 0 from influence.record anti join stats.contribution using ("domain", record_id);

-- identity: a record has options once: as coded, and with shares that add up to 1 of what else it may be
with optional as (
    select record, count(*) filter (is_coded) as coded, count(*) as options, sum(share) as share
    from influence.option
    group by record
)
select
    count(*) filter (where o.coded = 1 and o.options > 1 and abs(o.share - 1) <= 1e-9),
    count(*)
from influence.record as r
full join optional as o using (record);

-- identity: the flags of units are open flags
select count(*), 0 from influence.unit_flag anti join quality.open_flag using (flag_id);

-- identity: the units hold the records that they say they do (units that do, units)
with held as (
    select unit_id, count(*) as records from influence.record group by unit_id
)
select count(*) filter (where h.records = u.records), count(*)
from influence.unit as u
full join held as h using (unit_id);

-- identity: every state of a unit gives each of its records an option
with given as (
    select unit_id, state, count(distinct record) as records from influence.state group by unit_id, state
)
select count(*) filter (where g.records = u.records), count(*)
from given as g
join influence.unit as u using (unit_id);
