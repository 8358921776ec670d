"""How often each interval holds the truth: `python -m tests.measures.coverage` writes docs/intervals.md.

Counts and proportions have their coverage added up over all outcomes; what is a sum of many counts is simulated, with
seeds written into the page. The page is the same for the same program: a test compares them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from scipy import stats

from transforms.measures.methods import nchs, poisson, proportion
from transforms.measures.methods.excess import excess_over_average, excess_over_regression
from transforms.measures.methods.joinpoint import annual_percent_change
from transforms.measures.methods.life_table import life_tables
from transforms.measures.methods.mean import normal_mean, student_mean
from transforms.measures.methods.standardisation import directly_standardised
from transforms.measures.methods.weighted_sum import METHODS
from transforms.measures.methods.years_lost import nchs_groups, years_lost

PAGE = Path(__file__).resolve().parents[2] / "docs" / "intervals.md"
LEVELS = (0.95, 0.998)
SEED = 1839
DRAWS = 10_000

US_2000 = np.array([13818, 55317, 145565, 138646, 135573, 162613, 134834, 87247, 66037, 44842, 15508])
# Deaths per 100,000 at the ages of the eleven groups, of the order of a rich country's, for simulation only.
HAZARD = np.array([550, 25, 13, 80, 130, 200, 400, 900, 1800, 4400, 13500]) / 1e5

COUNT_CLAIMS = {
    "exact_poisson": "never below the confidence for whole counts (Garwood 1936)",
    "byar": "close to the exact limits (Breslow and Day 1987; within 0.2 % from 10 events, PHE technical guide)",
    "phe": "exact below 10 events, Byar from 10",
    "normal": "for large counts only",
    "nchs": "exact below 100 events, normal from 100",
}
PROPORTION_CLAIMS = {
    "wilson": "the confidence on average over proportions, not at each (Newcombe 1998)",
    "clopper_pearson": "never below the confidence (Clopper and Pearson 1934)",
}
RATE_CLAIMS = {
    "fay_feuer": "never found below the confidence by its authors (1997)",
    "tiwari": "nearer the confidence than Fay and Feuer's; can fall below it (Tiwari and others 2006; Talih 2022)",
    "dobson": "can fall below it where weights vary (Fay and Feuer 1997)",
    "normal": "for large counts only",
    "nchs": "as the gamma limits where weights are even; can fall below for sparse data (Talih and others 2022)",
}


def shares(values: Iterable[float]) -> str:
    return " | ".join(f"{100 * value:.1f}" for value in values)


def table(head: Iterable[object], rows: Iterable[tuple[str, Iterable[float], str]]) -> list[str]:
    titles = [str(title) for title in head]
    lines = [f"| {' | '.join(titles)} | What its source claims |", "| --- |" + " ---: |" * (len(titles) - 1) + " --- |"]
    return [*lines, *(f"| {name} | {shares(values)} | {claim} |" for name, values, claim in rows), ""]


def of_counts(confidence: float) -> list[str]:
    means = (0.5, 1, 2, 5, 10, 20, 50, 99, 150)
    counts = np.arange(0, 400)

    def covered(method: str) -> list[float]:
        function = nchs.nchs if method == "nchs" else getattr(poisson, method)
        lower, upper = function(counts, confidence)
        return [float(stats.poisson.pmf(counts, mean)[(lower <= mean) & (mean <= upper)].sum()) for mean in means]

    return table(["Mean count", *means], ((name, covered(name), claim) for name, claim in COUNT_CLAIMS.items()))


def of_proportions(confidence: float) -> list[str]:
    cases = [(n, p) for n in (10, 30, 100) for p in (0.02, 0.1, 0.3, 0.5)]

    def covered(method: str) -> list[float]:
        found = []
        for n, p in cases:
            counts = np.arange(n + 1)
            lower, upper = getattr(proportion, method)(counts / n, n, confidence)
            found.append(float(stats.binom.pmf(counts, n, p)[(lower <= p) & (p <= upper)].sum()))
        return found

    head = ["Size, proportion", *(f"{n}, {p:g}" for n, p in cases)]
    return table(head, ((name, covered(name), claim) for name, claim in PROPORTION_CLAIMS.items()))


def populations() -> dict[str, np.ndarray]:
    """Shapes of a population, as shares of the ages: the standard's, a young one's, an old one's, one with a gap."""
    standard = US_2000 / US_2000.sum()
    tilt = np.linspace(1.2, -1.2, 11)
    sparse = standard.copy()
    sparse[1] /= 200
    return {
        name: shape / shape.sum()
        for name, shape in (
            ("as the standard", standard),
            ("young", standard * np.exp(tilt)),
            ("old", standard * np.exp(-tilt)),
            ("nearly no one of 1-4", sparse),
        )
    }


