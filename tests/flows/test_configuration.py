"""Every message that a wrong configuration gives: the file, the key, and what was expected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codesets.reference import ensure
from codesets.switches import UNVERIFIED, Switches, sources
from flows.configuration import load
from flows.configuration_file import place
from flows.errors import ConfigurationError
from flows.pipeline import check_standard

SOURCE = """
[[source]]
name = "a"
profile = "farr"
path = "a.csv"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.csv", "b1.csv", "b2.csv"):
        (tmp_path / name).touch()
    return tmp_path


def written(folder: Path, text: str) -> Path:
    file = folder / "farr.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "farr.toml: expected at least one [[source]] with name, profile and path"),
        (
            f"{SOURCE}[reference]\noff = ['ccsr']",
            'farr.toml: [reference], key off: there is no source "ccsr"; did you mean "ahrq_ccsr"? Expected one of '
            + ", ".join(source.name for source in sources() if source.name not in UNVERIFIED),
        ),
        (
            f"{SOURCE}[reference]\noff = 'cpt'",
            'farr.toml: [reference], key off: expected a list of sources, as `farr codes list` names them, found "cpt"',
        ),
        (
            f"{SOURCE}[reference]\nunverified = ['x']",
            'farr.toml: [reference], key unverified: there is no source "x". Expected one of avoidable_mortality',
        ),
        (
            f"{SOURCE}[grouper]\nmsdrg = 'yes'",
            'farr.toml: [grouper], key msdrg: expected true or false, found "yes"',
        ),
        (
            f"{SOURCE}[reviews]\napply_correction = true",
            'farr.toml: [reviews], key apply_correction: unknown; did you mean "apply_corrections"?',
        ),
        (
            f"{SOURCE}[reviews]\napply_corrections = 'yes'",
            'farr.toml: [reviews], key apply_corrections: expected true or false, found "yes"',
        ),
        (
            f"{SOURCE}[reference]\npath = 'x'",
            "farr.toml: [reference], key path: unknown",
        ),
        ("source = []", "farr.toml: key source: expected at least one [[source]] with name, profile and path"),
        ("source = 3", "farr.toml: key source: expected [[source]] tables, each with name, profile and path, found 3"),
        ("home = ", "farr.toml: is not valid TOML: Invalid value (at end of document)"),
        (f"home = 3{SOURCE}", "farr.toml: key home: expected the path of a folder, found 3"),
        (f"hom = 'x'{SOURCE}", 'farr.toml: key hom: unknown; did you mean "home"?'),
        (f"{SOURCE}facilty = 'x'", 'farr.toml: [[source]] "a", key facilty: unknown; did you mean "facility"?'),
        (
            f"{SOURCE}facility = 3",
            'farr.toml: [[source]] "a", key facility: expected the facility\'s identifier as text, found 3',
        ),
        (
            "[[source]]\nname = 'a'\npath = 'a.csv'",
            'farr.toml: [[source]] "a", key profile: missing; expected the name of a source profile, e.g. farr',
        ),
        (
            "[[source]]\nprofile = 'farr'\npath = 'a.csv'",
            "farr.toml: [[source]] 1, key name: missing; "
            "expected a name of letters, digits, dots, dashes and underscores",
        ),
        (
            "[[source]]\nname = 'a b'\nprofile = 'farr'\npath = 'a.csv'",
            'farr.toml: [[source]] "a b", key name: expected a name of letters, digits, dots, dashes and underscores, '
            'found "a b"',
        ),
        (
            f"{SOURCE}update = 'daily'",
            'farr.toml: [[source]] "a", key update: expected "by_path", "snapshot" or "by_record", found "daily"',
        ),
        (
            f"{SOURCE}covers = [2024-01-01]",
            'farr.toml: [[source]] "a", key covers: expected two dates, first and last complete day, '
            'e.g. [2024-01-01, 2024-12-31], found ["2024-01-01"]',
        ),
        (
            f"{SOURCE}covers = [2024-12-31, 2024-01-01]",
            'farr.toml: [[source]] "a", key covers: expected the first complete day before the last, '
            'found ["2024-12-31", "2024-01-01"]',
        ),
        (
            "[[source]]\nname = 'a'\nprofile = 'farr'\npath = []",
            'farr.toml: [[source]] "a", key path: expected a file, a glob or a list of them, found []',
        ),
        (
            "[[source]]\nname = 'a'\nprofile = 'farr'\npath = 'c1.csv'",
            'farr.toml: [[source]] "a", key path: there is no file "c1.csv"; did you mean "b1.csv"?; expected an '
            "existing file or a glob (paths are relative to the configuration file)",
        ),
        (
            "[[source]]\nname = 'a'\nprofile = 'farr'\npath = 'c*.csv'",
            'farr.toml: [[source]] "a", key path: no file matches "c*.csv"; expected at least one '
            "(paths are relative to the configuration file)",
        ),
        (
            "[[source]]\nname = 'a'\nprofile = 'farr'\npath = '.'",
            'farr.toml: [[source]] "a", key path: "." is a folder; expected a file or a glob, e.g. "./*.csv"',
        ),
        (
            f"[[source]]\nname = 'a'\nprofile = 'farr'\npath = 'x/{'y' * 150}/{'z' * 150}.csv'",
            f'farr.toml: [[source]] "a", key path: there is no file "x/{"y" * 98} … {"z" * 96}.csv"; expected an '
            "existing file or a glob (paths are relative to the configuration file)",
        ),
        (SOURCE + SOURCE, 'farr.toml: key source: expected each source to have a name of its own, found "a" twice'),
        (
            f"{SOURCE}[population]\npath = 'p.csv'",
            'farr.toml: [population], key path: there is no file "p.csv"; did you mean "a.csv"?; expected an existing '
            "file or a glob (paths are relative to the configuration file)",
        ),
        (f"{SOURCE}[births]\nsheet = 'x'\npath = 'a.csv'", "farr.toml: [births], key sheet: unknown"),
        (
            f"{SOURCE}[standard]\ninterval = 'exact'",
            'farr.toml: [standard], key interval: expected "nchs", "dobson", "fay_feuer", "tiwari" or "normal", '
            'found "exact"',
        ),
        (
            f"{SOURCE}[report]\nperiod = 'week'",
            'farr.toml: [report], key period: expected "year", "quarter" or "month", found "week"',
        ),
        (
            f"{SOURCE}[report]\nyear_start = 13",
            "farr.toml: [report], key year_start: expected the month in which the reporting year starts, from 1 to 12, "
            'or its first day, e.g. "10-01", found 13',
        ),
        (
            f"{SOURCE}[disclosure]\nminimum_count = 'ten'",
            'farr.toml: [disclosure], key minimum_count: expected a whole number of 1 or more, found "ten"',
        ),
        (
            f"{SOURCE}[reliability]\nregime = 'strict'",
            'farr.toml: [reliability], key regime: expected "wonder", "nchs_rates", "nchs_proportions", "ons", "phe" '
            'or "none", found "strict"',
        ),
        (
            f"{SOURCE}[rules.sex_conflict]\nthreshold = 2\nnote = 'n'",
            "farr.toml: [rules.sex_conflict], key threshold: expected a share between 0 and 1, found 2",
        ),
        (
            f"{SOURCE}[rules.sex_conflict]\noff = true",
            "farr.toml: [rules.sex_conflict], key note: missing; expected a sentence that says why",
        ),
        (
            f"{SOURCE}[rules]\nsex_conflict = 3",
            "farr.toml: [rules], key sex_conflict: expected a table, [rules.<id>], found 3",
        ),
    ],
)
def test_what_is_wrong_is_said(folder: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(folder, text))
    assert str(caught.value) == message


