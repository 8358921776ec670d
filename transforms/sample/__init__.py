"""Synthetic extracts of a made-up hospital group, with the truth about every error put into them.

`generate` writes one folder. Every file is UTF-8 CSV with a header line, comma-delimited, quoted only where needed;
an empty field is null, dates are ISO, and the same arguments give the same bytes. The column names are those of the
canonical layout (profile `farr`).

| file | a row is | columns |
|---|---|---|
| `encounters.csv` | an encounter of a provider | `encounter_id patient_id facility_id facility_type encounter_class \
admission_date discharge_date admission_type admission_source birth_date age_years age_days sex area \
discharge_disposition birth_weight department payer coder_id claim_number bill_type system dx1..dx25 poa1..poa25` |
| `claims.csv` | the insurer's copy of an encounter above | the same; `facility_type` is `insurer`, `facility_id` the \
provider's, `coder_id` empty, `encounter_id` the claim's number |
| `procedures.csv` | a procedure of an encounter in `encounters.csv` | `encounter_id seq role code system \
procedure_date modifiers units diagnosis_pointers` |
| `death.csv` | a registered death | `death_id patient_id death_date registration_date age_years age_days sex area \
facility_id place_of_death manner pregnancy_status underlying_cause system` |
| `death_condition.csv` | a condition on a certificate | `death_id line seq code system` (lines 1 to 5: I(a) to I(e), \
6: part II) |
| `population.csv` | residents at mid-year | `period area sex age_start age_end persons` |
| `births.csv` | births of residents | `period area sex live_births fetal_deaths_20w fetal_deaths_22w \
fetal_deaths_28w` |
| `coders.csv` | a coder at a facility, not loaded by the profile | `coder_id facility_id credential work_location \
start_date end_date` |
| `facilities.csv` | a facility, not loaded by the profile | `facility_id name facility_type area` |
| `truth.parquet` | a field that an injected error changed | `file record row_number kind field true_value \
written_value facility_id coder_id` |

The folder is meant as three sources of one collection with one `person_scope`, since the patient numbers are shared:
the providers (`encounters.csv`, `procedures.csv`), the insurer (`claims.csv`) and the registry (`death.csv`,
`death_condition.csv`). A claim is linked to the encounter it pays for by `claim_number`, which both carry and which
is unique within each file; it is a copy of the same care and never counts as a discharge.

`sex` is F or M; `facility_type`, `encounter_class` and `discharge_disposition` are written in the contract's own
words; `age_days` is given below one year of age; `died` is left out, because the disposition says it. `system` is
`icd10cm` for encounters, `icd10pcs` or `hcpcs` for procedures (CPT and HCPCS alike) and `icd10` for deaths. Codes are
written with their dot, as coding software does; `poa` is given by acute hospitals for their inpatients only, with 1
for an exempt code. A patient who is in hospital when the data end has no discharge date and the disposition
`still_patient`. `diagnosis_pointers` are positions in `dx1..dx25`, comma-separated within quotes.

In `truth.parquet`, `record` is the `encounter_id` or `death_id` as written in `file`, and `row_number` counts the
file's records from 1. A record carries at most one error, which may change two fields (two diagnoses that changed
places, the code of a procedure and its system). A stay entered again, with the same dates (`duplicate_stay`), from the
next day on (`overlapping_stay`) or half a year later (`disease_of_removed_organ`), has its second copy in the truth,
with the field `encounter_id` and the dates that were moved. Errors of an encounter are in the insurer's copy too, since
the claim says what was coded; those of a procedure are in `procedures.csv` only.
"""

from transforms.sample.generate import SampleFiles, generate, sample_files

__all__ = ["SampleFiles", "generate", "sample_files"]
