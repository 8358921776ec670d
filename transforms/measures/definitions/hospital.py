"""The measures of hospital stays."""

from __future__ import annotations

from transforms.measures.definitions.definition import RATE, Definition

_LENGTH_MISSING = "no stay with a known length"
_OUTCOME_MISSING = "no stay with a known outcome"

HOSPITAL = (
    Definition(
        name="discharges",
        domain="discharge",
        kind="count",
        numerator="weight",
        records="records",
        squared="weight_squared",
    ),
    Definition(
        name="patients",
        domain="discharge",
        kind="patients",
        numerator="patients",
        records="patients",
        squared="weight_squared",
        known="identified_records",
        missing="no patient identifier in the records",
    ),
    Definition(
        name="bed_days",
        domain="discharge",
        kind="count",
        numerator="bed_days",
        records="length_records",
        squared="bed_days_variance",
        known="length_records",
        missing=_LENGTH_MISSING,
    ),
    Definition(
        name="mean_length_of_stay",
        domain="discharge",
        kind="mean",
        numerator="bed_days",
        records="length_records",
        squared="length_squared",
        denominator="stays_with_length",
        denominator_records="length_records",
        known="length_records",
        interval="normal",
        missing=_LENGTH_MISSING,
    ),
    Definition(
        name="median_length_of_stay",
        domain="discharge",
        kind="composed",
        numerator="stays_with_length",
        records="length_records",
        squared="length_squared",
        known="length_records",
        within=("length_of_stay",),
        interval="order_statistics",
        intervals=("order_statistics", "none"),
        missing=_LENGTH_MISSING,
    ),
    Definition(
        name="in_hospital_deaths",
        domain="discharge",
        kind="count",
        numerator="died",
        records="died_records",
        squared="died_squared",
        denominator_records="outcome_records",
        known="outcome_records",
        interval="exact_poisson",
        missing=_OUTCOME_MISSING,
    ),
    Definition(
        name="in_hospital_mortality",
        domain="discharge",
        kind="proportion",
        numerator="died",
        records="died_records",
        squared="outcome_squared",
        denominator="outcome_known",
        denominator_records="outcome_records",
        known="outcome_records",
        interval="wilson",
        missing=_OUTCOME_MISSING,
    ),
    Definition(
        name="discharge_rate",
        domain="discharge",
        **RATE,
        multiplier=100_000.0,
        interval="exact_poisson",
    ),
)
