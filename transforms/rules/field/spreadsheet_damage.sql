/*
id = "spreadsheet_damage"
title = "Code was damaged by a spreadsheet"
family = "field"
severity = "warns"
severity_because = "The code is lost, and the file will lose the same codes again each time."
grain = "record"
message = "A spreadsheet has turned the code into a number or a date ({field})."
why = """
Opened in a spreadsheet, codes such as `1E10` become numbers and others become dates, and the code is lost. The same codes \
are lost in every file, so a few causes vanish while all others look complete."""
source = "Ziemann, Eren and El-Osta, Genome Biology 2016, 17:177 (errors by spreadsheets); our own rule"
fix = "Take the extract from the system again, without opening it in a spreadsheet."

[[effect]]
kind = "recode"
targets = ["any"]

[[example]]
title = "A diagnosis in scientific notation fires"
given.field_issue = """
record_kind | domain    | record_id | seq | field | problem            | raw_value
encounter   | diagnosis | e1        | 2   | code  | spreadsheet_damage | 1.00E+10
"""
fires = """
record_id | domain    | seq
e1        | diagnosis | 2
"""

[[example]]
title = "Other unusable values are other rules' business"
given.field_issue = """
record_kind | domain    | record_id | field        | problem      | raw_value
encounter   | encounter | e1        | birth_weight | not_a_number | heavy
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
where problem = 'spreadsheet_damage'
group by all
