"""Small warehouses whose records a test flags, and bounds held against what brute force attains."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tests.influence.flagged import empty
from tests.influence.looseness import PROPERTY, held


@pytest.fixture
def con():
    with empty() as connection:
        yield connection


@pytest.fixture
def hold_bounds(record_property) -> Callable[[pd.DataFrame], None]:
    """Hold bounds against what is attained (see `looseness.held`); what is found is printed after the last test."""
    return lambda tried: record_property(PROPERTY, held(tried))
