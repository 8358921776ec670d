"""What tables see of options: every column that their statements read tells options apart."""

from __future__ import annotations

import re

from tests.bench.influence import TABLES
from transforms.influence.effects import TableRows
from transforms.measures import Settings, load_specifications


def test_columns_that_tables_filter_by_tell_options_apart():
    filtered = 0
    for table in load_specifications(TABLES):
        rows = TableRows.of(table.resolved(Settings()), 1)
        columns = {f"p.{name}" for name in table.filters if name != "collection"}
        if rows.parts and columns:
            keys = re.search(r"hash\((.*?)\) as alike", rows.seen.alike).group(1)
            assert columns <= set(keys.split(", "))
            filtered += 1
    assert filtered > 2
