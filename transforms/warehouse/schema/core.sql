create schema if not exists core;

create table core.person ( -- A person within a person scope
    patient_id varchar not null, -- person_scope:native id
    collection varchar not null, -- Collection
    sex varchar not null, -- F, M or U; U also where sources disagree
    birth_date date, -- Date of birth; null where unknown or where sources disagree
    death_date date, -- Date of death; the earliest where several are given
    death_source varchar, -- Source that gave the date of death
    death_precision varchar, -- How exactly that date is known: day, month, year or shifted
    is_sex_disputed boolean not null default false, -- True where sources or records give both sexes
    birth_date_earliest date, -- Earliest date of birth that any source or record gives
    birth_date_latest date, -- Latest such date; another than the earliest where they disagree
    death_date_latest date, -- Latest date of death that any source or record gives
);

create table core.encounter ( -- An encounter: a claim, an episode, a visit; rows of the extract that are one encounter folded
    encounter_id varchar not null, -- source:native id
    stay_id varchar, -- Inpatient stay that the encounter belongs to; null for others
    collection varchar not null, -- Collection
    patient_id varchar, -- person_scope:native id; null where the extract has none
    facility_id varchar, -- Facility; null is unknown
    facility_type varchar not null, -- hospital, clinic, physician_office, nursing_home, rehabilitation, laboratory, insurer, vital_registration or other
    encounter_class varchar not null, -- inpatient, day_case, newborn, emergency, outpatient, professional, laboratory, long_term or other
    admission_date date, -- First day
    discharge_date date, -- Last day; the service date of an outpatient encounter
    admission_type varchar, -- As the source codes it, mapped by the profile
    admission_source varchar, -- As the source codes it, mapped by the profile
    age_years integer, -- Completed years at admission; the least where only a range is known
    age_years_max integer, -- Greatest age where only a range is known, else equal to age_years; null with an age_years that is not null: open-ended range
    age_days integer, -- Completed days at admission, known below one year
    sex varchar not null, -- F, M or U
    area varchar, -- Area of residence
    discharge_disposition varchar, -- home, transferred, died, against_advice, still_patient, hospice, other; null is unknown
    died boolean, -- Died in the encounter: by disposition, else by a linked death within the stay; null is unknown
    died_reported boolean, -- Died, as a field of its own in the source says; null where it has none
    length_of_stay integer, -- Days from admission to discharge, 0 on the same day; null where either date is unknown or they contradict each other
    birth_weight integer, -- Grams
    department varchar, -- Department or specialty
    payer varchar, -- Payer
    coder_id varchar, -- Who coded it; never leaves the warehouse
    weight decimal(18, 6) not null, -- How many encounters the row stands for
    weight_kind varchar not null, -- frequency (a row of counts, or one record) or sampling (a survey)
    date_precision varchar not null, -- day, month or year; shifted where dates were moved to hide persons
    claim_number varchar, -- Claim that a bill belongs to, where the source has bills
    bill_type varchar, -- Type of bill, where the source has bills
    condition_codes varchar, -- Condition codes of the bill, comma-separated, where the source has them
    claim_status varchar, -- paid, denied, reversed or pending, where the source says so
    source varchar not null, -- Source of the configuration
    batch_id varchar not null, -- File version of the first row
    row_number bigint not null, -- That row
    bucket integer not null, -- md5_number_lower(coalesce(patient_id, encounter_id)) % 256
);

