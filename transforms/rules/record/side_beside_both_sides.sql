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
given.sided_code = """
system  | code   | family | side
icd10cm | M25561 | M25561 | R
icd10cm | M25562 | M25561 | L
icd10cm | M25569 | M25561 | U
icd10cm | H25811 | H25811 | R
icd10cm | H25812 | H25811 | L
icd10cm | H25813 | H25811 | B
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code   | system
e1           | 1   | principal | H25813 | icd10cm
e1           | 2   | secondary | H25811 | icd10cm
e2           | 1   | principal | H25811 | icd10cm
e2           | 2   | secondary | H25812 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | H25811
e2           | 2   | H25812
"""

[[example]]
title = "Each knee does not, for no code says both; nor one eye"
given.sided_code = """
system  | code   | family | side
icd10cm | M25561 | M25561 | R
icd10cm | M25562 | M25561 | L
icd10cm | M25569 | M25561 | U
icd10cm | H25811 | H25811 | R
icd10cm | H25812 | H25811 | L
icd10cm | H25813 | H25811 | B
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code   | system
e1           | 1   | principal | M25561 | icd10cm
e1           | 2   | secondary | M25562 | icd10cm
e2           | 1   | principal | H25812 | icd10cm
"""
fires = ""
*/
with bilateral as (
    select distinct system, family
    from checked.sided_code
    where side = 'B'
),
sided as (
    select sided_code.system, sided_code.code, sided_code.family, sided_code.side
    from checked.sided_code
    inner join bilateral
        on sided_code.system = bilateral.system
        and sided_code.family = bilateral.family
    where sided_code.side <> 'U'
)
select
    diagnosis.encounter_id,
    max(diagnosis.seq) filter (sided.side <> 'B') as seq,
    arg_max(diagnosis.code, diagnosis.seq) filter (sided.side <> 'B') as code,
    diagnosis.system,
    string_agg(distinct diagnosis.code, ',' order by diagnosis.code) as codes
from checked.bare_diagnosis as diagnosis
inner join sided
    on diagnosis.system = sided.system
    and diagnosis.code = sided.code
group by diagnosis.encounter_id, diagnosis.system, sided.family
having count(distinct sided.side) > 1
