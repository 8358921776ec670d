"""A small warehouse for rules to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from codesets.canonical import create_macros
from codesets.database import connect, create_tables
from tests.rules.tables import fill

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def con():
    with connect() as connection:
        create_macros(connection)
        create_tables(connection, ROOT / "codesets" / "schema.sql")
        for name in ("core", "quality"):
            create_tables(connection, ROOT / "transforms" / "warehouse" / "schema" / f"{name}.sql")
        fill(
            connection,
            "codes.attribute",
            """
            system  | code  | attribute   | value   | valid_from | valid_to   | source
            icd10cm | O80   | sex         | F       | 2015-10-01 | 2024-09-30 | cms_mce
            icd10cm | O80   | sex_ever    | F       |            |            | cms_mce, ever flagged
            icd10cm | O80   | age_class   | maternity | 2015-10-01 |          | cms_mce
            icd10   | C61   | sex         | M       |            |            | who_2016
            icd10   | C61   | sex_ever    | M       |            |            | who_2016
        """,
        )
        fill(
            connection,
            "codes.age_class",
            """
            age_class | age_from | age_to | valid_from
            maternity | 9        | 64     | 2019-10-01
        """,
        )
        yield connection