create table core.stay ( -- An inpatient stay of a facility: its encounters folded
    stay_id varchar not null, -- encounter_id of its first encounter
    collection varchar not null, -- Collection
    patient_id varchar, -- Patient
    facility_id varchar, -- Facility
    facility_type varchar not null, -- Type of facility
    stay_class varchar not null, -- inpatient, day_case, newborn or long_term
    admission_date date, -- First day of the first encounter
    discharge_date date, -- Last day of the last encounter; null while the patient is still there
    admission_type varchar, -- Of the first encounter
    admission_source varchar, -- Of the first encounter
    discharge_disposition varchar, -- Of the last encounter
    age_years integer, -- At admission; see core.encounter
    age_years_max integer, -- See core.encounter
    age_days integer, -- See core.encounter
    sex varchar not null, -- F, M or U
    area varchar, -- Area of residence
    department varchar, -- Department or specialty of the encounter that gives its principal diagnosis
    died boolean, -- Died in the stay; null is unknown
    length_of_stay integer, -- Days from admission to discharge
    encounters integer not null, -- How many encounters it folds
    principal_encounter_id varchar not null, -- The encounter that gives its principal diagnosis
    principal_system varchar, -- System of the principal diagnosis
    principal_code varchar, -- Canonical code of the principal diagnosis; null where there is none
    principal_code_status varchar, -- Its status on its date
    counts_as_discharge boolean not null, -- True where it enters discharges: ended, of a facility (not a payer's or professional's copy), inpatient, not a newborn or day case
    weight decimal(18, 6) not null, -- How many stays the row stands for
    weight_kind varchar not null, -- frequency or sampling
    date_precision varchar not null, -- day, month, year or shifted
    source varchar not null, -- Source
    bucket integer not null, -- That of its encounters
);

create table core.diagnosis ( -- Diagnoses of an encounter, in the order of the source
    encounter_id varchar not null, -- Encounter
    seq integer not null, -- Position within the encounter, from 1
    role varchar not null, -- principal, secondary, admitting, reason_for_visit or external
    code_raw varchar not null, -- As in the source
    code varchar, -- Canonical code; null where the raw value is no code at all
    system varchar not null, -- Code system
    poa varchar, -- Present on admission: Y, N, U, W, or 1 for exempt; null where not given
    code_status varchar not null, -- valid header retired not_yet_valid wrong_system malformed not_found or unknown
);

create table core.procedure ( -- Procedures of an encounter
    encounter_id varchar not null, -- Encounter
    seq integer not null, -- Position within the encounter, from 1
    role varchar not null, -- principal or secondary
    code_raw varchar not null, -- As in the source
    code varchar, -- Canonical code
    system varchar not null, -- Code system
    procedure_date date, -- Day of the procedure
    modifiers varchar, -- Modifiers, comma-separated
    units decimal(18, 3), -- Units of service
    diagnosis_pointers varchar, -- Positions of the diagnoses that the line points to, comma-separated
    code_status varchar not null, -- See core.diagnosis
);

create table core.death ( -- Deaths as registered: certificates, registry rows and counts
    death_id varchar not null, -- source:native id
    collection varchar not null, -- Collection
    patient_id varchar, -- Person, where the register can be linked
    death_date date, -- Day of death, or the first day of the month or year where only that is known
    registration_date date, -- Day of registration
    age_years integer, -- Completed years at death; the least where only a range is known
    age_years_max integer, -- Greatest age where only a range is known; see core.encounter
    age_days integer, -- Completed days, known below one year
    sex varchar not null, -- F, M or U
    area varchar, -- Area of residence
    facility_id varchar, -- Facility where it happened, where given
    place_of_death varchar, -- hospital, home, nursing_home, ... or as coded
    manner varchar, -- natural, accident, suicide, homicide, undetermined
    pregnancy_status varchar, -- As coded by the source, mapped by the profile
    underlying_cause_raw varchar, -- As in the source
    underlying_cause varchar, -- Canonical code
    system varchar, -- Code system of the underlying cause
    code_status varchar, -- Status of the underlying cause on the date of death
    weight decimal(18, 6) not null, -- How many deaths the row stands for
    weight_kind varchar not null, -- frequency or sampling
    date_precision varchar not null, -- day, month, year or shifted
    source varchar not null, -- Source
    batch_id varchar not null, -- File version
    row_number bigint not null, -- Row
    bucket integer not null, -- md5_number_lower(coalesce(patient_id, death_id)) % 256
);

