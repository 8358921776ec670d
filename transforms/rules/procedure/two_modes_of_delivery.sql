/*
id = "two_modes_of_delivery"
title = "One child was delivered in two ways"
family = "procedure"
severity = "warns"
severity_because = "One of the two procedures is wrong, and caesarean rates count either; one record moves them little."
grain = "encounter"
message = "The record has a vaginal delivery, a caesarean and one child."
why = """
A delivery that is coded both ways counts as a caesarean in one table and as vaginal in another. Only twins may be \
born in two ways."""
source = "ICD-10-PCS, section 1 (10E0XZZ assistance at vaginal delivery, 10D00Z caesarean); CPT 59400 to 59622; ICD-10-CM Z37 and ICD-9-CM V27 (outcome of delivery)"
fix = "Read the delivery note: keep the procedure that delivered the child; an attempt that failed is coded as such."

[[effect]]
kind = "none"

[[example]]
title = "Both ways and a single live birth fire"
given.core_procedure = """
encounter_id | seq | system   | code
e1           | 1   | icd10pcs | 10D00Z1
e1           | 2   | icd10pcs | 10E0XZZ
"""
given.core_diagnosis = """
encounter_id | seq | system  | code
e1           | 2   | icd10cm | Z370
"""
fires = """
encounter_id
e1
"""

[[example]]
title = "Twins, and one way, do not"
given.core_procedure = """
encounter_id | seq | system   | code
e1           | 1   | icd10pcs | 10D00Z1
e1           | 2   | icd10pcs | 10E0XZZ
e2           | 1   | icd10pcs | 10D00Z1
"""
given.core_diagnosis = """
encounter_id | seq | system  | code
e1           | 2   | icd10cm | Z372
e2           | 2   | icd10cm | Z370
"""
fires = ""
*/
with mode as (
    select
        encounter_id,
        bool_or(
            (system = 'icd10pcs' and starts_with(code, '10D00Z'))
            or (system = 'icd9proc' and left(code, 3) in ('740', '741', '742', '744') or (system = 'icd9proc' and code = '7499'))
            or (system = 'hcpcs' and (code between '59510' and '59515' or code between '59618' and '59622'))
        ) as is_caesarean,
        bool_or(
            (system = 'icd10pcs' and code = '10E0XZZ')
            or (system = 'icd9proc' and code = '7359')
            or (system = 'hcpcs' and (code between '59400' and '59410' or code between '59610' and '59614'))
        ) as is_vaginal
    from checked.core_procedure
    where
        (system = 'icd10pcs' and (starts_with(code, '10D00Z') or code = '10E0XZZ'))
        or (system = 'icd9proc' and (left(code, 2) = '74' or code = '7359'))
        or (system = 'hcpcs' and code between '59400' and '59622')
    group by encounter_id
    having is_caesarean and is_vaginal
)
select mode.encounter_id, outcome.code as outcome_of_delivery
from mode
inner join checked.core_diagnosis as outcome on mode.encounter_id = outcome.encounter_id
where
    (outcome.system = 'icd10cm' and outcome.code in ('Z370', 'Z371'))
    or (outcome.system = 'icd9cm' and outcome.code in ('V270', 'V271'))
    or (outcome.system = 'icd10' and outcome.code in ('Z370', 'Z371'))
