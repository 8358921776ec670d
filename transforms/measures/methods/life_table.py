"""Abridged (or complete) period life tables after Chiang, many at once, with the variance of life expectancy.

Arrays are groups by ages: a row is one population (an area, a sex, a year), a column one age band in rising order, the
last one open. Rates are deaths / person-years; ages and expectancies are years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.measures.methods.arrays import Floats, Reasons, checked, fitted, normal_quantile, one_of, reasons

RADIX = 100_000
# Mean fraction of its year lived by those who die at age 0; half the band at other ages (PHE and ONS).
INFANT_FRACTION = 0.1
# English public health's rules (PHEindicatormethods): no life expectancy of this many person-years or fewer...
LEAST_PERSON_YEARS = 5000
# ... nor where the 95 % interval is wider than this, in years.
WIDEST_INTERVAL = 20.0


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Columns of life tables, groups by ages.

    m: death rate in the band; q: probability of dying in it; a: fraction of the band lived by those who die in it;
    l: survivors to its start, of `RADIX`; d: deaths in it; L: person-years lived in it; T: those from its start on;
    e: life expectancy at its start. `starts` are the ages at which the bands begin.
    """

    starts: Floats
    m: Floats
    q: Floats
    a: Floats
    l: Floats  # noqa: E741 - the field's own letters
    d: Floats
    L: Floats
    T: Floats
    e: Floats


@dataclass(frozen=True, kw_only=True)
class LifeTables(Columns):
    """Life tables with the standard error and limits of the expectancy; null in a group that has a problem.

    `problem` says, at each age, why there is no expectancy.
    """

    standard_error: Floats
    lower: Floats
    upper: Floats
    problem: Reasons

    def at(self, age: float) -> int:
        """The column of an age at which a band begins; ValueError where none does."""
        found = np.flatnonzero(self.starts == age)
        if not found.size:
            raise ValueError(f"age {age}: no band begins there; expected one of {self.starts.tolist()}")
        return int(found[0])


def life_tables(
    deaths: ArrayLike,
    population: ArrayLike,
    starts: ArrayLike,
    *,
    fraction_lived: ArrayLike | None = None,
    variance: ArrayLike | None = None,
    confidence: float = 0.95,
    final_variance: str = "silcocks",
    least_person_years: float = LEAST_PERSON_YEARS,
    widest_interval: float = WIDEST_INTERVAL,
) -> LifeTables:
    """Life tables of many populations by Chiang's method II.

    M = deaths/population; q = nM / (1 + nM(1 - a)), at most 1, and 1 in the open band; L = n(l' + a d), in the open
    band l/M; e = T/l. Var(q) = q²(1 - q)/deaths (0 without deaths); SE(e)² = sum over later bands of
    l²[(1 - a)n + e']² Var(q), over l². The open band adds (its T)²/deaths, as Silcocks, Jenner and Reza (J Epidemiol
    Community Health 2001; 55: 38-43) have it, or nothing with `final_variance="chiang"`. Read in PHEindicatormethods,
    R/LifeExpectancy.R, after Chiang, The Life Table and its Applications, 1984.

    `starts` are the ages at which bands begin, rising. `fraction_lived` (ages, or groups by ages) is a; by default 0.1
    for the band of age 0 alone and 0.5 for others. Both `deaths` and `population` are groups by ages; an unknown
    population is NaN. `variance` (groups by ages) is that of the deaths where they are estimates (a survey's): deaths
    then count as their effective number, deaths²/variance, in the standard errors (own extension).

    Withheld, with the reason in `problem`: a band without population, or with more deaths than people; no deaths in
    the open band; `least_person_years` or fewer in all (0: no such rule); at one age, a 95 % interval wider than
    `widest_interval` years (infinite: no such rule), or no survivors to it. ValueError: null or negative deaths,
    negative populations, bands not rising, a first band of age 0 that is wider than a year without `fraction_lived`.
    """
    one_of("final_variance", final_variance, ("silcocks", "chiang"))
    deaths = np.atleast_2d(checked("deaths", deaths))
    people = fitted("population", checked("population", population, null=True), deaths.shape)
    starts, width, a = _bands(starts, fraction_lived, deaths.shape)
    problem = reasons(
        deaths.shape[:1],
        ((np.isnan(people) | (people == 0)).any(axis=1), "an age band has no population"),
        ((deaths > people).any(axis=1), "an age band has more deaths than people"),
        (deaths[:, -1] == 0, "no deaths in the open age band"),
        (people.sum(axis=1) <= least_person_years, f"{least_person_years:,.0f} person-years or fewer"),
    )
    sound = (problem == None)[:, None]  # noqa: E711 - elementwise
    # Sound numbers in place of those of withheld tables, which are blanked at the end.
    m = np.where(sound, deaths, 1.0) / np.where(sound, people, 2.0)
    q = _probabilities(m, a, width)
    columns = from_probabilities(m, q, a, width)
    counted = deaths if variance is None else _effective(deaths, np.atleast_2d(checked("variance", variance)))
    spread = _variance(columns, np.where(sound, counted, 1.0), q, a, width, final_variance)
    survivors = columns["l"]
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(survivors > 0, np.sqrt(spread) / survivors, np.nan)
    z, e = normal_quantile(confidence), columns["e"]
    at_age = reasons(
        deaths.shape,
        (survivors == 0, "no survivors to this age"),
        (2 * normal_quantile(0.95) * error > widest_interval, f"a 95 % interval wider than {widest_interval:g} years"),
    )
    at_age = np.where(sound, at_age, np.broadcast_to(problem[:, None], deaths.shape))
    shown = at_age == None  # noqa: E711 - elementwise
    whole = {name: np.where(sound, values, np.nan) for name, values in {**columns, "m": m, "q": q}.items()}
    return LifeTables(
        **{**whole, "e": np.where(shown, e, np.nan)},
        a=a,
        starts=starts,
        standard_error=np.where(shown, error, np.nan),
        lower=np.where(shown, np.maximum(e - z * error, 0.0), np.nan),
        upper=np.where(shown, e + z * error, np.nan),
        problem=at_age,
    )


