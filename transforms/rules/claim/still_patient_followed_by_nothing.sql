/*
id = "still_patient_followed_by_nothing"
title = "Patient was still there, and nothing followed"
family = "claim"
severity = "warns"
severity_because = "The discharge is missing, and with it how the stay ended; one stay moves a figure little."
grain = "stay"
applies_to = "discharge_disposition = 'still_patient' and date_precision in ('day', 'month')"
message = "The patient was still there at the end of the record, and no record followed in {limited_to} days."
why = """
A stay without an end is in no count of discharges, and its bed-days and perhaps a death are missing for good. \
Such stays are the long ones, so mean length of stay is too short without them."""
source = "NUBC UB-04, form locator 17, code 30 (still patient); Tuva, encounters"
fix = "Ask for the record that follows; or enter discharge date and disposition if the patient has left."

[parameters.most_days]
default = 120
about = "Days after the record in which another should have followed"

[[effect]]
kind = "dates"
fields = ["discharge_date"]

[[effect]]
kind = "outcome"

[[example]]
title = "Still there in March, and the extract goes on to December: it fires"
given.covered_days = """
source | collection | record_kind | seen_to
s      | main       | encounter   | 2023-12-31
"""
given.stay = """
stay_id | source | collection | facility_type | discharge_disposition | date_precision
e1      | s      | main       | hospital      | still_patient         | day
"""
given.plain_encounter = """
encounter_id | stay_id | admission_date | discharge_date
e1           | e1      | 2023-03-01     | 2023-03-31
"""
fires = """
stay_id
e1
"""

[[example]]
title = "At the end of the extract, with interim bills, in shifted dates, and a payer's copy it does not"
given.covered_days = """
source | collection | record_kind | seen_to
s      | main       | encounter   | 2023-12-31
"""
given.stay = """
stay_id | source | collection | facility_type | discharge_disposition | date_precision
e1      | s      | main       | hospital      | still_patient         | day
e2      | s      | main       | hospital      | still_patient         | day
e3      | s      | main       | hospital      | still_patient         | shifted
e4      | s      | main       | insurer       | still_patient         | day
"""
given.plain_encounter = """
encounter_id | stay_id | admission_date | discharge_date | bill_type
e1           | e1      | 2023-12-01     | 2023-12-31     |
e2           | e2      | 2023-03-01     | 2023-03-31     | 0112
e3           | e3      | 2023-03-01     | 2023-03-31     |
e4           | e4      | 2023-03-01     | 2023-03-31     |
"""
fires = ""
*/
with open_stay as (
    select stay_id, source, collection, $most_days as limited_to
    from checked.stay
    where
        discharge_disposition = 'still_patient'
        and date_precision in ('day', 'month')
        and facility_type not in ('insurer', 'physician_office', 'laboratory')
),
last_day as (
    select
        open_stay.stay_id,
        open_stay.source,
        open_stay.collection,
        open_stay.limited_to,
        max(coalesce(encounter.discharge_date, encounter.admission_date)) as seen_on
    from open_stay
    inner join checked.plain_encounter as encounter on open_stay.stay_id = encounter.stay_id
    group by all
    -- Stays that are billed by the month are judged by interim_bills_without_end.
    having not bool_or(coalesce(regexp_matches(encounter.bill_type, '^0?[1-9][1-9][23]$'), false))
)
select last_day.stay_id, last_day.seen_on, last_day.limited_to
from last_day
inner join checked.covered_days as covered
    on last_day.source = covered.source
    and last_day.collection = covered.collection
    and covered.record_kind = 'encounter'
where covered.seen_to - last_day.seen_on > $most_days
