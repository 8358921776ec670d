"""Write the released figures as one tidy Parquet file, a row a figure."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet

from reports.released import ORDER, Warehouse, assert_hidden
from transforms.disclosure.suppression import DERIVED


def write_figures(path: Path, warehouse: Warehouse) -> int:
    """Write all released figures in a total order, and return how many. Equal figures give equal bytes."""
    table = warehouse.all_figures().order(ORDER).to_arrow_table()
    assert_hidden(table.select(["status", *DERIVED]).to_pandas())
    pyarrow.parquet.write_table(table, path, compression="zstd", store_schema=False)
    return table.num_rows
