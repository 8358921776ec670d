/*
id = "once_on_a_record"
title = "Code that belongs on a record once stands there with another of its kind"
family = "record"
severity = "warns"
severity_because = "Both cannot be right; which one is, the record says."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["once_on_a_record"]
message = "The record has two different codes of {limited_to}, of which one may stand on a record."
why = """
Outcome of delivery, weeks of gestation, stage of kidney disease, body mass index and the like have one value at a \
time. With two on a record the patient is counted in both groups, and totals by group exceed the patients."""
source = "ICD-10-CM Official Guidelines, sections I.C.1.d.1.b, I.C.14.a.1, I.C.15.b.5, I.C.16.a.2, I.C.20.c and I.C.20.k, by code list"
fix = "Keep the code that the record supports (of the kidney disease, the worst stage)."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Two stages of kidney disease fire, and two outcomes of one delivery"
given.listed_diagnosis = """
list             | value | encounter_id | seq | role      | code | system
once_on_a_record | N18   | e1           | 2   | secondary | N185 | icd10cm
once_on_a_record | N18   | e1           | 3   | secondary | N186 | icd10cm
once_on_a_record | Z37   | e2           | 2   | secondary | Z370 | icd10cm
once_on_a_record | Z37   | e2           | 5   | secondary | Z372 | icd10cm
"""
fires = """
encounter_id | seq | code | message
e1           | 3   | N186 | The record has two different codes of N18, of which one may stand on a record.
e2           | 5   | Z372 | The record has two different codes of Z37, of which one may stand on a record.
"""

[[example]]
title = "The same code twice is another rule's business; codes of two kinds are two things"
given.listed_diagnosis = """
list             | value | encounter_id | seq | role      | code | system
once_on_a_record | N18   | e1           | 2   | secondary | N186 | icd10cm
once_on_a_record | N18   | e1           | 3   | secondary | N186 | icd10cm
once_on_a_record | Z37   | e1           | 4   | secondary | Z370 | icd10cm
"""
fires = ""
*/
with several as (
    select encounter_id, system, value
    from checked.listed_diagnosis
    where list = 'once_on_a_record' and role in ('principal', 'secondary', 'external')
    group by encounter_id, system, value
    having min(code) <> max(code)
)
select
    listed.encounter_id,
    max(listed.seq) as seq,
    arg_max(listed.code, listed.seq) as code,
    listed.system,
    listed.value as limited_to,
    string_agg(distinct listed.code, ',' order by listed.code) as codes
from several
inner join checked.listed_diagnosis as listed
    on several.encounter_id = listed.encounter_id
    and several.system = listed.system
    and several.value = listed.value
where listed.list = 'once_on_a_record' and listed.role in ('principal', 'secondary', 'external')
group by listed.encounter_id, listed.system, listed.value
