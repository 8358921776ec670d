/*
id = "fracture_in_osteoporosis"
title = "Traumatic fracture in a person with osteoporosis"
family = "record"
severity = "informs"
severity_because = "A fall that breaks no healthy bone makes the fracture pathological; how hard the fall was, the codes do not say."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["osteoporosis_and_fracture"]
message = "A traumatic fracture is coded with osteoporosis without current fracture."
why = """
Fractures by osteoporosis are coded as M80, and counted to plan prevention. Coded as injuries they are missing there, \
and injuries of the old are too many."""
source = "ICD-10-CM Official Guidelines, section I.C.13.d.2 (M80 and not a traumatic fracture code where a minor fall would not break a normal bone)"
fix = "Ask whether the fracture was of osteoporosis: then code M80 in place of both."

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["M80"]

[[example]]
title = "A femur fracture with osteoporosis fires"
given.listed_diagnosis = """
list                      | value        | encounter_id | seq | role      | code    | system
osteoporosis_and_fracture | osteoporosis | e1           | 3   | secondary | M810    | icd10cm
osteoporosis_and_fracture | fracture     | e1           | 1   | principal | S72001A | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | S72001A
"""

[[example]]
title = "An old fracture does not"
given.listed_diagnosis = """
list                      | value        | encounter_id | seq | role      | code    | system
osteoporosis_and_fracture | osteoporosis | e1           | 3   | secondary | M810    | icd10cm
osteoporosis_and_fracture | fracture     | e1           | 1   | principal | S72001S | icd10cm
"""
fires = ""
*/
select distinct
    fracture.encounter_id,
    fracture.seq,
    fracture.code,
    fracture.system,
    fracture.role
from checked.listed_diagnosis as fracture
inner join checked.listed_diagnosis as osteoporosis on fracture.encounter_id = osteoporosis.encounter_id
where
    fracture.list = 'osteoporosis_and_fracture'
    and fracture.value = 'fracture'
    and right(fracture.code, 1) in ('A', 'B', 'C')
    and fracture.role in ('principal', 'secondary')
    and osteoporosis.list = 'osteoporosis_and_fracture'
    and osteoporosis.value = 'osteoporosis'
    and osteoporosis.role in ('principal', 'secondary')
