/*
id = "treatment_without_neoplasm"
title = "Chemotherapy or radiotherapy without the neoplasm"
family = "record"
severity = "warns"
severity_because = "The stay is counted, and in no cancer."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["neoplasm"]
message = "Chemotherapy, immunotherapy or radiotherapy is coded without the neoplasm that is treated."
why = """
Treatment is coded first and the cancer after it, and cancer statistics read the second. Without it the patient has no \
cancer in any table."""
source = "ICD-10-CM Official Guidelines, section I.C.2.e.2 (Z51.0 or Z51.1 first, the malignancy as secondary diagnosis)"
fix = "Add the neoplasm."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "Chemotherapy alone fires"
given.listed_diagnosis = """
list     | value     | encounter_id | seq | role      | code  | system
neoplasm | treatment | e1           | 1   | principal | Z5111 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | Z5111
"""

[[example]]
title = "With a cancer it does not"
given.listed_diagnosis = """
list     | value     | encounter_id | seq | role      | code   | system
neoplasm | treatment | e1           | 1   | principal | Z5111  | icd10cm
neoplasm | primary   | e1           | 2   | secondary | C50911 | icd10cm
"""
fires = ""
*/
select distinct
    treatment.encounter_id,
    treatment.seq,
    treatment.code,
    treatment.system,
    treatment.role
from checked.listed_diagnosis as treatment
left join checked.listed_diagnosis as neoplasm
    on treatment.encounter_id = neoplasm.encounter_id
    and neoplasm.list = 'neoplasm'
    and neoplasm.value in ('primary', 'secondary', 'other')
    and neoplasm.role in ('principal', 'secondary', 'external')
where
    treatment.list = 'neoplasm'
    and treatment.value = 'treatment'
    and treatment.role in ('principal', 'secondary', 'external')
    and neoplasm.encounter_id is null
