/*
id = "dialysis_without_kidney_failure"
title = "Dialysis without kidney failure"
family = "record"
severity = "informs"
severity_because = "Who is on dialysis has failing kidneys; the code for them is missing or the status is wrong."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["dialysis"]
message = "Dependence on dialysis is coded, and no failing kidney is."
why = """
Patients on dialysis are the numerator of every register of kidney failure. A record with the status alone is in the \
count of treatments and in no count of the disease."""
source = "ICD-10-CM tabular list, N18.6 (use additional code for dialysis status, Z99.2)"
fix = "Add the kidney failure (mostly N18.6), or remove the status."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "Dialysis alone fires"
given.listed_diagnosis = """
list     | encounter_id | seq | role      | code | system
dialysis | e1           | 4   | secondary | Z992 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 4   | Z992
"""

[[example]]
title = "With kidney failure it does not"
given.listed_diagnosis = """
list     | encounter_id | seq | role      | code | system
dialysis | e1           | 4   | secondary | Z992 | icd10cm
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 3   | secondary | N186 | icd10cm
"""
fires = ""
*/
with dialysis as (
    select encounter_id, seq, code, system, role
    from checked.listed_diagnosis
    where list = 'dialysis' and role in ('principal', 'secondary')
)
select
    dialysis.encounter_id,
    dialysis.seq,
    dialysis.code,
    dialysis.system,
    dialysis.role
from dialysis
left join checked.bare_diagnosis as failure
    on dialysis.encounter_id = failure.encounter_id
    -- Kidney failure, its combinations, a failed transplant, care and complications of dialysis access.
    and regexp_matches(failure.code, '^(N17|N18|N19|I12|I13|T861|T824|T857|Z49|O904|E..2)')
where failure.encounter_id is null
