-- What every injected error of the block changed: one row a field, in each file that carries it.
insert into truth
with files as (
    select 'encounters.csv' as file, encounter_id as record, row_number as file_row, * from written where kind is not null
    union all
    select 'claims.csv', claim_number, claim_row_number, * from written where kind is not null and is_claimed
),
fields as (
    select *, 'dx' || position as field, true_dx[position] as true_value, dx[position] as written_value
    from files where position is not null
    union all
    select *, 'dx1', true_dx[1], dx[1] from files where is_swap
    union all
    select *, 'sex', true_sex, sex from files where sex <> true_sex
    union all
    select *, 'discharge_date', true_discharge_date::varchar, discharge_date
    from files where kind in ('impossible_date', 'discharge_before_admission')
    union all
    select *, 'discharge_disposition', true_disposition, discharge_disposition
    from files where kind = 'discharge_disposition_against_death'
    union all
    select *, 'encounter_id', replace(encounter_id, '-2', ''), encounter_id from files where copy = 1
)
select file, record, file_row, kind, field, true_value, written_value, facility_id, coder_id
from fields
order by file desc, file_row, field;
