/*
id = "procedures_not_reported_together"
title = "Procedures that are not reported together"
family = "procedure"
severity = "informs"
severity_because = "One service is part of the other; counts of procedures move, counts of causes do not."
grain = "procedure"
systems = ["hcpcs"]
needs = ["procedure_pair"]
message = "The procedure is part of another that was reported for the same day."
why = """
A service that belongs to another is done once and counted twice when both are reported. Rates of procedures then \
differ by how a practice bills."""
source = "CMS National Correct Coding Initiative, procedure-to-procedure edits, as the site has brought them in (codes.procedure_pair)"
fix = "Report the larger procedure alone, or add the modifier that says why both were done."

[[effect]]
kind = "none"

[[example]]
title = "A part beside its whole fires"
given.procedure_pair = """
setting      | column_1 | column_2 | modifier_indicator | valid_from
practitioner | 47562    | 49320    | 0                  | 2020-01-01
"""
given.plain_procedure = """
encounter_id | seq | system | code  | patient_id | facility_id | code_date  | encounter_class
e1           | 1   | hcpcs  | 47562 | p1         | h1          | 2023-05-01 | professional
e1           | 2   | hcpcs  | 49320 | p1         | h1          | 2023-05-01 | professional
"""
fires = """
encounter_id | seq
e1           | 2
"""

[[example]]
title = "Another day, a modifier where one is allowed, and another setting do not"
given.procedure_pair = """
setting      | column_1 | column_2 | modifier_indicator | valid_from
practitioner | 47562    | 49320    | 1                  | 2020-01-01
"""
given.plain_procedure = """
encounter_id | seq | system | code  | patient_id | facility_id | code_date  | encounter_class | facility_type    | modifiers
e1           | 1   | hcpcs  | 47562 | p1         | h1          | 2023-05-01 | professional    | physician_office |
e1           | 2   | hcpcs  | 49320 | p1         | h1          | 2023-05-01 | professional    | physician_office | 59
e2           | 1   | hcpcs  | 47562 | p2         | h1          | 2023-05-01 | professional    | physician_office |
e2           | 2   | hcpcs  | 49320 | p2         | h1          | 2023-05-02 | professional    | physician_office |
e3           | 1   | hcpcs  | 47562 | p3         | h1          | 2023-05-01 | outpatient      | hospital         |
e3           | 2   | hcpcs  | 49320 | p3         | h1          | 2023-05-01 | outpatient      | hospital         |
"""
fires = ""
*/
with line as (
    select
        encounter_id,
        seq,
        code,
        system,
        coalesce(patient_id, encounter_id) as person,
        facility_id,
        code_date,
        if(encounter_class = 'professional', 'practitioner', 'outpatient_hospital') as setting,
        list_has_any(
            string_split(coalesce(modifiers, ''), ','),
            [
                'E1', 'E2', 'E3', 'E4', 'FA', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'TA', 'T1', 'T2', 'T3',
                'T4', 'T5', 'T6', 'T7', 'T8', 'T9', 'LT', 'RT', 'LC', 'LD', 'RC', 'LM', 'RI', '24', '25', '57', '58', '78',
                '79', '27', '59', '91', 'XE', 'XS', 'XP', 'XU'
            ]
        ) as has_modifier
    from checked.plain_procedure
    where
        system = 'hcpcs'
        and code_date is not null
        and (encounter_class = 'professional' or (facility_type = 'hospital' and stay_id is null))
)
select
    part.encounter_id,
    part.seq,
    part.code,
    part.system,
    min(whole.encounter_id) as related_id,
    min(whole.code) as reported_with
from line as part
inner join checked.procedure_pair as pair
    on part.code = pair.column_2
    and part.setting = pair.setting
    and part.code_date between pair.valid_from and coalesce(pair.valid_to, date '9999-12-31')
inner join line as whole
    on pair.column_1 = whole.code
    and part.person = whole.person
    and part.facility_id is not distinct from whole.facility_id
    and part.code_date = whole.code_date
    and part.setting = whole.setting
    and (part.encounter_id, part.seq) <> (whole.encounter_id, whole.seq)
where
    pair.modifier_indicator = '0'
    or (pair.modifier_indicator = '1' and not part.has_modifier and not whole.has_modifier)
group by part.encounter_id, part.seq, part.code, part.system
