"""Counts by all listed diagnoses of a stay: once in each group, many-to-many, reconciled with the records."""

from __future__ import annotations

import random

import pytest

from tests.measures.test_stay_facts import COMORBIDITY
from tests.measures.warehouse import CODES, diagnoses, empty, shown, stays, table_of
from transforms.measures import Settings, build_figures, records

MENTION = table_of(
    scheme="ccsr",
    measures=["discharges_with_mention", "patients_with_mention", "treated_prevalence"],
    margins=[{"by": ["cause"]}, {"by": ["sex", "cause"]}],
)


@pytest.fixture
def con():
    con = empty()
    con.execute(CODES)
    stays(
        con,
        """
        stay_id | patient_id | discharge_date | sex | principal_system | principal_code
        a       | p          | 2020-02-01     | F   | icd10cm          | I219
        b       | p          | 2020-03-01     | F   | icd10cm          | J189
        c       | q          | 2020-08-01     | M   | icd10cm          | S0001
        d       | r          | 2020-02-01     | M   | icd9cm           | 486
        e       | s          | 2020-02-01     | M   |                  |
        """,
    )
    diagnoses(
        con,
        """
        encounter_id | seq | role      | system  | code
        a            | 1   | principal | icd10cm | I219
        a            | 2   | secondary | icd10cm | I219
        a            | 3   | secondary | icd10cm | J189
        a            | 4   | admitting | icd10cm | S0001
        b            | 1   | principal | icd10cm | J189
        b            | 2   | secondary | icd10cm | X999
        c            | 1   | principal | icd10cm | S0001
        d            | 1   | principal | icd9cm  | 486
        """,
    )
    return con


def test_a_stay_counts_once_in_each_of_its_groups_and_all_is_stays(con):
    build_figures(con, [MENTION], Settings())
    assert shown(con, "cause, numerator", "measure = 'discharges_with_mention' and sex is null") == [
        ("CIR009", 1),
        # Not the default group of the code, which counts here too.
        ("CIR011", 1),
        # On its day the code is in the second of its groups.
        ("INJ002", 1),
        ("RSP002", 2),
        ("all", 5),
        ("other_system", 1),
        ("unknown", 1),
        ("unmapped", 1),
    ]


def test_treated_prevalence_counts_patients_out_of_the_patients_seen(con):
    build_figures(con, [MENTION], Settings())
    assert shown(
        con,
        "cause, numerator, denominator, value",
        "measure = 'treated_prevalence' and sex is null and cause = 'RSP002'",
    ) == [("RSP002", 1, 4, 0.25)]


def test_records_sum_to_the_counts(con):
    build_figures(con, [MENTION], Settings())
    figures = shown(con, "figure_id, measure, numerator, denominator", "cause <> 'unknown'")
    for figure, measure, numerator, denominator in figures:
        assert sum(row[-1] for row in records(con, figure).fetchall()) == numerator
        if measure == "treated_prevalence":
            assert sum(row[-1] for row in records(con, figure, "denominator").fetchall()) == denominator


def test_random_diagnoses_agree_with_sets():
    draw = random.Random(5)
    groups = {"I219": {"CIR009", "CIR011"}, "J189": {"RSP002"}, "X999": {"unmapped"}, "I500": {"unmapped"}}
    con = empty()
    con.execute(CODES)
    listed = {f"s{number}": [draw.choice(list(groups)) for _ in range(draw.randrange(1, 6))] for number in range(60)}
    stays(
        con,
        "stay_id | discharge_date | principal_system | principal_code\n"
        + "\n".join(f"{stay} | 2020-02-01 | icd10cm | {codes[0]}" for stay, codes in listed.items()),
    )
    diagnoses(
        con,
        "encounter_id | seq | role | code\n"
        + "\n".join(
            f"{stay} | {seq} | {'secondary' if seq > 1 else 'principal'} | {code}"
            for stay, codes in listed.items()
            for seq, code in enumerate(codes, 1)
        ),
    )
    build_figures(con, [MENTION], Settings())
    expected: dict[str, int] = {"all": 60}
    for codes in listed.values():
        for group in set().union(*(groups[code] for code in codes)):
            expected[group] = expected.get(group, 0) + 1
    found = dict(shown(con, "cause, numerator", "measure = 'discharges_with_mention' and sex is null"))
    assert found == expected


def test_comorbidity_prevalence_is_of_the_stays_whose_comorbidity_is_known():
    con = empty()
    con.execute(COMORBIDITY)
    stays(
        con,
        """
        stay_id | discharge_date | principal_system | principal_code
        a       | 2020-02-01     | icd10cm          | J189
        b       | 2020-02-01     | icd10cm          | J189
        c       | 2020-02-01     | icd10cm          | J189
        d       | 2020-02-01     | icd10gm          | J189
        """,
    )
    diagnoses(
        con,
        """
        encounter_id | seq | role      | code | poa
        a            | 1   | principal | J189 | Y
        a            | 2   | secondary | C509 | Y
        a            | 3   | secondary | C780 | Y
        b            | 1   | principal | J189 |
        b            | 2   | secondary | I500 |
        c            | 1   | principal | J189 | Y
        c            | 2   | secondary | I500 | Y
        d            | 1   | principal | J189 |
        """,
    )
    known = {"comorbidity_class": ["0", "1-2", "3-4", "5+"]}
    asked = {"measures": ["comorbidity_prevalence"], "margins": [{"by": ["cause"]}]}
    build_figures(
        con,
        [
            table_of(**asked, table_id="charlson", scheme="charlson_quan", filters=known),
            table_of(**asked, table_id="ahrq", scheme="elixhauser_ahrq", filters={"present_on_admission": ["known"]}),
        ],
        Settings(),
    )
    assert shown(con, "table_id, cause, numerator, denominator", "cause <> 'all'") == [
        # Without presence on admission heart failure is not known, so that stay b is in neither part.
        ("ahrq", "HF", 1, 2),
        # The metastatic tumour takes the place of the other.
        ("charlson", "chf", 2, 3),
        ("charlson", "metastatic", 1, 3),
    ]
