/*
id = "interim_bills_without_end"
title = "Interim bills without a last one"
family = "claim"
severity = "warns"
severity_because = "The discharge is missing, and with it how the stay ended; one stay moves a figure little."
grain = "stay"
message = "The last bill of the stay is an interim bill, and none followed in {limited_to} days."
why = """
A stay that is billed by the month counts when the last bill comes. Without it the discharge, its bed-days and \
perhaps a death are missing for good, most of all among the long stays."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8 (2 first, 3 continuing, 4 last interim bill)"
fix = "Ask for the last bill; or enter discharge date and disposition if the patient has left."

[parameters.most_days]
default = 62
about = "Days after the last interim bill in which the next one should have come"

[parameters.most_days_of_a_bill]
default = 120
about = "Days that a bill without a last day may cover"

[[effect]]
kind = "dates"
fields = ["discharge_date"]

[[effect]]
kind = "outcome"

[[example]]
title = "A continuing bill of March in an extract of the year fires"
given.covered_days = """
source | collection | record_kind | seen_to
s      | main       | encounter   | 2023-12-31
"""
given.plain_encounter = """
encounter_id | stay_id | source | collection | bill_type | admission_date | discharge_date | discharge_disposition | date_precision
e1           | e1      | s      | main       | 0112      | 2023-02-01     | 2023-02-28     | still_patient         | day
e2           | e1      | s      | main       | 0113      | 2023-03-01     | 2023-03-31     | still_patient         | day
"""
fires = """
stay_id
e1
"""

[[example]]
title = "A last bill, a discharge, and a stay that may still go on do not"
given.covered_days = """
source | collection | record_kind | seen_to
s      | main       | encounter   | 2023-12-31
"""
given.plain_encounter = """
encounter_id | stay_id | source | collection | bill_type | admission_date | discharge_date | discharge_disposition | date_precision
e1           | e1      | s      | main       | 0112      | 2023-02-01     | 2023-02-28     | still_patient         | day
e2           | e1      | s      | main       | 0114      | 2023-03-01     | 2023-03-31     | home                  | day
e3           | e3      | s      | main       | 0112      | 2023-02-01     | 2023-02-28     | died                  | day
e4           | e4      | s      | main       | 0112      | 2023-11-01     | 2023-11-30     | still_patient         | day
"""
fires = ""
*/
with interim as (
    select distinct stay_id, source, collection
    from checked.plain_encounter
    where
        stay_id is not null
        and regexp_matches(bill_type, '^0?[1-9][1-9][23]$')
        and date_precision in ('day', 'shifted')
),
last_bill as (
    select
        interim.stay_id,
        interim.source,
        interim.collection,
        -- A bill without a last day may go on for months.
        max(coalesce(encounter.discharge_date, encounter.admission_date + $most_days_of_a_bill)) as last_day,
        arg_max(encounter.bill_type, (coalesce(encounter.discharge_date, encounter.admission_date), encounter.encounter_id))
            as bill_type,
        arg_max(
            encounter.discharge_disposition,
            (coalesce(encounter.discharge_date, encounter.admission_date), encounter.encounter_id)
        ) as discharge_disposition
    from interim
    inner join checked.plain_encounter as encounter on interim.stay_id = encounter.stay_id
    group by all
)
select last_bill.stay_id, last_bill.last_day, last_bill.bill_type, $most_days as limited_to
from last_bill
inner join checked.covered_days as covered
    on last_bill.source = covered.source
    and last_bill.collection = covered.collection
    and covered.record_kind = 'encounter'
where
    right(last_bill.bill_type, 1) in ('2', '3')
    and coalesce(last_bill.discharge_disposition, 'still_patient') = 'still_patient'
    and covered.seen_to - last_bill.last_day > $most_days
