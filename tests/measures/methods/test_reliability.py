"""What each regime withholds or marks, at its boundaries."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.measures.methods.reliability import REGIMES, judge

TABLE = """
regime | kind | events | denominator | status | reason
wonder | rate | 19 | 100000 | unreliable | fewer than 20 events
wonder | rate | 20 | 100000 | value          |
wonder | ratio | 19 | 12 | unreliable | fewer than 20 events
wonder | proportion | 19 | 40 | unreliable | fewer than 20 events
wonder | count | 3 | nan | value          |
nchs_rates | rate | 9 | 100000 | not_applicable | fewer than 10 events
nchs_rates | rate | 10 | 100000 | value          |
nchs_rates | rate | 10 | 9 | not_applicable | fewer than 10 in the denominator
nchs_rates | ratio | 10 | 9 | value          |
nchs_rates | count | 9 | nan | not_applicable | fewer than 10 events
nchs_rates | proportion | 9 | 29 | not_applicable | fewer than 30 in the denominator
nchs_proportions | rate | 1 | 100000 | value          |
nchs_proportions | proportion | 12 | 29 | not_applicable | fewer than 30 in the denominator
nchs_proportions | proportion | 15 | 30 | not_applicable | a 95 % interval 30 points wide or wider
nchs_proportions | proportion | 5 | 100 | not_applicable | a 95 % interval wider than 130 % of the share
nchs_proportions | proportion | 50 | 100 | value          |
nchs_proportions | proportion | 1 | 1000 | value          |
nchs_proportions | proportion | 0 | 1000 | unreliable | no events, or nothing but events: for review
nchs_proportions | proportion | 1000 | 1000 | unreliable | no events, or nothing but events: for review
nchs_proportions | proportion | 0 | 0 | value          |
ons | rate | 2 | 100000 | not_applicable | fewer than 3 events
ons | rate | 3 | 100000 | unreliable | fewer than 20 events
ons | standardised_rate | 9 | 100000 | not_applicable | fewer than 10 events
ons | standardised_rate | 10 | 100000 | unreliable | fewer than 20 events
ons | ratio | 20 | 10 | value          |
phe | standardised_rate | 9 | 100000 | not_applicable | fewer than 10 events
phe | rate | 1 | 100000 | value          |
none | rate | 0 | 0 | value          |
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines()[1:])
def test_regimes_at_their_boundaries(line):
    regime, kind, events, denominator, status, reason = (cell.strip() for cell in line.split("|"))
    judged = judge(regime, [kind], [float(events)], [float(denominator)])
    assert (judged.status[0], judged.reason[0]) == (status, reason or None)


def test_a_standardised_rate_is_judged_by_its_effective_count():
    # The 95 % limits of an effective count of 7 are (16.4 - 2.8) / 7 = 166 % wide; of 8, 155 %.
    judged = judge("nchs_rates", "standardised_rate", [40, 40], [1e5, 1e5], effective_events=[7, 8])
    assert judged.reason.tolist() == ["a 95 % interval wider than 160 % of the figure", None]


def test_a_survey_is_judged_by_its_effective_size():
    judged = judge("nchs_proportions", "proportion", [50, 50], [100, 100], effective_size=[29, 60])
    assert judged.reason.tolist() == ["fewer than 30 in the denominator", None]


@pytest.mark.parametrize("regime", REGIMES)
def test_nothing_is_said_of_a_figure_without_a_value(regime):
    judged = judge(regime, ["rate", "proportion", "ratio"], [np.nan] * 3, [np.nan, 10, 5])
    assert judged.status.tolist() == ["value"] * 3


def test_unknown_names_and_negative_counts_are_refused():
    with pytest.raises(ValueError, match="regime: expected one of wonder"):
        judge("cdc", "rate", [1], [1])
    with pytest.raises(ValueError, match="kind: expected count"):
        judge("wonder", "mean", [1], [1])
    with pytest.raises(ValueError, match="events: 1 negative"):
        judge("wonder", "rate", [-1], [1])