create table core.death_condition ( -- Conditions on a death certificate
    death_id varchar not null, -- Death
    line integer not null, -- Line of the certificate: 1 for I(a) to 5 for I(e), 6 for part II
    seq integer not null, -- Position on the line, from 1
    code_raw varchar not null, -- As in the source
    code varchar, -- Canonical code
    system varchar not null, -- Code system
    code_status varchar not null, -- See core.diagnosis
);

create table core.bill ( -- Versions of the claims that have a replacement or a void; all other bills are encounters and no more
    bill_id varchar not null, -- source:native id; that of its encounter where it stands
    collection varchar not null, -- Collection
    source varchar not null, -- Source
    claim varchar not null, -- What its versions have in common: claim number, or the key of the profile; unique within the source
    patient_id varchar, -- Patient
    facility_id varchar, -- Facility
    encounter_class varchar not null, -- See core.encounter
    admission_date date, -- First day
    discharge_date date, -- Last day
    claim_number varchar, -- Claim number
    bill_type varchar, -- Type of bill
    frequency varchar, -- Last digit of the type of bill: 7 replaces, 8 cancels
    names_bill_id varchar, -- Bill that a replacement or void names; null where it names none
    place integer not null, -- Order of the source's versions, earlier ones first
    outcome varchar not null, -- stands, replaced, voided or void
    superseded_by varchar, -- Bill that replaced or cancelled it
);

create table core.birth ( -- Counts of births
    collection varchar not null, -- Collection
    period integer not null, -- Year
    area varchar, -- Area of residence
    sex varchar not null, -- F, M or U
    live_births bigint, -- Live births
    fetal_deaths_20w bigint, -- Fetal deaths of 20 weeks and over
    fetal_deaths_22w bigint, -- Fetal deaths of 22 weeks and over
    fetal_deaths_28w bigint, -- Fetal deaths of 28 weeks and over
);

create table core.population ( -- Population at mid-year, or the catchment of a facility
    collection varchar not null, -- Collection
    facility_id varchar, -- Facility whose catchment it is; null for an area's residents
    period integer not null, -- Year
    area varchar, -- Area of residence; null: the collection's whole area
    sex varchar not null, -- F, M or U
    age_start integer not null, -- First age in completed years
    age_end integer, -- Last age, inclusive; null: open-ended
    persons decimal(18, 3) not null, -- Persons
);

create table core.coverage ( -- Which days each source covers
    source varchar not null, -- Source
    collection varchar not null, -- Collection
    record_kind varchar not null, -- encounter, death, or vital_status: on these days its persons without a date of death are known to live
    first_day date, -- First complete day; null where no record has a date
    last_day date, -- Last complete day
    is_declared boolean not null, -- True where the configuration says so, false where it is the calendar years of the records
);

create table core.field_issue ( -- Fields of accepted records whose value is impossible: null in core, the raw value here
    record_kind varchar not null, -- encounter, diagnosis, procedure, death, death_condition or person
    record_id varchar not null, -- encounter_id, death_id or patient_id
    seq integer, -- Position of the diagnosis or procedure, where it is one
    field varchar not null, -- Column of core
    raw_value varchar, -- As in the source
    problem varchar not null, -- impossible_date, discharge_before_admission, impossible_age, not_a_number, spreadsheet_damage, unmapped_value
    batch_id varchar not null, -- File version
    row_number bigint not null, -- Row
);

create table core.reconciliation ( -- From rows read to encounters, stays and deaths: what each step added or took away
    source varchar not null, -- Source
    collection varchar not null, -- Collection
    step_order integer not null, -- Order of the steps
    step varchar not null, -- rows_read, rows_rejected, exact_duplicate, folded_into_encounter, replaced, voided, encounters, folded_into_stay, stays, deaths, ...
    row_count bigint not null, -- Rows, encounters or stays that the step concerns; weights apart
    weighted decimal(18, 6), -- The same by weight where the source has weights
    note varchar, -- In a sentence
);
