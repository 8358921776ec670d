"""Read a delimited text file into Parquet: every record, exactly once, under its own number.

The file is split here only as far as is needed to know where its records are and which are faulty (`records`, `mend`);
DuckDB parses them, strictly and in parallel. The number of rows that DuckDB finds must be the number of records counted
here.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from codesets.database import connect, literal
from transforms.landing.dialect import Dialect, dialect_of
from transforms.landing.header import column_names
from transforms.landing.look import Look, encoding_of
from transforms.landing.mend import Mended, Utf8Stream, mend, without_placeholders
from transforms.landing.outcome import Refused, Rows
from transforms.landing.records import MAX_RECORD, Form
from transforms.profiles.layout import FileLayout

_HEAD = 2 * MAX_RECORD
# A placeholder holds the text of a faulty record with two digits a byte.
_LONGEST_LINE = 2 * MAX_RECORD + 1_000
# Rows are numbered part by part, each by one thread: about as many parts as threads, but none too small to be worth it,
# and few, because a part that is parsed before its turn waits in memory.
_SMALLEST_PART = 1 << 24
_MOST_PARTS = 4


def read_delimited(seen: Look, layout: FileLayout, rows_path: Path) -> Rows:
    """Read a file that was looked at into `rows_path`; temporary files go beside it. Raises `Refused`."""
    name = seen.path.name
    encoding, note = encoding_of(seen, layout.encoding)
    with connect(temp_directory=rows_path.parent / "spill") as connection:
        (threads,) = connection.execute("select current_setting('threads')").fetchone()
        part_size = max(_SMALLEST_PART, -(-seen.size // min(threads, _MOST_PARTS)))
        for rewrite in (False, True):
            with Utf8Stream(seen.path, encoding) as stream:
                dialect = dialect_of(name, stream.peek(_HEAD), layout)
                columns = _columns(name, dialect, layout)
                form = Form(dialect.delimiter, dialect.quote, dialect.line_end, len(columns))
                stream.skip(dialect.start)
                mended = mend(stream, form, rows_path.parent, mark=seen.sha256, part_size=part_size, rewrite=rewrite)
                if stream.sha256 != seen.sha256:
                    raise changing_file(name)
            _refuse_if_nothing_readable(name, mended, form)
            if _parsed(connection, mended, dialect, columns, rows_path):
                break
        else:
            raise Refused("no_readable_record", f"{name}: its records cannot be told apart. Export it as plain CSV.")
    notes = [note] if note else []
    if mended.count == 0:
        notes.append("It has a header and no record.")
    reader = {
        "format": "delimited",
        "encoding": encoding,
        "delimiter": dialect.delimiter.decode(),
        "quote": (dialect.quote or b"").decode(),
        "line_end": dialect.line_end.decode(),
    }
    return Rows(columns, mended.count, dict(sorted(mended.faults.items())), reader, tuple(notes))


def changing_file(name: str) -> Refused:
    return Refused("changing_file", f"{name}: it was changed while it was read. Run again when it is complete.")


def _columns(name: str, dialect: Dialect, layout: FileLayout) -> tuple[str, ...]:
    if dialect.header is not None:
        return column_names(name, dialect.header, layout)
    if not layout.columns:
        raise Refused("missing_column", f"{name}: the profile says it has no header, but names no `columns`.")
    return column_names(name, layout.columns, layout)


def _refuse_if_nothing_readable(name: str, mended: Mended, form: Form) -> None:
    if mended.count == 0 or mended.faults.total() < mended.count:
        return
    reason, count = mended.faults.most_common(1)[0]
    raise Refused(
        "no_readable_record",
        f"{name}: expected records of {form.width} fields, found none among {mended.count:,} that can be read "
        f"({count:,} of them: {reason.replace('_', ' ')}). Check `delimiter`, `quote`, `encoding` and the header.",
    )


def _parsed(
    connection: duckdb.DuckDBPyConnection, mended: Mended, dialect: Dialect, columns: tuple[str, ...], rows_path: Path
) -> bool:
    """Have DuckDB parse the parts into one Parquet file; whether it found as many rows as there are records."""
    try:
        connection.execute(parse_statement(mended, dialect, columns, rows_path))
    except duckdb.InvalidInputException:
        return False
    written = connection.execute("select count(*) from read_parquet(?)", [glob_escaped(rows_path)]).fetchone()
    return written == (mended.count,)


def parse_statement(mended: Mended, dialect: Dialect, columns: tuple[str, ...], rows_path: Path) -> str:
    """The SQL that parses records known to be regular. An empty field that is not quoted is null."""
    types = ", ".join(f"{literal(column)}: 'varchar'" for column in columns)
    quote = literal((dialect.quote or b"").decode())
    parts = [
        f"""
            select row_number() over () + {rows_before} as _row_number, *
            from read_csv(
                {literal(glob_escaped(path))}, auto_detect = false, header = true, columns = {{{types}}},
                delim = {literal(dialect.delimiter.decode())}, quote = {quote}, escape = {quote}, nullstr = '',
                allow_quoted_nulls = false, strict_mode = true, null_padding = false, max_line_size = {_LONGEST_LINE}
            )"""
        for path, rows_before in mended.parts
    ]
    return f"""
        copy (
            select {without_placeholders(mended, columns[0])}
            from ({" union all ".join(parts)})
        ) to {literal(str(rows_path))} (format parquet, compression zstd)"""


def glob_escaped(path: Path) -> str:
    """A path as DuckDB's table functions take it, which read `*`, `?` and `[` as patterns."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
