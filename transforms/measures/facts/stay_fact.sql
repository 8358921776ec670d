-- One row a stay that counts as a discharge, in the order of core.stay.
insert into stats.stay_fact by name
with stay as (
    select
        s.rowid as stay_number,
        s.*,
        s.principal_system in ({systems}) as has_comorbidity,
        s.principal_system in ({refined_systems}) as has_refined
    from core.stay as s
    where s.counts_as_discharge
),
counted as (
    select
        s.stay_number,
        coalesce(f.secondary_diagnoses, d.secondary_diagnoses)::integer as secondary_diagnoses,
        d.plain,
        d.refined,
        s.has_comorbidity and d.stay_number is not null as is_scored,
        s.has_refined and d.has_poa as is_refined
    from stay as s
    left join stay_diagnosis as d using (stay_number)
    left join folded_stay as f using (stay_number)
),
-- Whether a death up to 30 days after a day would be known.
followed as (
    select
        s.stay_number,
        bool_or(f.first_day <= s.admission_date and f.last_day >= s.admission_date + {window_days}) as from_admission,
        bool_or(f.first_day <= s.discharge_date and f.last_day >= s.discharge_date + {window_days}) as from_discharge
    from stay as s
    join follow_up as f
        on f.collection = s.collection and f.person_scope = split_part(s.patient_id, ':', 1)
    where s.date_precision = 'day'
    group by s.stay_number
),
judged as (
    select
        s.stay_number,
        -- Deaths in hospital are known without a link too; counted alone they would stand for the survivors not known.
        case
            when not coalesce(w.from_admission, false) then null
            when s.length_of_stay > {window_days} then false
            when s.died then true
            else coalesce(p.death_date - s.admission_date <= {window_days}, false)
        end as died_30_days_from_admission,
        case
            when not coalesce(w.from_discharge, false) then null
            when s.died then true
            -- A death counts after the last stay before it.
            when r.came_back or not r.is_last then false
            else coalesce(p.death_date - s.discharge_date <= {window_days}, false)
        end as died_30_days_from_discharge
    from stay as s
    left join followed as w using (stay_number)
    left join readmission as r using (stay_number)
    left join core.person as p on p.collection = s.collection and p.patient_id = s.patient_id
),
-- A stay is an index stay where 30 days after it are covered: a readmission would have been seen. Where dates are
-- shifted no day can be held against the cover, and patients are taken as followed.
covered as (
    select distinct s.stay_number
    from stay as s
    join stats.covered_span as v
        on v."domain" = 'discharge' and v.collection = s.collection
        and v.first_day <= s.discharge_date and v.last_day >= s.discharge_date + {window_days}
    where s.date_precision = 'day'
),
indexed as (
    select
        s.stay_number,
        case
            when s.died or s.discharge_disposition = 'against_advice' then false
            when s.date_precision = 'day' and c.stay_number is null and s.discharge_date is not null then false
            when s.patient_id is null or s.admission_date is null or s.discharge_date is null
                or s.date_precision not in ('day', 'shifted') then null
            when not coalesce(r.is_last, true) then false
            when s.died is null then null
            else true
        end as is_index,
        coalesce(r.readmitted, false) as readmitted
    from stay as s
    left join covered as c using (stay_number)
    left join readmission as r using (stay_number)
),
since as (
    select
        stay_number,
        discharge_date - lag(discharge_date) over (
            partition by collection, patient_id order by discharge_date, stay_number
        ) as days_since_discharge
    from stay
    where patient_id is not null and discharge_date is not null and date_precision = 'day'
)
select
    s.stay_id,
    n.secondary_diagnoses,
    case when n.is_scored then g.charlson_score end as charlson_score,
    case when n.is_scored then g.charlson_score_2011 end as charlson_score_2011,
    case when n.is_scored then g.charlson_groups end as charlson_groups,
    case when n.is_scored then g.elixhauser_score end as elixhauser_score,
    case when n.is_scored then g.elixhauser_groups end as elixhauser_groups,
    case when n.is_refined then r.ahrq_mortality_index end as ahrq_mortality_index,
    case when n.is_refined then r.ahrq_readmission_index end as ahrq_readmission_index,
    case when n.is_refined and r.ahrq_mortality_index is not null then r.ahrq_groups end as ahrq_groups,
    i.is_index as is_readmission_index,
    case when i.is_index then i.readmitted end as readmitted,
    j.died_30_days_from_admission,
    j.died_30_days_from_discharge,
    e.days_since_discharge::integer as days_since_discharge
from stay as s
join counted as n using (stay_number)
left join plain_profile as g on g.plain = n.plain
left join refined_profile as r on r.refined = n.refined
join indexed as i using (stay_number)
join judged as j using (stay_number)
left join since as e using (stay_number)
order by s.stay_number;
