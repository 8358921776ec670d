"""Ages in completed years and days, from each of the ways in which sources write them."""

from __future__ import annotations

from dataclasses import dataclass

from codesets.database import literal
from transforms.core.readings import Reading, Scope
from transforms.profiles.language import Age

# The longest life on record is 122 years; a greater age than this is a slip.
OLDEST = 130

# Mean length of a month in days, for ages written in months.
DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class AgeSql:
    """SQL of the three age columns of core, and of the problem (null where there is none) with its raw text."""

    years: str
    years_max: str
    days: str
    problem: str
    raw: str


def age_readings(age: Age | None) -> tuple[Reading, ...]:
    """The fields that the age of a record is read from."""
    if age is None:
        return ()
    if age.years is not None:
        return (
            Reading("age_given", "number", age.years),
            Reading("age_given_max", "number", age.years_max),
            Reading("age_given_days", "number", age.days),
        )
    if age.number is not None:
        return (Reading("age_given", "number", age.number), Reading("unit", "choice", age.unit))
    if age.band is not None:
        return (Reading("age_band", "text", age.band),)
    return (
        Reading("age_given", "number", age.anchor.age),
        Reading("anchor_year", "number", age.anchor.year),
    )


def age_sql(age: Age | None, scope: Scope, *, on: str, birth: str) -> AgeSql:
    """The age on the day `on`, both SQL of dates: as given, else by the birth date."""
    born_years = f"case when {birth} <= {on} then {_completed(birth, on)} end"
    born_days = f"case when {birth} <= {on} and {_completed(birth, on)} = 0 then ({on} - {birth})::integer end"
    if age is None:
        impossible = f"({birth} > {on} or {_completed(birth, on)} > {OLDEST})"
        years = _possible(born_years)
        return AgeSql(years, years, born_days, f"case when {impossible} then 'impossible_age' end", f"{birth}::varchar")
    if age.band is not None:
        return _banded(age)
    raw = "raw_age_given"
    if age.number is not None:
        given, days = _united()
    elif age.anchor is not None:
        given, days = f"age_given + year({on}) - anchor_year", "null::integer"
    else:
        given, days = "age_given", "age_given_days"
    whole = f"cast(floor({given}) as bigint)"
    years = f"cast(coalesce({_possible(whole)}, {_possible(born_years)}) as integer)"
    days = f"cast(coalesce(case when {days} between 0 and 366 then floor({days}) end, {born_days}) as integer)"
    problem = (
        f"case when {raw} is not null and age_given is null then 'not_a_number' "
        f"when {whole} not between 0 and {OLDEST} then 'impossible_age' end"
    )
    years_max = years
    if age.years_max is not None and scope.has(age.years_max.column or ""):
        years_max = "cast(age_given_max as integer)"
    return AgeSql(years, years_max, days, problem, raw)


def _completed(birth: str, on: str) -> str:
    """SQL of completed years; who was born on 29 February completes them on 1 March."""
    before = f"month({on}) * 100 + day({on}) < month({birth}) * 100 + day({birth})"
    return f"(year({on}) - year({birth}) - case when {before} then 1 else 0 end)"


def _possible(years: str) -> str:
    return f"case when {years} between 0 and {OLDEST} then {years} end"


def _united() -> tuple[str, str]:
    """SQL of years and days of an age with its unit; a month counts as its mean length in days."""
    years = (
        "case unit when 'years' then age_given when 'centuries' then age_given + 100 "
        "when 'months' then age_given / 12 when 'weeks' then age_given * 7 / 365.25 "
        "when 'days' then age_given / 365.25 when 'hours' then 0 when 'minutes' then 0 end"
    )
    days = (
        f"case unit when 'months' then case when age_given < 12 then age_given * {DAYS_A_MONTH} end "
        "when 'weeks' then age_given * 7 when 'days' then age_given when 'hours' then age_given / 24 "
        "when 'minutes' then 0 end"
    )
    return years, days


def _banded(age: Age) -> AgeSql:
    raw = "raw_age_band"
    known = {label.upper(): ages for label, ages in age.bands.items()}

    def lookup(position: int) -> str:
        branches = " ".join(
            f"when {literal(label)} then {ages[position]}" for label, ages in known.items() if len(ages) > position
        )
        return f"case upper({raw}) {branches} end::integer" if branches else "null::integer"

    labels = ", ".join(map(literal, known))
    problem = f"case when upper({raw}) not in ({labels}) then 'unmapped_value' end"
    return AgeSql(lookup(0), lookup(1), "null::integer", problem, raw)
