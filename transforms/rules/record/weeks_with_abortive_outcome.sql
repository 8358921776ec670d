/*
id = "weeks_with_abortive_outcome"
title = "Weeks of gestation with an abortive outcome"
family = "record"
severity = "informs"
severity_because = "The pregnancy is counted right; the weeks are one code too many."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["abortive_outcome", "weeks_of_gestation"]
message = "Weeks of gestation are coded with a pregnancy of abortive outcome or an elective termination."
why = """
Weeks of gestation are read to tell preterm from term births. On abortions they put early weeks among the births and \
bend that distribution."""
source = "ICD-10-CM Official Guidelines, section I.C.21.c.11 (Z3A not with O00 to O08 or Z33.2)"
fix = "Remove the weeks of gestation."

[[effect]]
kind = "none"

[[example]]
title = "Weeks beside a miscarriage fire"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code  | system
abortive_outcome   | e1           | 1   | principal | O039  | icd10cm
weeks_of_gestation | e1           | 2   | secondary | Z3A10 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z3A10
"""

[[example]]
title = "Beside a complication of pregnancy they do not"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code  | system
weeks_of_gestation | e1           | 2   | secondary | Z3A30 | icd10cm
"""
fires = ""
*/
select
    weeks.encounter_id,
    weeks.seq,
    weeks.code,
    weeks.system,
    weeks.role,
    string_agg(abortion.code, ',' order by abortion.code) as beside
from checked.listed_diagnosis as weeks
inner join checked.listed_diagnosis as abortion on weeks.encounter_id = abortion.encounter_id
where
    weeks.list = 'weeks_of_gestation'
    and abortion.list = 'abortive_outcome'
    and weeks.role in ('principal', 'secondary', 'external')
    and abortion.role in ('principal', 'secondary', 'external')
group by all
