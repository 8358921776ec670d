"""What added groupings, edits, exemptions, pairs, limits and coverage become."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from codesets.site import add
from codesets.sources.packages import SourceError
from tests.codesets.added.conftest import Build
from tests.codesets.added.samples import GROUPING, LIMITS, PAIRS, TEXTS, comorbidities, workbook, written


def test_a_new_ccsr_stands_beside_the_old(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "DXCCSR_v2026-1.csv"), site)
    add(written(tmp_path, "DXCCSR_v2027-1.csv", TEXTS["DXCCSR_v2026-1.csv"].replace("EXT029", "EXT030")), site)
    assert built(site).execute(
        "select scheme_version, code, group_code, is_default, is_default_outpatient from codes.grouping order by all"
    ).fetchall() == [
        ("2026.1", "I110", "CIR008", False, False),
        ("2026.1", "I110", "CIR019", True, True),
        ("2026.1", "W19XXXA", "EXT029", False, False),
        ("2027.1", "I110", "CIR008", False, False),
        ("2027.1", "I110", "CIR019", True, True),
        ("2027.1", "W19XXXA", "EXT030", False, False),
    ]


def test_a_new_version_of_comorbidities_keeps_rules_and_weights(
    tmp_path: Path, small: duckdb.DuckDBPyConnection, built: Build
) -> None:
    small.execute(
        """
        insert into codes.scheme by name select 'elixhauser_ahrq' as scheme, '2026.1' as scheme_version,
            'icd10cm' as "system", 'Elixhauser' as title, false as is_partition, 'AHRQ' as source;
        insert into codes.group_label by name select * from (values
            ('elixhauser_ahrq', '2026.1', 'AIDS', 'Immune deficiency', 1, 'present'),
            ('elixhauser_ahrq', '2026.1', 'OLD', 'No longer', 2, null)
        ) as given(scheme, scheme_version, group_code, title, sort_order, poa_rule);
        insert into codes.group_weight values ('elixhauser_ahrq', '2026.1', 'AIDS', 'ahrq', -4);
        """
    )
    add(comorbidities(tmp_path), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert con.execute("select scheme_version, code, group_code from codes.grouping order by all").fetchall() == [
        ("2027.1", "B20", "AIDS"),
        ("2027.1", "E6601", "OBESE"),
    ]
    assert con.execute(
        "select group_code, title, sort_order, poa_rule from codes.group_label "
        "where scheme_version = '2027.1' order by all"
    ).fetchall() == [("AIDS", "Immune deficiency", 1, "present"), ("OBESE", "OBESE", 2, None)]
    assert con.execute("select weight from codes.group_weight where scheme_version = '2027.1'").fetchall() == [(-4,)]


def test_exempt_codes_are_those_of_the_list_of_the_time(
    tmp_path: Path, small: duckdb.DuckDBPyConnection, built: Build
) -> None:
    small.execute(
        "insert into codes.attribute values "
        "('icd10cm', 'I214', 'poa_exempt', 'true', '2019-10-01', null, 'cms_poa_fy2020'),"
        "('icd10cm', 'I420', 'poa_exempt', 'true', '2019-10-01', null, 'cms_poa_fy2020')"
    )
    text = TEXTS["POAexemptCodesFY25.txt"].replace("E11.A", "E11.2")
    add(written(tmp_path, "POAexemptCodesFY25.txt", text), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert con.execute(
        "select code, value, valid_from::varchar, valid_to::varchar, source from codes.attribute "
        "where attribute = 'poa_exempt' order by all"
    ).fetchall() == [
        ("E112", "true", "2024-10-01", None, "cms_poa_fy2025"),
        # It came after the last list: unknown, not unexempt.
        ("E11A", "unknown", "2025-10-01", None, "no list of the time at hand"),
        ("I214", "true", "2019-10-01", "2024-09-30", "cms_poa_fy2020"),
        ("I214", "unknown", "2015-10-01", "2019-09-30", "no list of the time at hand"),
        ("I420", "true", "2019-10-01", "2024-09-30", "cms_poa_fy2020"),
        ("I420", "true", "2024-10-01", None, "cms_poa_fy2025"),
        ("I420", "unknown", "2015-10-01", "2019-09-30", "no list of the time at hand"),
    ]


def test_edits_are_those_of_the_list_of_the_year(
    tmp_path: Path, small: duckdb.DuckDBPyConnection, built: Build
) -> None:
    small.execute(
        "insert into codes.attribute values "
        "('icd10cm', 'I420', 'manifestation', 'true', '2015-10-01', null, 'cms_mce'),"
        "('icd10cm', 'I420', 'sex', 'F', '2015-10-01', '2024-09-30', 'cms_mce')"
    )
    add(written(tmp_path, "Definitions of Medicare Code Edits_v45.txt"), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert con.execute(
        "select system, code, attribute, value, valid_from::varchar, valid_to::varchar from codes.attribute "
        "where value <> 'unknown' order by all"
    ).fetchall() == [
        ("icd10cm", "E112", "questionable_admission", "true", "2027-10-01", None),
        ("icd10cm", "E11A", "age_class", "pediatric", "2027-10-01", None),
        ("icd10cm", "I214", "manifestation", "true", "2027-10-01", None),
        ("icd10cm", "I420", "age_class", "newborn", "2027-10-01", None),
        ("icd10cm", "I420", "manifestation", "true", "2015-10-01", "2027-09-30"),
        ("icd10cm", "I420", "sex", "F", "2015-10-01", "2024-09-30"),
        ("icd10pcs", "02YA0Z0", "noncovered", "true", "2027-10-01", None),
    ]


def test_lists_of_edits_that_are_not_taken_are_said(tmp_path: Path, built: Build) -> None:
    text = TEXTS["Definitions of Medicare Code Edits_v45.txt"] + "12. A wholly new edit\nI42.0  One\nE11.A  Two\n"
    added = add(written(tmp_path, "Definitions of Medicare Code Edits_v45.txt", text), tmp_path / "codesets")
    said = (
        "Not taken, for they hold only together with other things or their heading is not known here: "
        "8.B. Questionable obstetric admission (1 code); 11.B. Procedures that are non-covered only when any of these "
        "diagnoses is present (2 codes); 12. A wholly new edit (2 codes)"
    )
    assert added.remarks == (said,)
    assert built(tmp_path / "codesets").execute("select remark from codes.release").fetchall() == [(said,)]
    lists = {"Newborn diagnoses": (("A33", "T"),), "Manifestation codes": (("F02.80", "D"),), "New": (("I42.0", "D"),)}
    workbook(tmp_path / "code edits v46.xlsx", lists)
    assert add(tmp_path / "code edits v46.xlsx", tmp_path / "codesets").remarks[0].endswith("known here: New (1 code)")


def test_pairs_are_those_of_the_newest_quarter_of_each_setting(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "ccipra-v313r0-f1.txt", PAIRS.replace("00002", "00009")), site)
    add(written(tmp_path, "ccipra-v320r0-f1.txt"), site)
    add(written(tmp_path, "ccioph-v313r0-f1.txt", PAIRS), site)
    assert built(site).execute(
        "select setting, column_1, column_2, modifier_indicator, valid_from::varchar, valid_to::varchar, source "
        "from codes.procedure_pair order by all"
    ).fetchall() == [
        ("outpatient_hospital", "00001", "00002", "0", "1996-01-01", None, "cms_ncci_ptp_v31.3"),
        ("outpatient_hospital", "00001", "00003", "1", "2024-01-01", "2025-12-31", "cms_ncci_ptp_v31.3"),
        ("practitioner", "00001", "00002", "0", "1996-01-01", None, "cms_ncci_ptp_v32.0"),
        ("practitioner", "00001", "00003", "1", "2024-01-01", "2025-12-31", "cms_ncci_ptp_v32.0"),
    ]


def test_unit_limits_hold_for_their_quarters(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "MCR_MUE_PractitionerServices_Eff_01-01-2027.csv"), site)
    later = LIMITS.replace('"A0001","0"', '"A0001","3"')
    add(written(tmp_path, "MCR_MUE_PractitionerServices_Eff_04-01-2027.csv", later), site)
    assert built(site).execute(
        "select setting, code, units, adjudication_indicator, valid_from::varchar, valid_to::varchar "
        "from codes.unit_limit order by all"
    ).fetchall() == [
        ("practitioner", "00001", 2, 2, "2027-01-01", "2027-06-30"),
        ("practitioner", "A0001", 0, 1, "2027-01-01", "2027-03-31"),
        ("practitioner", "A0001", 3, 1, "2027-04-01", "2027-06-30"),
    ]


def test_coverage_is_taken_as_it_is(tmp_path: Path, built: Build) -> None:
    add(written(tmp_path, "coverage.csv"), tmp_path / "codesets")
    assert built(tmp_path / "codesets").execute(
        "select procedure_code, system, code_from, code_to, valid_from::varchar, valid_to, source from codes.coverage"
    ).fetchall() == [("93000", "icd10cm", "I20", "I25", "2024-01-01", None, "Policy 1")]


def test_weights_of_drgs_are_taken_with_their_days(tmp_path: Path, built: Build) -> None:
    add(written(tmp_path, "drg_weights.csv"), tmp_path / "codesets")
    assert built(tmp_path / "codesets").execute(
        "select drg, weight::varchar, valid_from::varchar, valid_to::varchar, source from codes.drg_weight"
    ).fetchall() == [("291", "1.2683", "2026-10-01", "2027-09-30", "Table 5")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A1,1.2,2026-10-01,,x", "line 2, column drg: write it as 291"),
        ("291,-1,2026-10-01,,x", "column weight"),
        ("291,1.2,2026-10-01,,x\n291,1.3,2026-10-01,,x", "lines 2 and 3: the same group and day twice"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(tmp_path: Path, line: str, message: str) -> None:
    text = f"drg,weight,valid_from,valid_to,source\n{line}\n"
    with pytest.raises(SourceError, match=message):
        add(written(tmp_path, "drg_weights.csv", text), tmp_path / "codesets")


def test_codes_and_ranges_stand_for_all_below_them(tmp_path: Path, built: Build) -> None:
    text = GROUPING + (
        "icd10cm,I20-I42,HEART,Heart,,,Board 2024\n"
        "icd10cm,E11,SUGAR,Diabetes,2020-01-01,2025-12-31,Board 2024\n"
        "opcs4,W37.1,HIP,Hip replacement,,,Board 2024\n"
    )
    add(written(tmp_path, "board.csv", text), tmp_path / "codesets")
    con = built(tmp_path / "codesets")
    assert con.execute(
        "select scheme, scheme_version, system, code, group_code, is_default, provenance, valid_to::varchar "
        "from codes.grouping order by scheme_version, code"
    ).fetchall() == [
        ("board", "site_icd10cm", "icd10cm", "E11", "SUGAR", True, "site", "2025-12-31"),
        ("board", "site_icd10cm", "icd10cm", "E112", "SUGAR", True, "site", "2025-12-31"),
        ("board", "site_icd10cm", "icd10cm", "E11A", "SUGAR", True, "site", "2025-12-31"),
        ("board", "site_icd10cm", "icd10cm", "I214", "HEART", True, "site", None),
        ("board", "site_icd10cm", "icd10cm", "I420", "HEART", True, "site", None),
        ("board", "site_opcs4", "opcs4", "W371", "HIP", True, "site", None),
    ]
    assert con.execute("select scheme_version, is_partition from codes.scheme order by all").fetchall() == [
        ("site_icd10cm", True),
        ("site_opcs4", True),
    ]
    assert con.execute("select group_code, title, sort_order from codes.group_label order by all").fetchall() == [
        ("HEART", "Heart", 1),
        ("HIP", "Hip replacement", 1),
        ("SUGAR", "Diabetes", 2),
    ]


def test_two_versions_of_one_scheme_and_overlapping_groups(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "board@1.csv", GROUPING + "icd10cm,I42.0,A,First,,,Board\n"), site)
    second = "icd10cm,I42,B,Second,,,Board\nicd10cm,I42.0,A,First,2020-01-01,,Board\n"
    add(written(tmp_path, "board@2.csv", GROUPING + second), site)
    con = built(site)
    assert con.execute("select scheme_version, is_partition from codes.scheme order by all").fetchall() == [
        ("1", True),
        ("2", False),
    ]
    assert con.execute(
        "select scheme_version, code, group_code, is_default from codes.grouping order by all"
    ).fetchall() == [
        ("1", "I420", "A", True),
        ("2", "I42", "B", True),
        ("2", "I420", "A", False),
        ("2", "I420", "B", True),
    ]