def test_everything_that_is_wrong_is_said_at_once(folder: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(folder, f"hom = 'x'{SOURCE}updat = 'by_path'\n[report]\nperiods = 'year'"))
    assert str(caught.value).splitlines() == [
        'farr.toml: [[source]] "a", key updat: unknown; did you mean "update"?',
        'farr.toml: [report], key periods: unknown; did you mean "period"?',
        'farr.toml: key hom: unknown; did you mean "home"?',
    ]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda path: None, "no such file. Expected a configuration"),
        (lambda path: path.mkdir(), "is a folder; expected a configuration file in TOML"),
        (lambda path: path.write_bytes(b"home = '\xff'"), "farr.toml: is not UTF-8; save it as UTF-8 text"),
    ],
)
def test_a_file_that_is_no_configuration(tmp_path: Path, make, expected: str) -> None:
    path = tmp_path / "farr.toml"
    make(path)
    with pytest.raises(ConfigurationError, match=expected):
        load(path)


def test_a_full_configuration(folder: Path) -> None:
    configuration = load(
        written(
            folder,
            """
            home = "house"
            [[source]]
            name = "a"
            profile = "hes"
            path = ["b*.csv", "a.csv", "b1.csv"]
            facility = "H1"
            collection = "england"
            person_scope = "nhs"
            update = "snapshot"
            covers = [2023-04-01, 2024-03-31]
            [population]
            path = "a.csv"
            [standard]
            name = "esp2013_21"
            [report]
            period = "quarter"
            year_start = "04-01"
            [disclosure]
            minimum_count = 8
            [rules.sex_conflict]
            off = true
            note = "shuffled columns"
            """,
        )
    )
    source = configuration.sources[0]
    assert configuration.home == folder / "house"
    assert [path.name for path in source.paths] == ["b1.csv", "b2.csv", "a.csv"]
    assert (source.facility, source.collection, source.scope, source.update) == ("H1", "england", "nhs", "snapshot")
    assert source.covers == (date(2023, 4, 1), date(2024, 3, 31))
    assert configuration.population.profile == "farr"
    assert configuration.standard.interval_in_use == "dobson"
    assert configuration.report.year_start == 4
    assert configuration.disclosure.minimum_count == 8
    assert configuration.rules["sex_conflict"].off
    assert [s.name for s in configuration.all_sources] == ["a", "population"]


