/*
id = "birth_counted_as_discharge"
title = "Birth is counted as a discharge"
family = "setting"
severity = "warns"
severity_because = "Births are every ninth stay or so, so many of them change discharges and mean length of stay."
grain = "encounter"
systems = ["icd10cm", "icd10", "icd9cm"]
applies_to = "encounter_class = 'inpatient' and principal_code is not null"
message = "The principal diagnosis is a live birth, and the record is not classed as a newborn's."
why = """
Healthy newborns are kept out of discharges so that hospitals with and without a maternity ward can be compared. A \
birth that is classed as an ordinary stay adds a short stay and a patient who was not ill."""
source = "ICD-10-CM Official Guidelines, section I.C.16.a.2 (Z38 on the birth record); OECD Health Statistics, hospital discharges (healthy newborns excluded)"
fix = "Mend the class of births in the profile."

[[effect]]
kind = "drop"

[[example]]
title = "A live birth among the inpatients fires"
given.encounter = """
encounter_id | encounter_class | principal_system | principal_code
e1           | inpatient       | icd10cm          | Z3800
e2           | inpatient       | icd9cm           | V3000
"""
fires = """
encounter_id | code
e1           | Z3800
e2           | V3000
"""

[[example]]
title = "A newborn's record, and a sick infant's, do not"
given.encounter = """
encounter_id | encounter_class | principal_system | principal_code
e1           | newborn         | icd10cm          | Z3800
e2           | inpatient       | icd10cm          | P220
"""
fires = ""
*/
select encounter_id, principal_code as code, principal_system as system
from checked.encounter
where
    encounter_class = 'inpatient'
    and (
        (principal_system in ('icd10cm', 'icd10') and starts_with(principal_code, 'Z38'))
        or (principal_system = 'icd9cm' and left(principal_code, 3) between 'V30' and 'V39')
    )
