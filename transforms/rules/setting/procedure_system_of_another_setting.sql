/*
id = "procedure_system_of_another_setting"
title = "Procedure is coded in the system of another setting"
family = "setting"
severity = "warns"
severity_because = "Rates of operations count one system a setting, so such procedures are in none; one record moves them little."
grain = "procedure"
systems = ["icd10pcs", "icd9proc", "hcpcs"]
message = "The procedure is coded in a system that this setting does not use."
why = """
Hospital inpatients are coded in ICD-10-PCS (ICD-9-CM volume 3 before October 2015) and everyone else in CPT and \
HCPCS. An operation in the other system is missing from the counts of its setting, or is counted twice."""
source = "45 CFR 162.1002 (ICD-10-PCS for inpatient hospital services, CPT and HCPCS for others); NUBC UB-04, form locators 44 and 74"
fix = "Code the procedure in the system of the setting, or mend the class of the record; professional lines belong to a professional claim."

[[effect]]
kind = "recode"
targets = ["any"]

[[example]]
title = "CPT on an inpatient facility record and ICD-10-PCS on an outpatient one fire"
given.setting = """
facility_type | encounter_class | procedure_systems
hospital      | inpatient       | icd10pcs icd9proc
hospital      | outpatient      | hcpcs
"""
given.plain_procedure = """
encounter_id | seq | code    | system   | facility_type | encounter_class
e1           | 1   | 47562   | hcpcs    | hospital      | inpatient
e2           | 1   | 0FT44ZZ | icd10pcs | hospital      | outpatient
"""
fires = """
encounter_id | seq
e1           | 1
e2           | 1
"""

[[example]]
title = "The right systems, a clotting factor, another country's system and an insurer's copy do not"
given.setting = """
facility_type | encounter_class | procedure_systems
hospital      | inpatient       | icd10pcs icd9proc
hospital      | outpatient      | hcpcs
insurer       | inpatient       |
"""
given.plain_procedure = """
encounter_id | seq | code    | system   | facility_type | encounter_class
e1           | 1   | 0FT44ZZ | icd10pcs | hospital      | inpatient
e2           | 1   | 47562   | hcpcs    | hospital      | outpatient
e3           | 1   | J18     | opcs4    | hospital      | inpatient
e4           | 1   | J7190   | hcpcs    | hospital      | inpatient
e5           | 1   | 47562   | hcpcs    | insurer       | inpatient
"""
fires = ""
*/
select
    procedure.encounter_id,
    procedure.seq,
    procedure.code,
    procedure.system,
    procedure.facility_type,
    procedure.encounter_class
from checked.setting as setting
inner join checked.plain_procedure as procedure
    on setting.facility_type = procedure.facility_type
    and setting.encounter_class = procedure.encounter_class
where
    setting.procedure_systems is not null
    and procedure.system in ('icd10pcs', 'icd9proc', 'hcpcs')
    and not list_contains(string_split(setting.procedure_systems, ' '), procedure.system)
    -- Clotting factors for haemophilia are reported by HCPCS for inpatients too.
    and not (procedure.system = 'hcpcs' and starts_with(procedure.code, 'J7'))
