"""Build the reference data: read every source, then fill the tables of schema `codes`, one SQL file a table."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa

from codesets.canonical import create_macros
from codesets.construction.carry_on import carry_on
from codesets.construction.external_cause import external_cause_sql
from codesets.construction.release import fill_release
from codesets.construction.switching import switched
from codesets.database import CODES_SCHEMA, REFERENCE_SCHEMA, create_tables, identifier
from codesets.sources import (
    ccs,
    ccsr,
    conversions,
    descriptions,
    gems,
    groups,
    icd10cm_tabular,
    lists,
    medicare_code_editor,
    outpatient_code_editor,
    who_icd10,
)
from codesets.sources.added.kinds import read_site
from codesets.switches import SHIPPED, Switches

_FOLDER = Path(__file__).parent

# The order matters: validity needs the horizons of systems, groupings the hierarchy of codes.
_STEPS = (
    ("systems and their horizons", "system.sql"),
    ("validity by date", "validity.sql"),
    ("code lists that the site added", carry_on),
    ("titles and hierarchy", "code.sql"),
    ("successors and equivalents", "successor.sql"),
    ("siblings of codes", "siblings.sql"),
    ("sex, age and other edits", "attribute.sql"),
    ("edits by lists that the site added", "added_attribute.sql"),
    ("groupings", "grouping.sql"),
    ("external causes of ICD-10-CM", lambda con: con.execute(external_cause_sql())),
    ("groupings from our own lists", "group.sql"),
    ("notes and standard populations", "note.sql"),
    ("notes and limits that the site added", "added_note.sql"),
    ("pairs, limits and coverage of procedures", "added_limits.sql"),
    ("the site's own groupings", "site.sql"),
    ("releases that the site added", "site_release.sql"),
    ("headers of groupings that list codes only", "header.sql"),
)


def build(
    con: duckdb.DuckDBPyConnection,
    site: Path | None = None,
    switches: Switches = SHIPPED,
    on_progress: Callable[[str], None] | None = None,
) -> None:
    """Fill an empty database with the reference data in schema `codes`, a site's own groupings included.

    Nothing of a source that is switched off gets into it, but for the row of `codes.release` that says so.

    Sources are registered as views under the names that the SQL files use, and dropped with the connection.
    """
    tell = on_progress or (lambda message: None)
    create_tables(con, CODES_SCHEMA)
    create_tables(con, REFERENCE_SCHEMA)
    create_macros(con)
    for name, table in switched(read_sources(site, tell), switches).items():
        con.register(name, table)
    for what, step in _STEPS:
        started = time.perf_counter()
        if callable(step):
            step(con)
        else:
            con.execute((_FOLDER / step).read_text(encoding="utf-8"))
        tell(f"{what}: {time.perf_counter() - started:.1f} s")
    # A scheme of which every code belongs to a source that is off.
    con.execute(
        "delete from codes.scheme as listed where not exists "
        "(from codes.grouping as g where g.scheme = listed.scheme and g.scheme_version = listed.scheme_version)"
    )
    fill_release(con, switches)
    _drop_temporary_tables(con)


def read_sources(site: Path | None, tell: Callable[[str], None]) -> dict[str, pa.Table]:
    """Read every source; the names are those under which the SQL files know the tables."""
    tell("reading the Medicare Code Editor's lists")
    tables = {
        "medicare_code_editor": _by_system(medicare_code_editor.MASTERS, medicare_code_editor.read_master),
        "editor_age_classes": medicare_code_editor.read_age_classes(),
        "titles": _by_system(medicare_code_editor.MASTERS, descriptions.read_titles),
        "retired_titles": descriptions.read_retired_titles(),
    }
    tables["code_changes"] = _by_system(conversions.TABLES, conversions.read_successors)
    tables["equivalents"] = gems.read_gems()
    tell("reading the Outpatient Code Editor's lists")
    quarters, procedures = outpatient_code_editor.read_outpatient_editor()
    tables |= {"outpatient_quarters": quarters, "outpatient_codes": procedures}
    tell("reading tabular lists")
    tables |= {f"tabular_{name}": _numbered(table) for name, table in icd10cm_tabular.read_tabular().items()}
    tables |= {f"who_{name}": _numbered(table) for name, table in who_icd10.read_who_icd10().items()}
    tell("reading groupings")
    tables["ccs_assignments"], labels = ccs.read_ccs()
    tables["ccs_labels"] = _numbered(labels)
    tables["ccsr_assignments"], labels = ccsr.read_ccsr()
    tables["ccsr_labels"] = _numbered(labels)
    tables["listed_groups"], tables["listed_ranges"] = groups.read_groups()
    tables |= {
        "listed_systems": lists.read_systems(),
        "listed_schemes": lists.read_schemes(),
        "listed_weights": groups.read_group_weights(),
        "listed_exclusions": groups.read_group_exclusions(),
        "listed_shares": groups.read_group_shares(),
        "listed_attributes": lists.read_attributes(),
        "listed_standards": _numbered(lists.read_standards()),
        "listed_standard_populations": lists.read_standard_populations(),
        "icd9cm_blocks": _numbered(lists.read_icd9cm_blocks()),
        "who_changes": lists.read_who_changes(),
        "listed_poa_exempt": lists.read_poa_exempt(),
    }
    return tables | read_site(site)


def _by_system(systems: object, read: Callable[[str], pa.Table]) -> pa.Table:
    tables = []
    for system in systems:
        table = read(system)
        tables.append(table.append_column("system", pa.array([system] * table.num_rows, pa.string())))
    return pa.concat_tables(tables)


def _numbered(table: pa.Table) -> pa.Table:
    return table.append_column("position", pa.array(range(table.num_rows), pa.int32()))


def _drop_temporary_tables(con: duckdb.DuckDBPyConnection) -> None:
    names = con.execute("select table_name from duckdb_tables() where temporary").fetchall()
    for (name,) in names:
        con.execute(f"drop table temp.{identifier(name)}")
