"""Read Farr's own lists: small CSV files of facts with their sources, kept in `codesets/lists`."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from codesets.sources.packages import SourceError

FOLDER = Path(__file__).parents[1] / "lists"

# Lists of what a classification says of codes: all have the columns of ATTRIBUTE_COLUMNS.
ATTRIBUTE_LISTS = (
    "who_sex_limited.csv",
    "who_asterisk.csv",
    "who_ill_defined.csv",
    "who_never_underlying.csv",
    "who_unlikely_cause.csv",
    "external_causes.csv",
)
ATTRIBUTE_COLUMNS = ("system", "codes", "attribute", "value", "valid_from", "valid_to", "source")

# Weights of standard populations: some are printed to thousandths.
_WEIGHT = pa.decimal128(18, 3)


def read_list(name: str, columns: tuple[str, ...]) -> list[dict[str, str | None]]:
    """Read one list as dictionaries, an empty field as None; raise `SourceError` where its columns are others."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != columns:
            raise SourceError(f"The list {name} must have the columns {', '.join(columns)}, in this order.")
        rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise SourceError(f"Line {number} of the list {name} does not have {len(columns)} fields; quote commas.")
    return [{key: value or None for key, value in row.items()} for row in rows]


def first_and_last(codes: str) -> tuple[str, str]:
    """Split a code or a range as a list writes it into its first and last canonical code: `R00-R57.1` is R00, R571."""
    first, _, last = codes.replace(".", "").upper().partition("-")
    return first, last or first


def read_systems() -> pa.Table:
    """Read the code systems: (system, title, kind, edition_country, in_use_from, in_use_to, pattern, open_pattern)."""
    columns = ("system", "title", "kind", "edition_country", "in_use_from", "in_use_to", "pattern", "open_pattern")
    return _with_dates(_text_table(read_list("systems.csv", columns), columns), "in_use_from", "in_use_to")


def read_schemes() -> pa.Table:
    """Read the grouping schemes: (scheme, scheme_version, system, title, is_partition, source, verification,
    valid_from, valid_to, list); `list` is the list of `codesets/lists/groups` that says which codes are in which group.
    """
    columns = (
        "scheme",
        "scheme_version",
        "system",
        "title",
        "is_partition",
        "source",
        "verification",
        "valid_from",
        "valid_to",
        "list",
    )
    table = _with_dates(_text_table(read_list("schemes.csv", columns), columns), "valid_from", "valid_to")
    place = columns.index("is_partition")
    return table.set_column(place, "is_partition", table["is_partition"].cast(pa.bool_()))


def read_attributes() -> pa.Table:
    """Read every list of attributes.

    Columns: system, first_code, last_code, attribute, value, valid_from, valid_to, source, list (its file).
    """
    rows = []
    for name in ATTRIBUTE_LISTS:
        for row in read_list(name, ATTRIBUTE_COLUMNS):
            first, last = first_and_last(row.pop("codes"))
            rows.append(row | {"first_code": first, "last_code": last, "list": name})
    columns = ("system", "first_code", "last_code", "attribute", "value", "valid_from", "valid_to", "source", "list")
    return _with_dates(_text_table(rows, columns), "valid_from", "valid_to")


def read_who_changes() -> pa.Table:
    """Read the codes by which WHO's editions differ: (code, title, valid_from, valid_to, now)."""
    rows = read_list("who_icd10_changes.csv", ("codes", "title", "valid_from", "valid_to", "now", "source"))
    table = _text_table(
        [
            row | {"code": first_and_last(row["codes"])[0], "now": row["now"] and first_and_last(row["now"])[0]}
            for row in rows
        ],
        ("code", "title", "valid_from", "valid_to", "now"),
    )
    return _with_dates(table, "valid_from", "valid_to")


def read_poa_exempt() -> pa.Table:
    """Read what is exempt from the present-on-admission indicator.

    A code of the list stands for all below it; with seventh characters, for those with one of them. Columns:
    first_code, seventh_characters (null or one after another), valid_from, valid_to.
    """
    columns = ("codes", "seventh_characters", "valid_from", "valid_to", "source")
    rows = [row | {"first_code": first_and_last(row["codes"])[0]} for row in read_list("poa_exempt.csv", columns)]
    table = _text_table(rows, ("first_code", "seventh_characters", "valid_from", "valid_to"))
    return _with_dates(table, "valid_from", "valid_to")


def read_icd9cm_blocks() -> pa.Table:
    """Read the sections of ICD-9-CM in reading order: (chapter, chapter_title, block, title)."""
    columns = ("chapter", "chapter_title", "block", "title")
    return _text_table(read_list("icd9cm_blocks.csv", columns), columns)


def read_standards() -> pa.Table:
    """Read what the standard populations are: (standard, title, groups, total, verification, source)."""
    columns = ("standard", "title", "groups", "total", "verification", "source")
    table = _text_table(read_list("standards.csv", columns), columns)
    return _cast(table, groups=pa.int32(), total=_WEIGHT)


def read_standard_populations() -> pa.Table:
    """Read the standard populations: (standard, age_start, age_end, weight), ages in completed years.

    Raises `SourceError` where a standard does not add up to its total, or does not have as many groups as it says.
    """
    columns = ("standard", "age_start", "age_end", "weight")
    rows = read_list("standard_populations.csv", columns)
    found: dict[str | None, list[Decimal]] = defaultdict(list)
    for row in rows:
        found[row["standard"]].append(Decimal(row["weight"] or "0"))
    stated = {row["standard"]: (row["groups"], row["total"]) for row in read_standards().to_pylist()}
    for standard in sorted(stated.keys() | found.keys(), key=str):
        counted = (len(found[standard]), sum(found[standard]))
        if stated.get(str(standard)) != counted:
            raise SourceError(
                f"The standard population {standard} has {counted[0]} groups that add up to {counted[1]}; "
                "mend standards.csv or standard_populations.csv."
            )
    return _cast(_text_table(rows, columns), age_start=pa.int32(), age_end=pa.int32(), weight=_WEIGHT)


def _text_table(rows: list[dict[str, str | None]], columns: tuple[str, ...]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in columns})


def _with_dates(table: pa.Table, *columns: str) -> pa.Table:
    return _cast(table, **dict.fromkeys(columns, pa.date32()))


def _cast(table: pa.Table, **kinds: pa.DataType) -> pa.Table:
    for name, kind in kinds.items():
        table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
    return table
