/*
id = "voided_under_another_number"
title = "Bill may have been voided under another number"
family = "claim"
severity = "warns"
severity_because = "A stay that was cancelled still counts if so; one record moves a figure little."
grain = "encounter"
applies_to = "bill_type is not null"
message = "A void that cancels nothing is of the same patient, facility and day."
why = """
A void that names a wrong number leaves the cancelled bill standing, and its stay, days and perhaps death in the \
figures. The bill that stands and the void agree in everything but the number."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8; Tuva, adjustments, denials and reversals"
fix = "Compare both numbers; take the bill out if it is the one that was voided."

[[effect]]
kind = "drop"

[[example]]
title = "The stay that the void must have meant fires"
given.bill = """
bill_id | collection | source | claim | patient_id | facility_id | encounter_class | admission_date | frequency | outcome
s:9     | main       | s      | C9    | p1         | h1          | inpatient       | 2023-05-01     | 8         | void
"""
given.encounter_brief = """
encounter_id | collection | source | patient_id | facility_id | encounter_class | admission_date
s:1          | main       | s      | p1         | h1          | inpatient       | 2023-05-01
"""
fires = """
encounter_id
s:1
"""

[[example]]
title = "Another day, and a void that did cancel a bill, do not"
given.bill = """
bill_id | collection | source | claim | patient_id | facility_id | encounter_class | admission_date | frequency | outcome | superseded_by
s:9     | main       | s      | C9    | p1         | h1          | inpatient       | 2023-05-01     | 8         | void    |
s:7     | main       | s      | C8    | p2         | h1          | inpatient       | 2023-05-01     | 1         | voided  | s:8
s:8     | main       | s      | C8    | p2         | h1          | inpatient       | 2023-05-01     | 8         | void    |
"""
given.encounter_brief = """
encounter_id | collection | source | patient_id | facility_id | encounter_class | admission_date
s:1          | main       | s      | p1         | h1          | inpatient       | 2023-05-02
s:2          | main       | s      | p2         | h1          | inpatient       | 2023-05-01
"""
fires = ""
*/
with lost_void as (
    select void.collection, void.source, void.patient_id, void.facility_id, void.admission_date, void.encounter_class
    from checked.bill as void
    where
        void.outcome = 'void'
        and void.bill_id not in (
            select cancelled.superseded_by
            from checked.bill as cancelled
            where cancelled.superseded_by is not null
        )
)
select encounter.encounter_id, encounter.admission_date
from lost_void
inner join checked.encounter_brief as encounter
    on lost_void.patient_id = encounter.patient_id
    and lost_void.collection = encounter.collection
    and lost_void.source = encounter.source
    and lost_void.facility_id is not distinct from encounter.facility_id
    and lost_void.admission_date = encounter.admission_date
    and lost_void.encounter_class = encounter.encounter_class
