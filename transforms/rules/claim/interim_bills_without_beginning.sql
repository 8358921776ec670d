/*
id = "interim_bills_without_beginning"
title = "Interim bills without a first one"
family = "claim"
severity = "informs"
severity_because = "The stay counts, with days missing at its beginning; the first months of an extract have such stays of necessity."
grain = "stay"
message = "The first bill of the stay is a continuing or last interim bill."
why = """
Without its first bill a long stay begins too late: its length is too short and its admission stands in the wrong \
month. Its first diagnoses, which give the principal one, are missing."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8"
fix = "Ask for the bill before; else take the admission date from the bill that is there."

[[effect]]
kind = "dates"
fields = ["admission_date"]

[[example]]
title = "A stay of a continuing and a last bill fires"
given.plain_encounter = """
encounter_id | stay_id | bill_type | admission_date
e1           | e1      | 0113      | 2023-02-01
e2           | e1      | 0114      | 2023-03-01
"""
fires = """
stay_id
e1
"""

[[example]]
title = "One with a first bill, which may repeat the day of admission, does not"
given.plain_encounter = """
encounter_id | stay_id | bill_type | admission_date
e1           | e1      | 0112      | 2023-02-01
e2           | e1      | 0113      | 2023-02-01
e3           | e3      | 0111      | 2023-02-01
"""
fires = ""
*/
with continuing as (
    select distinct stay_id
    from checked.plain_encounter
    where stay_id is not null and regexp_matches(bill_type, '^0?[1-9][1-9][34]$')
),
first_bill as (
    select
        encounter.stay_id,
        min(encounter.admission_date) as first_day,
        arg_min(encounter.bill_type, (encounter.admission_date, encounter.bill_type, encounter.encounter_id)) as bill_type
    from continuing
    inner join checked.plain_encounter as encounter on continuing.stay_id = encounter.stay_id
    where encounter.admission_date is not null
    group by encounter.stay_id
)
select stay_id, first_day, bill_type
from first_bill
where right(bill_type, 1) in ('3', '4')
