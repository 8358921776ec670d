/*
id = "never_underlying_cause"
title = "Code is never used for the underlying cause"
family = "death"
severity = "warns"
severity_because = "WHO names the code to use instead, so the error is certain and mostly mended without the certificate."
grain = "death"
systems = ["icd10"]
lists = ["never_underlying_cause"]
applies_to = "underlying_cause is not null"
message = "WHO does not use the code for the underlying cause and names another in its place."
why = """
The organism, the side effect or the outcome stands where a disease belongs, so the death is missing from that disease. Other \
countries move these codes, and comparison with them fails."""
source = "WHO ICD-10 volume 2 (2016), table of codes not to be used for underlying cause coding"
fix = "Use the code that WHO's table gives; where it gives several, select by the certificate."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["suggestion"]

[[example]]
title = "A bacterial agent and a secondary cancer fire, each with its code"
given.listed_death = """
death_id | underlying_cause | system | list                   | value
d1       | B956             | icd10  | never_underlying_cause | A490
d2       | C780             | icd10  | never_underlying_cause | C80
"""
fires = """
death_id | code | suggestion
d1       | B956 | A490
d2       | C780 | C80
"""

[[example]]
title = "A code of another list does not"
given.listed_death = """
death_id | underlying_cause | system | list                  | value
d1       | P95              | icd10  | greatest_age_of_cause | 0
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system,
    value as suggestion
from checked.listed_death
where list = 'never_underlying_cause'
