"""What the report says of open flags: bounds beside the figure, figures ranked, checks alone and last."""

from __future__ import annotations

import datetime as dt
import re

import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest

from reports.blocks import Amount, Mark, Table
from reports.charts import funnel, ranked_bars
from reports.periods import Focus
from reports.released import Warehouse
from reports.risk import Risk, could_change_places, turned_round
from reports.sections import ill_defined, risk, risk_of_rules
from tests.reports.figures import MINIMUM_COUNT, SECRET
from tests.reports.test_mortality_sections import YEAR_2020
from tests.reports.warehouse import create
from transforms.disclosure.suppression import FEWEST
from transforms.influence.absent.absent import TOLD, UNKNOWN

YEAR = {"period_start": dt.date(2024, 1, 1), "period_end": dt.date(2024, 12, 31)}
RATIO = {
    **YEAR, "measure": "standardised_mortality_ratio", "value": 104.0, "lower": 98.0, "upper": 111.0,
    "status": "value", "reason": None, "confidence": 0.95, "bound_low": 101.0, "bound_high": 109.0,
    "worst_low": 101.0, "worst_high": 109.0, "bound_kind": "exact", "verdict": "robust", "tolerance": 6.5,
    "flips": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "It lies between 101 and 109 whatever the open flags turn out to be: robust."),
        (
            {"worst_low": 90.0, "worst_high": 130.0, "verdict": "sensitive", "flips": "its side of 100"},
            "It lies between 101 and 109 whatever the open flags turn out to be, those without a named target apart"
            " (90 to 130 with them): sensitive. Could change: its side of 100.",
        ),
        (
            {"bound_kind": "conditional"},
            "It lies between 101 and 109 whatever the open flags turn out to be, what is fitted to the data staying as"
            " it is: robust.",
        ),
        ({"bound_kind": "outer"}, "It is certain to lie between 101 and 109 whatever the open flags turn out to be:"),
        ({"bound_low": None, "bound_high": None}, "How far open flags could move it rests on too few records to be"),
        ({"bound_low": 104.0, "bound_high": 104.0}, "No open flag with a named target can move it; with those that"),
        ({"bound_low": 104.0, "bound_high": 104.0, "worst_low": 104.0, "worst_high": 104.0}, "No open flag can move"),
        ({"bound_low": 104.0, "bound_high": 104.0, "worst_low": None}, "No open flag with a named target can move it:"),
        (
            {"verdict": "not_fit", "flips": "its rank", "absent": UNKNOWN},
            "It lies between 101 and 109 whatever the open flags turn out to be: not fit. Could change: its rank."
            " Records are absent from it, and nobody knows how many.",
        ),
        ({"bound_kind": None, "verdict": None}, "What open flags could do to it is not assessed."),
    ],
)
def test_one_sentence_says_how_far_flags_could_move_a_figure(change, expected):
    assert Risk.from_row(RATIO | change).sentence().startswith(expected)


def test_distance_is_in_half_widths_and_in_tolerances_without_an_interval():
    assert Risk.from_row(RATIO).half_widths == pytest.approx(5 / 6.5)
    alone = Risk.from_row(RATIO | {"lower": None, "upper": None, "tolerance": 2.0})
    assert alone.half_widths == pytest.approx(2.5)
    assert Risk.from_row(RATIO | {"bound_low": None, "bound_high": None}).half_widths is None


def test_bounds_close_together_are_told_apart_by_more_decimals():
    mean = RATIO | {"measure": "mean_length_of_stay", "value": 5.09, "lower": 4.9, "upper": 5.2}
    assert Risk.from_row(mean | {"bound_low": 5.08, "bound_high": 5.12}).written_bounds() == "5.08 to 5.12"
    assert Risk.from_row(mean | {"bound_low": 5.01, "bound_high": 5.12}).written_bounds() == "5.0 to 5.1"
    assert Risk.from_row(mean | {"bound_low": 5.09, "bound_high": 5.09}).written_bounds() == "5.1 to 5.1"


def test_a_strip_holds_interval_bounds_and_value_to_one_scale():
    strip = Risk.from_row(RATIO | {"worst_low": 95.0, "worst_high": 115.0}).strip()
    # 95 stands at 3, 115 at 97: each unit is 4.7.
    assert strip.worst == (3.0, 97.0)
    assert strip.value == pytest.approx(3 + 9 * 4.7)
    assert strip.interval == pytest.approx((3 + 3 * 4.7, 3 + 16 * 4.7))
    assert strip.bounds == pytest.approx((3 + 6 * 4.7, 3 + 14 * 4.7))
    assert strip.summary == "104: 95% interval 98 to 111; with open flags 101 to 109."
    assert Risk.from_row(RATIO | {"bound_low": None, "bound_high": None}).strip() is None


