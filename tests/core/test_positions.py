"""Positions of codes in a file of their own: as given where they serve, else in the order of the rows."""

from __future__ import annotations

import pytest

ENCOUNTERS = "encounter_id,admission_date,discharge_date,sex,age_years\nE1,2024-03-01,2024-03-04,F,40\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            "E1,2,secondary,E11.9\nE1,1,principal,J18.9\n",
            [(1, "principal", "J189"), (2, "secondary", "E119")],
            id="as given",
        ),
        pytest.param(
            "E1,1,principal,J18.9\nE1,1,secondary,E11.9\n",
            [(1, "principal", "J189"), (2, "secondary", "E119")],
            id="one place twice",
        ),
        pytest.param(
            "E1,,principal,J18.9\nE1,,secondary,E11.9\n",
            [(1, "principal", "J189"), (2, "secondary", "E119")],
            id="no places",
        ),
        pytest.param("E1,,principal,J18.9\n", [(1, "principal", "J189")], id="one code without a place"),
        pytest.param(
            "E1,1,,J18.9\nE1,2,,E11.9\n",
            [(1, "principal", "J189"), (2, "secondary", "E119")],
            id="no roles: the first is principal",
        ),
    ],
)
def test_positions(build, rows, expected):
    diagnoses = "encounter_id,seq,role,code,system\n" + rows.replace("\n", ",icd10cm\n")
    core = build({"encounter.csv": ENCOUNTERS, "diagnosis.csv": diagnoses})
    assert core("select seq, role, code from core.diagnosis order by seq") == expected
