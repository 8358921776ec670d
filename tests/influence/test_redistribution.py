"""Ill-defined causes of death spread over the others, by hand and against one death after another."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from transforms.influence.redistribution import spread

COLUMNS = {"sex": str, "age_band": str, "cause": str, "deaths": float, "ill_defined": float}


def cells_of(text: str) -> pd.DataFrame:
    """Cells of one collection and period, from a table: sex, age_band, cause, deaths, ill_defined."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    cells = pd.DataFrame(lines[1:], columns=lines[0]).astype(COLUMNS)
    return cells.assign(
        collection="main", period_start=pd.Timestamp("2024-01-01"), scheme_version="v",
        records=cells["deaths"].astype(int), ill_records=cells["ill_defined"].astype(int),
    )  # fmt: skip


def by_cause(found: pd.DataFrame, *names: str) -> dict[str, list[float]]:
    return {row["cause"]: [row[name] for name in names] for row in found.to_dict("records")}


def test_by_hand():
    found = spread(
        cells_of(
            """
            sex | age_band | cause        | deaths | ill_defined
            F   | 0-64     | heart        | 6      | 0
            F   | 0-64     | cancer       | 3      | 0
            F   | 0-64     | ill_defined  | 3      | 3
            F   | 0-64     | unknown      | 2      | 0
            F   | 0-64     | all          | 14     | 3
            F   | 65+      | heart        | 10     | 2
            F   | 65+      | cancer       | 2      | 0
            F   | 65+      | ill_defined  | 8      | 8
            F   | 65+      | all          | 20     | 10
            M   | 65+      | ill_defined  | 1      | 1
            M   | 65+      | all          | 1      | 1
            """
        )
    )
    # Under 65, 3 ill-defined deaths over 9 others: 2 and 1. Over 65, 10 over 10: 8 and 2. The man has nowhere to go.
    assert by_cause(found, "deaths", "ill_defined", "spread", "least", "greatest") == {
        "heart": [16, 2, 6 + 2 + 8 + 8, 14, 28],
        "cancer": [5, 0, 3 + 1 + 2 + 2, 5, 19],
        "ill_defined": [12, 12, 1, 0, 14],
    }
    assert found["all_ill_defined"].tolist() == [14] * 3


def test_groups_that_overlap_keep_their_parts():
    found = spread(
        cells_of(
            """
            sex | age_band | cause       | deaths | ill_defined
            F   | 65+      | cancer      | 6      | 0
            F   | 65+      | lung cancer | 2      | 0
            F   | 65+      | ill_defined | 4      | 4
            F   | 65+      | heart       | 2      | 0
            F   | 65+      | all         | 12     | 4
            """
        )
    )
    assert by_cause(found, "spread") == {"cancer": [9.0], "lung cancer": [3.0], "ill_defined": [0.0], "heart": [3.0]}


@pytest.mark.parametrize("seed", range(5))
def test_against_one_death_after_another(seed: int):
    rng = np.random.default_rng(seed)
    deaths = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], 300), "age_band": rng.choice(["0-64", "65+"], 300),
            "cause": rng.choice(["a", "b", "c", "unmapped"], 300, p=[0.5, 0.3, 0.15, 0.05]),
        }
    )  # fmt: skip
    deaths["ill_defined"] = (rng.random(300) < 0.3) & (deaths["cause"] != "unmapped")
    each = pd.concat([deaths, deaths.assign(cause="all")])
    cells = each.groupby(["sex", "age_band", "cause"]).agg(deaths=("ill_defined", "size"), ill=("ill_defined", "sum"))
    lines = [f"{s} | {b} | {c} | {row.deaths} | {row.ill}" for (s, b, c), row in cells.iterrows()]
    found = by_cause(
        spread(cells_of("sex | age_band | cause | deaths | ill_defined\n" + "\n".join(lines))), "spread", "greatest"
    )
    expected = dict.fromkeys("abc", Fraction(0))
    for death in deaths[deaths["cause"] != "unmapped"].itertuples():
        if not death.ill_defined:
            expected[death.cause] += 1
            continue
        alike = deaths[(deaths["sex"] == death.sex) & (deaths["age_band"] == death.age_band)]
        alike = alike[~alike["ill_defined"] & (alike["cause"] != "unmapped")]
        for cause in alike["cause"]:
            expected[cause] += Fraction(1, len(alike))
    for cause, (spread_deaths, greatest) in found.items():
        assert spread_deaths == pytest.approx(float(expected[cause]), rel=1e-12)
        well = int(((deaths["cause"] == cause) & ~deaths["ill_defined"]).sum())
        assert greatest == well + int(deaths["ill_defined"].sum())
    assert sum(each[0] for each in found.values()) == pytest.approx(float((deaths["cause"] != "unmapped").sum()))
