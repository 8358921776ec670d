/*
id = "low_birth_weight_without_code"
title = "Low birth weight without a code for it"
family = "time"
severity = "informs"
severity_because = "Guidelines leave the code to the physician's diagnosis; the weight alone shows what counts by code miss."
grain = "encounter"
systems = ["icd10cm", "icd10", "icd9cm"]
applies_to = "birth_weight is not null and age_years = 0 and encounter_class in ('inpatient', 'newborn')"
message = "The newborn weighed less than {limited_to} grams, and no diagnosis says so."
why = """
Low birth weight counted by diagnosis is too low by such records, the more the less a hospital codes its newborns. \
Comparisons of hospitals then show coding and not births."""
source = "ICD-10-CM Official Guidelines, section I.C.16.d (low birth weight and immaturity status); WHO ICD-10 P05 and P07"
fix = "Ask the physician whether the newborn was small or preterm, and add the code from P05 or P07."

[parameters.below_grams]
default = 2500
about = "Weight below which a newborn is of low birth weight"

[parameters.least_grams]
default = 250
about = "Weights below this are judged by implausible_birth_weight"

[parameters.most_days]
default = 28
about = "Age in days up to which it is a newborn's record"

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["P05", "P07"]

[[example]]
title = "A newborn of two kilograms with nothing but the birth fires"
given.encounter = """
encounter_id | encounter_class | birth_weight | age_years | age_days | principal_system
e1           | newborn         | 2000         | 0         | 0        | icd10cm
"""
given.core_diagnosis = """
encounter_id | seq | role      | system  | code
e1           | 1   | principal | icd10cm | Z3800
"""
fires = """
encounter_id | message
e1           | The newborn weighed less than 2500 grams, and no diagnosis says so.
"""

[[example]]
title = "One with the code, one of 2,500 grams, and an infant of three months do not"
given.encounter = """
encounter_id | encounter_class | birth_weight | age_years | age_days | principal_system
e1           | newborn         | 2000         | 0         | 0        | icd10cm
e2           | newborn         | 2500         | 0         | 0        | icd10cm
e3           | inpatient       | 2000         | 0         | 90       | icd10cm
e4           | newborn         | 2000         | 0         | 0        | opcs
"""
given.core_diagnosis = """
encounter_id | seq | role      | system  | code
e1           | 1   | principal | icd10cm | Z3800
e1           | 2   | secondary | icd10cm | P0718
"""
fires = ""
*/
select
    encounter.encounter_id,
    encounter.birth_weight,
    encounter.principal_system as system,
    $below_grams as limited_to
from checked.encounter as encounter
where
    encounter.birth_weight between $least_grams and $below_grams - 1
    and encounter.age_years = 0
    and coalesce(encounter.age_days, 0) <= $most_days
    and encounter.encounter_class in ('inpatient', 'newborn')
    and not exists (
        select 1
        from checked.core_diagnosis as diagnosis
        where
            diagnosis.encounter_id = encounter.encounter_id
            and (
                (diagnosis.system in ('icd10cm', 'icd10') and left(diagnosis.code, 3) in ('P05', 'P07'))
                or (diagnosis.system = 'icd9cm' and left(diagnosis.code, 3) in ('764', '765'))
            )
    )
