/*
id = "procedure_outside_stay"
title = "Procedure lies outside the days of its record"
family = "procedure"
severity = "warns"
severity_because = "One of the dates is wrong or the procedure is another stay's; one record moves a figure little."
grain = "procedure"
applies_to = "procedure_date is not null"
message = "The procedure was done {problem}."
why = """
A procedure dated outside its stay belongs to another one, which then lacks it, or gives a wrong date. Time to \
operation and mortality after operations count from that day."""
source = "OHDSI Data Quality Dashboard, withinVisitDates; Medicare Claims Processing Manual, chapter 3, 40.3 (services of the three days before admission are on the inpatient claim)"
fix = "Compare the operation note with both dates."

[parameters.days_before]
default = 3
about = "Days before the admission on which a procedure may belong to the stay: the payment window"

[parameters.days_after]
default = 0
about = "Days after the discharge on which it may"

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[example]]
title = "A month before the admission, and the day after the discharge, fire"
given.plain_procedure = """
encounter_id | seq | system   | code    | procedure_date | admission_date | discharge_date | date_precision
e1           | 1   | icd10pcs | 0DTJ4ZZ | 2023-04-01     | 2023-05-01     | 2023-05-05     | day
e1           | 2   | icd10pcs | 0DTJ4ZZ | 2023-05-06     | 2023-05-01     | 2023-05-05     | day
"""
fires = """
encounter_id | seq | message
e1           | 1   | The procedure was done before the admission.
e1           | 2   | The procedure was done after the discharge.
"""

[[example]]
title = "Three days before, the day of discharge, a patient still there, and dates known to the month do not"
given.plain_procedure = """
encounter_id | seq | system   | code    | procedure_date | admission_date | discharge_date | date_precision
e1           | 1   | icd10pcs | 0DTJ4ZZ | 2023-04-28     | 2023-05-01     | 2023-05-05     | day
e1           | 2   | icd10pcs | 0DTJ4ZZ | 2023-05-05     | 2023-05-01     | 2023-05-05     | day
e2           | 1   | icd10pcs | 0DTJ4ZZ | 2023-06-05     | 2023-05-01     |                | day
e3           | 1   | icd10pcs | 0DTJ4ZZ | 2023-06-05     | 2023-05-01     | 2023-05-01     | month
e4           | 1   | icd10pcs | 0DTJ4ZZ |                | 2023-05-01     | 2023-05-01     | day
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    procedure_date,
    admission_date,
    discharge_date,
    if(procedure_date > discharge_date, 'after the discharge', 'before the admission') as problem
from checked.plain_procedure
where
    date_precision in ('day', 'shifted')
    and (
        procedure_date > discharge_date + $days_after
        or procedure_date < admission_date - $days_before
    )
