"""A small warehouse whose records a test flags."""

from __future__ import annotations

import pytest

from tests.influence.flagged import empty


@pytest.fixture
def con():
    with empty() as connection:
        yield connection
