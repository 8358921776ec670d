/*
id = "bills_of_a_stay_do_not_meet"
title = "Bills of a stay overlap or leave a gap"
family = "claim"
severity = "warns"
severity_because = "Days are counted twice or are missing; one stay moves a figure little."
grain = "stay"
applies_to = "encounters > 1"
message = "The bills of the stay {problem}."
why = """
The bills of a stay follow one another day by day. A gap is a month that was not delivered or two stays that were \
joined, and an overlap is a bill that was sent twice."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8; Tuva, encounters (bills are joined within a day)"
fix = "Compare the days of the bills: ask for the missing one, take out the double one, or separate the stays."

[parameters.most_days]
default = 0
about = "Days by which bills may overlap or be apart: 1 lets pass a day of leave"

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[effect]]
kind = "merge"

[[effect]]
kind = "add"
of = "discharge"
least = 0
greatest = 1

[[example]]
title = "A month that is missing, and one that is there twice, fire"
given.stay = """
stay_id | encounters | date_precision
e1      | 2          | day
e3      | 3          | day
"""
given.plain_encounter = """
encounter_id | stay_id | bill_type | admission_date | discharge_date
e1           | e1      | 0112      | 2023-02-01     | 2023-02-28
e2           | e1      | 0114      | 2023-04-01     | 2023-04-30
e3           | e3      | 0112      | 2023-02-01     | 2023-02-28
e4           | e3      | 0113      | 2023-03-01     | 2023-03-31
e5           | e3      | 0114      | 2023-03-10     | 2023-04-30
"""
fires = """
stay_id | message
e1      | The bills of the stay leave a gap.
e3      | The bills of the stay overlap.
"""

[[example]]
title = "Bills that follow day by day, that share the day between, or that repeat the day of admission do not"
given.stay = """
stay_id | encounters | date_precision
e1      | 2          | day
e3      | 2          | day
e5      | 2          | day
"""
given.plain_encounter = """
encounter_id | stay_id | bill_type | admission_date | discharge_date
e1           | e1      | 0112      | 2023-02-01     | 2023-02-28
e2           | e1      | 0114      | 2023-03-01     | 2023-03-20
e3           | e3      | 0112      | 2023-02-01     | 2023-02-28
e4           | e3      | 0114      | 2023-02-28     | 2023-03-20
e5           | e5      | 0112      | 2023-02-01     | 2023-02-28
e6           | e5      | 0114      | 2023-02-01     | 2023-03-20
"""
fires = ""
*/
with several as (
    select stay_id
    from checked.stay
    where encounters > 1 and date_precision in ('day', 'shifted')
),
bill as (
    select
        encounter.stay_id,
        encounter.admission_date,
        min(encounter.admission_date) over (partition by encounter.stay_id) as stay_from,
        max(encounter.discharge_date) over (
            partition by encounter.stay_id
            order by encounter.discharge_date, encounter.encounter_id
            rows between unbounded preceding and 1 preceding
        ) as end_before
    from several
    inner join checked.plain_encounter as encounter on several.stay_id = encounter.stay_id
    where encounter.bill_type is not null
)
select
    stay_id,
    if(bool_or(admission_date - end_before > 1 + $most_days), 'leave a gap', 'overlap') as problem,
    max(admission_date - end_before) as widest_gap
from bill
where
    admission_date - end_before > 1 + $most_days
    -- A bill that repeats the day of admission of the stay says nothing of its own first day.
    or (end_before - admission_date > $most_days and admission_date > stay_from)
group by stay_id
