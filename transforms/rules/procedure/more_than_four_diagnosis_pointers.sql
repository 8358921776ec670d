/*
id = "more_than_four_diagnosis_pointers"
title = "Procedure line points to more than four diagnoses"
family = "procedure"
severity = "informs"
severity_because = "No figure moves; it shows that lines were joined or a list was copied."
grain = "procedure"
systems = ["hcpcs"]
applies_to = "diagnosis_pointers is not null"
message = "The line points to more than four diagnoses."
why = """
A professional line names four diagnoses at most, so more of them were joined from several lines. Procedures by \
cause then count the line under every diagnosis."""
source = "X12 837P, SV107 (one to four pointers to the diagnoses of the claim); CMS-1500, item 24E"
fix = "See whether the extract joins lines; name the diagnoses that the line was done for."

[parameters.most_pointers]
default = 4
about = "Pointers that a line may have: 4 since the 5010 format, 8 in 4010"

[[effect]]
kind = "none"

[[example]]
title = "Five pointers fire"
given.core_procedure = """
encounter_id | seq | system | code  | diagnosis_pointers
e1           | 1   | hcpcs  | 99213 | 1,2,3,4,5
"""
fires = """
encounter_id | seq
e1           | 1
"""

[[example]]
title = "Four do not"
given.core_procedure = """
encounter_id | seq | system | code  | diagnosis_pointers
e1           | 1   | hcpcs  | 99213 | 1,2,3,4
e1           | 2   | hcpcs  | 99213 |
"""
fires = ""
*/
select encounter_id, seq, code, system, diagnosis_pointers
from checked.core_procedure
where len(string_split(diagnosis_pointers, ',')) > $most_pointers
