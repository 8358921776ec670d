"""What added releases, editions and lists do to validity, horizons, verdicts and titles."""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.site import add
from codesets.verdict import judge, status_on
from tests.codesets.added.conftest import Build
from tests.codesets.added.samples import CODE_LIST, ORDER, TEXTS, written


def validity(con: duckdb.DuckDBPyConnection, system: str) -> list[tuple[str, str, str | None]]:
    return con.execute(
        "select code, valid_from::varchar, valid_to::varchar from codes.validity where system = $system order by all",
        {"system": system},
    ).fetchall()


def known(con: duckdb.DuckDBPyConnection, system: str) -> tuple:
    return con.execute(
        "select known_from::varchar, known_to::varchar from codes.system where system = $system", {"system": system}
    ).fetchone()


def verdicts(
    con: duckdb.DuckDBPyConnection, system: str, *asked: tuple[str, str], edition: str | None = None
) -> list[str]:
    con.execute(f"create or replace temp table asked as select '{system}' as system, * from (values "
                + ", ".join(f"('{code}', date '{day}', {place})" for place, (code, day) in enumerate(asked))
                + ") as given(code_raw, day, place)")  # fmt: skip
    judge(con, "select system, code_raw from asked", into="judged", national_edition=edition)
    rows = con.execute(
        f"select {status_on('judged', 'asked.day')} from asked join judged using (system, code_raw) order by place"
    )
    return [status for (status,) in rows.fetchall()]


def test_releases_of_april_and_october_carry_the_system_on(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "icd10cm-order-April-1-2027.txt"), site)
    # Without its second line: I21.4 is deleted in October. A year later still is not followed by any other.
    without = ORDER.replace(ORDER.splitlines()[1] + "\n", "")
    add(written(tmp_path, "icd10cm_order_2028.txt", without), site)
    add(written(tmp_path, "icd10cm_order_2030.txt", ORDER), site)
    con = built(site)
    assert validity(con, "icd10cm") == [
        ("E11A", "2025-10-01", "2027-03-31"),
        ("I214", "2015-10-01", "2027-09-30"),
        ("I219", "2027-04-01", None),
        ("I420", "2015-10-01", "2026-09-30"),
    ]
    assert known(con, "icd10cm") == ("2015-10-01", "2028-03-31")
    assert verdicts(
        con, "icd10cm", ("I219", "2027-03-31"), ("I219", "2027-04-01"), ("I214", "2027-10-01"), ("I219", "2028-04-01")
    ) == ["not_yet_valid", "valid", "retired", "unknown"]


def test_addenda_carry_the_system_on_by_what_they_change(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "icd10cm_order_addenda_April_2027.txt", TEXTS["icd10cm_order_addenda_2028.txt"]), site)
    con = built(site)
    assert validity(con, "icd10cm") == [
        ("E11A", "2025-10-01", None),
        ("I214", "2015-10-01", "2027-03-31"),
        ("I219", "2027-04-01", None),
        ("I420", "2015-10-01", "2026-09-30"),
    ]
    assert known(con, "icd10cm") == ("2015-10-01", "2027-09-30")


