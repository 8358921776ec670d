/*
id = "replacement_without_original"
title = "Replacement of a bill that is not there"
family = "claim"
severity = "informs"
severity_because = "The replacement stands for the whole claim, so no figure moves; many show that a delivery is missing."
grain = "encounter"
applies_to = "bill_type is not null"
message = "The bill replaces another that no delivery holds."
why = """
A replacement takes the place of the whole claim and counts once, whether the original is here or not. Many \
replacements without originals mean that earlier deliveries are missing, and with them bills that were never \
replaced."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8; Tuva, adjustments, denials and reversals"
fix = "Ask for the deliveries before; the first months of an extract have such bills of necessity."

[[effect]]
kind = "none"

[[example]]
title = "A replacement alone fires"
given.bill = """
bill_id | claim | frequency | outcome | superseded_by
s:1     | C1    | 7         | stands  |
"""
fires = """
encounter_id
s:1
"""

[[example]]
title = "One beside its original, and one that was replaced itself, do not"
given.bill = """
bill_id | claim | frequency | outcome  | superseded_by
s:1     | C1    | 1         | replaced | s:2
s:2     | C1    | 7         | stands   |
s:3     | C2    | 1         | replaced | s:4
s:4     | C2    | 7         | replaced | s:5
s:5     | C2    | 7         | stands   |
"""
fires = ""
*/
select bill.bill_id as encounter_id, bill.frequency
from checked.bill as bill
where
    bill.frequency = '7'
    and bill.outcome = 'stands'
    and bill.bill_id not in (
        select earlier.superseded_by
        from checked.bill as earlier
        where earlier.superseded_by is not null
    )
