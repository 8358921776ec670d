"""What a run keeps of the headline figures is what works them out anew: the same case, the same list."""

from __future__ import annotations

import numpy as np
import pytest

from tests.influence.test_tight import TABLE, small
from transforms.influence.methods.choices import of_rows
from transforms.influence.methods.outermost import outermost
from transforms.influence.worklist import choose, gather
from transforms.influence.worklist.case import Case
from transforms.influence.worklist.derive import derive

HEADLINES = TABLE.model_copy(update={"headline": ("discharges", "mean_length_of_stay", "in_hospital_mortality")})


def of_each_unit(case: Case) -> list[tuple]:
    """Every move of every unit for itself, however the units stand together in classes."""
    moves = case.of_units(np.ones(len(case.units), dtype=bool))
    # The run keeps no others.
    moves = of_rows(moves, outermost(moves))
    columns = ("figure", "unit", "state", "record", "dn", "dd", "named")
    return sorted(zip(*(getattr(moves, name).tolist() for name in columns), strict=True))


@pytest.mark.parametrize("seed", range(2))
def test_the_case_of_the_headlines_is_the_one_worked_out_anew(seed: int) -> None:
    with small(np.random.default_rng(seed), HEADLINES) as con:
        kept, anew = gather(con), derive(con, "is_headline")
        numbers = con.execute("select list(rowid order by rowid) from stats.figure where is_headline").fetchone()[0]
    assert len(kept.figures) > 3
    assert set(kept.figures) <= set(numbers)
    for name in ("figures", "tolerance", "units", "records"):
        assert getattr(kept, name).tolist() == getattr(anew, name).tolist()
    for name in ("n", "d", "multiplier", "is_fixed"):
        assert getattr(kept.base, name).tolist() == getattr(anew.base, name).tolist()
    assert of_each_unit(kept) == of_each_unit(anew)
    lists = [choose(case) for case in (kept, anew)]
    assert lists[0].records > 0
    assert lists[0].units.tolist() == lists[1].units.tolist()
