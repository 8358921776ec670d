"""The measures that rest on facts of each stay: length, coding, comorbidity, readmission, death after discharge."""

from __future__ import annotations

from dataclasses import replace

from transforms.measures.definitions.definition import Definition

_LENGTH_MISSING = "no stay with a known length"
_PATIENTS_MISSING = "no stay whose patient can be followed to the end of the window"


def _share(name: str, events: str, size: str, missing: str, **further: object) -> Definition:
    """A share of stays: columns `events` and `events_records` out of `size` and its records and squares."""
    fields: dict = {
        "numerator": events,
        "records": f"{events}_records",
        "denominator": size,
        "denominator_records": f"{size}_records",
        "known": f"{size}_records",
        "squared": f"{size}_squared",
        **further,
    }
    return Definition(
        name=name,
        domain="discharge",
        kind="proportion",
        interval="wilson",
        missing=missing,
        reliability="proportion",
        **fields,
    )


def _of_principals(name: str, what: str, among: str, missing: str) -> Definition:
    return _share(
        name,
        f"{what}_principals",
        f"{among}_principals",
        missing,
        records=f"{what}_records",
        denominator_records=f"{among}_records",
        known=f"{among}_records",
        squared=f"{among}_squared",
    )


def _mean(name: str, total: str, among: str, missing: str, *, signed: bool = False) -> Definition:
    """The mean of a whole number that stays carry; `signed` where it may be below 0."""
    return Definition(
        name=name,
        domain="discharge",
        kind="score" if signed else "mean",
        numerator=total,
        squares=f"{total}_squared",
        records=f"{among}_records",
        squared=f"{among}_squared",
        denominator=f"{among}_stays",
        denominator_records=f"{among}_records",
        known=f"{among}_records",
        interval="normal",
        missing=missing,
    )


_NO_DRG = "no stay has an MS-DRG"
_NO_WEIGHT = "no relative weights of these MS-DRGs are at hand: add the site's file with farr codes add"
_OF_DRG = {"denominator_records": "grouped_records", "known": "grouped_records", "squared": "grouped_squared"}
_NO_PATIENTS = "no patient identifier in the records"
_FIRST = {
    "domain": "discharge",
    "numerator": "first_patients",
    "records": "first_patients",
    "squared": "first_patients",
    "known": "first_known_records",
    "causes": "with_cause",
    "any_listed": True,
    "looks_back": True,
    "missing": "no record of a known patient and day",
}
_NO_COMORBIDITY = "no stay with a principal diagnosis in a system whose codes have comorbidity groups"
_NO_PRESENCE = "the sources do not say which diagnoses were present on admission"

