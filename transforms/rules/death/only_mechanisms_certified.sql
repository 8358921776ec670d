/*
id = "only_mechanisms_certified"
title = "Certificate names mechanisms of death only"
family = "death"
severity = "informs"
severity_because = "The certificate holds nothing better, so only the certifier can mend it."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null"
message = "All conditions of the certificate are mechanisms or ill-defined; none begins the chain."
why = """
From such a certificate no rule can select a true cause. The share of them says how much of the ill-defined deaths a query could \
win back."""
source = "WHO ICD-10 volume 2 (2016), 4.1.3 (mechanisms of death are not to be entered alone) and annex 7.3; Flagg and Anderson 2021 for the classes"
fix = "Query the certifier for the disease or injury that began the chain."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "Heart arrest due to heart failure, and nothing else, fires"
given.death_condition = """
death_id | seq | code | system | underlying_cause | is_ill_defined | unsuitable_class
d1       | 101 | I469 | icd10  | I509             | true           | unknown
d1       | 201 | I509 | icd10  | I509             | false          | intermediate
"""
fires = """
death_id | code
d1       | I509
"""

[[example]]
title = "One proper cause anywhere is enough"
given.death_condition = """
death_id | seq | code | system | underlying_cause | is_ill_defined | unsuitable_class
d1       | 101 | I469 | icd10  | I509             | true           | unknown
d1       | 201 | I509 | icd10  | I509             | false          | intermediate
d1       | 601 | E119 | icd10  | I509             | false          |
"""
fires = ""
*/
select
    death_id,
    any_value(underlying_cause) as code,
    any_value(system) as system,
    count(*) as conditions
from checked.death_condition
where code is not null and underlying_cause is not null
group by death_id
having bool_and(coalesce(is_ill_defined, false) or coalesce(unsuitable_class in ('unknown', 'intermediate'), false))
