/*
id = "impossible_age_or_sex"
title = "Age or sex is impossible"
family = "field"
severity = "warns"
severity_because = "The record counts, but in the rows of unknown age or sex."
grain = "record"
message = "The age or sex of the record is impossible ({field}: {problem})."
why = """
A record of unknown age or sex is missing from every age-standardised rate and every row by age and sex. Those rates are \
then too low by the share of such records, and the share differs between facilities."""
source = "HCUP data quality edits EAGE02 and EAGE03 (age 0 to 124); Medicare Code Editor v43.1, sections 14 and 15"
fix = "Look up age and sex in the registration; if many fail at once, mend the profile's unit of age or its codes for sex."

[[effect]]
kind = "demographic"
fields = ["sex", "age_years", "age_years_max", "age_days"]

[[example]]
title = "An age of 300 and a sex that the profile does not know fire"
given.field_issue = """
record_kind | domain    | record_id | field     | problem        | raw_value
encounter   | encounter | e1        | age_years | impossible_age | 300
person      | person    | p1        | sex       | unmapped_value | X
"""
fires = """
record_id | domain
e1        | encounter
p1        | person
"""

[[example]]
title = "An impossible date is another rule's business"
given.field_issue = """
record_kind | domain | record_id | field      | problem         | raw_value
death       | death  | d1        | death_date | impossible_date | 2019-13-01
"""
fires = ""
*/
select
    record_kind,
    record_id,
    domain,
    seq,
    string_agg(distinct field, ', ' order by field) as field,
    string_agg(distinct problem, ', ' order by problem) as problem,
    string_agg(raw_value, chr(30) order by field, problem, raw_value) as raw_values
from checked.field_issue
where problem = 'impossible_age' or field in ('sex', 'age_years', 'age_years_max', 'age_days', 'birth_date')
group by all
