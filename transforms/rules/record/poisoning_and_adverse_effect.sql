/*
id = "poisoning_and_adverse_effect"
title = "One drug is coded as poisoning and as adverse effect"
family = "record"
severity = "warns"
severity_because = "A drug was either taken as prescribed or not; the two count in different chapters of harm."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["drug_or_medicament"]
message = "The same drug is coded as poisoning and as adverse effect or underdosing on one record."
why = """
Poisonings, adverse effects and underdosing are separate figures of harm by drugs. The same drug twice counts one \
event in two of them."""
source = "ICD-10-CM Official Guidelines, section I.C.19.e.5 (adverse effect, poisoning and underdosing exclude each other by how the drug was taken)"
fix = "Read how the drug was taken and keep the one code."

[[effect]]
kind = "recode"
targets = ["category"]

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Heroin as poisoning and as adverse effect fires"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code    | system
drug_or_medicament | e1           | 1   | principal | T402X1A | icd10cm
drug_or_medicament | e1           | 4   | secondary | T402X5A | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 4   | T402X5A
"""

[[example]]
title = "Two drugs do not"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code    | system
drug_or_medicament | e1           | 1   | principal | T402X1A | icd10cm
drug_or_medicament | e1           | 4   | secondary | T360X5A | icd10cm
"""
fires = ""
*/
with taken as (
    select
        drug.encounter_id,
        drug.seq,
        drug.code,
        drug.system,
        drug.role,
        if(substr(drug.code, 6, 1) = 'X', left(drug.code, 4), left(drug.code, 5)) as agent,
        if(substr(drug.code, 6, 1) in ('', 'X'), substr(drug.code, 5, 1), substr(drug.code, 6, 1)) as intent
    from checked.listed_diagnosis as drug
    where drug.list = 'drug_or_medicament' and length(drug.code) = 7
)
select
    encounter_id,
    max(seq) as seq,
    arg_max(code, seq) as code,
    system,
    agent,
    string_agg(distinct intent, ',' order by intent) as intents
from taken
where intent between '1' and '6'
group by encounter_id, system, agent
having bool_or(intent < '5') and bool_or(intent >= '5')
