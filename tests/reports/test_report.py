"""The report opens from disk, fetches nothing, hides what it must and shows data text as text."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re
from types import SimpleNamespace

import numpy
import pytest

from reports.compose import compose, cover
from reports.page import embedded_json, write_page
from reports.released import HiddenNumberError, Warehouse, assert_hidden
from reports.render import render
from tests.reports.figures import FORMULA, HIDDEN_NUMBER, LINK, MINIMUM_COUNT, SCRIPT, SECRET, figure_table
from tests.reports.warehouse import create


class _Reader(html.parser.HTMLParser):
    """Collects what a browser would run, fetch or show."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.scripts: list[tuple[dict, str]] = []
        self.text: list[str] = []
        self._inside: str | None = None

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._inside = tag
            if tag == "script":
                self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag):
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data):
        if self._inside == "script":
            attrs, text = self.scripts[-1]
            self.scripts[-1] = (attrs, text + data)
        elif self._inside is None:
            self.text.append(data)


@pytest.fixture(scope="module")
def page(release) -> SimpleNamespace:
    reader = _Reader()
    reader.feed(release.html)
    charts = next(text for attrs, text in reader.scripts if attrs.get("id") == "charts")
    return SimpleNamespace(
        tags=reader.tags, scripts=reader.scripts, text=" ".join(reader.text), charts=json.loads(charts)
    )


def test_nothing_is_fetched(page):
    for tag, attrs in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base")
        for name in ("src", "href", "action", "data", "poster"):
            assert attrs.get(name, "#").startswith("#")


def test_only_the_scripts_of_the_policy_run(page):
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    script_policy = re.search(r"script-src ([^;]*)", policy).group(1).split()
    running = [text for attrs, text in page.scripts if attrs.get("type") != "application/json"]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in running]
    assert script_policy == hashes
    assert len(page.scripts) == 3
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]


def test_hostile_names_are_text(release, page):
    assert SCRIPT not in release.html
    assert LINK not in release.html
    assert f"Abdominal pain {SCRIPT}" in page.text
    assert 'Northshire "Hospital" <b>Group</b>' in page.text
    assert FORMULA in page.text


def test_plotly_shows_data_text_letter_by_letter(page):
    texts = [text for text in _strings(page.charts) if "script" in text or "evil" in text]
    assert texts
    for text in texts:
        assert "<script" not in text
        assert "<a " not in text


def test_embedded_json_cannot_end_its_element():
    text = embedded_json({"name": "</script><!-- & \u2028"})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"name": "</script><!-- & \u2028"}


def test_face_says_held_and_for_internal_use(page):
    assert "HELD. Not to be passed on." in page.text
    assert "above its threshold of 1.0%" in page.text
    assert "For internal use." in page.text
    assert "5b1f00c2a9d4e377" in page.text


def test_release_that_is_not_held_does_not_say_so(empty_release):
    assert "HELD" not in empty_release.html


def test_no_hidden_number_reaches_the_page(page):
    assert (figure_table()["status"] == "suppressed_primary").sum() > 500
    assert HIDDEN_NUMBER not in set(_numbers(page.charts))
    assert not [text for text in (*_strings(page.charts), page.text) if "98765" in text or "987,65" in text]


def test_small_counts_are_marked_in_charts_and_tables(page):
    shown = [number for number in _bar_lengths(page.charts) if 0 < abs(number) < MINIMUM_COUNT]
    assert shown == []
    assert "[c]" in page.text


def test_raw_rows_keys_and_values_stay_in_the_warehouse(release):
    for name in ("report.html", "tables.xlsx", "figures.parquet"):
        assert SECRET.encode() not in (release.folder / name).read_bytes()


def test_rejects_and_refusals_are_counted_with_their_reason(page):
    assert "Wrong number of fields" in page.text
    assert "No identifier" in page.text
    assert "the column 'discharge_date' was expected and is missing" in page.text
    assert "sex <b>x</b>" in page.text


def test_worst_rule_leads_and_small_findings_are_hidden(page):
    assert page.text.index("Sex conflict") < page.text.index("Manifestation as principal diagnosis")
    row = page.text[page.text.index("Principal diagnosis missing") :][:200]
    assert "[c]" in row