def test_the_tabular_list_gives_codes_and_notes(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    text = TEXTS["icd10cm-tabular-2028.xml"].replace("<version>2028<", "<version>2027<")
    add(written(tmp_path, "icd10cm-tabular-April-1-2027.xml", text), site)
    con = built(site)
    assert [row for row in validity(con, "icd10cm") if row[1] == "2027-04-01"] == [
        ("E112", "2027-04-01", None),
        ("S000XXA", "2027-04-01", None),
        ("S000XXD", "2027-04-01", None),
    ]
    assert con.execute("select code, kind, text, refers_to from codes.note").fetchall() == [
        ("E11", "excludes1", "gestational diabetes (O24.4-)", "codes")
    ]
    assert con.execute("select code, first_code, last_code from codes.note_range").fetchall() == [
        ("E11", "O244", "O244")
    ]
    assert con.execute("select code, character from codes.seventh_character").fetchall() == [("S00", "A"), ("S00", "D")]


def test_seventh_characters_that_were_never_valid_stay_so(
    tmp_path: Path, small: duckdb.DuckDBPyConnection, built: Build
) -> None:
    small.execute("insert into codes.validity values ('icd10cm', 'S000XXA', '2015-10-01', null)")
    text = TEXTS["icd10cm-tabular-2028.xml"].replace("<version>2028<", "<version>2027<")
    add(written(tmp_path, "icd10cm-tabular-April-1-2027.xml", text), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert [row for row in validity(con, "icd10cm") if row[0].startswith("S")] == [("S000XXA", "2015-10-01", None)]


def test_a_system_known_by_name_is_judged_within_a_lists_days(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    assert add(written(tmp_path, "opcs4@4.10.csv"), site).remarks == ()
    con = built(site)
    assert known(con, "opcs4") == ("2023-04-01", "2026-03-31")
    assert verdicts(
        con, "opcs4", ("W37.1", "2023-03-31"), ("W37.1", "2023-04-01"), ("W379", "2025-01-01"), ("W371", "2026-04-01"),
        ("nonsense", "2025-01-01"),
    ) == ["unknown", "valid", "not_found", "unknown", "malformed"]  # fmt: skip


def test_a_list_without_an_end_speaks_for_every_later_day(tmp_path: Path, built: Build) -> None:
    text = CODE_LIST + "opcs4,W37.1,Total hip replacement,2023-04-01,,NHS England\n"
    added = add(written(tmp_path, "opcs4.csv", text), tmp_path / "codesets")
    assert added.remarks[0].startswith("No line has the list's last day")
    con = built(tmp_path / "codesets")
    assert known(con, "opcs4") == ("2023-04-01", None)
    assert verdicts(con, "opcs4", ("W371", "2040-01-01"), ("W379", "2040-01-01")) == ["valid", "not_found"]


def test_between_two_editions_a_code_of_both_is_not_retired(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    for year in (2022, 2025):
        own = f"opcs4,W37.{year - 2021},Of its year,{year}-01-01,{year}-12-31,Us\n"
        text = CODE_LIST + f"opcs4,W38,Of both,{year}-01-01,{year}-12-31,Us\n" + own
        add(written(tmp_path, f"opcs4@{year}.csv", text), site)
    con = built(site)
    assert validity(con, "opcs4") == [
        ("W371", "2022-01-01", "2022-12-31"),
        ("W374", "2025-01-01", "2025-12-31"),
        ("W38", "2022-01-01", "2025-12-31"),
    ]
    assert known(con, "opcs4") == ("2022-01-01", "2025-12-31")


def test_a_country_still_on_an_older_system_completes_it(tmp_path: Path, built: Build) -> None:
    text = CODE_LIST + (
        "icd9cm,428.0,Heart failure,2009-01-01,2027-12-31,Ministry\n"
        "icd9cm,V58.61,Anticoagulants,2009-01-01,2027-12-31,Ministry\n"
        "icd9cm,428.9,Our own,2009-01-01,2027-12-31,Ministry\n"
    )
    add(written(tmp_path, "ministry@2009.csv", text), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert known(con, "icd9cm") == ("1985-10-01", "2027-12-31")
    asked = (("428.0", "2020-01-01"), ("4289", "2020-01-01"), ("4283", "2020-01-01"), ("428.0", "2028-01-01"))
    assert verdicts(con, "icd9cm", *asked, edition="it") == ["valid", "valid", "unknown", "unknown"]
    # In the country whose edition is shipped the system ended, whatever another country lists.
    assert verdicts(con, "icd9cm", *asked) == ["wrong_system"] * 4


def test_a_list_of_a_few_codes_moves_no_horizon(tmp_path: Path, built: Build) -> None:
    text = CODE_LIST + "icd10,A98.9,Our own,2010-01-01,,Ministry\n"
    add(written(tmp_path, "extra.csv", text), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert known(con, "icd10") == ("2016-01-01", None)
    assert verdicts(con, "icd10", ("A98.9", "2020-01-01"), ("A98.8", "2020-01-01")) == ["valid", "not_found"]


def test_a_claml_edition_has_its_codes_by_modifiers_too(
    tmp_path: Path, small: duckdb.DuckDBPyConnection, built: Build
) -> None:
    small.execute("insert into codes.system (system, title, kind) values ('icd10gm', 'GM', 'diagnosis')")
    add(written(tmp_path, "icd10gm2026syst_claml.xml"), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert validity(con, "icd10gm") == [("E1010", "2026-01-01", None), ("E149", "2026-01-01", None)]
    assert con.execute(
        "select code, is_billable, title, block, chapter from edition_code order by code"
    ).fetchall() == [
        ("E10", False, "Diabetes, Typ 1", "E10-E14", "IV"),
        ("E1010", True, "Diabetes, Typ 1, mit Ketoazidose, nicht entgleist", "E10-E14", "IV"),
        ("E14", False, "Diabetes, Typ unbekannt", "E10-E14", "IV"),
        ("E149", True, "Ohne Komplikationen", "E10-E14", "IV"),
    ]
    assert known(con, "icd10gm") == ("2026-01-01", "2026-12-31")
    assert con.execute("select system, code, kind, text from codes.note").fetchall() == [
        ("icd10gm", "E10", "excludes", "Gestationsdiabetes (O24.4)")
    ]
    assert con.execute("select system, kind, first_code from codes.note_range").fetchall() == [
        ("icd10gm", "excludes", "O244")
    ]


def test_editions_of_who_carry_backward(tmp_path: Path, built: Build) -> None:
    text = (
        TEXTS["icd10gm2026syst_claml.xml"].replace("ICD-10-GM", "ICD-10").replace('version="2026"', 'version="2015"')
        .replace("E14.9", "A04.7").replace('"E14"', '"A04"')
    )  # fmt: skip
    add(written(tmp_path, "icd102015en.xml", text), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert known(con, "icd10") == ("2015-01-01", None)
    assert [row for row in validity(con, "icd10") if row[0] in ("A047", "A46", "E1010")] == [
        ("A047", "2015-01-01", None),
        ("A46", "2016-01-01", None),
        ("E1010", "2015-01-01", "2015-12-31"),
    ]


def test_cpt_gives_titles_and_codes_and_moves_no_horizon(
    tmp_path: Path, small: duckdb.DuckDBPyConnection, built: Build
) -> None:
    small.execute(
        "insert into codes.system (system, title, kind, known_from, known_to) "
        "values ('hcpcs', 'HCPCS', 'procedure', '2019-07-01', '2026-06-30');"
        "insert into codes.validity values ('hcpcs', '00001', '2019-07-01', null)"
    )
    add(written(tmp_path, "LONGULT.txt"), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert known(con, "hcpcs") == ("2019-07-01", "2026-06-30")
    assert validity(con, "hcpcs") == [("00001", "2019-07-01", None), ("0002F", "2026-01-01", "2026-12-31")]
    assert con.execute("select licence from codes.release").fetchone() == (
        "© American Medical Association; under the site's own CPT licence, not to be passed on",
    )
