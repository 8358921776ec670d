/*
id = "unknown_outcome_value"
title = "Discharge disposition cannot be read"
family = "field"
severity = "warns"
severity_because = "In-hospital mortality leaves the stay out; above a few in a hundred it is no longer that of the hospital."
grain = "record"
message = "The discharge disposition cannot be read ({problem})."
why = """
A stay whose disposition cannot be read has an unknown outcome and leaves the denominator of in-hospital mortality. If \
the code that the profile does not know means death, mortality is too low."""
source = "HCUP DISPUNIFORM; Medicare Code Editor v43.1, section 16 (discharge status)"
fix = "Add the code to the profile's dispositions, or look up how the patient left."

[[effect]]
kind = "outcome"

[[example]]
title = "A disposition that the profile does not know fires"
given.field_issue = """
record_kind | domain    | record_id | field                 | problem        | raw_value
encounter   | encounter | e1        | discharge_disposition | unmapped_value | 99
"""
fires = """
record_id
e1
"""

[[example]]
title = "An unknown admission type does not change the outcome"
given.field_issue = """
record_kind | domain    | record_id | field          | problem        | raw_value
encounter   | encounter | e1        | admission_type | unmapped_value | 99
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
where field in ('discharge_disposition', 'died')
group by all
