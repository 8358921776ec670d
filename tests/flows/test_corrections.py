"""What the next run makes of reviews: which flags they close, and, where a site wants it, which figures they change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import command
from tests.flows.reviewing import ENCOUNTERS, answer, apply_corrections, ask, make_small, run, worklist, write_site

DISCHARGES = """
select measure, numerator from stats.figure
where table_id = 'activity' and facility_id is null and measure in ('discharges', 'in_hospital_deaths') order by 1
"""
DEATHS = (
    "select sex, numerator from stats.figure where table_id = 'deaths' and sex is not null and value > 0 order by 1"
)
OPEN = "select rule_id from quality.open_flag order by 1"
APPLIED = "select count(*) filter (is_applied), count(*) from quality.correction"


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        make_small(monkeypatch.setattr, tmp_path_factory.mktemp("rules"))
        yield


def take_in(site: Path, rows: list[tuple]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("sys.argv", ["farr", "review", str(worklist(site, rows)), "--config", str(site)])
        with pytest.raises(SystemExit) as caught:
            command.main()
    assert not caught.value.code


def all_corrected(site: Path) -> list[tuple]:
    return [
        answer(site, "header_code", "corrected", "I21.9"),
        answer(site, "sex_conflict", "corrected", "sex=F"),
        answer(site, "missing_principal_diagnosis", "corrected", "J18.9"),
        answer(site, "missing_disposition", "corrected", "died=true"),
        answer(site, "duplicate_stay", "corrected", "drop"),
        answer(site, "two_sexes", "corrected", "sex=F"),
        answer(site, "invalid_procedure_code", "corrected", "02HV33Z"),
        answer(site, "ill_defined_underlying_cause", "corrected", "I21.9"),
        answer(site, "missing_underlying_cause", "corrected", "C34.9"),
        answer(site, "cause_sex_conflict", "corrected", "sex=M"),
        answer(site, "invalid_certificate_condition", "corrected", "I25.9"),
    ]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory, small: None) -> Path:
    """A site of which every flag is corrected, not run again yet."""
    site = write_site(tmp_path_factory.mktemp("reviewed") / "site")
    run(site)
    assert ask(site, DISCHARGES) == [("discharges", 8.0), ("in_hospital_deaths", 0.0)]
    assert ask(site, DEATHS) == [("F", 4.0)]
    assert len(ask(site, OPEN)) == 11
    take_in(site, all_corrected(site))
    return site


@pytest.fixture(scope="module")
def as_coded(reviewed: Path) -> Path:
    """The site run again, without corrections."""
    assert run(reviewed).is_new
    return reviewed


def test_by_default_figures_stay_as_coded_and_the_flags_are_closed(as_coded: Path) -> None:
    assert ask(as_coded, DISCHARGES) == [("discharges", 8.0), ("in_hospital_deaths", 0.0)]
    assert ask(as_coded, DEATHS) == [("F", 4.0)]
    assert ask(as_coded, "select count(*) from quality.flag") == [(11,)]
    assert ask(as_coded, OPEN) == []
    assert ask(as_coded, APPLIED) == [(0, 12)]
    assert ask(as_coded, "select distinct reason from quality.correction") == [("switched_off",)]


@pytest.fixture(scope="module")
def corrected(as_coded: Path) -> Path:
    """The site run again, corrections applied."""
    apply_corrections(as_coded)
    assert run(as_coded).is_new
    assert not run(as_coded).is_new
    return as_coded


# By hand: the copy goes, of the seven stays the one of a4 ended in death, and of the four women one is a man.
def test_where_the_site_says_so_figures_are_as_corrected(corrected: Path) -> None:
    assert ask(corrected, DISCHARGES) == [("discharges", 7.0), ("in_hospital_deaths", 1.0)]
    assert ask(corrected, DEATHS) == [("F", 3.0), ("M", 1.0)]
    assert ask(corrected, "select rule_id from quality.flag") == []
    assert ask(corrected, APPLIED) == [(12, 12)]


def test_records_are_as_corrected_and_raw_codes_as_they_were(corrected: Path) -> None:
    assert ask(corrected, "select encounter_id, sex, died, discharge_disposition from core.encounter order by 1") == [
        ("s:a1", "F", False, "home"),
        ("s:a2", "F", False, "home"),
        ("s:a3", "F", False, "home"),
        ("s:a4", "F", True, "died"),
        ("s:a5", "F", False, "home"),
        ("s:a7", "F", False, "home"),
        ("s:a8", "F", False, "home"),
    ]
    codes = "code_raw, code, system, code_status"
    assert ask(corrected, f"select encounter_id, seq, role, {codes} from core.diagnosis order by 1, 2 limit 4") == [
        ("s:a1", 1, "principal", "I21", "I219", "icd10cm", "valid"),
        ("s:a1", 2, "secondary", "E119", "E119", "icd10cm", "valid"),
        ("s:a2", 1, "principal", "O80", "O80", "icd10cm", "valid"),
        ("s:a3", 1, "principal", "J189", "J189", "icd10cm", "valid"),
    ]
    assert ask(corrected, "select stay_id, principal_code, sex, died from core.stay order by 1 limit 4") == [
        ("s:a1", "I219", "F", False),
        ("s:a2", "O80", "F", False),
        ("s:a3", "J189", "F", False),
        ("s:a4", "J189", "F", True),
    ]
    assert ask(corrected, f"select {codes} from core.procedure") == [("0XXXXXX", "02HV33Z", "icd10pcs", "valid")]
    assert ask(corrected, "select underlying_cause_raw, underlying_cause, sex from core.death order by death_id") == [
        ("R99", "I219", "F"),
        (None, "C349", "F"),
        ("C61", "C61", "M"),
        ("I219", "I219", "F"),
    ]
    assert ask(corrected, f"select {codes} from core.death_condition order by line") == [
        ("I219", "I219", "icd10", "valid"),
        ("I99999", "I259", "icd10", "valid"),
    ]
    assert ask(corrected, "select sex, is_sex_disputed from core.person where patient_id = 's:P6'") == [("F", False)]


def test_a_dropped_record_is_in_the_books(corrected: Path) -> None:
    steps = dict(ask(corrected, "select step, row_count from core.reconciliation where row_count > 0"))
    assert (steps["rows_read"], steps["dropped_by_review"], steps["encounters"], steps["stays"]) == (8, 1, 7, 7)
    assert ask(corrected, "select rows_read, rows_accepted from landing.batch where file_name = 'encounters.csv'") == [
        (8, 8)
    ]


@pytest.mark.slow
def test_a_correction_that_is_applied_can_be_taken_back(corrected: Path) -> None:
    flags = ask(
        corrected,
        "select flag_id, evidence from quality.review where rule_id in ('duplicate_stay', 'header_code') "
        "order by rule_id",
    )
    verdicts = ("accepted_exception", "confirmed_correct")
    take_in(
        corrected,
        [(*key, verdict, None, "R", "2026-11-21", None) for key, verdict in zip(flags, verdicts, strict=True)],
    )
    run(corrected)
    assert ask(corrected, DISCHARGES) == [("discharges", 8.0), ("in_hospital_deaths", 1.0)]
    assert ask(corrected, "select code from core.diagnosis where encounter_id = 's:a1' and seq = 1") == [("I21",)]
    assert ask(corrected, OPEN) == []
    assert ask(corrected, "select count(*), count(*) filter (is_standing) from quality.review") == [(13, 11)]


# The last of the module's runs on this site: its source changes.
@pytest.mark.slow
def test_a_record_that_has_changed_is_open_again_and_not_corrected(corrected: Path) -> None:
    text = ENCOUNTERS.replace("F,40,home,icd10cm,I21,", "F,40,home,icd10cm,I22,").replace("a2,P2,H", "a9,P2,H")
    (corrected.parent / "encounters.csv").write_text(text, encoding="utf-8")
    take_in(
        corrected,
        [
            (*key, "corrected", "I21.9", "R", "2026-11-22", None)
            for key in ask(corrected, "select flag_id, evidence from quality.flag where rule_id = 'header_code'")
        ],
    )
    run(corrected)
    assert ask(corrected, "select code from core.diagnosis where encounter_id = 's:a1' and seq = 1") == [("I22",)]
    assert ask(corrected, OPEN) == [("header_code",), ("sex_conflict",)]
    assert ask(corrected, "select record_id, reason from quality.correction where not is_applied order by 1") == [
        ("s:a1", "record_changed"),
        ("s:a2", "record_absent"),
    ]
