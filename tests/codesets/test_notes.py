"""Instructional notes: the codes they refer to, and the codes they come down to."""

from __future__ import annotations

import re

import duckdb
import pytest

from codesets.notes import notes_of
from codesets.sources.note_references import references


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sepsis (A41.9)", [("A419", "A419", None)]),
        ("cerebral infarction (I63.-)", [("I63", "I63", None)]),
        ("viral hepatitis (chronic) (B15-B19)", [("B15", "B19", None)]),
        ("sepsis (A40.0-A41.9)", [("A400", "A419", None)]),
        ("exposure to smoke (Z57.31, Z77.22)", [("Z5731", "Z5731", None), ("Z7722", "Z7722", None)]),
        ("skin of ear (C43.2-,C44.2-)", [("C432", "C432", None), ("C442", "C442", None)]),
        ("congenital webbing (Q70.0- -Q70.3-)", [("Q700", "Q703", None)]),
        ("fracture (S32.1--S32.9 with 7th character B)", [("S321", "S329", "^(.{6}[B])")]),
        ("drug (T36-T50 with fifth or sixth character 5)", [("T36", "T50", "^(.{4}[5]|.{5}[5])")]),
        ("drug (T36-T65 with fifth or sixth character 1-4 or 6)", [("T36", "T65", "^(.{4}[1-46]|.{5}[1-46])")]),
        ("arthropathy (E08-E13 with .51-.52)", [("E08", "E13", "^.{3}(51|52)")]),
        ("sequelae (I69. with final characters -23)", [("I69", "I69", "23[A-Z]?$")]),
        ("psychosis (F11-F19 with fifth to sixth characters 51)", [("F11", "F19", "^.{4}51")]),
        ("torticollis NOS M43.6", [("M436", "M436", None)]),
        ("conditions classified to A74.-", [("A74", "A74", None)]),
        ("code from category O08 to identify any associated complication", [("O08", "O08", None)]),
        # Prose, headings, and conditions that cannot be read.
        ("vitamin B12 deficiency", []),
        ("meningitis (in):", []),
        ("open fracture (S52.- with open fracture 7th character)", []),
    ],
)
def test_references(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert [(each.first_code, each.last_code, each.pattern) for each in references(text)] == expected


def test_a_note_comes_down_from_every_header(codes: duckdb.DuckDBPyConnection) -> None:
    notes_of(
        codes,
        "select unnest(['I214', 'I252', 'R079', 'Q00', 'E1152']) as code, 'icd10cm' as system",
        kinds=("excludes1", "excludes2"),
        into="few",
    )
    pairs = set(
        codes.execute(
            "select b.code, t.code, b.kind from few_bearer as b join few_target as t using (note_id)"
        ).fetchall()
    )
    # I21 excludes (2) old infarction; R07 stands in a chapter that excludes nothing of these.
    assert ("I214", "I252", "excludes2") in pairs
    assert all(kind == "excludes2" for _, _, kind in pairs)


def test_most_notes_are_read_and_the_rest_is_kept(codes: duckdb.DuckDBPyConnection) -> None:
    counts = dict(
        codes.execute("select refers_to, count(*) from codes.note where kind = 'excludes1' group by all").fetchall()
    )
    assert sum(counts.values()) == 5_407
    assert counts["codes"] >= 5_275
    patterns = codes.execute("select distinct pattern from codes.note_range where pattern is not null").fetchall()
    assert all(re.compile(pattern) for (pattern,) in patterns)
    # Every range names codes or headers that exist; two notes of the tabular list do not.
    assert codes.execute(
        """
        select distinct first_code, last_code from codes.note_range
        where first_code not in (select code from codes.code where "system" = 'icd10cm')
            or last_code not in (select code from codes.code where "system" = 'icd10cm')
        order by all
        """
    ).fetchall() == [("G3190", "G3190"), ("R101", "R104")]


def test_seventh_characters_stand_where_they_are_printed(codes: duckdb.DuckDBPyConnection) -> None:
    assert codes.execute(
        "select character, meaning from codes.seventh_character where code = 'W19' order by all"
    ).fetchall() == [("A", "initial encounter"), ("D", "subsequent encounter"), ("S", "sequela")]
