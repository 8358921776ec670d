/*
id = "ill_defined_though_better_known"
title = "Ill-defined cause selected though the certificate has a better one"
family = "death"
severity = "warns"
severity_because = "The selection rules pass over ill-defined conditions, so the selection went wrong; the certificate mends it."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null"
message = "The underlying cause is ill-defined, and part I of the certificate names a cause that is not."
why = """
The true cause is on the certificate and missing from the figures. Such deaths are mended without asking anybody."""
source = "WHO ICD-10 volume 2 (2016), 4.2.3 (ill-defined conditions are disregarded in selecting the starting point) and annex 7.3"
fix = "Select the underlying cause again, passing over ill-defined conditions."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["record"]

[[example]]
title = "Senility chosen over the pneumonia of the same part fires"
given.death = """
death_id | underlying_cause | system | is_ill_defined
d1       | R54              | icd10  | true
"""
given.death_condition = """
death_id | line | code | code_status
d1       | 1    | J13  | valid
d1       | 2    | R54  | valid
"""
fires = """
death_id | code
d1       | R54
"""

[[example]]
title = "With mechanisms, injuries or contributing conditions beside it alone, it does not"
given.death = """
death_id | underlying_cause | system | is_ill_defined
d1       | R54              | icd10  | true
"""
given.death_condition = """
death_id | line | code | code_status | is_ill_defined | unsuitable_class
d1       | 1    | I469 | valid       | true           | unknown
d1       | 2    | R54  | valid       | true           | unknown
d1       | 3    | I509 | valid       | false          | intermediate
d1       | 6    | I10  | valid       | false          |
"""
fires = ""
*/
with better as (
    select distinct death_id
    from checked.death_condition
    where
        line < 6
        and code_status = 'valid'
        and unsuitable_class is null
        and not coalesce(is_ill_defined, false)
        and not coalesce(is_injury_nature, false)
        and not coalesce(is_never_underlying, false)
        and not coalesce(is_manifestation, false)
        and left(code, 1) < 'R'
)
select
    death_id,
    underlying_cause as code,
    system
from checked.death
semi join better using (death_id)
where is_ill_defined
