"""Specifications: those shipped load in order, and a mistake names the file, the key and what was expected."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import TABLES
from transforms.measures import Settings, SpecificationError, load_specifications

GOOD = """
order = 1
title = "Deaths"
question = "How many?"
measures = ["deaths"]
margins = [{ by = [] }]
"""


def test_shipped_tables_load_in_their_order():
    tables = load_specifications(TABLES)
    assert {table.table_id for table in tables} == {file.stem for file in TABLES.glob("*.toml")}
    assert [table.order for table in tables] == sorted(table.order for table in tables)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("order = ", "table.toml: not valid TOML"),
        (GOOD + "colour = 1", "table.toml: colour: Extra inputs are not permitted"),
        (GOOD.replace('["deaths"]', '["births"]'), "table.toml: measures: .*no measure 'births'; the measures are"),
        (GOOD.replace('["deaths"]', '["deaths", "discharges"]'), "counts discharges or deaths, not both"),
        (GOOD.replace('["deaths"]', '["deaths", "crude_rate"]'), "rates by population stand in a table of their own"),
        (GOOD.replace("by = []", 'by = ["planet"]'), "table.toml: margins.0.by.0"),
        (GOOD.replace("by = []", 'by = ["cause"]'), "a table by cause, .* has a scheme"),
        (GOOD + 'age_bands = ["odd"]', "no set of age bands 'odd'; the sets are"),
        (GOOD + "[interval]\ndeaths = 'wilson'", "interval: deaths takes one of exact_poisson, byar, phe, nchs, none"),
        (GOOD + "[multiplier]\ncrude_rate = 1000", "multiplier: the table has no measure crude_rate"),
    ],
)
def test_a_mistake_is_named(tmp_path, text, message):
    (tmp_path / "table.toml").write_text(text)
    with pytest.raises(SpecificationError, match=message):
        load_specifications(tmp_path)


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(SpecificationError, match="no table specification"):
        load_specifications(tmp_path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"period": "week"}, "period: expected one of year, quarter, month"),
        ({"year_start": 13}, "year_start: expected a month from 1 to 12"),
        ({"confidence": 95}, "confidence: expected a number between 0 and 1"),
        ({"reliability": "hope"}, "regime: expected one of wonder, nchs_rates"),
    ],
)
def test_a_setting_out_of_range_is_named(settings, message):
    with pytest.raises(SpecificationError, match=message):
        Settings(**settings)
