/*
id = "late_charge_as_encounter"
title = "Late charge counts as an encounter"
family = "claim"
severity = "warns"
severity_because = "It adds an encounter that never was; one record moves a figure little."
grain = "encounter"
applies_to = "bill_type is not null"
message = "The bill holds late charges only and counts as an encounter of its own."
why = """
A bill of late charges adds what was forgotten to a stay that is billed already. Counted as an encounter it is a \
second discharge, mostly of the same day and diagnosis."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8 (5 late charges only)"
fix = "Fold it into the bill that it belongs to: give the profile the key of the stay."

[[effect]]
kind = "merge"

[[effect]]
kind = "drop"

[[example]]
title = "A late charge fires, and names the bill of the same day if there is one"
given.plain_encounter = """
encounter_id | stay_id | collection | source | patient_id | facility_id | encounter_class | admission_date | bill_type
e1           | e1      | main       | s      | p1         | h1          | inpatient       | 2023-05-01     | 0111
e2           | e2      | main       | s      | p1         | h1          | inpatient       | 2023-05-01     | 0115
e3           |         | main       | s      | p2         | h1          | outpatient      | 2023-05-01     | 0135
"""
fires = """
encounter_id | related_id
e2           | e1
e3           |
"""

[[example]]
title = "Other bills, and one that was folded into its stay, do not"
given.plain_encounter = """
encounter_id | stay_id | collection | source | patient_id | facility_id | encounter_class | admission_date | bill_type
e1           | e1      | main       | s      | p1         | h1          | inpatient       | 2023-05-01     | 0111
e2           | e1      | main       | s      | p1         | h1          | inpatient       | 2023-05-01     | 0115
"""
fires = ""
*/
with late as (
    select encounter_id, collection, source, patient_id, facility_id, encounter_class, admission_date, stay_id
    from checked.plain_encounter
    where regexp_matches(bill_type, '^0?[1-9][1-9]5$')
)
select
    late.encounter_id,
    min(main.encounter_id) as related_id,
    any_value(late.admission_date) as admission_date
from late
left join checked.plain_encounter as main
    on late.patient_id = main.patient_id
    and late.collection = main.collection
    and late.source = main.source
    and late.facility_id is not distinct from main.facility_id
    and late.encounter_class = main.encounter_class
    and late.admission_date = main.admission_date
    and late.encounter_id <> main.encounter_id
    and not coalesce(regexp_matches(main.bill_type, '^0?[1-9][1-9]5$'), false)
-- What was folded into a stay of several bills counts once.
where late.stay_id is null or late.stay_id = late.encounter_id
group by late.encounter_id