def test_groups_stand_with_what_they_are_held_against(page):
    rows = " ".join(page.text[page.text.index("Where practice differs") :].split())[:600]
    assert "Depth of coding H1 all days peers 2.50 4.75 900" in rows
    # One record of a hundred is too few to show, and so is the share that would tell it.
    assert "Depth of coding H2 all days peers [c] [c] 100" in rows


def test_rules_that_the_site_changed_are_told(page):
    row = page.text[page.text.index("Rules that the site changed") :][:1500]
    assert "Duplicate stay" in row
    assert "switched off" in row
    assert "The site has no patient numbers." in row


def test_every_chart_has_words_and_a_table(page):
    plots = [attrs for _, attrs in page.tags if attrs.get("class") == "plot"]
    assert len(plots) == len(page.charts) >= 10
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in plots)
    tables = sum(1 for tag, attrs in page.tags if tag == "table")
    assert tables > len(plots)


def test_a_number_beside_a_hiding_status_stops_the_report():
    figures = figure_table().head(50).copy()
    figures.loc[figures.index[3], "status"] = "suppressed_primary"
    with pytest.raises(HiddenNumberError, match="'numerator' beside a status that hides them; nothing was written"):
        assert_hidden(figures)


def test_same_warehouse_same_bytes(release, tmp_path):
    render(release.con, tmp_path, title='Northshire "Hospital" <b>Group</b>', minimum_count=MINIMUM_COUNT)
    for name in ("report.html", "tables.xlsx", "figures.parquet"):
        assert (tmp_path / name).read_bytes() == (release.folder / name).read_bytes()


def test_empty_warehouse_gives_sentences(empty_release):
    assert "No row was rejected." in empty_release.html
    assert "No file was refused." in empty_release.html
    assert {path.name for path in empty_release.folder.iterdir()} == {"report.html", "tables.xlsx", "figures.parquet"}


@pytest.mark.parametrize(
    "kept",
    [
        "domain_is_deaths",
        "one_period",
        "all_hidden",
        "no_population",
        "ages_hidden",
        "facilities_hidden",
    ],
)
def test_partial_warehouses_are_drawn(tmp_path, kept):
    con = create(held=False)
    match kept:
        case "domain_is_deaths":
            con.execute("delete from stats.figure where table_id not like 'deaths%'")
        case "one_period":
            con.execute("delete from stats.figure where period_start <> date '2022-01-01'")
        case "all_hidden":
            con.execute("update stats.figure set status = 'suppressed_primary', reason = 'rests on few records'")
        case "ages_hidden":
            con.execute(
                "update stats.figure set status = 'suppressed_primary'"
                " where table_id like '%by_chapter' and age_band is not null and cause <> 'all'"
            )
        case "facilities_hidden":
            con.execute("update stats.figure set status = 'suppressed_primary' where facility_id is not null")
        case "no_population":
            con.execute("delete from stats.figure where table_id like '%rates'")
    warehouse = Warehouse(con, MINIMUM_COUNT)
    write_page(tmp_path / "report.html", cover(warehouse, "Group"), compose(warehouse))
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    expected = {
        "domain_is_deaths": "Leading causes of death",
        "one_period": "there is no earlier period to compare it with",
        "all_hidden": "hidden",
        "no_population": "Leading principal diagnoses",
        "ages_hidden": "Leading principal diagnoses",
        "facilities_hidden": "Mean length of stay by facility is not drawn: it is hidden for 3 of 3.",
    }[kept]
    assert expected in text


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)


def _numbers(value):
    """All numbers in charts; plotly packs long arrays as base64 of a given type."""
    if isinstance(value, dict) and {"bdata", "dtype"} <= set(value):
        yield from numpy.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"]).tolist()
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _numbers(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _numbers(entry)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def _bar_lengths(charts):
    for chart in charts.values():
        for trace in chart["data"]:
            if trace["type"] == "bar":
                yield from (number for number in _numbers(trace["x"]) if number == number)