@pytest.mark.parametrize(
    ("standard", "interval"),
    [
        ("us2000_nchs_11", "nchs"),
        ("us2000_seer_18", "nchs"),
        ("us2000_seer_19", "nchs"),
        ("esp2013_21", "dobson"),
        ("who2000", "fay_feuer"),
    ],
)
def test_the_interval_that_goes_with_a_standard(folder: Path, standard: str, interval: str) -> None:
    assert load(written(folder, f"{SOURCE}[standard]\nname = '{standard}'")).standard.interval_in_use == interval


def test_the_digest_sees_what_changes_figures_and_nothing_else(folder: Path, tmp_path_factory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "moved.csv").touch()
    moved = load(written(elsewhere, "home = 'other'" + SOURCE.replace("a.csv", "moved.csv")))
    here = load(written(folder, SOURCE))
    assert here.digest == moved.digest
    for change in ("collection = 'x'", "covers = [2024-01-01, 2024-12-31]", "[disclosure]\nminimum_count = 5"):
        assert load(written(folder, f"{SOURCE}{change}")).digest != here.digest


def test_sources_of_code_sets_are_switched_as_asked(folder: Path) -> None:
    file = written(folder, f"{SOURCE}[reference]\noff = ['cpt', 'ahrq_ccsr']\nunverified = ['avoidable_mortality']")
    expected = Switches(off=("ahrq_ccsr", "cpt"), unverified=("avoidable_mortality",))
    assert load(file).switches == expected
    assert place(file).switches == expected
    assert place(file).home.folder == load(file).home
    assert load(written(folder, SOURCE)).switches == Switches()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("home = 3", "farr.toml: key home: expected the path of a folder"),
        ("[reference]\noff = 'cpt'", "farr.toml: [reference]: expected off or unverified, each a list of sources"),
        ("[reference]\nof = ['cpt']", "farr.toml: [reference], key of: unknown; expected off or unverified"),
        ("[reference]\noff = ['cp']", 'farr.toml: [reference], key off: there is no source "cp"; did you mean "cpt"?'),
    ],
)
def test_a_place_is_read_without_the_rest_and_its_errors_name_the_key(folder: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        place(written(folder, text))
    assert str(raised.value).startswith(message)


def test_a_standard_that_is_not_at_hand_is_refused_before_the_work_begins(folder):
    configuration = load(written(folder, f"{SOURCE}[standard]\nname = 'us2000_nchs_12'"))
    with pytest.raises(
        ConfigurationError, match=r"farr.toml: \[standard\] name: no standard population 'us2000_nchs_12'"
    ):
        check_standard(configuration, ensure())
    check_standard(load(written(folder, SOURCE)), ensure())
