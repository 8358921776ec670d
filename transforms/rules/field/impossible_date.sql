/*
id = "impossible_date"
title = "Date is impossible"
family = "field"
severity = "warns"
severity_because = "The record counts, but in no period or without its length of stay."
grain = "record"
message = "A date of the record is impossible ({field}: {problem})."
why = """
A record whose date does not exist or lies before its admission is accepted with that date empty, so it counts in the \
row of unknown periods or without a length of stay. Where many fail at once, the profile reads the dates in the wrong order."""
source = "HCUP data quality edits ELOS03 (admission after discharge); Kahn 2016, conformance and temporal plausibility"
fix = "Look up the date in the record; if many fail at once, mend the date format of the profile."

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date", "death_date"]

[[example]]
title = "A date that is none, and a discharge before the admission, fire; two faults of one record are one flag"
given.field_issue = """
record_kind | domain    | record_id | field          | problem                    | raw_value
encounter   | encounter | e1        | admission_date | impossible_date            | 2023-02-30
encounter   | encounter | e2        | admission_date | discharge_before_admission | 2023-03-09
encounter   | encounter | e2        | discharge_date | discharge_before_admission | 2023-03-01
"""
fires = """
record_id | message
e1        | A date of the record is impossible (admission_date: impossible_date).
e2        | A date of the record is impossible (admission_date, discharge_date: discharge_before_admission).
"""

[[example]]
title = "An impossible age is another rule's business"
given.field_issue = """
record_kind | domain    | record_id | field     | problem        | raw_value
encounter   | encounter | e1        | age_years | impossible_age | 300
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
where problem in ('impossible_date', 'discharge_before_admission')
group by all
