/*
id = "several_principal_procedures"
title = "Record has several principal procedures"
family = "procedure"
severity = "informs"
severity_because = "Counts of procedures are right; tables by principal procedure count the record more than once."
grain = "encounter"
message = "The record has more than one principal procedure."
why = """
A stay has one principal procedure, that for its principal diagnosis. Tables by principal procedure then add up to \
more than the stays that had one."""
source = "Uniform Hospital Discharge Data Set, principal procedure; NUBC UB-04, form locator 74"
fix = "Keep as principal the procedure done for the principal diagnosis; see whether the extract joins records."

[[effect]]
kind = "none"

[[example]]
title = "Two principal procedures fire"
given.core_procedure = """
encounter_id | seq | role      | system   | code
e1           | 1   | principal | icd10pcs | 0DTJ4ZZ
e1           | 2   | principal | icd10pcs | 0FT44ZZ
"""
fires = """
encounter_id
e1
"""

[[example]]
title = "One and others beside it do not"
given.core_procedure = """
encounter_id | seq | role      | system   | code
e1           | 1   | principal | icd10pcs | 0DTJ4ZZ
e1           | 2   | secondary | icd10pcs | 0FT44ZZ
"""
fires = ""
*/
select encounter_id, count(*) as principal_procedures
from checked.core_procedure
where role = 'principal'
group by encounter_id
having count(*) > 1