def test_neighbours_that_could_change_places_are_named():
    rows = pd.DataFrame(
        {"label": ["A", "B", "C"], "value": [100.0, 95.0, 50.0], "bound_low": [94.0, 90.0, 50.0],
         "bound_high": [101.0, 96.0, 52.0]}
    )  # fmt: skip
    assert could_change_places(rows).endswith("They could change the order of A and B.")
    assert could_change_places(rows.assign(bound_low=[97.0, 90.0, 50.0])).endswith("The order stands.")
    hidden = rows.assign(bound_low=[None] * 3, bound_high=[None] * 3).astype({"bound_low": float, "bound_high": float})
    assert could_change_places(hidden) == ""
    assert turned_round(rows.assign(flips=["above to within", None, None])).endswith("change A: above to within.")


def test_bounds_are_drawn_in_rankings_and_funnels():
    rows = pd.DataFrame(
        {"label": ["A", "B"], "code": ["a", "b"], "value": [100.0, 50.0], "lower": [90.0, 40.0], "upper": [110.0, 60.0],
         "bound_low": [95.0, 50.0], "bound_high": [103.0, 50.0], "status": ["value"] * 2, "size": [200.0, 100.0],
         "band": ["within"] * 2}
    )  # fmt: skip
    bars = ranked_bars(rows, kind="count", axis="Deaths")
    lines = [trace for trace in bars.data if getattr(trace, "mode", "") == "lines+markers"]
    assert [list(line.x) for line in lines] == [[95.0, 103.0]]
    limits = pd.DataFrame({"size": [50.0, 300.0], "lower_95": 80.0, "upper_95": 120.0, "lower_998": 70.0,
                           "upper_998": 130.0})  # fmt: skip
    drawn = funnel(rows, limits, kind="mean", axis="Ratio", size_axis="Deaths expected", reference=100.0)
    lines = [trace for trace in drawn.data if trace.mode == "lines+markers"]
    assert [(list(line.x), list(line.y)) for line in lines] == [([200.0, 200.0], [95.0, 103.0])]


def text_of(cell) -> str:
    return cell.symbol if isinstance(cell, Mark) else cell.text if isinstance(cell, Amount) else cell


def test_checks_stand_alone_and_last(release):
    table = risk_of_rules.checks(Warehouse(release.con, MINIMUM_COUNT), "main")
    # Sixty records are flagged by one check, fifteen of them by another too: 45 of 60 are the first one's own.
    assert [[text_of(cell) for cell in row] for row in table.rows] == [
        ["Sex conflict", "Blocks", "60", "4", text_of(table.rows[0][4]), "100.0%", "75.0%"],
        [table.rows[1][0], "Blocks", "15", "4", text_of(table.rows[1][4]), "25.0%", "0.0%"],
    ]
    few = risk_of_rules.checks(Warehouse(release.con, 16), "main")
    assert [text_of(cell) for cell in few.rows[1][2:]][::4] == ["[c]", "[c]"]
    assert text_of(few.rows[0][6]) == "[c]"


def test_figures_that_lack_records_are_counted_and_their_tables_noted(release):
    warehouse = Warehouse(release.con, MINIMUM_COUNT)
    figures = warehouse.figures("main")
    shown = figures["value"].notna() & (figures["table_id"] == "activity")
    lacking = [TOLD if place < 2 else UNKNOWN if place < 5 else None for place in range(int(shown.sum()))]
    blocks = risk.at_risk(warehouse, "main", figures.assign(absent=pd.Series(lacking, index=figures.index[shown])), {})
    said = "Records are absent from 3 figures, and nobody knows how many: not fit."
    assert " Records may be absent from 2 figures, as many as findings about" in blocks[0].text
    assert blocks[0].text.endswith(said)
    (tables,) = [block for block in blocks if isinstance(block, Table) and block.title.startswith("How fit")]
    assert [row[0] for row in tables.rows if row[-1].endswith(said)] == ["Hospital activity"]


def test_figures_at_risk_are_ranked_and_counted(release):
    assert "Figures at risk" in release.html
    assert "not fit" in release.html
    strips = re.findall(r'<svg class="strip[^>]*role="img" aria-label="([^"]+)"', release.html)
    assert strips
    assert all("with open flags" in strip for strip in strips)


