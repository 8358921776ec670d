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
    select *, 'bill_type', true_bill_type, bill_type from files where bill_type <> true_bill_type
    union all
    select *, 'admission_date', true_admission_date::varchar, admission_date::varchar
    from files where admission_date <> true_admission_date
    union all
    select *, 'discharge_date', true_discharge_date::varchar, discharge_date from files where copy = 1 and ends_later > 0
    union all
    select *, 'encounter_id', replace(encounter_id, '-2', ''), encounter_id from files where copy = 1
)
select file, record, file_row, kind, field, true_value, written_value, facility_id, coder_id
from fields
union all
select
    'procedures.csv', p.encounter_id, p.row_number, 'pcs_on_outpatient', changed.field, changed.true_value,
    changed.written_value, w.facility_id, w.coder_id
from procedure as p
join written as w on w.n = p.n and w.copy = 0
cross join lateral (values ('code', p.true_code, p.code), ('system', p.true_system, p.system))
    as changed(field, true_value, written_value)
where p.is_wrong
order by file desc, file_row, field;