@dataclass(frozen=True, kw_only=True)
class CauseDeleted:
    """Expectancies (groups by ages) had a cause not been there, and the years gained; null where `problem` says why."""

    e: Floats
    gain: Floats
    survivors: Floats
    problem: Reasons


def cause_deleted(tables: LifeTables, deaths: ArrayLike, cause_deaths: ArrayLike) -> CauseDeleted:
    """Life expectancy had a cause been eliminated, by Chiang's proportional method.

    With r = (deaths - those of the cause) / deaths in a band, its survival becomes (1 - q)^r; the fraction lived `a`
    stays; the open band's expectancy is divided by its r. The cause is taken to be independent of the others, which
    no cause is. Chiang, The Life Table and its Applications, 1984, ch. 11; Preston, Heuveline and Guillot, Demography,
    2001, section 4.3 (both recalled; that constant hazards within a band give the power is read in Rodríguez's notes).

    `deaths` and `cause_deaths` are groups by ages as given to `life_tables`. ValueError: more deaths of the cause than
    deaths. A problem: that of the table, or an open band whose deaths are all of the cause.
    """
    total, cause = np.atleast_2d(checked("deaths", deaths)), np.atleast_2d(checked("cause_deaths", cause_deaths))
    if (cause > total).any():
        raise ValueError("cause_deaths: more deaths of the cause than of all causes in a band")
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.where(total > 0, (total - cause) / np.where(total > 0, total, 1.0), 1.0)
    endless = (r[:, -1] == 0)[:, None]
    problem = np.where(
        tables.problem == None,  # noqa: E711 - elementwise
        reasons(total.shape, (endless, "all deaths of the open age band are of this cause")),
        tables.problem,
    )
    q, m = np.nan_to_num(tables.q, nan=0.5), np.nan_to_num(tables.m, nan=0.5)
    width = np.append(np.diff(tables.starts), np.inf)
    # Survival to the power of 0 is 1, from 0 as well: a band in which all die, all of the cause.
    survival = np.where(r == 0, 1.0, (1 - q) ** r)
    without = 1 - survival
    without[:, -1] = 1.0
    columns = from_probabilities(np.where(endless, 1.0, m * r), without, tables.a, width)
    shown = problem == None  # noqa: E711 - elementwise
    expectancy = np.where(shown, columns["e"], np.nan)
    return CauseDeleted(
        e=expectancy,
        gain=expectancy - tables.e,
        survivors=np.where(shown, columns["l"], np.nan),
        problem=problem,
    )


