/*
id = "side_unspecified_beside_specified"
title = "Side is both specified and unspecified"
family = "record"
severity = "informs"
severity_because = "The code with the side counts; the other says less of the same."
grain = "diagnosis"
systems = ["icd10cm"]
message = "The same condition is coded with a side and with the side unspecified."
why = """
Conditions are counted by person, and by side where both can fall ill. The unspecified code beside the specified one \
counts a third knee."""
source = "ICD-10-CM Official Guidelines, section I.B.13 (laterality: unspecified only where the side is not identified)"
fix = "Remove the code without the side."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "The right knee and an unspecified one fire"
given.sided_diagnosis = """
encounter_id | seq | role      | code   | system  | family | side | has_bilateral
e1           | 1   | principal | M25561 | icd10cm | M25561 | R    | false
e1           | 2   | secondary | M25569 | icd10cm | M25561 | U    | false
"""
fires = """
encounter_id | seq | code
e1           | 2   | M25569
"""

[[example]]
title = "Right and left do not, nor the unspecified alone"
given.sided_diagnosis = """
encounter_id | seq | role      | code   | system  | family | side | has_bilateral
e1           | 1   | principal | M25561 | icd10cm | M25561 | R    | false
e1           | 2   | secondary | M25562 | icd10cm | M25561 | L    | false
e2           | 1   | principal | M25569 | icd10cm | M25561 | U    | false
"""
fires = ""
*/
select
    encounter_id,
    min(seq) filter (side = 'U') as seq,
    min(code) filter (side = 'U') as code,
    system,
    string_agg(distinct code, ',' order by code) as codes
from checked.sided_diagnosis
group by encounter_id, system, family
having bool_or(side = 'U') and bool_or(side <> 'U')
