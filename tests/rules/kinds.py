"""The kinds of errors that the sample holds, and the rules that find each."""

from __future__ import annotations

# The rules that find each kind of injected error. A code with one digit more than there is may be a code of another
# system or year, and is then found by the rule for that.
FOUND_BY = {
    "invalid_code": [
        "invalid_code",
        "missing_placeholder",
        "code_of_another_system",
        "wrong_system",
        "code_out_of_date",
        "header_code",
        "missing_seventh_character",
        "invalid_underlying_cause",
    ],
    "header_code": ["header_code", "missing_seventh_character", "code_out_of_date", "wrong_system"],
    "wrong_system": ["wrong_system"],
    "sex_conflict": ["sex_conflict", "sex_plausibility", "cause_sex_conflict"],
    "age_conflict": ["age_conflict", "age_plausibility"],
    "manifestation_as_principal": ["manifestation_as_principal"],
    "external_cause_as_principal": ["external_cause_as_principal"],
    "duplicate_of_principal": ["duplicate_of_principal"],
    "discharge_disposition_against_death": ["disposition_against_death_date"],
    "missing_principal": ["missing_principal_diagnosis"],
    "duplicate_stay": ["duplicate_stay"],
    "impossible_date": ["impossible_date"],
    "discharge_before_admission": ["impossible_date"],
    "spreadsheet_damage": ["spreadsheet_damage"],
    "ill_defined_underlying_cause": ["ill_defined_underlying_cause"],
}

# What the certifiers of the sample write as those of real registers do: true, and little use for public health.
HABITS_OF_CERTIFIERS = {"nonspecific_underlying_cause", "intermediate_underlying_cause", "only_mechanisms_certified"}
# What is wrong in clean records of the sample too, because their diagnoses are drawn apart: the rule, how many records
# of 10,000 encounters it may find, and why.
LEFT_IN_THE_SAMPLE = {
    "birth_weight_against_code": (100, "birth weights are drawn without regard to the codes of low and high weight"),
    "covid_confirmed_and_ruled_out": (2, "contact with COVID-19 is drawn beside the disease"),
    "deliveries_too_close": (30, "a delivery takes whatever woman of its age and area there is"),
    "delivery_without_procedure": (120, "only some conditions of childbirth bring a procedure"),
    "disease_of_removed_organ": (10, "an operation does not change what its patient is admitted for later"),
    "excludes1": (1200, "secondary diagnoses are drawn one by one, such as nicotine dependence and a history of it"),
    "fracture_in_osteoporosis": (40, "osteoporosis is drawn beside fractures"),
    "gestation_against_birth_weight": (5, "birth weights are drawn without regard to weeks"),
    "hypertension_with_kidney_disease": (30, "hypertension is drawn beside kidney disease"),
    "insulin_with_type_1": (50, "the use of insulin is drawn beside whatever diabetes"),
    "interim_bills_without_end": (5, "patients are still there on the last day"),
    "low_birth_weight_without_code": (50, "birth weights are drawn without regard to the codes of low and high weight"),
    "metastasis_without_primary": (450, "metastases are drawn among secondary diagnoses"),
    "new_patient_visit_of_known_patient": (2, "visits are drawn without regard to earlier ones"),
    "once_on_a_record": (3, "secondary diagnoses are drawn one by one"),
    "operation_without_indication": (20, "procedures belong to the principal diagnosis, which may be far from them"),
    "poa_on_exempt_code": (50, "external causes of injury carry an indicator"),
    "procedure_age_conflict": (50, "preventive visits are drawn without regard to age"),
    "questionable_admission": (10, "a few stays are for hypertension alone"),
    "transfer_without_other_side": (300, "hospitals outside the group take patients over"),
    "weeks_against_diagnosis": (100, "weeks of gestation are drawn without regard to the diagnosis"),
}
