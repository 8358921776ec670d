"""The function behind each composed measure: strata in, figures out. One module a family of measures."""

from transforms.measures.composed import Family
from transforms.measures.families.control import centre_line
from transforms.measures.families.excess import excess_deaths, excess_deaths_by_trend
from transforms.measures.families.length_of_stay import median_length_of_stay
from transforms.measures.families.standardised import directly_standardised_rate
from transforms.measures.families.trend import annual_percent_change

FAMILIES: dict[str, Family] = {
    "median_length_of_stay": median_length_of_stay,
    "directly_standardised_rate": directly_standardised_rate,
    "discharges_centre_line": centre_line("xmr"),
    "mean_length_of_stay_centre_line": centre_line("xmr"),
    "in_hospital_mortality_centre_line": centre_line("laney_p"),
    "deaths_centre_line": centre_line("xmr"),
    "annual_percent_change": annual_percent_change(average=False),
    "average_annual_percent_change": annual_percent_change(average=True),
    "excess_deaths": excess_deaths,
    "excess_deaths_by_trend": excess_deaths_by_trend,
}
