"""Leave out of the sources what a site has switched off, before anything is built from them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from codesets.switches import Switches, sources

# CPT codes: level I and those of categories II and III, of laboratories (PLA, MAAA) and of administration.
CPT_PATTERN = "^[0-9]{4}[0-9AFMTU]$"


def switched(tables: dict[str, pa.Table], switches: Switches) -> dict[str, pa.Table]:
    """Return the tables of the readers without what is off: tables emptied, lists and schemes taken out.

    The SQL that builds the reference data makes nothing of an empty table.
    """
    kept = dict(tables)
    off = [source for source in sources() if not switches.is_on(source.name)]
    for source in off:
        for name in source.tables:
            kept[name] = kept[name].slice(0, 0)
    kept["listed_schemes"] = _without(kept["listed_schemes"], "scheme", [s for source in off for s in source.schemes])
    kept["listed_attributes"] = _without(kept["listed_attributes"], "list", [s for source in off for s in source.lists])
    if not switches.is_on("cpt"):
        is_cpt = pc.match_substring_regex(kept["outpatient_codes"]["code"], CPT_PATTERN)
        kept["outpatient_codes"] = kept["outpatient_codes"].filter(pc.invert(is_cpt))
        kept["listed_systems"] = _open(kept["listed_systems"], "hcpcs", CPT_PATTERN)
    return kept


def _without(table: pa.Table, column: str, values: list[str]) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table[column], pa.array(values, pa.string()))))


def _open(systems: pa.Table, system: str, pattern: str) -> pa.Table:
    """Say that a system has codes of this pattern that are not at hand: what is not found of them is unknown."""
    changed = pc.if_else(pc.equal(systems["system"], system), pattern, systems["open_pattern"])
    return systems.set_column(systems.column_names.index("open_pattern"), "open_pattern", changed)
