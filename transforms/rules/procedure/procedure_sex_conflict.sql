/*
id = "procedure_sex_conflict"
title = "Procedure is limited to the other sex"
family = "procedure"
severity = "warns"
severity_because = "Either the code or the sex is wrong, and the edit was official on the day; but one record moves a figure little."
grain = "procedure"
systems = ["icd10pcs", "icd9proc"]
applies_to = "sex in ('F', 'M')"
message = "The procedure is limited to {limited_to} patients, and the record gives the other sex."
why = """
A hysterectomy in a man stands in the wrong row of every table by sex, or is another operation. Many of them show \
that records of two persons, or two columns of an extract, were mixed."""
source = "Medicare Code Editor, section 5 (sex conflict of procedures, discharges to 2024-09-30)"
fix = "Compare with the registration and the operation note: correct the sex or the code. A recorded sex is not an anatomy: confirm where it is right as it is."

[[effect]]
kind = "demographic"
fields = ["sex"]

[[effect]]
kind = "recode"
targets = ["sex"]

[[example]]
title = "A hysterectomy in a man fires"
given.code = """
system   | code    | valid_from | valid_to   | sex_limit
icd10pcs | 0UT94ZZ | 2015-10-01 | 2024-09-30 | F
"""
given.plain_procedure = """
encounter_id | seq | system   | code    | sex | code_date
e1           | 1   | icd10pcs | 0UT94ZZ | M   | 2023-05-01
"""
fires = """
encounter_id | seq | message
e1           | 1   | The procedure is limited to female patients, and the record gives the other sex.
"""

[[example]]
title = "In a woman, where the sex is unknown, and after the edit was switched off, it does not"
given.code = """
system   | code    | valid_from | valid_to   | sex_limit
icd10pcs | 0UT94ZZ | 2015-10-01 | 2024-09-30 | F
"""
given.plain_procedure = """
encounter_id | seq | system   | code    | sex | code_date
e1           | 1   | icd10pcs | 0UT94ZZ | F   | 2023-05-01
e2           | 1   | icd10pcs | 0UT94ZZ | U   | 2023-05-01
e3           | 1   | icd10pcs | 0UT94ZZ | M   | 2024-10-01
"""
fires = ""
*/
with limited as (
    select procedure.encounter_id, procedure.seq, procedure.code, procedure.system, procedure.sex, code.sex_limit as sex_limit
    from checked.code as code
    inner join checked.plain_procedure as procedure
        on code.system = procedure.system
        and code.code = procedure.code
        and coalesce(procedure.code_date, date '0001-01-01') between code.valid_from and code.valid_to
    where code.sex_limit is not null
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
