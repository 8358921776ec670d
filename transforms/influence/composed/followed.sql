-- What each version of a stay (as coded, or an option of it) may contribute to each measure that follows patients, as bits:
-- 1 nothing, 2 to the denominator alone, 4 to both. `place` is where it stands by the facts of the stay; `pairs` is where
-- it may be, `named_pairs` by named targets alone.
create or replace temp table followed_pair as
with covered as (
    select distinct s.stay_id
    from core.stay as s
    join stats.covered_span as v
        on v."domain" = 'discharge' and v.collection = s.collection
        and v.first_day <= s.discharge_date and v.last_day >= s.discharge_date + {window_days}
    where s.date_precision = 'day'
),
version as (
    select
        b.option_id as version, b.record as unit, o.record_id as stay_id, b.is_named, b.is_coded, b.is_wild, o.died,
        o.died is distinct from c.died as is_outcome,
        o.patient_id is distinct from c.patient_id as is_alone,
        o.event_date is distinct from c.event_date or o.bed_days is distinct from c.bed_days as is_free,
        o.code is distinct from c.code and u.chain_named as is_named_condition,
        o.code is distinct from c.code and u.chain_any as is_condition,
        o.weight::double as weight
    from option_brief as b
    join influence.option as o using (option_id)
    join influence.option as c on c.record = o.record and c.is_coded
    left join unsteady_stay as u on u.record = o.record
    where o."domain" = 'discharge' and not o.is_absent
    union all by name
    select
        b.record_number as version, {units} + b.record_number as unit, b.stay_id, true as is_named, true as is_coded,
        false as is_wild, s.died, false as is_outcome, false as is_alone, false as is_free, false as is_named_condition,
        false as is_condition, s.weight::double as weight
    from beside_stay as b
    join core.stay as s using (stay_id)
),
known as (
    select
        v.*, coalesce(v.died, false) as is_dead,
        coalesce(f.is_readmission_index, false)::integer as is_index,
        coalesce(f.readmitted, false)::integer as readmitted,
        f.died_30_days_from_discharge::integer as died_from_discharge,
        f.died_30_days_from_admission::integer as died_from_admission,
        v.is_free or v.died is not null and not v.died
            and s.discharge_disposition is distinct from 'against_advice'
            and s.patient_id is not null and s.admission_date is not null and s.discharge_date is not null
            and (s.date_precision = 'shifted' or s.date_precision = 'day' and c.stay_id is not null) as may_be_index,
        coalesce(s.length_of_stay > {window_days}, false) as is_long,
        v.is_free or v.is_alone or v.is_condition or coalesce(i.chain_any, false) as chain_any,
        v.is_free or v.is_alone or v.is_named_condition or coalesce(i.chain_named, false) as chain_named,
        v.is_free or v.is_alone or v.is_outcome or coalesce(i.death_any, false) as death_any,
        v.is_free or v.is_alone or v.is_outcome or coalesce(i.death_named, false) as death_named,
        v.is_free or coalesce(t.may_return, false) as may_return,
        v.is_free or coalesce(t.may_die_from_admission, false) as may_die_from_admission,
        v.is_free or coalesce(t.may_die_from_discharge, false) as may_die_from_discharge
    from version as v
    left join reached_stay as t using (stay_id)
    join core.stay as s using (stay_id)
    join stats.stay_fact as f using (stay_id)
    left join covered as c using (stay_id)
    left join influenced_stay as i using (stay_id)
),
standing as (
    select
        *, 'readmission_rate_30_day' as measure,
        if(is_dead or is_outcome or is_alone, 0, readmitted) as base_n, if(is_dead or is_outcome, 0, is_index) as base_d,
        not is_dead and (chain_any or is_outcome) as is_varied,
        not is_dead and (chain_named or is_outcome) as is_varied_by_named,
        true as may_leave, may_be_index as may_stay, may_be_index and may_return and (is_free or not is_alone)
            as may_follow
    from known
    union all by name
    select
        *, 'thirty_day_mortality' as measure,
        if(died_from_discharge is null, 0, if(is_dead, 1, if(is_outcome or is_alone, 0, died_from_discharge))) as base_n,
        if(died_from_discharge is null, 0, 1) as base_d,
        is_free or (not is_dead and (chain_any or death_any) or is_alone) and died_from_discharge is not null
            as is_varied,
        is_free or (not is_dead and (chain_named or death_named) or is_alone) and died_from_discharge is not null
            as is_varied_by_named,
        is_free or is_alone as may_leave, is_free or not is_dead as may_stay, may_die_from_discharge and (is_free or not is_alone) as may_follow
    from known
    union all by name
    select
        *, 'case_fatality' as measure,
        if(died_from_admission is null or is_long, 0, if(is_dead, 1, if(is_outcome or is_alone, 0, died_from_admission))) as base_n,
        if(died_from_admission is null, 0, 1) as base_d,
        is_free or (not is_dead and not is_long and death_any or is_alone) and died_from_admission is not null
            as is_varied,
        is_free or (not is_dead and not is_long and death_named or is_alone) and died_from_admission is not null
            as is_varied_by_named,
        is_free or is_alone as may_leave, is_free or not is_dead as may_stay, may_die_from_admission and (is_free or not is_alone) as may_follow
    from known
),
coded as (
    select
        *, case when base_n = 1 then 4 when base_d = 1 then 2 else 1 end as place,
        may_leave::integer + 2 * may_stay::integer + 4 * may_follow::integer as open_pairs
    from standing
)
select
    version, unit, measure, is_coded, is_wild, is_named, weight, place,
    place | if(is_varied, open_pairs, 0) as pairs,
    if(is_named, place | if(is_varied_by_named, open_pairs, 0), 0) as named_pairs
from coded