def test_a_collection_without_flags_or_assessment_says_so(release):
    warehouse = Warehouse(release.con, MINIMUM_COUNT)
    (text,) = risk.at_risk(warehouse, "registry", warehouse.figures("registry"), {})
    assert text.text == "What open flags could do to the figures of this collection is not assessed."
    (text,) = risk.at_risk(warehouse, "elsewhere", warehouse.figures("main"), {})
    assert text.text == "There are no open flags that could change a record: no figure of this collection can move."


def test_files_carry_bounds_and_no_count_behind_them(release):
    names = pyarrow.parquet.read_schema(release.folder / "figures.parquet").names
    assert {"bound_low", "worst_high", "value_without_flagged", "expected", "verdict", "is_headline"} <= set(names)
    assert not set(FEWEST) & set(names)
    book = openpyxl.load_workbook(release.folder / "tables.xlsx", read_only=True)
    assert "Figures at risk" in book.sheetnames
    rows = list(book["activity"].iter_rows(values_only=True))
    header, body = rows[3], rows[4:]
    first = header.index("Least with open flags")
    assert header[first + 1] == "Greatest with open flags"
    shown = next(row for row in body if row[0] == "main" and isinstance(row[first], float | int))
    discharges = shown[header.index("Discharges")]
    assert shown[first : first + 2] == pytest.approx((discharges * 0.99, discharges * 1.02))
    # Few records lie between deaths in hospital and their bounds; the registry's figures are not assessed.
    place = header.index("Deaths in hospital")
    deaths = [row for row in body if isinstance(row[place], float | int) and row[0] == "main"]
    least = header.index("Least with open flags", place)
    assert {row[least] for row in deaths} == {"[c]"}
    assert {row[header.index("Verdict", place)] for row in deaths} == {"Not fit"}


def test_a_release_holds_nothing_of_records_and_their_influence(release):
    assert {path.name for path in release.folder.iterdir()} == {"report.html", "tables.xlsx", "figures.parquet"}
    influential = release.con.execute("select count(*), count(distinct record_id) from stats.record_influence")
    assert influential.fetchone() == (300, 60)
    for path in release.folder.iterdir():
        if path.suffix != ".xlsx":
            assert SECRET.encode() not in path.read_bytes()
    book = openpyxl.load_workbook(release.folder / "tables.xlsx", read_only=True)
    texts = (str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell)
    assert not any(SECRET in text or text.startswith("flag") for text in texts)


@pytest.fixture
def deaths() -> Warehouse:
    con = create(held=False, figures=False)
    rows = [("A", 100, 30), ("B", 60, 0), ("C", 40, 5), ("D", 20, 15)]
    for cause, count, ill in rows:
        con.execute(
            "insert into stats.figure (figure_id, table_id, measure, scheme_version, cause, cause_title, period_start,"
            " period_end, collection, status, numerator, value, records, is_headline)"
            " values (?, 'deaths_by_113_causes', 'deaths', 'v', ?, ?, '2020-01-01', '2020-12-31', 'main', 'value',"
            " ?, ?, ?, false)",
            [cause, cause, f"Title {cause}", count, count, count],
        )
        con.execute(
            "insert into influence.redistributed values (?, 'deaths_by_113_causes', ?, ?, ?, ?, 50, 50, ?, ?, ?)",
            [cause, count, ill, ill, count, count + 1, count - ill, count - ill + 50],
        )
    con.execute("insert into stats.disclosure values (?)", [MINIMUM_COUNT])
    return Warehouse(con, MINIMUM_COUNT)


def test_ill_defined_causes_stand_side_by_side(deaths):
    (table,) = ill_defined.redistributed(deaths, deaths.figures("main"), Focus(YEAR_2020), frozenset())
    assert isinstance(table, Table)
    # Of C five are ill-defined, and of D five are not: neither may be told from the others.
    assert [[text_of(cell) for cell in row] for row in table.rows] == [
        ["A", "Title A", "100", "30", "101", "70 to 120"],
        ["B", "Title B", "60", "0", "61", "60 to 110"],
        ["C", "Title C", "40", "[c]", "[c]", "[c]"],
        ["D", "Title D", "20", "[c]", "[c]", "[c]"],
    ]
    (ranked,) = ill_defined.redistributed(deaths, deaths.figures("main"), Focus(YEAR_2020), frozenset("B"))
    assert [row[0] for row in ranked.rows] == ["B"]
    assert ill_defined.redistributed(deaths, deaths.figures("main"), None, frozenset()) == []
