"""Comorbidity scores: by hand on few records, and against the `pycomorb` package on many."""

from __future__ import annotations

import importlib.util
import random

import duckdb
import pytest

from codesets.comorbidity import comorbidity_sql


def scored(
    con: duckdb.DuckDBPyConnection, diagnoses: list[tuple[int, str, str, bool | None]], scheme: str, weight_set: str
) -> dict[int, tuple[int | None, list[str]]]:
    values = ", ".join(
        f"({record}, '{system}', '{code}', {'null::boolean' if present is None else present})"
        for record, system, code, present in diagnoses
    )
    relation = f'select * from (values {values}) as given(record, "system", code, is_present)'
    rows = con.execute(comorbidity_sql(relation, scheme=scheme, weight_set=weight_set)).fetchall()
    return {record: (score, groups) for record, score, groups in rows}


def test_charlson_counts_a_group_once_and_the_more_severe_one(codes: duckdb.DuckDBPyConnection) -> None:
    diagnoses = [
        (1, "icd10cm", "I214", None),
        (1, "icd10cm", "I252", None),
        (2, "icd10cm", "E119", None),
        (2, "icd10cm", "E1122", None),
        (3, "icd9cm", "4280", None),
        (3, "icd10cm", "I509", None),
        (4, "icd10cm", "C50911", None),
        (4, "icd10cm", "C7951", None),
        (5, "icd10cm", "Z380", None),
    ]
    assert scored(codes, diagnoses, "charlson_quan", "charlson_1987") == {
        1: (1, ["mi"]),
        2: (2, ["diabwc"]),
        3: (1, ["chf"]),
        4: (6, ["metacanc"]),
        5: (0, []),
    }
    assert scored(codes, diagnoses, "charlson_quan", "quan_2011")[3] == (2, ["chf"])


def test_ahrq_asks_for_presence_on_admission(codes: duckdb.DuckDBPyConnection) -> None:
    diagnoses = [
        (1, "icd10cm", "I509", True),
        (2, "icd10cm", "I509", False),
        (3, "icd10cm", "I509", None),
        (4, "icd10cm", "I10", None),
        # Once present and once not: present.
        (5, "icd10cm", "I509", False),
        (5, "icd10cm", "I5022", True),
    ]
    assert scored(codes, diagnoses, "elixhauser_ahrq", "mortality_2023") == {
        1: (14, ["HF"]),
        2: (0, []),
        3: (None, []),
        4: (0, ["HTN_UNCX"]),
        5: (14, ["HF"]),
    }


def test_sequelae_of_stroke_do_not_count_beside_a_new_stroke_of_the_stay(codes: duckdb.DuckDBPyConnection) -> None:
    acute, sequela = "I639", "I6930"
    diagnoses = [
        (1, "icd10cm", sequela, True),
        (2, "icd10cm", sequela, True),
        (2, "icd10cm", acute, False),
        (3, "icd10cm", sequela, True),
        (3, "icd10cm", acute, True),
        (4, "icd10cm", acute, False),
    ]
    assert scored(codes, diagnoses, "elixhauser_ahrq", "mortality_2023") == {
        1: (5, ["CBVD"]),
        2: (0, []),
        3: (5, ["CBVD"]),
        4: (0, []),
    }


@pytest.mark.parametrize(
    ("scheme", "weight_sets"),
    [
        ("charlson_quan", {"charlson_1987": 17, "quan_2011": 17}),
        ("elixhauser_quan", {"van_walraven_2009": 31}),
        ("elixhauser_ahrq", {"mortality_2022": 38, "mortality_2023": 38, "readmission": 38}),
    ],
)
def test_every_group_has_a_weight(codes: duckdb.DuckDBPyConnection, scheme: str, weight_sets: dict[str, int]) -> None:
    assert (
        dict(
            codes.execute(
                "select weight_set, count(distinct group_code) from codes.group_weight "
                "where scheme = $scheme group by 1",
                {"scheme": scheme},
            ).fetchall()
        )
        == weight_sets
    )


# (scheme, weight set, system, function of pycomorb, its ICD version, its arguments)
ORACLE = (
    ("charlson_quan", "charlson_1987", "icd10", "Charlson", "icd10", {"weights": "charlson"}),
    ("charlson_quan", "quan_2011", "icd10cm", "Charlson", "icd10", {"weights": "quan"}),
    ("charlson_quan", "charlson_1987", "icd9cm", "Charlson", "icd9", {"weights": "charlson"}),
    ("elixhauser_quan", "van_walraven_2009", "icd10cm", "Elixhauser", "icd10", {"weights": "van_walraven"}),
    ("elixhauser_quan", "van_walraven_2009", "icd9cm", "Elixhauser", "icd9", {"weights": "van_walraven"}),
    (
        "elixhauser_ahrq",
        "mortality_2023",
        "icd10cm",
        "Elixhauser",
        "icd10",
        {"weights": "ahrq", "implementation": "ahrq_icd10", "year_col": "year"},
    ),
)
ORACLE_PATIENTS = 5_000


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("pycomorb") is None,
    reason="the oracle pycomorb is not installed; it needs polars (pip install pycomorb==1.20261001.1)",
)
@pytest.mark.parametrize(("scheme", "weight_set", "system", "index", "version", "arguments"), ORACLE)
def test_scores_agree_with_pycomorb(
    codes: duckdb.DuckDBPyConnection,
    scheme: str,
    weight_set: str,
    system: str,
    index: str,
    version: str,
    arguments: dict[str, str],
) -> None:
    import polars
    import pycomorb

    some = [
        [code for (code,) in codes.execute(query, {"system": system, "scheme": scheme}).fetchall()]
        for query in (
            "select code from codes.code where system = $system and is_billable and $scheme <> '' order by code",
            "select distinct code from codes.grouping join codes.code using (system, code) "
            "where system = $system and scheme = $scheme and is_billable order by code",
        )
    ]
    draw = random.Random(20261121)
    diagnoses = [
        (record, draw.choice(some[draw.random() < 0.4]))
        for record in range(ORACLE_PATIENTS)
        for _ in range(draw.randint(1, 12))
    ]
    given = polars.DataFrame(diagnoses, schema=["id", "code"], orient="row").with_columns(age=40, year=2026)
    theirs = getattr(pycomorb, f"{index}ComorbidityIndex")(given, icd_version=version, **arguments)
    expected = dict(theirs.select("id", f"{index} Comorbidity Index").iter_rows())
    ours = scored(codes, [(record, system, code, True) for record, code in diagnoses], scheme, weight_set)
    assert {record: score for record, (score, _) in ours.items()} == expected
