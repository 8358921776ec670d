/*
id = "pregnant_without_maternal_cause"
title = "Death in pregnancy or childbed without a maternal cause"
family = "death"
severity = "informs"
severity_because = "It may be incidental; only the certifier knows whether the pregnancy had a part in it."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null and pregnancy_status is not null"
message = "The person was pregnant or had been within 42 days, and the underlying cause is not maternal."
why = """
Diseases made worse by pregnancy are indirect maternal deaths, and are missed where the certificate does not say so. The \
maternal mortality ratio is too low by these."""
source = "WHO ICD-10 volume 2 (2016), 5.6.4 (indirect obstetric deaths) and 4.2.8 (O98, O99)"
fix = "Query whether the pregnancy had a part; use O98 or O99 where it had."

[parameters.greatest_age]
default = 49
about = "Last age in completed years at which the record of pregnancy is believed"

[[effect]]
kind = "recode"
place = "underlying"
targets = ["codes"]
codes = ["O"]

[[example]]
title = "A woman with heart disease in childbed fires"
given.death = """
death_id | underlying_cause | system | pregnancy_status | sex | age_years
d1       | I050             | icd10  | within_42_days   | F   | 30
"""
fires = """
death_id | code
d1       | I050
"""

[[example]]
title = "An accident, a maternal cause and a woman of 80 do not"
given.death = """
death_id | underlying_cause | system | pregnancy_status | sex | age_years
d1       | V499             | icd10  | pregnant         | F   | 30
d2       | O994             | icd10  | pregnant         | F   | 30
d3       | I050             | icd10  | pregnant         | F   | 80
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system,
    pregnancy_status
from checked.death
where
    pregnancy_status in ('pregnant', 'in_childbirth', 'abortion', 'within_42_days')
    and sex = 'F'
    and age_years between 10 and $greatest_age
    and left(underlying_cause, 1) not in ('O', 'V', 'W', 'X', 'Y')
    and underlying_cause <> 'A34'
