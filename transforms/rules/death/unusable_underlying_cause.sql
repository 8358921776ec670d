/*
id = "unusable_underlying_cause"
title = "Code can never be an underlying cause of death"
family = "death"
severity = "warns"
severity_because = "The classification forbids it, so the selection of the cause went wrong; one record moves a figure little."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null"
message = "The code can never be an underlying cause of death ({problem})."
why = """
The nature of an injury, an asterisk code or a code for the result of another disease is never what a person died of in \
the statistics. Such deaths are missing from external causes and from the diseases behind them."""
source = "WHO ICD-10 volume 2 (2016), 3.1.3, 4.2.4 (nature of injury) and the table of codes not to be used for the underlying cause"
fix = "Select the underlying cause again from the certificate; for an injury, the external cause (V01 to Y89)."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["record"]

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "A fracture, an asterisk code and a bacterial agent as underlying cause fire"
given.death = """
death_id | underlying_cause | system | is_injury_nature | is_manifestation | is_never_underlying
d1       | S720             | icd10  | true             | false            | false
d2       | G630             | icd10  | false            | true             | false
d3       | B956             | icd10  | false            | false            | true
"""
fires = """
death_id | code | message
d1       | S720 | The code can never be an underlying cause of death (nature of injury).
d2       | G630 | The code can never be an underlying cause of death (asterisk code).
d3       | B956 | The code can never be an underlying cause of death (code for the result of another cause).
"""

[[example]]
title = "The fall itself does not"
given.death = """
death_id | underlying_cause | system | is_injury_nature | is_manifestation | is_never_underlying
d1       | W19              | icd10  | false            | false            | false
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system,
    case
        when is_injury_nature then 'nature of injury'
        when is_manifestation then 'asterisk code'
        else 'code for the result of another cause'
    end as problem
from checked.death
where is_injury_nature or is_manifestation or is_never_underlying
