"""The measures of deaths in populations."""

from __future__ import annotations

from transforms.measures.definitions.definition import RATE, Definition

POPULATION = (
    Definition(
        name="deaths",
        domain="death",
        kind="count",
        numerator="weight",
        records="records",
        squared="weight_squared",
        interval="exact_poisson",
    ),
    Definition(
        name="proportionate_mortality",
        domain="death",
        kind="share_of_all",
        numerator="weight",
        records="records",
        squared="weight_squared",
        denominator="weight",
        denominator_records="records",
        interval="wilson",
        missing="no deaths",
    ),
    Definition(
        name="crude_rate",
        domain="death",
        **RATE,
        multiplier=100_000.0,
        interval="exact_poisson",
        margin="without_age",
    ),
    Definition(
        name="age_specific_rate",
        domain="death",
        **RATE,
        multiplier=100_000.0,
        interval="exact_poisson",
        margin="with_age",
    ),
    Definition(
        name="directly_standardised_rate",
        domain="death",
        kind="composed",
        numerator="weight",
        records="records",
        squared="weight_squared",
        multiplier=100_000.0,
        margin="without_age",
        within=("age_band",),
        per_population=True,
        per_standard=True,
        reliability="standardised_rate",
        intervals=("nchs", "dobson", "fay_feuer", "tiwari", "normal", "none"),
    ),
)