def _bands(starts: ArrayLike, fraction: ArrayLike | None, shape: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """Starts, widths (the last infinite) and fractions lived (groups by ages) of the bands."""
    ages = checked("starts", starts)
    if ages.ndim != 1 or ages.size != shape[1] or ages.size < 2:
        raise ValueError(f"starts: expected the {shape[1]} ages (2 or more) at which the bands begin")
    if (np.diff(ages) <= 0).any():
        raise ValueError("starts: expected rising ages")
    width = np.append(np.diff(ages), np.inf)
    if fraction is None:
        if ages[0] == 0 and width[0] != 1:
            raise ValueError("fraction_lived: needed where the first band holds more than age 0")
        a = np.where((ages == 0) & (width == 1), INFANT_FRACTION, 0.5)
    else:
        a = checked("fraction_lived", fraction)
        if (a > 1).any():
            raise ValueError("fraction_lived: expected fractions of the band, from 0 to 1")
    return ages, width, fitted("fraction_lived", a, shape).astype(np.float64)


def from_probabilities(m: Floats, q: Floats, a: Floats, width: Floats) -> dict[str, Floats]:
    """l, d, L, T and e from the probabilities of dying (groups by ages, as all arrays); the open band lives 1/m each.

    Of `m` only the open band's rate is read; `width` are the bands', the last infinite.
    """
    survival = np.concatenate([np.ones((len(q), 1)), np.cumprod(1 - q[:, :-1], axis=1)], axis=1)
    survivors = RADIX * survival
    died = survivors * q
    lived = np.empty_like(q)
    lived[:, :-1] = width[:-1] * (survivors[:, 1:] + a[:, :-1] * died[:, :-1])
    lived[:, -1] = survivors[:, -1] / m[:, -1]
    remaining = np.cumsum(lived[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        expectancy = np.where(survivors > 0, remaining / survivors, np.nan)
    return {"l": survivors, "d": died, "L": lived, "T": remaining, "e": expectancy}


def columns_of(deaths: Floats, people: Floats, starts: Floats, a: Floats) -> Columns:
    """The columns alone of many life tables, as of `life_tables`, unchecked; all are groups by ages but `starts`.

    `people` is above 0 and no less than `deaths`. Without deaths in the open band expectancies are not finite.
    """
    width = np.append(np.diff(starts), np.inf)
    m = deaths / people
    q = _probabilities(m, a, width)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Columns(starts=starts, m=m, q=q, a=a, **from_probabilities(m, q, a, width))


def _probabilities(m: Floats, a: Floats, width: Floats) -> Floats:
    """The probability of dying in each band, by its rate; 1 in the open band."""
    q = np.ones_like(m)
    nm = width[:-1] * m[:, :-1]
    q[:, :-1] = np.minimum(nm / (1 + nm * (1 - a[:, :-1])), 1.0)
    return q


def _effective(deaths: Floats, variance: Floats) -> Floats:
    if variance.shape != deaths.shape:
        raise ValueError(f"variance: expected the shape of deaths, {deaths.shape}; got {variance.shape}")
    return np.where(variance > 0, deaths**2 / np.where(variance > 0, variance, 1.0), 0.0)


def _variance(
    columns: dict[str, Floats], deaths: Floats, q: Floats, a: Floats, width: Floats, final_variance: str
) -> Floats:
    """The variance of T at each age: that of e, times the square of the survivors."""
    with np.errstate(divide="ignore", invalid="ignore"):
        of_q = np.where(deaths > 0, q**2 * (1 - q) / np.where(deaths > 0, deaths, 1.0), 0.0)
    part = np.zeros_like(q)
    later = np.nan_to_num(columns["e"][:, 1:], nan=0.0)
    part[:, :-1] = columns["l"][:, :-1] ** 2 * ((1 - a[:, :-1]) * width[:-1] + later) ** 2 * of_q[:, :-1]
    if final_variance == "silcocks":
        part[:, -1] = columns["L"][:, -1] ** 2 / deaths[:, -1]
    return np.cumsum(part[:, ::-1], axis=1)[:, ::-1]
