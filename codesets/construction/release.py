"""Record where the reference data come from: each source with its package, release, rows taken, horizon and licence."""

from __future__ import annotations

import duckdb

from codesets.database import identifier
from codesets.sources import ccsr, packages
from codesets.switches import UNVERIFIED, Source, Switches, sources

# The last day for which a source speaks, for those that have one.
_HORIZONS = {
    "cms_mce": "select max(known_to) from codes.system where \"system\" = 'icd10cm'",
    "cms_ioce": "select known_to from codes.system where \"system\" = 'hcpcs'",
    "cpt": "select known_to from codes.system where \"system\" = 'hcpcs'",
    "cdc_tabular": "select date '2026-09-30'",
    "cdc_notes": "select date '2026-09-30'",
    "cms_conversions": "select max(effective_from) from code_changes",
    "ahrq_ccsr": f"select date '{ccsr.LAST_DAY}'",
    "ahrq_ccs": "select known_to from codes.system where \"system\" = 'icd9cm'",
    "icd9cm_sections": "select known_to from codes.system where \"system\" = 'icd9cm'",
}

_CPT = "select count(*) from outpatient_codes where regexp_matches(code, '^[0-9]')"
_PROSE = "select count(*) from codes.note where refers_to <> 'codes' and kind <> 'includes'"


def fill_release(con: duckdb.DuckDBPyConnection, switches: Switches) -> None:
    """Fill `codes.release`, one row a source, those that are off included; the readers' tables must still be there."""
    for source in sources():
        is_on = switches.is_on(source.name)
        count = _CPT if source.name == "cpt" else _count(source)
        horizon = _HORIZONS.get(source.name, "select null::date") if is_on else "select null::date"
        con.execute(
            "insert into codes.release by name select $name as name, $source as source, $package as package, "
            f"$version as version, $release as release, ({count}) as row_count, ({horizon}) as horizon, "
            "$licence as licence, $status as status, $without as without",
            {
                "name": source.name,
                "source": source.title,
                "package": source.package,
                "version": source.package and packages.package_version(source.package),
                "release": source.release,
                "licence": source.licence,
                "status": _status(source.name, is_on),
                "without": source.without,
            },
        )
    con.execute(
        "insert into codes.release by name "
        "select name, source || ': those that name no code, kept as prose or heading' as source, package, version, "
        f"release, ({_PROSE}) as row_count, horizon, licence, status, without "
        "from codes.release where name = 'cdc_notes'"
    )


def _status(name: str, is_on: bool) -> str:
    if name in UNVERIFIED:
        return "unverified" if is_on else "not_used"
    return "used" if is_on else "off"


def _count(source: Source) -> str:
    """The rows taken: of the reader's first table, or of the lists of ranges and attributes."""
    if source.tables:
        return f"select count(*) from {identifier(source.tables[0])}"
    if source.schemes:
        named = ", ".join(f"'{scheme}'" for scheme in source.schemes)
        return (
            "select count(*) from listed_ranges "
            f"where list in (select list from listed_schemes where scheme in ({named}))"
        )
    named = ", ".join(f"'{name}'" for name in source.lists)
    return f"select count(*) from listed_attributes where list in ({named})"
