"""Read a Parquet file into rows of text."""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.database import connect, identifier, literal
from transforms.landing.delimited import glob_escaped
from transforms.landing.header import column_names
from transforms.landing.look import Look
from transforms.landing.outcome import Refused, Rows
from transforms.profiles.layout import FileLayout

# Beyond this a DOUBLE no longer holds every whole number.
_WHOLE_UNTIL = 2**53
_NESTED = ("STRUCT(", "MAP(", "UNION(", "VARIANT")


def read_parquet(seen: Look, layout: FileLayout, rows_path: Path) -> Rows:
    """Read a Parquet file that was looked at into `rows_path`. Raises `Refused`.

    Dates and times become ISO text (an instant with a time zone in UTC), whole floating-point numbers lose their `.0`,
    NaN becomes null, bytes are taken for UTF-8.
    """
    name = seen.path.name
    scan = f"read_parquet({literal(glob_escaped(seen.path))}, binary_as_string = true)"
    with connect(temp_directory=rows_path.parent / "spill") as connection:
        try:
            described = connection.execute(f"describe select * from {scan}").fetchall()
            columns = column_names(name, [column for column, *_ in described], layout)
            _refuse_nested(name, described)
            fields = ", ".join(
                f"{_as_text(identifier(column), kind)} as {identifier(target)}"
                for (column, kind, *_), target in zip(described, columns, strict=True)
            )
            connection.execute(
                "copy (select row_number() over () as _row_number, null::varchar as _fault, null::varchar as _raw, "
                f"{fields} from {scan}) to {literal(str(rows_path))} (format parquet, compression zstd)"
            )
            (count,) = connection.execute("select count(*) from read_parquet(?)", [glob_escaped(rows_path)]).fetchone()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            # The engine's own words name folders.
            raise Refused(
                "corrupt_file",
                f"{name}: expected a complete Parquet file, found one that is cut short or damaged. Copy or export it "
                "again.",
            ) from None
    notes = ("It has columns and no record.",) if count == 0 else ()
    return Rows(columns, count, {}, {"format": "parquet"}, notes)


def _refuse_nested(name: str, described: list[tuple]) -> None:
    nested = [column for column, kind, *_ in described if kind.endswith("]") or kind.startswith(_NESTED)]
    if nested:
        listed = ", ".join(f"'{column}'" for column in nested)
        raise Refused(
            "nested_type",
            f"{name}: expected one value a field, found nested values (lists or structures) in {listed}. Flatten them "
            "before exporting.",
        )


def _as_text(column: str, kind: str) -> str:
    if kind in {"FLOAT", "DOUBLE"}:
        whole = f"{column} = trunc({column}) and abs({column}) < {_WHOLE_UNTIL}"
        return (
            f"case when isnan({column}) then null when {whole} then {column}::bigint::varchar "
            f"else {column}::varchar end"
        )
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"({column} at time zone 'UTC')::varchar"
    return f"{column}::varchar"
