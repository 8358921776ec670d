/*
id = "procedure_sex_plausibility"
title = "Procedure is unusual for the recorded sex"
family = "procedure"
severity = "informs"
severity_because = "A recorded sex is not an anatomy, and no edit is in force; most such records are slips all the same."
grain = "procedure"
settled_by_person = true
systems = ["icd10pcs", "icd9proc", "hcpcs", "opcs4"]
lists = ["sex_limited_procedures"]
applies_to = "sex in ('F', 'M')"
message = "The procedure is mostly done in {limited_to} patients, and the record gives the other sex."
why = """
Where the official edit does not speak, operations on organs of one sex still show which records have the wrong \
sex or code. In a large hospital a few are right, and many are never right."""
source = "Medicare Code Editor, section 5, switched off on 2024-10-01; CPT, genital systems and maternity care; OPCS-4 chapters M to R (recalled)"
fix = "Compare with the registration and the operation note; confirm where it is right as it is."

[[effect]]
kind = "demographic"
fields = ["sex"]

[[effect]]
kind = "recode"
targets = ["sex"]

[[example]]
title = "Prostate surgery in a woman, by a code without an edit, fires"
given.listed_procedure = """
list                   | value | encounter_id | seq | system | code  | sex
sex_limited_procedures | M     | e1           | 1   | hcpcs  | 55866 | F
"""
given.code = """
system   | code    | valid_from | valid_to   | sex_limit | sex_limit_ever
icd10pcs | 0UT94ZZ | 2024-10-01 | 9999-12-31 |           | F
"""
given.plain_procedure = """
encounter_id | seq | system   | code    | sex | code_date
e2           | 1   | icd10pcs | 0UT94ZZ | M   | 2024-10-01
"""
fires = """
encounter_id | seq
e1           | 1
e2           | 1
"""

[[example]]
title = "In a man, and where the edit is in force, it does not"
given.listed_procedure = """
list                   | value | encounter_id | seq | system | code  | sex
sex_limited_procedures | M     | e1           | 1   | hcpcs  | 55866 | M
sex_limited_procedures | M     | e3           | 1   | hcpcs  | 55866 | U
"""
given.code = """
system   | code    | valid_from | valid_to   | sex_limit | sex_limit_ever
icd10pcs | 0UT94ZZ | 2015-10-01 | 2024-09-30 | F         | F
"""
given.plain_procedure = """
encounter_id | seq | system   | code    | sex | code_date
e2           | 1   | icd10pcs | 0UT94ZZ | M   | 2023-10-01
"""
fires = ""
*/
with limited as (
    select procedure.encounter_id, procedure.seq, procedure.code, procedure.system, procedure.sex,
        code.sex_limit_ever as sex_limit
    from checked.code as code
    inner join checked.plain_procedure as procedure
        on code.system = procedure.system
        and code.code = procedure.code
        and coalesce(procedure.code_date, date '0001-01-01') between code.valid_from and code.valid_to
    where
        code.sex_limit is null
        and code.sex_limit_ever is not null
        and procedure.sex in ('F', 'M')
    union all
    select encounter_id, seq, code, system, sex, value
    from checked.listed_procedure
    where list = 'sex_limited_procedures'
)
select
    encounter_id,
    seq,
    code,
    system,
    sex,
    if(sex_limit = 'F', 'female', 'male') as limited_to
from limited
where sex in ('F', 'M') and sex <> sex_limit