def of_rates(confidence: float) -> list[str]:
    means = (5, 10, 20, 50, 100)
    lines = []
    for number, (name, shape) in enumerate(populations().items()):
        generator = np.random.default_rng([SEED, number])
        truth = float((US_2000 * HAZARD).sum() / US_2000.sum())
        draws = {}
        for mean in means:
            people = shape * mean / (shape * HAZARD).sum()
            draws[mean] = generator.poisson(people * HAZARD, (DRAWS, 11)), people

        def covered(method: str, draws: dict = draws, truth: float = truth) -> list[float]:
            return [
                share_holding(
                    directly_standardised(events, people, US_2000, method=method, confidence=confidence), truth
                )
                for events, people in draws.values()
            ]

        lines += [f"Population {name}:", ""]
        rows = ((method, covered(method), RATE_CLAIMS[method]) for method in METHODS)
        lines += table(["Mean deaths", *means], rows)
    return lines


def share_holding(figure, truth: float) -> float:
    """Of the draws that have limits, those whose limits hold the truth."""
    known = ~np.isnan(figure.lower)
    return float(((figure.lower <= truth) & (truth <= figure.upper))[known].mean())


def of_years_lost(confidence: float) -> list[str]:
    means = (5, 10, 20, 50, 100)
    generator = np.random.default_rng([SEED, 10])
    each = np.array([lost for _, _, lost in nchs_groups()])
    weights = np.concatenate([US_2000[:1], [US_2000[1] + US_2000[2]], US_2000[3:9]])
    hazard = np.concatenate([HAZARD[:1], [HAZARD[1:3].mean()], HAZARD[3:9]])
    truth = float((weights * each * hazard).sum() / weights.sum()) * 1e5
    crude, adjusted = [], []
    for mean in means:
        people = populations()["young"][[0, 2, 3, 4, 5, 6, 7, 8]]
        people = people * mean / (people * hazard).sum()
        found = years_lost(generator.poisson(people * hazard, (DRAWS, 8)), each, people, weights, confidence=confidence)
        plain = float((people * each * hazard).sum())
        crude.append(float(((found.lower <= plain) & (plain <= found.upper)).mean()))
        adjusted.append(float(((found.adjusted_lower <= truth) & (truth <= found.adjusted_upper)).mean()))
    claim = "none; limits are Fay and Feuer's, our own choice"
    return table(["Mean deaths", *means], [("years lost", crude, claim), ("age-adjusted rate", adjusted, claim)])


def of_life_expectancy(confidence: float) -> list[str]:
    sizes = (6_000, 20_000, 100_000)
    starts = np.array([0, 1, *range(5, 95, 5)])
    hazard = np.concatenate([[0.004, 0.0002], 2.5e-5 * np.exp(0.095 * (starts[2:] + 2.5))])
    people = np.concatenate([[0.012, 0.048], np.exp(-0.5 * (np.maximum(starts[2:] - 40, 0) / 22) ** 2) * 0.065])
    people /= people.sum()
    generator = np.random.default_rng([SEED, 20])
    truth = life_tables(hazard * people * 1e9, people * 1e9, starts).e[0]
    covered: dict[str, list[float]] = {}
    for size in sizes:
        deaths = generator.poisson(hazard * people * size, (5_000, starts.size))
        for name in ("silcocks", "chiang"):
            tables = life_tables(deaths, people * size, starts, confidence=confidence, final_variance=name)
            for age in (0, 65):
                column = tables.at(age)
                known = ~np.isnan(tables.lower[:, column])
                holds = (tables.lower[:, column] <= truth[column]) & (truth[column] <= tables.upper[:, column])
                covered.setdefault(f"{name}, at {age}", []).append(float(holds[known].mean()))
    claims = {
        "silcocks": "with the open band's variance (Silcocks and others 2001): the confidence",
        "chiang": "without it: too narrow, more so at old ages",
    }
    rows = ((name, values, claims[name.split(",")[0]]) for name, values in sorted(covered.items()))
    return table(["Persons", *(f"{size:,}" for size in sizes)], rows)


