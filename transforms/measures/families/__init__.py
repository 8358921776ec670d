"""The function behind each composed measure: strata in, figures out. One module a family of measures."""

from transforms.measures.composed import Family
from transforms.measures.definitions.births import BIRTHS
from transforms.measures.families.births import rate_by_births
from transforms.measures.families.comparability import comparable_deaths
from transforms.measures.families.control import centre_line
from transforms.measures.families.excess import excess_deaths, excess_deaths_by_rate, excess_deaths_by_trend
from transforms.measures.families.expected_deaths import hospital_standardised_mortality_ratio
from transforms.measures.families.length_of_stay import geometric_mean_length_of_stay, median_length_of_stay
from transforms.measures.families.life_differences import (
    life_expectancy_change,
    life_expectancy_difference_between_areas,
    life_expectancy_difference_between_sexes,
)
from transforms.measures.families.life_tables import (
    life_expectancy,
    life_expectancy_gain_without_cause,
    life_table_survivors,
)
from transforms.measures.families.ranking import leading_cause_rank
from transforms.measures.families.ratios import proportionate_mortality_ratio, standardised_mortality_ratio
from transforms.measures.families.standardised import directly_standardised_rate
from transforms.measures.families.trend import annual_percent_change
from transforms.measures.families.years_lost import (
    years_of_potential_life_lost,
    years_of_potential_life_lost_adjusted_rate,
    years_of_potential_life_lost_rate,
)

FAMILIES: dict[str, Family] = {
    "median_length_of_stay": median_length_of_stay,
    "geometric_mean_length_of_stay": geometric_mean_length_of_stay,
    "leading_diagnosis_rank": leading_cause_rank,
    "directly_standardised_rate": directly_standardised_rate,
    "standardised_mortality_ratio": standardised_mortality_ratio,
    "proportionate_mortality_ratio": proportionate_mortality_ratio,
    "years_of_potential_life_lost": years_of_potential_life_lost,
    "years_of_potential_life_lost_rate": years_of_potential_life_lost_rate,
    "years_of_potential_life_lost_adjusted_rate": years_of_potential_life_lost_adjusted_rate,
    "leading_cause_rank": leading_cause_rank,
    "infant_leading_cause_rank": leading_cause_rank,
    **{definition.name: rate_by_births for definition in BIRTHS if definition.per_births},
    "life_expectancy": life_expectancy,
    "life_table_survivors": life_table_survivors,
    "life_expectancy_gain_without_cause": life_expectancy_gain_without_cause,
    "life_expectancy_change": life_expectancy_change,
    "life_expectancy_difference_between_sexes": life_expectancy_difference_between_sexes,
    "life_expectancy_difference_between_areas": life_expectancy_difference_between_areas,
    "discharges_centre_line": centre_line("xmr"),
    "mean_length_of_stay_centre_line": centre_line("xmr"),
    "in_hospital_mortality_centre_line": centre_line("laney_p"),
    "deaths_centre_line": centre_line("xmr"),
    "hospital_standardised_mortality_ratio": hospital_standardised_mortality_ratio,
    "annual_percent_change": annual_percent_change(average=False),
    "average_annual_percent_change": annual_percent_change(average=True),
    "comparable_deaths": comparable_deaths,
    "excess_deaths": excess_deaths,
    "excess_deaths_by_rate": excess_deaths_by_rate,
    "excess_deaths_by_trend": excess_deaths_by_trend,
}
