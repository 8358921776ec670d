"""What may have been meant by codes that are not valid, and what a code of one edition becomes in the other."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from codesets.suggest import REASONS, suggest, suggestions_for


@pytest.mark.parametrize(
    ("system", "raw", "on", "status", "first", "reason"),
    [
        # The seventh character and its placeholder.
        ("icd10cm", "W19", "2024-03-01", "header", "W19XXXA", "placeholder"),
        ("icd10cm", "S02.0A", "2024-03-01", "not_found", "S020XXA", "placeholder"),
        ("icd10cm", "S72.001", "2024-03-01", "header", "S72001A", "seventh_character"),
        ("icd10cm", "S72.001T", "2024-03-01", "not_found", "S72001A", "other_seventh_character"),
        # Headers, and codes that were subdivided, replaced or used too early.
        ("icd10cm", "N18.3", "2020-09-30", "valid", None, None),
        ("icd10cm", "N18.3", "2021-01-01", "retired", "N1830", "successor"),
        ("icd10cm", "I42.0", "2026-11-01", "retired", "I4200", "subdivided"),
        ("icd10cm", "E11.A", "2024-01-01", "not_yet_valid", "E119", "predecessor"),
        ("icd10cm", "E11.90", "2024-01-01", "not_found", "E119", "code_above"),
        # Codes of another system or of the edition before.
        ("icd10cm", "99213", "2024-01-01", "wrong_system", "99213", "other_system"),
        ("icd10cm", "428.0", "2024-01-01", "wrong_system", "I509", "equivalent"),
        ("icd9cm", "I21.4", "2014-01-01", "wrong_system", "41071", "equivalent"),
        # What spreadsheets do to codes: zeros lost at either end, powers of ten, dates.
        ("icd9cm", "250.1", "2014-01-01", "header", "25010", "number_in_spreadsheet"),
        ("icd9cm", "1", "2014-01-01", "malformed", "0010", "number_in_spreadsheet"),
        ("icd10pcs", "16070", "2017-01-01", "malformed", "0016070", "number_in_spreadsheet"),
        ("icd10pcs", "2.70E+09", "2024-01-01", "malformed", "02700E6", "number_in_spreadsheet"),
        ("hcpcs", "100", "2024-01-01", "wrong_system", "00100", "number_in_spreadsheet"),
        ("icd9cm", "25000.0", "2014-01-01", "malformed", "25000", "number_in_spreadsheet"),
        ("icd9cm", "38.9", "2014-01-01", "header", "0389", "number_in_spreadsheet"),
        ("icd9proc", "3-Apr", "2014-01-01", "malformed", "034", "date_in_spreadsheet"),
        # WHO's older editions, by our own notes.
        ("icd10", "K35.9", "2019-01-01", "retired", "K358", "successor"),
        ("icd10cm", "I2O.0", "2024-01-01", "malformed", "I200", "letter_for_digit"),
        # Signs that do not belong to a code, and a letter that ICD-10-PCS does not have.
        ("icd10cm", "E11,9", "2024-01-01", "malformed", "E119", "other_signs"),
        ("icd10cm", "0I21.4", "2024-01-01", "malformed", "I214", "other_signs"),
        ("icd10cm", "1E+10", "2024-01-01", "malformed", None, None),
        ("icd10pcs", "ODTJ4ZZ", "2024-01-01", "malformed", "0DTJ4ZZ", "letter_for_digit"),
        ("icd10pcs", "0DTJ4Z", "2024-01-01", "malformed", "0DTJ4ZZ", "code_below"),
        ("hcpcs", "0DTJ4ZZ", "2024-01-01", "wrong_system", "0DTJ4ZZ", "other_system"),
        # A change that CMS lists is no successor while the old code stays: COVID-19 was never B97.29 again.
        ("icd10cm", "B97.29", "2024-01-01", "valid", None, None),
    ],
)
def test_the_first_suggestion(
    codes: duckdb.DuckDBPyConnection, system: str, raw: str, on: str, status: str, first: str | None, reason: str | None
) -> None:
    found_status, found = suggestions_for(codes, system, raw, date.fromisoformat(on))
    assert found_status == status
    assert [(each.code, each.reason) for each in found[:1]] == ([(first, reason)] if first else [])


def test_every_suggestion_may_be_reported_on_the_day(codes: duckdb.DuckDBPyConnection) -> None:
    suggest(
        codes,
        """
        select "system", code as code_raw, 'retired' as code_status, valid_to + 200 as on_date
        from codes.validity where "system" = 'icd10cm' and valid_to is not null
        union all
        select "system", code, 'header', date '2024-03-01'
        from codes.code where "system" = 'icd10cm' and not is_billable
        """,
        into="many",
    )
    codes_with, invalid, ranks, reasons = codes.execute(
        """
        select
            count(distinct (code_raw, code_status)),
            count_if(not exists (
                from codes.validity as v
                where v."system" = many.suggested_system and v.code = many.suggestion
                    and on_date between v.valid_from and coalesce(v.valid_to, date '9999-12-31')
            )),
            count(*) = count(distinct (code_raw, code_status, on_date, rank)),
            list(distinct reason),
        from many
        """
    ).fetchone()
    assert (invalid, ranks) == (0, True)
    assert codes_with > 22_000
    assert set(reasons) <= set(REASONS)


def test_a_conversion_never_multiplies_a_record(codes: duckdb.DuckDBPyConnection) -> None:
    assert codes.execute(
        "select count(*) = count(distinct (system, code)), count_if((to_code is null) = "
        "(conversion_status in ('exact', 'approximate', 'combination'))) from codes.conversion"
    ).fetchone() == (True, 0)
    # NBER's copy of the mappings of ICD-9-CM: 14,567 codes, of which 3,533 identical and 425 without a map.
    assert dict(
        codes.execute(
            "select conversion_status, count(*) from codes.conversion where system = 'icd9cm' group by all"
        ).fetchall()
    ) == {"exact": 3_533, "approximate": 7_450, "combination": 286, "ambiguous": 2_873, "no_map": 425}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0010", ("exact", "A000", None, 1, "A00")),
        ("4280", ("approximate", "I509", None, 1, "I50")),
        ("25060", ("approximate", "E1140", None, 1, "E11")),
    ],
)
def test_what_a_code_becomes(codes: duckdb.DuckDBPyConnection, code: str, expected: tuple) -> None:
    assert (
        codes.execute(
            "select conversion_status, to_code, to_code_with, alternatives, to_category from codes.conversion "
            "where system = 'icd9cm' and code = $code",
            {"code": code},
        ).fetchone()
        == expected
    )
