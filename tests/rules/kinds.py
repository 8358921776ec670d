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
    "missing_seventh_character": ["missing_seventh_character"],
    "overlapping_stay": ["overlapping_stays"],
    "disease_of_removed_organ": ["disease_of_removed_organ"],
    "two_sexes": ["two_sexes"],
    "pregnancy_code_on_newborn": ["pregnancy_code_on_newborn"],
    "delivery_without_outcome": ["delivery_without_outcome"],
    "pcs_on_outpatient": ["procedure_system_of_another_setting"],
    "void_of_nothing": ["void_of_nothing"],
    "ill_defined_underlying_cause": ["ill_defined_underlying_cause"],
}

# What the certifiers of the sample write as those of real registers do: true, and little use for public health.
HABITS_OF_CERTIFIERS = {"nonspecific_underlying_cause", "intermediate_underlying_cause", "only_mechanisms_certified"}