def of_means(confidence: float) -> list[str]:
    sizes = (5, 10, 30, 100, 1000)
    generator = np.random.default_rng([SEED, 30])
    truth = 5.0
    covered: dict[str, list[float]] = {"normal": [], "student": []}
    for size in sizes:
        days = generator.geometric(1 / (truth + 1), (4_000, size)) - 1
        sums = days.sum(axis=1), (days**2).sum(axis=1), size, size, confidence
        for name, limits in (("normal", normal_mean(*sums)), ("student", student_mean(*sums))):
            covered[name].append(float(((limits[0] <= truth) & (truth <= limits[1])).mean()))
    claim = "for many stays: a few long ones make it fall short"
    return table(["Stays", *sizes], ((name, values, claim) for name, values in covered.items()))


def of_trends(confidence: float) -> list[str]:
    generator = np.random.default_rng([SEED, 40])
    years = np.arange(10)
    covered = []
    for mean in (20, 100, 1000):
        counts = generator.poisson(mean * 0.98**years, (400, 10))
        found = [annual_percent_change(years, np.maximum(row, 1), confidence=confidence) for row in counts]
        covered.append(float(np.mean([change.lower <= -2 <= change.upper for change in found])))
    claim = "Student's limits of a line; the choice of joinpoints is not allowed for (Joinpoint's help)"
    return table(["Deaths a year", 20, 100, 1000], [("annual percent change of ten years", covered, claim)])


def of_excess(confidence: float) -> list[str]:
    generator = np.random.default_rng([SEED, 50])
    means, weeks = (5, 20, 100), np.arange(312) / 52
    average, regression = [], []
    for mean in means:
        past, now = generator.poisson(mean, (5, DRAWS)), generator.poisson(mean, DRAWS)
        average.append(float((excess_over_average(now, past, confidence=confidence).beyond == 0).mean()))
        expected = mean * np.exp(0.1 * np.sin(2 * np.pi * weeks) + 0.01 * weeks)
        inside = [
            excess_over_regression(
                generator.poisson(expected), np.full(312, 1e5), weeks, weeks < 5, confidence=confidence
            ).periods.beyond
            == 0
            for _ in range(100)
        ]
        regression.append(float(np.mean(inside)))
    rows = [
        ("five-year average", average, "none; the interval is our own choice"),
        ("quasi-Poisson regression", regression, "about the confidence (Farrington and others 1996)"),
    ]
    return table(["Mean deaths a week", *means], rows)


SECTIONS: tuple[tuple[str, str, Callable[[float], list[str]]], ...] = (
    (
        "Limits of a count",
        "A Poisson count; divided by a population or by expected deaths they are limits of a rate or of an SMR. "
        "Added up over all counts, no chance in it.",
        of_counts,
    ),
    ("Limits of a proportion", "A binomial count out of a size. Added up over all counts.", of_proportions),
    (
        "Directly standardised rates",
        f"{DRAWS:,} draws of deaths at eleven ages for each number of deaths expected, standardised to the US 2000 "
        "population. Draws without deaths, for which some methods have no limits, are left out for those.",
        of_rates,
    ),
    ("Years of potential life lost before 75", f"{DRAWS:,} draws of deaths of a young population.", of_years_lost),
    (
        "Life expectancy",
        "5,000 draws of deaths at twenty ages; tables that the rules withhold are left out.",
        of_life_expectancy,
    ),
    ("Mean length of stay", "4,000 draws of stays of a geometric distribution with a mean of 5 days.", of_means),
    ("Annual percent change", "400 draws of ten yearly counts that fall by 2 % a year.", of_trends),
    (
        "Expected deaths, prediction interval",
        "The share of later weeks within the interval, nothing having changed: "
        f"{DRAWS:,} weeks for the average, 100 series of a year for the regression.",
        of_excess,
    ),
)


def chapter(title: str, what: str, section: Callable[[float], list[str]]) -> list[str]:
    lines = [f"## {title}", "", *textwrap.wrap(what, 118), ""]
    for confidence in LEVELS:
        lines += [f"### {100 * confidence:g} % limits", "", *section(confidence)]
    return lines


def page() -> str:
    lines = [
        "# How often the intervals hold the truth",
        "",
        "Written by `python -m tests.measures.coverage`; do not edit. Each number is the share, in per cent, of",
        "samples whose interval holds the true value, at small counts, where methods differ. An interval as good as",
        "its word shows its confidence or a little more. Methods, formulas and sources: [methods.md](methods.md).",
        "",
    ]
    for title, what, section in SECTIONS:
        lines += chapter(title, what, section)
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
