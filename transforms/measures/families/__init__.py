"""The function behind each composed measure: strata in, figures out. One module a family of measures."""

from transforms.measures.composed import Family
from transforms.measures.families.length_of_stay import median_length_of_stay
from transforms.measures.families.standardised import directly_standardised_rate

FAMILIES: dict[str, Family] = {
    "median_length_of_stay": median_length_of_stay,
    "directly_standardised_rate": directly_standardised_rate,
}
