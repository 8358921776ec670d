-- Which stays are index stays of the 30-day readmission rate, and which of them were followed by a readmission.
-- After the hospital-wide measure of CMS: transfers are one episode of care, indexed at its last hospital. A readmission
-- for planned care counts as none, and nothing after it does; see planned.sql for what is known to be planned. `stays`
-- are those of core.stay by their stay_number, or what they might be instead.
create or replace temp table readmission as
with admitted as (
    -- Stays not yet ended are none to be readmitted after, but may be readmissions.
    select
        stay_number,
        stay_id,
        collection,
        patient_id,
        facility_id,
        admission_date,
        greatest(admission_date, discharge_date) as last_day,
        coalesce(principal_system, '') || ' ' || left(principal_code, 3) as condition
    from {stays}
    where stay_class = 'inpatient'
        and facility_type not in ({copies})
        and patient_id is not null
        and admission_date is not null
        and date_precision in ('day', 'shifted')
),
back_again as (
    select collection, patient_id from admitted group by collection, patient_id having count(*) > 1
),
ordered as (
    select
        *,
        row_number() over (
            partition by collection, patient_id order by admission_date, last_day, stay_id
        ) as place
    from admitted
    semi join back_again using (collection, patient_id)
),
-- The stay before is the one, of all that began earlier, that ended last.
preceded as (
    select
        *,
        max({{
            'last_day': last_day, 'place': place,
            'facility_id': coalesce(facility_id, ''), 'condition': coalesce(condition, '')
        }}) over (
            partition by collection, patient_id order by place rows between unbounded preceding and 1 preceding
        ) as earlier
    from ordered
),
linked as (
    select
        *,
        case
            when earlier is null then false
            when admission_date < earlier.last_day then true
            when facility_id is null or earlier.facility_id = '' then false
            when facility_id <> earlier.facility_id then admission_date - earlier.last_day <= {transfer_days}
            else admission_date = earlier.last_day and condition = earlier.condition
        end as continues
    from preceded
),
numbered as (
    select
        *,
        count(*) filter (not coalesce(continues, false)) over (
            partition by collection, patient_id order by place rows unbounded preceding
        ) as episode
    from linked
),
episode as (
    select
        collection, patient_id, episode,
        min(admission_date) as first_day,
        max(last_day) as last_day,
        arg_min(stay_number, place) as first_stay,
        arg_max(stay_number, (last_day, place)) as last_stay
    from numbered
    group by collection, patient_id, episode
),
followed as (
    select
        *,
        lead(first_day) over (partition by collection, patient_id order by episode) - last_day as days_to_next,
        lead(first_stay) over (partition by collection, patient_id order by episode) as next_stay
    from episode
)
select
    n.stay_number,
    n.patient_id,
    n.stay_number = f.last_stay as is_last,
    coalesce(f.days_to_next <= {window_days}, false) as came_back,
    came_back and p.stay_number is null as readmitted
from numbered as n
join followed as f using (collection, patient_id, episode)
left join planned_stay as p on p.stay_number = f.next_stay;
