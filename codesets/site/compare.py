"""Say what a file that a site adds changes against what it stands beside: what was there, and what Farr ships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from codesets.database import connect
from codesets.sources.added.file import AddedFile, table_of

_PLAIN_TITLE = "regexp_replace(strip_accents(lower(title)), '[^a-z0-9]', '', 'g')"

# Table of a file -> what is compared: the query of key and value, the word for a key, and how a value differs.
_CONTENT = {
    "added_code": (
        f'select code as key, {_PLAIN_TITLE} as "value" from rows_in '
        "where is_billable and coalesce(change, 'add') <> 'delete'",
        "codes",
        "with another title",
    ),
    "added_assignment": ('select code as key, group_code as "value" from rows_in', "codes", "in another group"),
    "added_grouping": (
        "select \"system\" || ' ' || first_code || '-' || last_code as key, group_code as \"value\" from rows_in",
        "codes and ranges",
        "in another group",
    ),
    "added_attribute": (
        "select \"system\" || ' ' || code || ' ' || attribute as key, \"value\" from rows_in",
        "entries",
        "with another value",
    ),
    "added_pair": (
        "select column_1 || ' ' || column_2 || ' ' || valid_from as key, "
        "modifier_indicator || ' ' || coalesce(valid_to::varchar, '') as \"value\" from rows_in",
        "pairs",
        "with another modifier indicator or end",
    ),
    "added_unit_limit": (
        "select code as key, units || ' ' || coalesce(adjudication_indicator::varchar, '') as \"value\" from rows_in",
        "codes",
        "with another limit",
    ),
    "added_drg_weight": (
        "select concat_ws(' ', drg, valid_from) as key, concat_ws(' ', weight, valid_to) as \"value\" from rows_in",
        "groups",
        "with another weight or end",
    ),
    "added_coverage": (
        "select concat_ws(' ', procedure_code, \"system\", code_from, code_to, valid_from, valid_to) as key, "
        'source as "value" from rows_in',
        "lines",
        "with another source",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Changed:
    """How a file differs from what it is held against: keys only here, only there, and with another value.

    `before` counts the keys of what it is held against; 0 where only changes are stated.
    """

    against: str
    unit: str
    added: int
    removed: int
    changed: int
    how: str
    before: int

    def __str__(self) -> str:
        """The difference in a sentence."""
        return (
            f"Against {self.against}: {self.added:,} {self.unit} added, {self.removed:,} removed, "
            f"{self.changed:,} {self.how}"
        )


def differences(
    new: AddedFile,
    before: AddedFile | None,
    beside: list[tuple[str, AddedFile]],
    shipped: duckdb.DuckDBPyConnection | None,
) -> tuple[Changed, ...]:
    """Hold a file against the one it replaces, against the nearest other release of the site, and what is shipped."""
    table = next(iter(new.rows))
    if any(row[2] == "change" for row in new.rows.get("added_code", ())):
        return (_stated(new),)
    held: list[tuple[str, str, object]] = []
    with connect() as con:
        con.register("new_rows", table_of(table, new.rows[table]))
        if before is not None and next(iter(before.rows)) == table:
            con.register("old_0", table_of(table, before.rows[table]))
            held.append(("the file that was there", "from old_0", None))
        nearest = _nearest(new, beside)
        if nearest is not None:
            name, other = nearest
            con.register("old_1", table_of(table, other.rows[table]))
            held.append((f"{other.release} ({name})", "from old_1", None))
        if shipped is not None and (found := _shipped(new, shipped)) is not None:
            against, rows = found
            con.register("old_2", rows)
            held.append((against, "", "old_2"))
        return tuple(_compare(con, table, against, source, view) for against, source, view in held)


def _compare(con: duckdb.DuckDBPyConnection, table: str, against: str, source: str, view: object) -> Changed:
    content, unit, how = _CONTENT[table]
    new = content.replace("rows_in", "new_rows")
    bound = ""
    if table == "added_pair":
        # A setting's pairs come in several files by the first code: each is held against the same stretch.
        bound = " where column_1 between (select min(column_1) from new_rows) and (select max(column_1) from new_rows)"
    old = f"from {view}" if view else content.replace("rows_in", f"({source}{bound})")
    added, removed, changed, before = con.execute(
        f"""
        with
            new as (
                select key, list(distinct "value" order by "value") as found from ({new})
                group by key
            ),
            old as (
                select key, list(distinct "value" order by "value") as found from ({old}) group by key
            )
        select
            count(*) filter (old.key is null), count(*) filter (new.key is null),
            count(*) filter (
                new.found <> old.found and not list_contains(list_transform(old.found, lambda v: v is null), true)
            ),
            count(old.key),
        from new full join old on old.key = new.key
        """
    ).fetchone()
    return Changed(against=against, unit=unit, added=added, removed=removed, changed=changed, how=how, before=before)


def _stated(new: AddedFile) -> Changed:
    changes = [row[-1] for row in new.rows["added_code"] if row[6]]
    return Changed(
        against="the release before it, as the addenda state",
        unit="codes",
        added=changes.count("add"),
        removed=changes.count("delete"),
        changed=changes.count("revise to"),
        how="with another title",
        before=0,
    )


def _nearest(new: AddedFile, beside: list[tuple[str, AddedFile]]) -> tuple[str, AddedFile] | None:
    """The other release of the same subject that comes before this one, else the one that comes after it."""
    table = next(iter(new.rows))
    same = [
        (name, other)
        for name, other in beside
        if other.subject == new.subject and other.release != new.release and next(iter(other.rows)) == table
        and not any(row[2] == "change" for row in other.rows.get("added_code", ()))
    ]  # fmt: skip

    def order(other: AddedFile) -> tuple:
        return (other.first_day or date.min, other.release)

    earlier = [each for each in same if order(each[1]) < order(new)]
    if earlier:
        return max(earlier, key=lambda each: order(each[1]))
    return min(same, key=lambda each: order(each[1]), default=None)


def _shipped(new: AddedFile, shipped: duckdb.DuckDBPyConnection) -> tuple[str, object] | None:
    """What Farr ships of the same subject, as keys and values, and its name."""
    table = next(iter(new.rows))
    if table == "added_code":
        return _shipped_codes(new, shipped)
    if table in ("added_assignment", "added_grouping"):
        if table == "added_grouping":
            return None
        version = shipped.execute(
            "select max(scheme_version) from codes.scheme where scheme = $scheme", {"scheme": new.subject}
        ).fetchone()[0]
        if version is None:
            return None
        rows = shipped.execute(
            'select grouped.code as key, group_code as "value" from codes.grouping as grouped '
            'join codes.code as code on code."system" = grouped."system" and code.code = grouped.code '
            "where scheme = $scheme and scheme_version = $version and code.is_billable "
            "and not starts_with(provenance, 'imputed')",
            {"scheme": new.subject, "version": version},
        ).to_arrow_table()
        return f"shipped v{version}", rows
    if table == "added_attribute":
        names = sorted({row[5] for row in new.rows[table]})
        horizon = shipped.execute("select max(known_to) from codes.system where \"system\" = 'icd10cm'").fetchone()[0]
        day = min(new.first_day, horizon) if new.first_day and horizon else None
        rows = shipped.execute(
            "select distinct \"system\" || ' ' || code || ' ' || attribute as key, \"value\" from codes.attribute "
            "where list_contains($names, attribute) and \"value\" <> 'unknown' "
            "and (source = 'cms_mce' or starts_with(source, 'cms_poa')) "
            "and coalesce(valid_from <= $day, true) and coalesce(valid_to >= $day, true) "
            "and \"system\" in ('icd10cm', 'icd10pcs')",
            {"names": names, "day": day},
        ).to_arrow_table()
        return f"what is shipped for {day}", rows
    return None


def _shipped_codes(new: AddedFile, shipped: duckdb.DuckDBPyConnection) -> tuple[str, object] | None:
    known = shipped.execute(
        'select known_from, known_to from codes.system where "system" = $system', {"system": new.subject}
    ).fetchone()
    if known is None or known[0] is None or new.first_day is None:
        return None
    first, last = known
    day = max(new.first_day, first)
    if last is not None and day > last:
        day = last
    elif new.first_day > first:
        # What was in force on the eve of the release, so that the release's own codes read as added.
        day = new.first_day - timedelta(days=1)
    shape = "regexp_matches(code.code, '^[0-9]{4}[0-9AFMTU]$')" if new.kind == "AMA CPT" else "true"
    rows = shipped.execute(
        f"""
        select code.code as key,
            if(title like '%(title of the code itself not at hand)', null, {_PLAIN_TITLE}) as "value",
        from codes.validity as validity
        join codes.code as code on code."system" = validity."system" and code.code = validity.code
        where validity."system" = $system and {shape}
            and validity.valid_from <= $day and coalesce(validity.valid_to >= $day, true)
        """,
        {"system": new.subject, "day": day},
    ).to_arrow_table()
    return f"the codes in force on {day} as shipped", rows
