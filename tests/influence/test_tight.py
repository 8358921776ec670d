"""Bounds are tight: on small warehouses of flagged stays, least and greatest of all resolutions, tried one by one.

The flags go through `find_options` and the cells of a table; what each resolution makes of a figure follows from the
moves that `each_breakdown` tells. That a rebuild finds the same is the proof of test_rebuild.py.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.influence.flagged import covers, empty, flag, stays
from tests.influence.resolutions import extremes_of_lengths, geometric_mean, quantile, resolutions
from transforms.influence.assess import assess, each_breakdown
from transforms.influence.beliefs import place_beliefs
from transforms.influence.cells import weights_at_lengths
from transforms.influence.lengths import shifts_of
from transforms.influence.options import find_options
from transforms.influence.results import Results
from transforms.measures import Settings, TableSpecification, build_figures

SETTINGS = Settings(reliability="none")
TABLE = TableSpecification.model_validate(
    {
        "table_id": "small", "order": 1, "title": "Small", "question": "How many?", "scheme": "chapter",
        "measures": [
            "discharges", "bed_days", "mean_length_of_stay", "in_hospital_deaths", "in_hospital_mortality",
            "median_length_of_stay", "geometric_mean_length_of_stay",
        ],
        "margins": [{"by": ["cause"]}, {"by": ["sex", "cause"]}], "period": "year", "age_bands": ["broad"],
    }
)  # fmt: skip
CODES = ("I219 E785", "I2101 I500", "N40", "O80", "E785 I219", "I21 E785", "")
RULES = (
    "drop", "outcome", "sex", "sex_or_code", "children", "category", "chapter", "principal_of_record",
    "principal_any", "dates", "person", "merge", "merge_or_drop",
)  # fmt: skip
MOST_FLAGGED = 6


def small(rng: np.random.Generator, *tables: TableSpecification):
    """Ten stays, of which up to six have a flag or two; copies are flagged as such with the stay before."""
    tables = tables or (TABLE,)
    con = empty()
    covers(con, "2024-01-01", "2025-12-31")
    con.execute("""
        insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source)
        values ('chapter', 'v', 'icd10cm', 'Chapters', true, 'test')
    """)
    rows = [
        f"s{n} | {CODES[rng.integers(len(CODES))]} | {'FM'[rng.integers(2)]} | p{rng.integers(6)} | "
        f"{'true' if rng.random() < 0.3 else 'false'} | {2024 + rng.integers(2)}-05-{10 + n} | {rng.integers(0, 9)}"
        for n in range(10)
    ]
    stays(con, "stay_id | codes | sex | patient_id | died | discharge_date | days\n" + "\n".join(rows))
    for n in sorted(rng.permutation(10)[: rng.integers(2, MOST_FLAGGED + 1)]):
        for rule in rng.permutation(RULES)[: rng.integers(1, 3)]:
            coded = con.execute("select code from core.diagnosis where encounter_id = ? and seq = 1", [f"s{n}"])
            code = (coded.fetchone() or [None])[0]
            related = f"s{(n + 1) % 10}" if "merge" in rule else None
            on = "diagnosis" if code and not related else "stay"
            flag(con, rule, on, encounter_id=f"s{n}", seq=1 if code else None, code=code, related_id=related)
    build_figures(con, tables, SETTINGS)
    find_options(con)
    assess(con, tables, SETTINGS)
    return con


def brute_force(con) -> dict[int, tuple[float, float, float, float]]:
    """By figure the least and greatest value over the resolutions of named targets, and over all."""
    place_beliefs(con)
    results = Results(con, [TABLE], SETTINGS)
    found = {}

    def take(of, part) -> None:
        if not len(part.moves):
            return
        if of.is_of_lengths:
            found.update(lengths_by_brute_force(con, of, part, results))
            return
        base = results.base(part.figures)
        for place, figure in enumerate(part.figures):
            limits = []
            for named_only in (True, False):
                sums = resolutions(part.moves, place, named_only=named_only)
                n, d = base.n[place] + sums[:, 0], base.d[place] + (0 if base.is_fixed[place] else sums[:, 1])
                values = (n / np.where(d > 1e-9, d, np.nan))[d > 1e-9] * base.multiplier[place]
                limits += [values.min(), values.max()]
            found[int(figure)] = tuple(limits)

    each_breakdown(con, [TABLE], SETTINGS, take)
    return found


def lengths_by_brute_force(con, of, part, results) -> dict[int, tuple[float, float, float, float]]:
    """The same for medians and geometric means, from the lengths of stays in the core."""
    coded = weights_at_lengths(con, of)
    shifts = shifts_of(part)
    found = {}
    for place, figure in enumerate(part.figures):
        own = coded["figure"] == figure
        base = dict(zip(coded["days"][own].tolist(), coded["weight"][own].tolist(), strict=True))
        summary = quantile if results.is_median[figure] else geometric_mean
        limits = [
            extremes_of_lengths(base, shifts, place, summary, named_only=named_only) for named_only in (True, False)
        ]
        found[int(figure)] = (*limits[0], *limits[1])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_both_bounds_are_attained_and_never_left(seed, hold_bounds):
    with small(np.random.default_rng(seed)) as con:
        tried = brute_force(con)
        figures = con.execute("""
            select rowid as figure, measure, "value", bound_kind, bound_low, bound_high, worst_low, worst_high
            from stats.figure where "value" is not null order by figure
        """).df()
    assert len(tried) > 10
    assert set(figures["bound_kind"]) == {"exact"}
    attained = np.array(
        [tried.get(figure, (value,) * 4) for figure, value in zip(figures["figure"], figures["value"], strict=True)]
    )
    for pair, (low, high) in enumerate((("bound_low", "bound_high"), ("worst_low", "worst_high"))):
        extremes = {"least": attained[:, 2 * pair], "greatest": attained[:, 2 * pair + 1]}
        hold_bounds(figures.rename(columns={low: "low", high: "high"}).assign(**extremes))
