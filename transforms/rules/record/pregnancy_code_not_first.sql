/*
id = "pregnancy_code_not_first"
title = "Code of pregnancy stands behind another chapter"
family = "record"
severity = "informs"
severity_because = "Where the pregnancy is incidental the order may be right, but then Z33.1 and not chapter 15 is the code."
grain = "diagnosis"
systems = ["icd10cm"]
message = "A code of pregnancy stands on the record, and the principal diagnosis is of another chapter."
why = """
Chapter 15 takes precedence, so that illness in pregnancy is counted as maternal morbidity. Behind another chapter it \
is lost to it, and severe maternal morbidity is too low."""
source = "ICD-10-CM Official Guidelines, section I.C.15.a.1 (chapter 15 codes have sequencing priority over those of other chapters)"
fix = "Put the code of chapter 15 first, or use Z33.1 where the pregnancy does not matter to the care."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "Asthma before its code of pregnancy fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code   | system  | encounter_class
e1           | 2   | secondary | O99512 | icd10cm | inpatient
"""
given.principal = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | J4521
"""
fires = """
encounter_id | seq | code
e1           | 2   | O99512
"""

[[example]]
title = "A code of pregnancy in first place does not, nor a visit"
given.marked_diagnosis = """
encounter_id | seq | role      | code   | system  | encounter_class
e1           | 2   | secondary | O99512 | icd10cm | inpatient
e2           | 2   | secondary | O99512 | icd10cm | outpatient
"""
given.principal = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | O1403
e2           | 1   | icd10cm | J4521
"""
fires = ""
*/
select
    pregnancy.encounter_id,
    min(pregnancy.seq) as seq,
    arg_min(pregnancy.code, pregnancy.seq) as code,
    pregnancy.system,
    principal.code as principal_code
from checked.marked_diagnosis as pregnancy
inner join checked.principal as principal
    on pregnancy.encounter_id = principal.encounter_id
    and pregnancy.system = principal.system
where
    pregnancy.code >= 'O'
    and pregnancy.code < 'P'
    and pregnancy.role = 'secondary'
    and pregnancy.encounter_class = 'inpatient'
    and (principal.code < 'O' or principal.code >= 'P')
group by all
