/*
id = "stay_over_a_year"
title = "Stay is longer than a year"
family = "time"
severity = "informs"
severity_because = "There are such stays in psychiatry and long-term care; in an acute hospital nearly all have a wrong date."
grain = "stay"
applies_to = "length_of_stay is not null and stay_class <> 'long_term'"
message = "The stay lasted longer than {limited_to} days."
why = """
One stay of three years adds as many bed-days as two hundred ordinary ones, so a wrong year in a date moves the \
mean length of stay of a whole department. Medians do not show it."""
source = "HCUP data quality edits of LOS (stays over 365 days are set apart)"
fix = "Compare both dates; a stay that is billed by the month needs its own discharge date."

[parameters.most_days]
default = 365
about = "Days beyond which a stay is very long"

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[example]]
title = "Four hundred days fire"
given.stay = """
stay_id | stay_class | length_of_stay
e1      | inpatient  | 400
"""
fires = """
stay_id
e1
"""

[[example]]
title = "A year, and years in a nursing home, do not"
given.stay = """
stay_id | stay_class | length_of_stay
e1      | inpatient  | 365
e2      | long_term  | 900
"""
fires = ""
*/
select stay_id, admission_date, discharge_date, length_of_stay, $most_days as limited_to
from checked.stay
where length_of_stay > $most_days and stay_class <> 'long_term'
