/*
id = "replacement_changes_patient_or_facility"
title = "Replacement is of another patient or facility"
family = "claim"
severity = "warns"
severity_because = "One of the two bills is another person's, and the replacement wipes it out; one claim moves a figure little."
grain = "encounter"
applies_to = "bill_type is not null"
message = "The bill replaces one of another {problem}."
why = """
A replacement that names the wrong bill wipes out a stay that did happen. One patient's discharge is then missing, \
and another's may be there twice."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8"
fix = "Compare the reference with the bill that was meant; void the wrong one and bill anew."

[[effect]]
kind = "person"

[[effect]]
kind = "add"
of = "discharge"
least = 0
greatest = 1

[[example]]
title = "Another patient, and another facility, fire"
given.bill = """
bill_id | collection | claim | patient_id | facility_id | outcome  | superseded_by
s:1     | main       | C1    | p1         | h1          | replaced | s:2
s:2     | main       | C1    | p2         | h1          | stands   |
s:3     | main       | C2    | p1         | h1          | replaced | s:4
s:4     | main       | C2    | p1         | h2          | stands   |
"""
fires = """
encounter_id | message
s:2          | The bill replaces one of another patient.
s:4          | The bill replaces one of another facility.
"""

[[example]]
title = "The same patient and facility, one of them unknown, and a bill that was voided do not"
given.bill = """
bill_id | collection | claim | patient_id | facility_id | outcome  | superseded_by
s:1     | main       | C1    | p1         | h1          | replaced | s:2
s:2     | main       | C1    | p1         |             | stands   |
s:3     | main       | C2    | p1         | h1          | voided   | s:4
s:4     | main       | C2    | p2         | h1          | void     |
"""
fires = ""
*/
select
    later.bill_id as encounter_id,
    min(case
        when earlier.patient_id <> later.patient_id then 'patient'
        else 'facility'
    end) as problem,
    min(earlier.bill_id) as replaced_bill
from checked.bill as earlier
inner join checked.bill as later
    on earlier.superseded_by = later.bill_id
    and earlier.collection = later.collection
where
    earlier.outcome = 'replaced'
    and later.outcome = 'stands'
    and (earlier.patient_id <> later.patient_id or earlier.facility_id <> later.facility_id)
group by later.bill_id
