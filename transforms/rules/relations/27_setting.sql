-- What each setting sends: filled from tables/setting.csv. Null: whatever.
create table checked.setting (
    facility_type varchar,
    encounter_class varchar,
    is_expected boolean,
    procedure_systems varchar,
    poa varchar,
    needs_disposition boolean,
    needs_diagnosis boolean,
    needs_admission_type boolean,
    bill_types varchar,
    most_days integer,
    most_diagnoses integer,
    most_procedures integer
);
