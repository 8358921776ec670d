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
e1           | 2   | secondary | M25569 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | M25569
"""

[[example]]
title = "Right and left do not, nor the unspecified alone"
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
e2           | 1   | principal | M25569 | icd10cm
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    min(diagnosis.seq) filter (sided.side = 'U') as seq,
    min(diagnosis.code) filter (sided.side = 'U') as code,
    diagnosis.system,
    string_agg(distinct diagnosis.code, ',' order by diagnosis.code) as codes
from checked.bare_diagnosis as diagnosis
inner join checked.sided_code as sided
    on diagnosis.system = sided.system
    and diagnosis.code = sided.code
group by diagnosis.encounter_id, diagnosis.system, sided.family
having bool_or(sided.side = 'U') and bool_or(sided.side <> 'U')
