/*
id = "void_of_nothing"
title = "Void that cancels nothing"
family = "claim"
severity = "informs"
severity_because = "What the void was to cancel is not here, so no figure moves; many show that a delivery is missing."
grain = "person"
message = "A bill of the person was cancelled that no delivery holds."
why = """
A void takes a bill out, so one without its bill means that the bill never came or stands under another number. In \
the second case a stay that was cancelled still counts."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8"
fix = "Look for the bill under another claim number; ask for the deliveries before."

[[effect]]
kind = "none"

[[example]]
title = "A void alone fires"
given.bill = """
bill_id | claim | patient_id | frequency | outcome | superseded_by
s:1     | C1    | p1         | 8         | void    |
"""
fires = """
patient_id
p1
"""

[[example]]
title = "A void beside the bill that it cancelled does not"
given.bill = """
bill_id | claim | patient_id | frequency | outcome | superseded_by
s:1     | C1    | p1         | 1         | voided  | s:2
s:2     | C1    | p1         | 8         | void    |
"""
fires = ""
*/
select void.patient_id, min(void.bill_id) as void_bill
from checked.bill as void
where
    void.outcome = 'void'
    and void.patient_id is not null
    and void.bill_id not in (
        select cancelled.superseded_by
        from checked.bill as cancelled
        where cancelled.superseded_by is not null
    )
group by void.patient_id
