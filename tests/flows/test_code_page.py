"""How codes are written for people."""

from __future__ import annotations

import pytest

from flows.commands.code_page import dotted


@pytest.mark.parametrize(
    ("code", "system", "expected"),
    [
        ("I214", "icd10cm", "I21.4"),
        ("W19XXXA", None, "W19.XXXA"),
        ("I21", "icd10cm", "I21"),
        ("I20-I25", None, "I20-I25"),
        ("41071", "icd9cm", "410.71"),
        ("E8120", "icd9cm", "E812.0"),
        ("V5861", "icd9cm", "V58.61"),
        ("8118", "icd9proc", "81.18"),
        ("J1885", "hcpcs", "J1885"),
        ("0DTJ4ZZ", "icd10pcs", "0DTJ4ZZ"),
    ],
)
def test_dots(code: str, system: str | None, expected: str) -> None:
    assert dotted(code, system) == expected
