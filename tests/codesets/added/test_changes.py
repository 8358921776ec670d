"""What a file changes is said: against the one of its name, another release of the site's, and what Farr ships."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from codesets.site import add
from tests.codesets.added.samples import CODE_LIST, GROUPING, LIMITS, ORDER, PAIRS, TEXTS, order_line, written


def said(file: Path, site: Path, shipped: duckdb.DuckDBPyConnection | None = None, **options: bool) -> list[str]:
    return [str(change) for change in add(file, site, shipped=shipped, **options).changes]


@pytest.fixture
def shipped(small: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    small.execute(
        """
        update codes.code set title = 'Type 2 diabetes in remission' where code = 'E11A';
        insert into codes.code ("system", code, title, is_billable) values ('icd10cm', 'I110', 'Hypertensive', true);
        insert into codes.scheme by name select 'ccsr' as scheme, '2023.1' as scheme_version, 'icd10cm' as "system",
            'CCSR' as title, false as is_partition, 'AHRQ' as source;
        insert into codes.grouping by name select 'ccsr' as scheme, '2023.1' as scheme_version, 'icd10cm' as "system",
            unnest(['I110', 'I214']) as code, 'CIR008' as group_code, true as is_default, true as is_default_outpatient,
            'official' as provenance;
        insert into codes.attribute values
            ('icd10cm', 'I420', 'poa_exempt', 'true', '2019-10-01', null, 'cms_poa_fy2020'),
            ('icd10cm', 'I214', 'poa_exempt', 'true', '2019-10-01', null, 'cms_poa_fy2020');
        """
    )
    return small


def test_a_list_against_the_one_of_its_name(tmp_path: Path) -> None:
    site = tmp_path / "codesets"
    rows = "icd10cm,I21,HEART,Heart,,,Board\nicd10cm,I22,HEART,Heart,,,Board\n"
    assert said(written(tmp_path, "board@2.csv", GROUPING + rows), site) == []
    rows = "icd10cm,I21,HEART,Heart,,,Board\nicd10cm,I22,OLD,Old,,,Board\nicd10cm,I26,L,Lung,,,Board\n"
    assert said(written(tmp_path, "board@2.csv", GROUPING + rows), site, partition=True) == [
        "Against the file that was there: 1 codes and ranges added, 0 removed, 1 in another group"
    ]
    assert said(written(tmp_path, "board@3.csv", GROUPING + rows.replace("I26", "I27")), site) == [
        "Against 2 (board@2.csv): 1 codes and ranges added, 1 removed, 0 in another group"
    ]


def test_ccsr_against_what_is_shipped(tmp_path: Path, shipped: duckdb.DuckDBPyConnection) -> None:
    site = tmp_path / "codesets"
    assert said(written(tmp_path, "DXCCSR_v2026-1.csv"), site, shipped) == [
        "Against shipped v2023.1: 1 codes added, 1 removed, 1 in another group"
    ]
    text = TEXTS["DXCCSR_v2026-1.csv"].replace("EXT029", "EXT030")
    assert said(written(tmp_path, "DXCCSR_v2027-1.csv", text), site, shipped) == [
        "Against 2026.1 (DXCCSR_v2026-1.csv): 0 codes added, 0 removed, 1 in another group",
        "Against shipped v2023.1: 1 codes added, 1 removed, 1 in another group",
    ]


def test_an_order_file_against_the_codes_in_force(tmp_path: Path, shipped: duckdb.DuckDBPyConnection) -> None:
    text = ORDER + order_line(4, "E11A", 1, "Diabetes, no longer there")
    added = add(written(tmp_path, "icd10cm_order_2028.txt", text), tmp_path / "codesets", shipped=shipped)
    # I42.0 was retired before: it is none of those in force.
    assert [str(change) for change in added.changes] == [
        "Against the codes in force on 2027-03-31 as shipped: 1 codes added, 0 removed, 1 with another title"
    ]
    assert added.remarks == (
        "It does not follow on what is known (2015-10-01 to 2027-03-31) and gives titles alone, "
        "until the release that begins on 2027-04-01 is added.",
    )
    april = add(written(tmp_path, "icd10cm-order-April-1-2027.txt", text), tmp_path / "codesets", shipped=shipped)
    assert april.remarks == ()


def test_addenda_say_what_they_state(tmp_path: Path, shipped: duckdb.DuckDBPyConnection) -> None:
    assert said(written(tmp_path, "icd10cm_order_addenda_2028.txt"), tmp_path / "codesets", shipped) == [
        "Against the release before it, as the addenda state: 1 codes added, 1 removed, 1 with another title"
    ]


def test_exempt_codes_against_those_before(tmp_path: Path, shipped: duckdb.DuckDBPyConnection) -> None:
    assert said(written(tmp_path, "POAexemptCodesFY25.txt"), tmp_path / "codesets", shipped) == [
        "Against what is shipped for 2024-10-01: 1 entries added, 1 removed, 0 with another value"
    ]


def test_quarters_of_pairs_and_limits_against_one_another(tmp_path: Path) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "ccipra-v313r0-f1.txt", PAIRS), site)
    later = PAIRS.replace("\t0\tMutually", "\t1\tMutually").replace("00003", "00005")
    assert said(written(tmp_path, "ccipra-v320r0-f1.txt", later), site) == [
        "Against v31.3, 2025 quarter 4 (ccipra-v313r0-f1.txt): 1 pairs added, 1 removed, "
        "1 with another modifier indicator or end"
    ]
    add(written(tmp_path, "MCR_MUE_PractitionerServices_Eff_01-01-2027.csv"), site)
    later = LIMITS.replace('"A0001","0"', '"A0001","3"')
    assert said(written(tmp_path, "MCR_MUE_PractitionerServices_Eff_04-01-2027.csv", later), site) == [
        "Against 2027 quarter 1 (MCR_MUE_PractitionerServices_Eff_01-01-2027.csv): "
        "0 codes added, 0 removed, 1 with another limit"
    ]


def test_the_edition_of_a_system_known_by_name_has_nothing_to_be_held_against(
    tmp_path: Path, shipped: duckdb.DuckDBPyConnection
) -> None:
    site = tmp_path / "codesets"
    assert said(written(tmp_path, "opcs4@4.10.csv"), site, shipped) == []
    text = CODE_LIST + "opcs4,W37.1,Hip,2026-04-01,2029-03-31,NHS\nopcs4,W37.2,Hip 2,2026-04-01,2029-03-31,NHS\n"
    assert said(written(tmp_path, "opcs4@4.11.csv", text), site, shipped) == [
        "Against 4.10 (opcs4@4.10.csv): 1 codes added, 0 removed, 1 with another title"
    ]


def test_an_official_file_that_may_be_cut_off_is_said(tmp_path: Path) -> None:
    site = tmp_path / "codesets"
    lines = [f"{number:05d}\tB{number:03d}\tSequelae {number}\n" for number in range(10, 30)]
    head = TEXTS["POAexemptCodesFY25.txt"].splitlines(keepends=True)[0]
    add(written(tmp_path, "POAexemptCodesFY25.txt", head + "".join(lines)), site)
    assert add(written(tmp_path, "POAexemptCodesFY26.txt", head + "".join(lines[:18])), site).remarks == ()
    assert add(written(tmp_path, "POAexemptCodesFY27.txt", head + "".join(lines[:16])), site).remarks == (
        "It has 16 entries where FY2026 (POAexemptCodesFY26.txt) has 18: it may be cut off. "
        "Hold it against the publisher's own count before you use it.",
    )
