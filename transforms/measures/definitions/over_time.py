"""The measures that look at a series over time: centre lines of control charts, trends and excess deaths."""

from __future__ import annotations

from transforms.measures.definitions.definition import Definition

_DEATHS = {"domain": "death", "kind": "composed", "numerator": "weight", "records": "records"}
_STANDARDISED = {
    **_DEATHS,
    "squared": "weight_squared",
    "margin": "without_age",
    "within": ("age_band",),
    "per_population": True,
    "per_standard": True,
    "intervals": ("joinpoint", "none"),
    "has_records": False,
}

OVER_TIME = (
    Definition(
        name="discharges_centre_line",
        domain="discharge",
        kind="composed",
        numerator="weight",
        records="records",
        squared="weight_squared",
        intervals=("xmr",),
    ),
    Definition(
        name="mean_length_of_stay_centre_line",
        domain="discharge",
        kind="composed",
        numerator="bed_days",
        records="length_records",
        squared="length_squared",
        denominator="stays_with_length",
        denominator_records="length_records",
        intervals=("xmr",),
    ),
    Definition(
        name="in_hospital_mortality_centre_line",
        domain="discharge",
        kind="composed",
        numerator="died",
        records="died_records",
        squared="outcome_squared",
        denominator="outcome_known",
        denominator_records="outcome_records",
        intervals=("laney_p", "p", "u"),
    ),
    Definition(name="deaths_centre_line", **_DEATHS, squared="weight_squared", intervals=("xmr",)),
    Definition(
        name="comparable_deaths",
        **_DEATHS,
        squared="weight_squared",
        causes="with_cause",
        interval="comparability",
        intervals=("comparability", "none"),
    ),
    Definition(name="annual_percent_change", **_STANDARDISED),
    Definition(name="average_annual_percent_change", **_STANDARDISED),
    Definition(name="excess_deaths", **_DEATHS, squared="weight_squared", intervals=("prediction",)),
    Definition(
        name="excess_deaths_by_rate",
        **_DEATHS,
        squared="weight_squared",
        margin="without_age",
        within=("age_band",),
        per_population=True,
        is_expected=True,
        intervals=("prediction",),
    ),
    Definition(name="excess_deaths_by_trend", **_DEATHS, squared="weight_squared", intervals=("prediction",)),
)
