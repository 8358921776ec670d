/*
id = "gestational_with_other_diabetes"
title = "Gestational diabetes beside another diabetes"
family = "record"
severity = "warns"
severity_because = "Gestational diabetes is by definition new in the pregnancy; one of the two is wrong."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["diabetes"]
message = "Gestational diabetes stands with diabetes of another kind."
why = """
Gestational and pre-existing diabetes carry different risks for mother and child, and are reported apart. A record \
with both is counted twice."""
source = "ICD-10-CM Official Guidelines, section I.C.15.i (O24.4 not with other codes of O24); ICD-10-CM tabular list, Excludes1 at E08 to E13"
fix = "Keep O24.4 only if the diabetes began in this pregnancy."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Gestational with type 2 fires"
given.listed_diagnosis = """
list     | value           | encounter_id | seq | role      | code   | system
diabetes | O24 gestational | e1           | 1   | principal | O24410 | icd10cm
diabetes | E11             | e1           | 2   | secondary | E119   | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | O24410
"""

[[example]]
title = "Gestational alone does not"
given.listed_diagnosis = """
list     | value           | encounter_id | seq | role      | code   | system
diabetes | O24 gestational | e1           | 1   | principal | O24410 | icd10cm
"""
fires = ""
*/
select
    gestational.encounter_id,
    gestational.seq,
    gestational.code,
    gestational.system,
    gestational.role,
    string_agg(other.code, ',' order by other.code) as beside
from checked.listed_diagnosis as gestational
inner join checked.listed_diagnosis as other on gestational.encounter_id = other.encounter_id
where
    gestational.list = 'diabetes'
    and gestational.value = 'O24 gestational'
    and other.list = 'diabetes'
    and gestational.role in ('principal', 'secondary', 'external')
    and other.role in ('principal', 'secondary', 'external')
    and other.value <> 'O24 gestational'
group by all
