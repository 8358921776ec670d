"""The dimensions that cells are summed by, and how a record's value of each is read in `rows_source`."""

from __future__ import annotations

# Dimensions that are columns of stats.cell and stats.figure, besides the period and the cause.
PLAIN = ("facility_id", "area", "sex", "age_band")

# Further dimensions that a measure may need within its figures: they stand in stratum_name and stratum of stats.cell.
FURTHER: dict[str, str] = {
    "length_of_stay": "coalesce(p.bed_days::varchar, 'unknown')",
    "admission_type": "p.admission_type",
    "comorbidity_class": "p.comorbidity_class",
    "department": "p.department",
    "place_of_death": "p.place_of_death",
    "drg": "coalesce(p.drg, 'unknown')",
    "base_drg": "coalesce(p.base_drg, 'unknown')",
}

# Dimensions that only deaths have.
OF_DEATHS = ("place_of_death",)

# Dimensions of stays that are grouped by MS-DRG, where the configuration asks for it.
OF_DRGS = ("drg", "base_drg")

# Separates the values of several further dimensions in `stratum`.
STRATUM_SEPARATOR = "\x1f"

UNKNOWN = {"sex": "U"}


def expression(name: str) -> str:
    """How a record's value of a dimension is read from `placed as p` and `age_place as a`."""
    if name in FURTHER:
        return FURTHER[name]
    return "a.age_band" if name == "age_band" else f"p.{name}"


def unknown_of(name: str) -> str:
    """The value that stands for unknown in a dimension."""
    return UNKNOWN.get(name, "unknown")


def stratum_name(names: tuple[str, ...]) -> str | None:
    """What `stats.cell` writes for a combination of further dimensions; None for none."""
    return " by ".join(names) or None


def further_of(name: str | None) -> tuple[str, ...]:
    """The further dimensions behind a `stratum_name`; none where it names something else, e.g. the age of a table."""
    names = tuple((name or "").split(" by "))
    return names if all(name in FURTHER for name in names) else ()
