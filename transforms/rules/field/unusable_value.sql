/*
id = "unusable_value"
title = "Value cannot be used"
family = "field"
severity = "warns"
severity_because = "The field is empty in the warehouse; few figures rest on it."
grain = "record"
message = "A value of the record cannot be used ({field}: {problem})."
why = """
The field is empty in the warehouse, and tables by it count the record as unknown. A value that the profile does not know \
is mostly a new code of the source, and grows until the profile learns it."""
source = "Kahn 2016, conformance: value"
fix = "Add the value to the profile, or correct it in the source."

[[effect]]
kind = "none"

[[example]]
title = "A birth weight that is no number fires"
given.field_issue = """
record_kind | domain    | record_id | field        | problem      | raw_value
encounter   | encounter | e1        | birth_weight | not_a_number | heavy
"""
fires = """
record_id
e1
"""

[[example]]
title = "Dates, ages, sex, outcome and codes have rules of their own"
given.field_issue = """
record_kind | domain    | record_id | seq | field                 | problem            | raw_value
encounter   | encounter | e1        |     | age_years             | impossible_age     | 300
encounter   | encounter | e1        |     | sex                   | unmapped_value     | X
encounter   | encounter | e1        |     | discharge_disposition | unmapped_value     | 99
encounter   | diagnosis | e1        | 2   | code                  | spreadsheet_damage | 1.00E+10
death       | death     | d1        |     | death_date            | impossible_date    | 2019-13-01
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
where problem not in ('impossible_date', 'discharge_before_admission', 'impossible_age', 'spreadsheet_damage')
    and field not in ('sex', 'age_years', 'age_years_max', 'age_days', 'birth_date', 'discharge_disposition', 'died')
group by all
