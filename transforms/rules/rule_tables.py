"""Tables that rules read beside the records: one CSV file each, ours in `tables/`, a site's own in its place.

`setting.csv` says what each facility type and class of encounter sends; `indication.csv` which diagnoses may be the
reason for an operation. A site changes one by putting a file of the same name in `tables/` of its rules folder.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from codesets.database import identifier
from transforms.rules.header import RuleError

_SHIPPED = Path(__file__).parent / "tables"

# Columns that say why and who says so; for readers of the file, not for rules.
COMMENTS = ("note", "source")


@dataclass(frozen=True)
class RuleTable:
    """A table: its file, the SHA-256 of the file's bytes, its columns and its rows, empty cells null."""

    name: str
    path: Path
    hash: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    is_site: bool


def load_rule_tables(folders: Sequence[Path] = ()) -> dict[str, RuleTable]:
    """The shipped tables by name, a site's own in the place of ours; RuleError names the file that is not in order."""
    found = {path.stem: _read(path, path.read_bytes(), False) for path in sorted(_SHIPPED.glob("*.csv"))}
    for folder in folders:
        for path in sorted((folder / "tables").glob("*.csv")):
            if path.stem not in found:
                raise RuleError(f"{path.name}: rules read no table of this name; they read {', '.join(found)}")
            own = _read(path, path.read_bytes(), True)
            if own.columns != found[path.stem].columns:
                raise RuleError(
                    f"{path.name}: the columns must be {', '.join(found[path.stem].columns)}, in this order"
                )
            found[path.stem] = own
    return found


@lru_cache(maxsize=64)
def _read(path: Path, content: bytes, is_site: bool) -> RuleTable:
    try:
        lines = list(csv.reader(content.decode("utf-8-sig").splitlines(), strict=True))
    except UnicodeDecodeError:
        raise RuleError(f"{path.name}: is not UTF-8: save it as UTF-8 text") from None
    except csv.Error as problem:
        raise RuleError(f"{path.name}: is not CSV ({problem}); quote fields that hold commas") from None
    if len(lines) < 2:
        raise RuleError(f"{path.name}: the table is empty; give a line or remove the file")
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(lines[0]):
            raise RuleError(f"{path.name}, line {number}: has {len(line)} fields, expected {len(lines[0])}")
    rows = tuple(tuple(cell.strip() or None for cell in line) for line in lines[1:])
    return RuleTable(path.stem, path, hashlib.sha256(content).hexdigest(), tuple(lines[0]), rows, is_site)


def write_rule_tables(con: duckdb.DuckDBPyConnection, tables: Mapping[str, RuleTable]) -> None:
    """Fill `checked.<table>` from each table; RuleError names the file and line of a value that does not fit."""
    for table in tables.values():
        kinds = {name: kind for name, kind, *_ in con.execute(f"describe checked.{identifier(table.name)}").fetchall()}
        columns = [name for name in table.columns if name not in COMMENTS]
        if set(columns) != set(kinds):
            raise RuleError(f"{table.path.name}: the columns must be {', '.join(kinds)}, with {' and '.join(COMMENTS)}")
        given = ", ".join(f"unnest(cast(? as varchar[])) as {identifier(name)}" for name in columns)
        cells = [[row[table.columns.index(name)] for row in table.rows] for name in columns]
        names = ", ".join(identifier(name) for name in columns)
        values = ", ".join(f"cast({identifier(name)} as {kinds[name]})" for name in columns)
        try:
            con.execute(
                f"insert into checked.{identifier(table.name)} ({names}) select {values} from (select {given})", cells
            )
        except duckdb.ConversionException:
            unfit = " or ".join(
                f"({identifier(name)} is not null and try_cast({identifier(name)} as {kinds[name]}) is null)"
                for name in columns
            )
            (line,) = con.execute(
                f"select min(line) from (select unnest(range(2, ?)) as line, {given}) where {unfit}",
                [len(table.rows) + 2, *cells],
            ).fetchone()
            raise RuleError(
                f"{table.path.name}, line {line}: a value does not fit its column; "
                f"columns and types are {', '.join(f'{name} {kinds[name].lower()}' for name in columns)}"
            ) from None
