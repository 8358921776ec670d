/*
id = "poisoning_not_first"
title = "Poisoning stands behind what it did"
family = "record"
severity = "informs"
severity_because = "The order is a convention of the classification; the poisoning is on the record all the same."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["drug_or_medicament"]
message = "A poisoning by a drug stands behind another diagnosis."
why = """
Poisonings are counted by principal diagnosis. A coma or an arrest in first place hides the overdose that caused it, \
and deaths and stays by overdose are too few."""
source = "ICD-10-CM Official Guidelines, section I.C.19.e.5.b (the poisoning is sequenced first, its manifestations after it), recalled"
fix = "Put the poisoning first and its manifestations after it."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "An overdose behind coma fires"
given.listed_diagnosis_with_encounter = """
list               | encounter_id | seq | role      | code    | system  | encounter_class
drug_or_medicament | e1           | 2   | secondary | T401X1A | icd10cm | inpatient
"""
given.principal = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | R4020
"""
fires = """
encounter_id | seq | code
e1           | 2   | T401X1A
"""

[[example]]
title = "Behind another poisoning, sepsis, pregnancy or an injury it does not, nor its aftercare"
given.listed_diagnosis_with_encounter = """
list               | encounter_id | seq | role      | code    | system  | encounter_class
drug_or_medicament | e1           | 2   | secondary | T401X1A | icd10cm | inpatient
drug_or_medicament | e2           | 2   | secondary | T401X1A | icd10cm | inpatient
drug_or_medicament | e3           | 2   | secondary | T401X1D | icd10cm | inpatient
drug_or_medicament | e4           | 2   | secondary | T401X5A | icd10cm | inpatient
"""
given.principal = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | T391X1A
e2           | 1   | icd10cm | O99323
e3           | 1   | icd10cm | R4020
e4           | 1   | icd10cm | R4020
"""
fires = ""
*/
select
    drug.encounter_id,
    min(drug.seq) as seq,
    arg_min(drug.code, drug.seq) as code,
    drug.system,
    principal.code as principal_code
from checked.listed_diagnosis_with_encounter as drug
inner join checked.principal as principal
    on drug.encounter_id = principal.encounter_id
    and drug.system = principal.system
where
    drug.list = 'drug_or_medicament'
    and drug.role = 'secondary'
    and drug.encounter_class = 'inpatient'
    and if(substr(drug.code, 6, 1) in ('', 'X'), substr(drug.code, 5, 1), substr(drug.code, 6, 1)) in ('1', '2', '3', '4')
    and right(drug.code, 1) = 'A'
    -- Injuries, poisonings and complications of care, sepsis and pregnancy have rules of their own for the order.
    and principal.code not similar to '(S|T|O|A40|A41).*'
group by all
