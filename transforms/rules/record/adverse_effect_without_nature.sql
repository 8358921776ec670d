/*
id = "adverse_effect_without_nature"
title = "Adverse effect of a drug without what it did"
family = "record"
severity = "informs"
severity_because = "The drug is counted; the harm it did is not."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["drug_or_medicament"]
message = "An adverse effect of a drug is coded, and no other diagnosis says what it was."
why = """
The nature of the effect comes first, the drug after it. With the drug alone, harm by medicines is counted, and nobody \
can say whether it was a rash or a haemorrhage."""
source = "ICD-10-CM Official Guidelines, section I.C.19.e.5.a (nature of the adverse effect first, then the drug with 5th or 6th character 5)"
fix = "Code the nature of the adverse effect before the drug."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "A drug alone fires"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code    | system
drug_or_medicament | e1           | 1   | principal | T360X5A | icd10cm
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code    | system
e1           | 1   | principal | T360X5A | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | T360X5A
"""

[[example]]
title = "With a rash it does not, nor does a poisoning"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code    | system
drug_or_medicament | e1           | 2   | secondary | T360X5A | icd10cm
drug_or_medicament | e2           | 1   | principal | T360X1A | icd10cm
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code    | system
e1           | 1   | principal | L270    | icd10cm
e1           | 2   | secondary | T360X5A | icd10cm
e2           | 1   | principal | T360X1A | icd10cm
"""
fires = ""
*/
with effect as (
    select
        drug.encounter_id,
        drug.seq,
        drug.code,
        drug.system,
        drug.role
    from checked.listed_diagnosis as drug
    where
        drug.list = 'drug_or_medicament'
        and drug.role in ('principal', 'secondary')
        and if(substr(drug.code, 6, 1) in ('', 'X'), substr(drug.code, 5, 1), substr(drug.code, 6, 1)) = '5'
)
select
    effect.encounter_id,
    effect.seq,
    effect.code,
    effect.system,
    effect.role
from effect
left join checked.bare_diagnosis as nature
    on effect.encounter_id = nature.encounter_id
    and (nature.code < 'T36' or nature.code >= 'T51')
    and (nature.code < 'V' or nature.code >= 'Z')
where nature.encounter_id is null
