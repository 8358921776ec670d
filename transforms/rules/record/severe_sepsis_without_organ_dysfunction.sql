/*
id = "severe_sepsis_without_organ_dysfunction"
title = "Severe sepsis without the organ that failed"
family = "record"
severity = "informs"
severity_because = "The list of organs is open; the record may name one that is not on ours."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["sepsis"]
message = "Severe sepsis is coded, and no failing organ is."
why = """
Severe sepsis is sepsis with a failing organ, and models of mortality lean on it. Without the organ the code \
overstates how ill the patient was, or the record is incomplete."""
source = "ICD-10-CM Official Guidelines, section I.C.1.d.1.b (additional codes for the organ dysfunction); ICD-10-CM tabular list, note at R65.2"
fix = "Add the organ dysfunction, or code sepsis without R65.2."

[[effect]]
kind = "recode"
targets = ["record"]

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "Severe sepsis with no organ fires"
given.listed_diagnosis = """
list   | value  | encounter_id | seq | role      | code  | system
sepsis | severe | e1           | 2   | secondary | R6520 | icd10cm
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 1   | principal | A419  | icd10cm
e1           | 2   | secondary | R6520 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | R6520
"""

[[example]]
title = "With kidney failure it does not, nor septic shock, which is failure of the circulation"
given.listed_diagnosis = """
list   | value  | encounter_id | seq | role      | code  | system
sepsis | severe | e1           | 2   | secondary | R6520 | icd10cm
sepsis | severe | e2           | 2   | secondary | R6521 | icd10cm
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 3   | secondary | N179 | icd10cm
"""
fires = ""
*/
with severe as (
    select encounter_id, seq, code, system, role
    from checked.listed_diagnosis
    where list = 'sepsis' and value = 'severe' and code = 'R6520' and role in ('principal', 'secondary')
)
select
    severe.encounter_id,
    severe.seq,
    severe.code,
    severe.system,
    severe.role
from severe
left join checked.bare_diagnosis as organ
    on severe.encounter_id = organ.encounter_id
    -- Lungs, kidneys, blood, liver, brain, nerves and muscles, heart, acid and base, circulation, gut.
    and regexp_matches(
        organ.code,
        '^(J960|J962|J80|N17|D65|D69[56]|K72|K76[237]|G92|G934|R402|R410|G7281|G6281|I50|I5181|I21A1|I46|E872|R57|I95|K567|R34)'
    )
where organ.encounter_id is null
