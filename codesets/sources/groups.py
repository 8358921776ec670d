"""Read the groupings that Farr keeps as lists of its own: `codesets/lists/groups`, `unverified` and the lists beside.

A list has one row a group, in reading order: its code and number, the group above it, its kind, the ages and the sex it
is limited to, its codes and ranges, its title, and its source. `schemes.csv` says which list a scheme uses for which
code system.
"""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from codesets.sources.lists import FOLDER, first_and_last, read_list
from codesets.sources.packages import SourceError

COLUMNS = (
    "group",
    "number",
    "parent",
    "kind",
    "rankable",
    "sex",
    "age_from",
    "age_to",
    "age_from_days",
    "poa_rule",
    "codes",
    "title",
    "source",
)

# A leaf holds codes; a subtotal holds leaves; a subset is counted within a leaf already.
KINDS = ("leaf", "subtotal", "subset")
_NUMBERS = ("age_from", "age_to", "age_from_days", "position")


def read_groups() -> tuple[pa.Table, pa.Table]:
    """Read every list as (groups, ranges).

    Groups: (list, group_code, alternative_number, parent_group, kind, is_rankable, sex, age_from, age_to,
    age_from_days, poa_rule, title, position). Ranges: (list, group_code, first_code, last_code), both ends of one
    length. Raises `SourceError` with the list and the line where a list contradicts itself.
    """
    groups: list[dict[str, object]] = []
    ranges: list[dict[str, str]] = []
    for path in sorted([*(FOLDER / "groups").glob("*.csv"), *(FOLDER / "unverified").glob("*.csv")]):
        rows = read_list(f"{path.parent.name}/{path.name}", COLUMNS)
        _check(path.name, rows)
        for position, row in enumerate(rows, start=1):
            groups.append(
                {
                    "list": path.stem,
                    "group_code": row["group"],
                    "alternative_number": row["number"],
                    "parent_group": row["parent"],
                    "kind": row["kind"],
                    "is_rankable": row["rankable"] == "yes",
                    "sex": row["sex"],
                    "age_from": row["age_from"],
                    "age_to": row["age_to"],
                    "age_from_days": row["age_from_days"],
                    "poa_rule": row["poa_rule"],
                    "title": row["title"],
                    "position": str(position),
                }
            )
            for code in (row["codes"] or "").split():
                first, last = first_and_last(code)
                if len(first) != len(last) or last < first:
                    raise SourceError(f"Line {position + 1} of the list {path.name}: {code} is not a range of codes.")
                ranges.append({"list": path.stem, "group_code": row["group"], "first_code": first, "last_code": last})
    return _groups(groups), pa.Table.from_pylist(ranges)


def read_group_weights() -> pa.Table:
    """Read the weights of groups: (scheme, group_code, weight_set, weight)."""
    rows = read_list("group_weights.csv", ("scheme", "group", "weight_set", "weight", "source"))
    return pa.table(
        {
            "scheme": [row["scheme"] for row in rows],
            "group_code": [row["group"] for row in rows],
            "weight_set": [row["weight_set"] for row in rows],
            "weight": pa.array([int(row["weight"] or 0) for row in rows], pa.int32()),
        }
    )


def read_group_exclusions() -> pa.Table:
    """Read which group takes the place of which: (scheme, group_code, excluded_group)."""
    rows = read_list("group_exclusions.csv", ("scheme", "group", "excluded_group", "source"))
    return pa.table(
        {
            "scheme": [row["scheme"] for row in rows],
            "group_code": [row["group"] for row in rows],
            "excluded_group": [row["excluded_group"] for row in rows],
        }
    )


def read_group_shares() -> pa.Table:
    """Read groups whose members count in them in part: (scheme, group_code, member_code, share)."""
    rows = read_list("group_shares.csv", ("scheme", "group", "member", "share", "source"))
    return pa.table(
        {
            "scheme": [row["scheme"] for row in rows],
            "group_code": [row["group"] for row in rows],
            "member_code": [row["member"] for row in rows],
            "share": pa.array([Decimal(row["share"] or "1") for row in rows], pa.decimal128(3, 2)),
        }
    )


def read_external_causes() -> pa.Table:
    """Read external causes of ICD-10-CM in the order of precedence: (pattern, mechanism, intent)."""
    rows = read_list("external_cause_icd10cm.csv", ("pattern", "mechanism", "intent", "source"))
    return pa.table({name: [row[name] for row in rows] for name in ("pattern", "mechanism", "intent")})


def read_ungrouped() -> pa.Table:
    """Read what partitions leave out by design: (scheme, scheme_version, first_code, last_code, reason)."""
    rows = read_list("ungrouped.csv", ("scheme", "scheme_version", "codes", "reason"))
    ends = [first_and_last(row["codes"] or "") for row in rows]
    return pa.table(
        {
            "scheme": [row["scheme"] for row in rows],
            "scheme_version": [row["scheme_version"] for row in rows],
            "first_code": [first for first, _ in ends],
            "last_code": [last for _, last in ends],
            "reason": [row["reason"] for row in rows],
        }
    )


def _check(name: str, rows: list[dict[str, str | None]]) -> None:
    kinds = {row["group"]: row["kind"] for row in rows}
    if len(kinds) != len(rows):
        raise SourceError(f"The list {name} names a group twice; give each group one row.")
    for line, row in enumerate(rows, start=2):
        if not row["group"] or not row["title"] or not row["source"] or row["kind"] not in KINDS:
            raise SourceError(
                f"Line {line} of the list {name} needs a group, a title, a source, and a kind of {KINDS}."
            )
        if row["kind"] != "subtotal" and not row["codes"]:
            raise SourceError(f"Line {line} of the list {name}: a group that is no subtotal needs codes.")
        if row["parent"] and kinds.get(row["parent"]) != ("leaf" if row["kind"] == "subset" else "subtotal"):
            raise SourceError(f"Line {line} of the list {name}: the parent is not a group that can hold this one.")


def _groups(rows: list[dict[str, object]]) -> pa.Table:
    table = pa.Table.from_pylist(
        rows, pa.schema([(name, pa.bool_() if name == "is_rankable" else pa.string()) for name in rows[0]])
    )
    for name in _NUMBERS:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.int32()))
    return table
