/*
id = "two_types_of_diabetes"
title = "Two types of diabetes on one record"
family = "record"
severity = "warns"
severity_because = "A patient has one type; one of the two codes is wrong."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["diabetes"]
message = "The record has diabetes of two types."
why = """
Type 1 and type 2 diabetes are counted apart, and type 1 is rare. A few records with both move its count more than \
they move type 2."""
source = "ICD-10-CM tabular list, Excludes1 at E10 and E11; Official Guidelines, section I.C.4.a"
fix = "Keep the type that the record gives; type 2 where it gives none."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Type 1 and type 2 fire once"
given.listed_diagnosis = """
list     | value | encounter_id | seq | role      | code | system
diabetes | E10   | e1           | 2   | secondary | E109 | icd10cm
diabetes | E11   | e1           | 4   | secondary | E119 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 4   | E119
"""

[[example]]
title = "Two codes of one type do not, nor diabetes with its code in pregnancy"
given.listed_diagnosis = """
list     | value            | encounter_id | seq | role      | code   | system
diabetes | E11              | e1           | 2   | secondary | E1122  | icd10cm
diabetes | E11              | e1           | 4   | secondary | E1165  | icd10cm
diabetes | O24 pre-existing | e2           | 1   | principal | O24113 | icd10cm
diabetes | E11              | e2           | 2   | secondary | E119   | icd10cm
"""
fires = ""
*/
with several as (
    select encounter_id, system
    from checked.listed_diagnosis
    where list = 'diabetes' and value like 'E%' and role in ('principal', 'secondary')
    group by encounter_id, system
    having min(value) <> max(value)
)
select
    diabetes.encounter_id,
    max(diabetes.seq) as seq,
    arg_max(diabetes.code, diabetes.seq) as code,
    diabetes.system,
    string_agg(distinct diabetes.value, ',' order by diabetes.value) as types
from several
inner join checked.listed_diagnosis as diabetes
    on several.encounter_id = diabetes.encounter_id
    and several.system = diabetes.system
where diabetes.list = 'diabetes' and diabetes.value like 'E%' and diabetes.role in ('principal', 'secondary')
group by diabetes.encounter_id, diabetes.system
