"""Record where the reference data come from: each source with its package, release, rows taken, horizon and licence."""

from __future__ import annotations

import duckdb

from codesets.sources import (
    ccs,
    ccsr,
    descriptions,
    gems,
    icd10cm_tabular,
    medicare_code_editor,
    outpatient_code_editor,
    packages,
    who_icd10,
)

# (source, package, release, licence, query that counts the rows taken, query that gives the horizon)
_SOURCES = (
    (
        "CMS Medicare Code Editor",
        medicare_code_editor.PACKAGE,
        "v44, FY2027",
        medicare_code_editor.LICENCE,
        "select count(*) from medicare_code_editor",
        "select max(known_to) from codes.system where system = 'icd10cm'",
    ),
    (
        "CMS Integrated Outpatient Code Editor",
        outpatient_code_editor.PACKAGE,
        "v20.2 (2019-07) to v27.1 (2026-04)",
        outpatient_code_editor.LICENCE,
        "select count(*) from outpatient_codes",
        "select known_to from codes.system where system = 'hcpcs'",
    ),
    (
        "ICD-10-CM tabular list",
        icd10cm_tabular.PACKAGE,
        icd10cm_tabular.RELEASE,
        icd10cm_tabular.LICENCE,
        "select count(*) from tabular_codes",
        "select date '2026-09-30'",
    ),
    (
        "ICD-10-CM instructional notes read to the codes they name",
        icd10cm_tabular.PACKAGE,
        icd10cm_tabular.RELEASE,
        icd10cm_tabular.LICENCE,
        "select count(*) from codes.note where refers_to = 'codes'",
        "select date '2026-09-30'",
    ),
    (
        "ICD-10-CM instructional notes that name no code, kept as prose or heading",
        icd10cm_tabular.PACKAGE,
        icd10cm_tabular.RELEASE,
        icd10cm_tabular.LICENCE,
        "select count(*) from codes.note where refers_to <> 'codes' and kind <> 'includes'",
        "select date '2026-09-30'",
    ),
    (
        "CMS conversion tables for ICD-10-CM and ICD-10-PCS",
        medicare_code_editor.PACKAGE,
        "to 2026-10-01",
        medicare_code_editor.LICENCE,
        "select count(*) from code_changes",
        "select max(effective_from) from code_changes",
    ),
    (
        "CMS General Equivalence Mappings of diagnoses",
        gems.PACKAGE,
        gems.RELEASE,
        gems.LICENCE,
        "select count(*) from equivalents",
        "select null::date",
    ),
    (
        "WHO ICD-10",
        who_icd10.PACKAGE,
        who_icd10.RELEASE,
        who_icd10.LICENCE,
        "select count(*) from who_codes",
        "select null::date",
    ),
    (
        "CMS code titles (ICD-10-CM and ICD-10-PCS FY2024, ICD-9-CM version 32)",
        descriptions.PACKAGE,
        "FY2024; version 32",
        descriptions.LICENCE,
        "select count(*) from titles",
        "select null::date",
    ),
    (
        "AHRQ CCSR for ICD-10-CM diagnoses",
        ccsr.PACKAGE,
        ccsr.RELEASE,
        ccsr.LICENCE,
        "select count(*) from ccsr_assignments",
        f"select date '{ccsr.LAST_DAY}'",
    ),
    (
        "AHRQ CCS for ICD-9-CM diagnoses",
        ccs.PACKAGE,
        ccs.RELEASE,
        ccs.LICENCE,
        "select count(*) from ccs_assignments",
        "select known_to from codes.system where system = 'icd9cm'",
    ),
)


def fill_release(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `codes.release`, one row a source; the views of the sources must still be there."""
    for source, package, release, licence, count, horizon in _SOURCES:
        con.execute(
            "insert into codes.release by name select $source as source, $package as package, $version as version, "
            f"$release as release, ({count}) as row_count, ({horizon}) as horizon, $licence as licence",
            {
                "source": source,
                "package": package,
                "version": packages.package_version(package),
                "release": release,
                "licence": licence,
            },
        )
    con.execute(
        "insert into codes.release by name select 'Farr''s own lists' as source, 'codesets/lists' as release, "
        "(select count(*) from listed_attributes) + (select count(*) from listed_standard_populations) "
        "+ (select count(*) from listed_ranges) + (select count(*) from listed_weights) as row_count, "
        "'Facts with their sources, see docs/sources.md' as licence"
    )
