/*
id = "injury_without_external_cause"
title = "Injury on the certificate without what caused it"
family = "death"
severity = "informs"
severity_because = "The injury may have had no part in the death; the certificate alone cannot tell."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null"
message = "Part I of the certificate names an injury, and nothing on it says what caused the injury."
why = """
Without the external cause the death counts with a disease or nowhere, and prevention loses it. Falls of the old are lost in \
this way most."""
source = "WHO ICD-10 volume 2 (2016), 4.2.4 and 3.1.5 (external cause as the primary code for underlying-cause tables)"
fix = "Query the certifier for the event that caused the injury."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["codes"]
codes = ["V", "W", "X", "Y0", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Y8"]

[[example]]
title = "A fractured hip on line b without a fall fires"
given.death_condition = """
death_id | seq | line | code | system | underlying_cause | is_injury_nature | is_external_cause
d1       | 101 | 1    | J189 | icd10  | J189             | false            | false
d1       | 201 | 2    | S720 | icd10  | J189             | true             | false
"""
fires = """
death_id | code
d1       | J189
"""

[[example]]
title = "With a fall anywhere, as underlying cause too, or in part II, it does not"
given.death_condition = """
death_id | seq | line | code | system | underlying_cause | is_injury_nature | is_external_cause
d1       | 101 | 1    | S720 | icd10  | J189             | true             | false
d1       | 601 | 6    | W19  | icd10  | J189             | false            | true
d2       | 101 | 1    | S720 | icd10  | W19              | true             | false
d3       | 101 | 1    | J189 | icd10  | J189             | false            | false
d3       | 601 | 6    | S720 | icd10  | J189             | true             | false
"""
fires = ""
*/
select
    death_id,
    any_value(underlying_cause) as code,
    any_value(system) as system
from checked.death_condition
where underlying_cause is not null
group by death_id
having
    bool_or(is_injury_nature and line < 6)
    and not coalesce(bool_or(is_external_cause), false)
    and left(any_value(underlying_cause), 1) not in ('S', 'T', 'V', 'W', 'X', 'Y')
