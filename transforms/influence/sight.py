"""The options of flagged records as arrays: all that a table can tell apart, and no more."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from transforms.influence.methods.choices import Booleans, Integers
from transforms.measures.methods.arrays import Floats


@dataclass(frozen=True)
class Sight:
    """The options of flagged records as a table sees them: what `option_brief`, `record_brief`, `state_brief` hold.

    By option, ascending: `option_id`, `record` (a place among the records), and what it is; the `share` of what is as
    coded is that of options that come to the same. By record, ascending: its
    number, its unit of influence.unit, the number of the set of rules that flag it, whether its unit has states, and
    whether it may only be as coded or of any code (`is_open`). By state, record and option that it allows: the unit,
    the state, and the places of the record and the option.
    """

    option_id: Integers
    of_record: Integers
    is_coded: Booleans
    is_named: Booleans
    is_wild: Booleans
    share: Floats
    record: Integers
    unit_id: Integers
    rules: Integers
    has_states: Booleans
    is_open: Booleans
    state_unit: Integers
    state: Integers
    state_record: Integers
    state_option: Integers


def arrays(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, np.ndarray]:
    """The columns of a query without nulls; whole numbers wide."""
    found = {name: np.ma.getdata(values) for name, values in con.execute(query).fetchnumpy().items()}
    return {name: values.astype(np.int64) if values.dtype.kind == "i" else values for name, values in found.items()}
