"""The identifier of a figure is the same in SQL, in Python and in a rebuild."""

from __future__ import annotations

import hashlib
from datetime import date

from transforms.measures.identity import IDENTIFYING, figure_id, figure_id_sql


def test_identifier_is_the_hash_of_the_documented_bytes():
    null = b"\x1e"
    parts = [b"deaths", b"deaths", null, null, null, b"2019-01-01", b"2019-12-31", b"main", null, null, b"F", null]
    expected = hashlib.sha256(b"\x1f".join([*parts, null, null, null, b"0.95"])).hexdigest()[:16]
    figure = {
        "table_id": "deaths",
        "measure": "deaths",
        "period_start": date(2019, 1, 1),
        "period_end": date(2019, 12, 31),
        "collection": "main",
        "sex": "F",
        "confidence": 0.95,
    }
    assert figure_id(figure) == expected


def test_sql_and_python_agree_on_every_figure(figures):
    columns = ", ".join(IDENTIFYING)
    for row in figures.execute(f"select figure_id, {figure_id_sql()}, {columns} from stats.figure").fetchall():
        assert row[0] == row[1] == figure_id(dict(zip(IDENTIFYING, row[2:], strict=True)))


def test_identifiers_are_unique(figures):
    assert figures.execute("select count(*) - count(distinct figure_id) from stats.figure").fetchone() == (0,)
