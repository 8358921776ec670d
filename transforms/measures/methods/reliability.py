"""Which figures rest on too little to be shown plainly: named regimes of statistics offices, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.measures.methods.arrays import Floats, Reasons, checked, one_of
from transforms.measures.methods.nchs import nchs_adjusted
from transforms.measures.methods.proportion import clopper_pearson

REGIMES = ("wonder", "nchs_rates", "nchs_proportions", "ons", "phe", "none")
# count: events alone; rate: events per person or person-time; standardised_rate: directly standardised; ratio: SMR,
# ISR, PMR, observed over expected; proportion: part of a whole (shares, case fatality, in-hospital mortality).
KINDS = ("count", "rate", "standardised_rate", "ratio", "proportion")

WONDER_EVENTS = 20
NCHS_EVENTS = 10
NCHS_RELATIVE_WIDTH = 1.60
PROPORTION_SIZE = 30
PROPORTION_NARROW, PROPORTION_WIDE = 0.05, 0.30
PROPORTION_RELATIVE_WIDTH = 1.30
_TOO_WIDE = f"a 95 % interval {PROPORTION_WIDE * 100:.0f} points wide or wider"
_TOO_WIDE_FOR_SHARE = f"a 95 % interval wider than {PROPORTION_RELATIVE_WIDTH * 100:.0f} % of the share"
ONS_RATE_EVENTS, ONS_STANDARDISED_EVENTS, ONS_RELIABLE_EVENTS = 3, 10, 20
PHE_STANDARDISED_EVENTS = 10
# The standards are written for 95 % intervals, whatever confidence a table prints.
STANDARD_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Judgement:
    """One entry a figure: `status` is `value`, `unreliable` (shown and marked) or `not_applicable` (withheld).

    `reason` is a sentence, or None for `value`.
    """

    status: NDArray[np.object_]
    reason: Reasons


def judge(
    regime: str,
    kind: ArrayLike,
    events: ArrayLike,
    denominator: ArrayLike,
    *,
    effective_events: ArrayLike | None = None,
    effective_size: ArrayLike | None = None,
) -> Judgement:
    """What a regime says of each figure.

    `kind` is one of `KINDS` for each figure; `events` the unweighted numerator; `denominator` the persons, records or
    expected events (NaN where a count has none). `effective_events` is value²/variance of a standardised or weighted
    figure (D_adj; `events` by default), `effective_size` Kish's size of a survey's denominator (`denominator` by
    default). A null `events` is a figure without a value, of which nothing is said. ValueError: negative inputs, an
    unknown regime or kind.

    - `wonder`: rates, ratios and proportions on fewer than 20 events are unreliable. CDC WONDER's help for rates;
      Klein and others, NCHS Statistical Notes 24, 2002, for proportions and simple ratios too (a relative standard
      error of 23 % or more). Counts: nothing. Both read, the second as quoted by others.
    - `nchs_rates`: rates, ratios and counts are withheld on fewer than 10 events, or 10 in the denominator, or where
      the 95 % interval is wider than 160 % of the figure. Parker and others, Vital and Health Statistics 2(200),
      2023, table A, and Kochanek and others, 2024, for deaths from data year 2023 (read as quoted by others; the
      numbers also in CDC's surveytable, R/z_lpe.R). The interval is NCHS's own for a Poisson count. Proportions are
      judged by `nchs_proportions`. Ratios: own extension, the denominator (expected events) not tested.
    - `nchs_proportions`: proportions only. Withheld: a size (or effective size) below 30; a 95 % Clopper-Pearson
      interval 0.30 wide or more; one between 0.05 and 0.30 that is wider than 130 % of the proportion. Unreliable,
      which stands for the standard's review by an official: no events, or nothing but events, and not withheld.
      Parker and others, Vital and Health Statistics 2(175), 2017, as revised 2021; read as quoted by others and in
      surveytable. The design's degrees of freedom (8 or more) are not known here and not tested.
    - `ons`: crude and age-specific rates on fewer than 3 deaths and standardised ones on fewer than 10 are withheld;
      those on fewer than 20 are unreliable. ONS, reply to a request of 2021 (FOI 2021/3301), read. Ratios: as
      standardised rates (own extension). Proportions and counts: nothing.
    - `phe`: standardised rates on fewer than 10 events are withheld; nothing else. PHEindicatormethods, read.
    - `none`: nothing.
    """
    one_of("regime", regime, REGIMES)
    kinds = np.asarray(kind, dtype=str)
    unknown = sorted(set(kinds.ravel().tolist()) - set(KINDS))
    if unknown:
        raise ValueError(f"kind: expected {', '.join(KINDS)}; got {', '.join(unknown)}")
    counts = checked("events", events, null=True)
    sizes = checked("denominator", denominator, null=True)
    kinds, counts, sizes = np.broadcast_arrays(kinds, counts, sizes)
    effective = counts if effective_events is None else checked("effective_events", effective_events, null=True)
    effective_sizes = sizes if effective_size is None else checked("effective_size", effective_size, null=True)
    verdicts = _Verdicts(counts.shape)
    proportion, poisson = kinds == "proportion", np.isin(kinds, ("rate", "standardised_rate", "ratio"))
    if regime == "wonder":
        verdicts.mark((poisson | proportion) & (counts < WONDER_EVENTS), f"fewer than {WONDER_EVENTS} events")
    elif regime == "nchs_rates":
        _rates_of_nchs(verdicts, kinds, counts, sizes, effective)
    elif regime == "ons":
        standardised = np.isin(kinds, ("standardised_rate", "ratio"))
        verdicts.withhold((kinds == "rate") & (counts < ONS_RATE_EVENTS), f"fewer than {ONS_RATE_EVENTS} events")
        verdicts.withhold(
            standardised & (counts < ONS_STANDARDISED_EVENTS), f"fewer than {ONS_STANDARDISED_EVENTS} events"
        )
        verdicts.mark(poisson & (counts < ONS_RELIABLE_EVENTS), f"fewer than {ONS_RELIABLE_EVENTS} events")
    elif regime == "phe":
        few = (kinds == "standardised_rate") & (counts < PHE_STANDARDISED_EVENTS)
        verdicts.withhold(few, f"fewer than {PHE_STANDARDISED_EVENTS} events")
    if regime in ("nchs_rates", "nchs_proportions"):
        _proportions_of_nchs(verdicts, proportion, counts, sizes, effective_sizes)
    return Judgement(verdicts.status, verdicts.reason)


class _Verdicts:
    """Statuses and reasons being gathered; the first word on a figure stands."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.status = np.full(shape, "value", dtype=object)
        self.reason = np.full(shape, None, dtype=object)

    def withhold(self, where: NDArray[np.bool_], reason: str) -> None:
        self._say(where, "not_applicable", reason)

    def mark(self, where: NDArray[np.bool_], reason: str) -> None:
        self._say(where, "unreliable", reason)

    def _say(self, where: NDArray[np.bool_], status: str, reason: str) -> None:
        new = where & (self.status == "value")
        self.status[new], self.reason[new] = status, reason


def _rates_of_nchs(verdicts: _Verdicts, kinds: NDArray, counts: Floats, sizes: Floats, effective: Floats) -> None:
    judged = kinds != "proportion"
    verdicts.withhold(judged & (counts < NCHS_EVENTS), f"fewer than {NCHS_EVENTS} events")
    with_persons = np.isin(kinds, ("rate", "standardised_rate"))
    verdicts.withhold(with_persons & (sizes < NCHS_EVENTS), f"fewer than {NCHS_EVENTS} in the denominator")
    lower, upper = nchs_adjusted(counts, effective, STANDARD_CONFIDENCE)
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = (upper - lower) / effective > NCHS_RELATIVE_WIDTH
    verdicts.withhold(judged & wide, f"a 95 % interval wider than {NCHS_RELATIVE_WIDTH * 100:.0f} % of the figure")


def _proportions_of_nchs(
    verdicts: _Verdicts, judged: NDArray[np.bool_], counts: Floats, sizes: Floats, effective: Floats
) -> None:
    size = np.fmin(sizes, effective)
    known = judged & (sizes > 0) & ~np.isnan(counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(known, np.minimum(counts / sizes, 1.0), np.nan)
    # Without events, or with nothing but events, no effective size can be reckoned: the records' own number stands.
    certain = known & ((share == 0) | (share == 1))
    size = np.where(certain, sizes, size)
    lower, upper = clopper_pearson(share, np.where(known, size, np.nan), STANDARD_CONFIDENCE)
    with np.errstate(invalid="ignore", divide="ignore"):
        width = upper - lower
        relative = (width > PROPORTION_NARROW) & (width / share > PROPORTION_RELATIVE_WIDTH)
        verdicts.withhold(known & (size < PROPORTION_SIZE), f"fewer than {PROPORTION_SIZE} in the denominator")
        verdicts.withhold(known & (width >= PROPORTION_WIDE), _TOO_WIDE)
        verdicts.withhold(known & relative & ~certain, _TOO_WIDE_FOR_SHARE)
        verdicts.mark(certain, "no events, or nothing but events: for review")
