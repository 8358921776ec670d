/*
id = "manifestation_as_principal"
title = "Manifestation stands as principal diagnosis"
family = "editor"
severity = "warns"
severity_because = "The disease behind it is usually on the same record, so the cause can be found; the table by cause is wrong until it is."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm", "icd10"]
applies_to = "role = 'principal'"
message = "The principal diagnosis is a manifestation; the disease that causes it comes first."
why = """
A manifestation (an asterisk code of WHO's ICD-10) names what a disease does, not the disease. As principal diagnosis \
it moves the stay from the disease's cause group, e.g. diabetes, to the organ's."""
source = "Medicare Code Editor v43.1, section 6; ICD-10-CM Official Guidelines, section I.A.13; WHO ICD-10 volume 2 (2016), 3.1.3 (dagger and asterisk)"
fix = "Sequence the underlying disease first and the manifestation after it."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "Dementia in diseases classified elsewhere, and an asterisk code, as principal fire"
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | is_manifestation
e1           | 1   | principal | F0280 | icd10cm | true
e2           | 1   | principal | H360  | icd10   | true
"""
fires = """
encounter_id | seq | code
e1           | 1   | F0280
e2           | 1   | H360
"""

[[example]]
title = "After the disease it is in its place"
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | is_manifestation
e1           | 2   | secondary | F0280 | icd10cm | true
e2           | 1   | principal | E1136 | icd10cm | false
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role
from checked.marked_diagnosis
where role = 'principal' and is_manifestation
