"""The measures of mortality around birth: of infants and of mothers, by births."""

from __future__ import annotations

from transforms.measures.definitions.definition import Definition

_BY_BIRTHS = {
    "domain": "death",
    "kind": "composed",
    "interval": "exact_poisson",
    "intervals": ("exact_poisson", "byar", "normal", "nchs", "none"),
    "margin": "without_age",
    "reliability": "rate",
}
_INFANT = {"numerator": "infant_deaths", "records": "infant_records", "squared": "infant_squared"}
_OF_AGE = {
    "known": "infant_aged_records",
    "also": ("infant_records",),
    "missing": "no infant death has a known age in days",
}
_EARLY = {
    "numerator": "early_neonatal_deaths",
    "records": "early_neonatal_records",
    "squared": "early_neonatal_squared",
    **_OF_AGE,
}
_NEONATAL = {"numerator": "neonatal_deaths", "records": "neonatal_records", "squared": "neonatal_squared", **_OF_AGE}
_MATERNAL = {"known": "maternal_known_records", "missing": "no death has a cause coded in ICD-10"}

BIRTHS = (
    Definition(name="infant_deaths", domain="death", kind="count", interval="exact_poisson", **_INFANT),
    Definition(
        name="infant_leading_cause_rank",
        domain="death",
        kind="composed",
        causes="with_cause",
        intervals=("none",),
        **_INFANT,
    ),
    Definition(name="infant_mortality_rate", multiplier=1000.0, births=("live_births",), **_INFANT, **_BY_BIRTHS),
    Definition(
        name="early_neonatal_mortality_rate", multiplier=1000.0, births=("live_births",), **_EARLY, **_BY_BIRTHS
    ),
    Definition(name="neonatal_mortality_rate", multiplier=1000.0, births=("live_births",), **_NEONATAL, **_BY_BIRTHS),
    Definition(
        name="post_neonatal_mortality_rate",
        multiplier=1000.0,
        births=("live_births",),
        numerator="post_neonatal_deaths",
        records="post_neonatal_records",
        squared="post_neonatal_squared",
        **_OF_AGE,
        **_BY_BIRTHS,
    ),
    Definition(
        name="fetal_mortality_rate",
        multiplier=1000.0,
        causes="without_cause",
        births=("live_births", "fetal_deaths_20w"),
        fetal="fetal_deaths_20w",
        counts_deaths=False,
        **_INFANT,
        **_BY_BIRTHS,
    ),
    Definition(
        name="late_fetal_mortality_rate",
        multiplier=1000.0,
        causes="without_cause",
        births=("live_births", "fetal_deaths_28w"),
        fetal="fetal_deaths_28w",
        counts_deaths=False,
        **_INFANT,
        **_BY_BIRTHS,
    ),
    Definition(
        name="perinatal_mortality_rate",
        multiplier=1000.0,
        causes="without_cause",
        births=("live_births", "fetal_deaths_22w"),
        fetal="fetal_deaths_22w",
        **_EARLY,
        **_BY_BIRTHS,
    ),
    Definition(
        name="perinatal_mortality_rate_nchs_1",
        multiplier=1000.0,
        causes="without_cause",
        births=("live_births", "fetal_deaths_28w"),
        fetal="fetal_deaths_28w",
        **_EARLY,
        **_BY_BIRTHS,
    ),
    Definition(
        name="perinatal_mortality_rate_nchs_2",
        multiplier=1000.0,
        causes="without_cause",
        births=("live_births", "fetal_deaths_20w"),
        fetal="fetal_deaths_20w",
        **_NEONATAL,
        **_BY_BIRTHS,
    ),
    Definition(
        name="maternal_mortality_rate",
        multiplier=100_000.0,
        births=("live_births",),
        numerator="maternal_deaths",
        records="maternal_records",
        squared="maternal_squared",
        **_MATERNAL,
        **_BY_BIRTHS,
    ),
    Definition(
        name="maternal_mortality_ratio",
        multiplier=100_000.0,
        births=("live_births",),
        numerator="maternal_deaths_who",
        records="maternal_records_who",
        squared="maternal_squared_who",
        **_MATERNAL,
        **_BY_BIRTHS,
    ),
    Definition(
        name="late_maternal_mortality_ratio",
        multiplier=100_000.0,
        births=("live_births",),
        numerator="late_maternal_deaths",
        records="late_maternal_records",
        squared="late_maternal_squared",
        **_MATERNAL,
        **_BY_BIRTHS,
    ),
)