MORBIDITY = (
    Definition(
        name="geometric_mean_length_of_stay",
        domain="discharge",
        kind="composed",
        numerator="stays_with_length",
        records="length_records",
        squared="length_squared",
        known="length_records",
        within=("length_of_stay",),
        interval="normal",
        intervals=("normal", "none"),
        missing=_LENGTH_MISSING,
    ),
    _share(
        "long_stay_share",
        "long_stays",
        "stays_with_length",
        _LENGTH_MISSING,
        records="long_stay_records",
        denominator_records="length_records",
        known="length_records",
        squared="length_squared",
    ),
    _share(
        "net_in_hospital_mortality",
        "net_died",
        "net_outcome",
        "no stay with a known outcome and a known length",
        known="net_known_records",
    ),
    _share(
        "thirty_day_mortality",
        "died_from_discharge",
        "followed_from_discharge",
        _PATIENTS_MISSING,
        stratum=("window", "in hospital or up to 30 days after discharge"),
    ),
    _share(
        "case_fatality",
        "died_from_admission",
        "followed_from_admission",
        _PATIENTS_MISSING,
        causes="with_cause",
        stratum=("window", "up to 30 days after admission"),
    ),
    _share(
        "readmission_rate_30_day",
        "readmitted",
        "index_stays",
        "no stay of an identified patient whose readmission would be known",
        denominator_records="index_records",
        known="index_known_records",
        squared="index_squared",
    ),
    _mean("mean_secondary_diagnoses", "secondary_diagnoses", "coded", "no stay with a diagnosis"),
    _of_principals(
        "symptom_principal_share", "symptom", "classified", "no principal diagnosis in an edition of ICD-9 or ICD-10"
    ),
    _of_principals(
        "unspecified_principal_share", "unspecified", "titled", "no principal diagnosis whose title is at hand"
    ),
    _of_principals(
        "invalid_principal_share", "invalid", "judged", "no principal diagnosis whose code can be judged on its date"
    ),
    _mean("mean_charlson_score", "charlson_score", "scored", _NO_COMORBIDITY),
    _mean("mean_charlson_score_2011", "charlson_score_2011", "scored", _NO_COMORBIDITY),
    _mean("mean_elixhauser_score", "elixhauser_score", "scored", _NO_COMORBIDITY, signed=True),
    _mean("mean_ahrq_mortality_index", "ahrq_mortality_index", "refined", _NO_PRESENCE, signed=True),
    _mean("mean_ahrq_readmission_index", "ahrq_readmission_index", "refined", _NO_PRESENCE, signed=True),
    Definition(
        name="leading_diagnosis_rank",
        domain="discharge",
        kind="composed",
        numerator="weight",
        records="records",
        squared="weight_squared",
        causes="with_cause",
        intervals=("none",),
    ),
    Definition(
        name="discharges_with_mention",
        domain="discharge",
        kind="count",
        numerator="weight",
        records="records",
        squared="weight_squared",
        causes="with_cause",
        any_listed=True,
    ),
    Definition(
        name="comorbidity_prevalence",
        domain="discharge",
        kind="share_of_all",
        numerator="weight",
        records="records",
        squared="weight_squared",
        denominator="weight",
        denominator_records="records",
        interval="wilson",
        causes="with_cause",
        any_listed=True,
        missing="no stays",
    ),
    Definition(
        name="patients_with_mention",
        domain="discharge",
        kind="patients",
        numerator="patients",
        records="patients",
        squared="weight_squared",
        known="identified_records",
        causes="with_cause",
        any_listed=True,
        missing=_NO_PATIENTS,
    ),
    Definition(
        name="treated_prevalence",
        domain="discharge",
        kind="share_of_all",
        numerator="patients",
        records="patients",
        squared="patients",
        denominator="patients",
        denominator_records="patients",
        known="identified_records",
        interval="wilson",
        causes="with_cause",
        any_listed=True,
        missing=_NO_PATIENTS,
    ),
    Definition(
        name="treated_prevalence_rate",
        domain="discharge",
        kind="rate",
        numerator="patients",
        records="patients",
        squared="patients",
        known="identified_records",
        multiplier=100_000.0,
        interval="exact_poisson",
        causes="with_cause",
        any_listed=True,
        whole_years=True,
        reliability="rate",
        missing=_NO_PATIENTS,
    ),
    _share(
        "complication_share", "complicated_stays", "grouped_stays", _NO_DRG, **_OF_DRG, records="complicated_records"
    ),
    _share(
        "major_complication_share",
        "majorly_complicated_stays",
        "grouped_stays",
        _NO_DRG,
        **_OF_DRG,
        records="majorly_complicated_records",
    ),
    # Weights are kept in ten-thousandths.
    replace(_mean("case_mix_index", "drg_weight", "weighed", _NO_WEIGHT), multiplier=0.0001),
    Definition(name="patients_first_in_window", kind="count", interval="exact_poisson", **_FIRST),
    Definition(
        name="first_in_window_incidence",
        kind="share_of_all",
        denominator="patients",
        denominator_records="patients",
        interval="wilson",
        **{**_FIRST, "squared": "patients"},
    ),
    Definition(
        name="first_in_window_incidence_rate",
        kind="rate",
        multiplier=100_000.0,
        interval="exact_poisson",
        reliability="rate",
        **_FIRST,
    ),
)
