/*
id = "side_beside_both_sides"
title = "Sides contradict a code for both"
family = "record"
severity = "informs"
severity_because = "The condition counts either way; the number of codes does not."
grain = "diagnosis"
systems = ["icd10cm"]
message = "The same condition is coded for one side and for both, or for each side where a code for both exists."
why = """
Where one code says that both sides are ill, a second one for a side counts the same organ twice. Two codes in place \
of one make depth of coding look greater than it is."""
source = "ICD-10-CM Official Guidelines, section I.B.13 (laterality: the bilateral code where both sides are affected and it exists)"
fix = "Use the code for both sides alone."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "One eye beside both fires, and each eye where a code for both exists"
given.sided_diagnosis = """
encounter_id | seq | role      | code   | system  | family | side | has_bilateral
e1           | 1   | principal | H25813 | icd10cm | H25811 | B    | true
e1           | 2   | secondary | H25811 | icd10cm | H25811 | R    | true
e2           | 1   | principal | H25811 | icd10cm | H25811 | R    | true
e2           | 2   | secondary | H25812 | icd10cm | H25811 | L    | true
"""
fires = """
encounter_id | seq | code
e1           | 2   | H25811
e2           | 2   | H25812
"""

[[example]]
title = "Each knee does not, for no code says both; nor one eye"
given.sided_diagnosis = """
encounter_id | seq | role      | code   | system  | family | side | has_bilateral
e1           | 1   | principal | M25561 | icd10cm | M25561 | R    | false
e1           | 2   | secondary | M25562 | icd10cm | M25561 | L    | false
e2           | 1   | principal | H25812 | icd10cm | H25811 | L    | true
"""
fires = ""
*/
select
    encounter_id,
    max(seq) filter (side <> 'B') as seq,
    arg_max(code, seq) filter (side <> 'B') as code,
    system,
    string_agg(distinct code, ',' order by code) as codes
from checked.sided_diagnosis
where side <> 'U' and has_bilateral
group by encounter_id, system, family
having count(distinct side) > 1
