/*
id = "subsequent_infarction_alone"
title = "Subsequent infarction without the first"
family = "record"
severity = "informs"
severity_because = "The infarction is counted; that it was a second one within four weeks may be wrong."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["infarction"]
message = "A subsequent myocardial infarction stands without the first."
why = """
Infarctions are counted by I21, and recurrence within four weeks by I22. Alone, I22 makes a first infarction a second \
one."""
source = "ICD-10-CM Official Guidelines, section I.C.9.e.4 (I22 is used with a code of I21)"
fix = "Code I21 for the first infarction, or for this one if there was none within four weeks."

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["I21"]

[[example]]
title = "A subsequent infarction alone fires"
given.listed_diagnosis = """
list       | value      | encounter_id | seq | role      | code | system
infarction | subsequent | e1           | 1   | principal | I220 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | I220
"""

[[example]]
title = "With the first it does not"
given.listed_diagnosis = """
list       | value      | encounter_id | seq | role      | code  | system
infarction | subsequent | e1           | 1   | principal | I220  | icd10cm
infarction | acute      | e1           | 2   | secondary | I2102 | icd10cm
"""
fires = ""
*/
select distinct
    subsequent.encounter_id,
    subsequent.seq,
    subsequent.code,
    subsequent.system,
    subsequent.role
from checked.listed_diagnosis as subsequent
left join checked.listed_diagnosis as first
    on subsequent.encounter_id = first.encounter_id
    and first.list = 'infarction'
    and first.value = 'acute'
    and first.role in ('principal', 'secondary', 'external')
where
    subsequent.list = 'infarction'
    and subsequent.value = 'subsequent'
    and subsequent.role in ('principal', 'secondary', 'external')
    and first.encounter_id is null
