/*
id = "outcome_without_pregnancy"
title = "Outcome of delivery without a code of pregnancy"
family = "record"
severity = "warns"
severity_because = "The outcome belongs on the mother's record of the delivery only."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["outcome_of_delivery"]
message = "An outcome of delivery stands on a record that has no code of pregnancy or childbirth."
why = """
Births are counted from these codes, so one that strays onto the child's record or onto a later stay is counted twice. \
Numbers of births then exceed the deliveries."""
source = "ICD-10-CM Official Guidelines, section I.C.15.b.5 (Z37 on the maternal record of the delivery, not on later records nor the newborn's)"
fix = "Remove the outcome, or add the code of the delivery."

[[effect]]
kind = "recode"
targets = ["record"]

[[effect]]
kind = "recode"
targets = ["chapter"]

[[example]]
title = "An outcome on the child's record fires"
given.listed_diagnosis = """
list                | encounter_id | seq | role      | code | system
outcome_of_delivery | e1           | 2   | secondary | Z370 | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 1   | principal | Z3800 | icd10cm
e1           | 2   | secondary | Z370  | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z370
"""

[[example]]
title = "Beside a delivery it does not"
given.listed_diagnosis = """
list                | encounter_id | seq | role      | code | system
outcome_of_delivery | e1           | 2   | secondary | Z370 | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | O80  | icd10cm
"""
fires = ""
*/
select
    outcome.encounter_id,
    outcome.seq,
    outcome.code,
    outcome.system,
    outcome.role
from checked.listed_diagnosis as outcome
left join checked.marked_diagnosis as pregnancy
    on outcome.encounter_id = pregnancy.encounter_id
    and pregnancy.code >= 'O'
    and pregnancy.code < 'P'
    and pregnancy.system = 'icd10cm'
where
    outcome.list = 'outcome_of_delivery'
    and outcome.role in ('principal', 'secondary')
    and pregnancy.encounter_id is null
