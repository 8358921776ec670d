/*
id = "weeks_without_pregnancy"
title = "Weeks of gestation without a code of pregnancy"
family = "record"
severity = "informs"
severity_because = "The weeks stand alone; what the pregnancy has to do with the record is open."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["weeks_of_gestation", "normal_pregnancy", "abortive_outcome"]
message = "Weeks of gestation are coded on a record that has no code of pregnancy."
why = """
Preterm births and late booking are told by these weeks. Where they stand alone, the record is neither a pregnancy nor \
a birth in any table."""
source = "ICD-10-CM tabular list, note at Z3A (for use only on the maternal record, with chapter 15)"
fix = "Add the code of the pregnancy (also Z33 or Z34), or remove the weeks."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "Weeks alone fire"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code  | system
weeks_of_gestation | e1           | 2   | secondary | Z3A30 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z3A30
"""

[[example]]
title = "With a code of pregnancy, or of its supervision, they do not"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code  | system
weeks_of_gestation | e1           | 2   | secondary | Z3A30 | icd10cm
weeks_of_gestation | e2           | 2   | secondary | Z3A30 | icd10cm
normal_pregnancy   | e2           | 1   | principal | Z3403 | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 1   | principal | O1403 | icd10cm
"""
fires = ""
*/
select
    weeks.encounter_id,
    weeks.seq,
    weeks.code,
    weeks.system,
    weeks.role
from checked.listed_diagnosis as weeks
left join checked.marked_diagnosis as pregnancy
    on weeks.encounter_id = pregnancy.encounter_id
    and pregnancy.code >= 'O'
    and pregnancy.code < 'P'
left join checked.listed_diagnosis as supervision
    on weeks.encounter_id = supervision.encounter_id
    and supervision.list in ('normal_pregnancy', 'abortive_outcome')
where
    weeks.list = 'weeks_of_gestation'
    and weeks.role in ('principal', 'secondary')
    and pregnancy.encounter_id is null
    and supervision.encounter_id is null
