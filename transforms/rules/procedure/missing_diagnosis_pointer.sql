/*
id = "missing_diagnosis_pointer"
title = "Procedure line points to no diagnosis"
family = "procedure"
severity = "informs"
severity_because = "The record keeps its diagnoses; only what was done for which cannot be told."
grain = "procedure"
systems = ["hcpcs"]
applies_to = "encounter_class in ('professional', 'laboratory')"
message = "The line names no diagnosis as its reason."
why = """
A claim may hold a dozen diagnoses and as many procedures, and the pointer alone tells which belongs to which. \
Costs and procedures by cause leave such lines out or spread them over all diagnoses."""
source = "X12 837P, SV107 (one to four pointers to the diagnoses of the claim); CMS-1500, item 24E"
fix = "Have the line pointed to the diagnosis that it was done for."

[parameters.least_share]
default = 0.5
about = "Share of a source's lines that must point to a diagnosis for the rule to speak: others do not report it"

[[effect]]
kind = "none"

[[example]]
title = "The one line of two that points nowhere fires"
given.plain_procedure = """
encounter_id | seq | system | code  | source | encounter_class | facility_type    | diagnosis_pointers
e1           | 1   | hcpcs  | 99213 | s      | professional    | physician_office | 1
e1           | 2   | hcpcs  | 85025 | s      | professional    | physician_office |
"""
fires = """
encounter_id | seq
e1           | 2
"""

[[example]]
title = "A source without pointers, and a facility's lines, which have none, do not"
given.plain_procedure = """
encounter_id | seq | system | code  | source | encounter_class | facility_type    | diagnosis_pointers
e1           | 1   | hcpcs  | 99213 | s      | professional    | physician_office |
e2           | 1   | hcpcs  | 85025 | t      | outpatient      | hospital         |
"""
fires = ""
*/
with line as (
    select encounter_id, seq, code, system, source, diagnosis_pointers
    from checked.plain_procedure
    where
        system = 'hcpcs'
        and encounter_class in ('professional', 'laboratory')
        and facility_type in ('physician_office', 'clinic', 'laboratory', 'other')
),
pointing as (
    select source
    from line
    group by source
    having count(diagnosis_pointers) >= $least_share * count(*)
)
select line.encounter_id, line.seq, line.code, line.system
from line
inner join pointing on line.source = pointing.source
where line.diagnosis_pointers is null
