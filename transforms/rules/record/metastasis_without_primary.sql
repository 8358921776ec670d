/*
id = "metastasis_without_primary"
title = "Secondary neoplasm without a primary"
family = "record"
severity = "informs"
severity_because = "The primary may be unknown (C80.1) or gone (Z85), but then the record is to say so."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["neoplasm"]
message = "A secondary malignant neoplasm is coded without a primary, an unknown primary, or a history of one."
why = """
Cancers are counted by where they began. Metastases alone are in the residual group, and the commonest primaries are \
too low."""
source = "ICD-10-CM Official Guidelines, section I.C.2 (primary site, C80.1 for unknown, Z85 where it was removed)"
fix = "Add the primary, C80.1 or Z85."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "Metastasis alone fires"
given.listed_diagnosis = """
list     | value     | encounter_id | seq | role      | code  | system
neoplasm | secondary | e1           | 1   | principal | C7951 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | C7951
"""

[[example]]
title = "With a primary or its history it does not"
given.listed_diagnosis = """
list     | value     | encounter_id | seq | role      | code  | system
neoplasm | secondary | e1           | 1   | principal | C7951 | icd10cm
neoplasm | history   | e1           | 2   | secondary | Z853  | icd10cm
neoplasm | secondary | e2           | 1   | principal | C7951 | icd10cm
neoplasm | primary   | e2           | 2   | secondary | C61   | icd10cm
"""
fires = ""
*/
select distinct
    metastasis.encounter_id,
    metastasis.seq,
    metastasis.code,
    metastasis.system,
    metastasis.role
from checked.listed_diagnosis as metastasis
left join checked.listed_diagnosis as origin
    on metastasis.encounter_id = origin.encounter_id
    and origin.list = 'neoplasm'
    and origin.value in ('primary', 'history')
    and origin.role in ('principal', 'secondary', 'external')
where
    metastasis.list = 'neoplasm'
    and metastasis.value = 'secondary'
    and metastasis.role in ('principal', 'secondary', 'external')
    and origin.encounter_id is null
