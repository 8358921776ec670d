"""Which batches of a source are live: by path, by snapshot, by record; withdrawn ones; and nothing half or lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codesets.database import connect, create_tables
from tests.landing.conftest import rows
from transforms import landing
from transforms.landing import UnknownBatch, ingest, register, withdraw
from transforms.profiles.layout import FileLayout
from transforms.source import Source

LAYOUTS = {
    "encounter": FileLayout(match=("enc*",), required=("id",)),
    "diagnosis": FileLayout(match=("dx*",)),
}
DDL = Path(landing.__file__).parents[1] / "warehouse" / "schema" / "landing.sql"


class House:
    """A home with extracts beside it."""

    def __init__(self, folder: Path) -> None:
        self.home, self.data = folder / "home", folder / "data"
        self.home.mkdir(parents=True)
        self.data.mkdir()

    def put(self, name: str, *ids: int | str) -> Path:
        path = self.data / name
        path.write_text("id\n" + "".join(f"{number}\n" for number in ids), encoding="utf-8")
        return path

    def ingest(self, *names: str, update: str = "by_path", source: str = "ward", said: list[str] | None = None):
        paths = tuple(self.data / name for name in names)
        one = Source(name=source, profile="p", paths=paths, update=update)
        return ingest(self.home, one, LAYOUTS, said.append if said is not None else None)


@pytest.fixture
def house(tmp_path) -> House:
    return House(tmp_path)


def live(ingested) -> list[list[str]]:
    """The ids in each live batch, in order."""
    return [[row[3] for row in rows(batch)] for batch in ingested.live]


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_file_twice_is_one_batch_and_nothing_is_written(house):
    house.put("enc.csv", 1, 2)
    said: list[str] = []
    first = house.ingest("enc.csv", said=said)
    before = files_below(house.home)
    assert house.ingest("enc.csv", said=said) == first
    assert files_below(house.home) == before
    assert said == ["2 rows of enc.csv read"]


def test_the_same_content_under_another_path_is_the_same_batch(house):
    house.put("enc_a.csv", 1)
    house.put("enc_b.csv", 1)
    ingested = house.ingest("enc_a.csv", "enc_b.csv")
    assert live(ingested) == [["1"]]
    assert len(ingested.batches) == 1


def test_two_sources_and_two_roles_and_two_layouts_are_batches_of_their_own(house):
    house.put("enc.csv", 1)
    house.put("dx.csv", 1)
    ids = {
        house.ingest("enc.csv").live[0].batch_id,
        house.ingest("enc.csv", source="payer").live[0].batch_id,
        house.ingest("dx.csv", source="codes").live[0].batch_id,
    }
    assert len(ids) == 3


def test_by_path_new_content_replaces_what_stood_there_and_old_content_can_come_back(house):
    house.put("enc_a.csv", 1)
    house.put("enc_b.csv", 2)
    names = ("enc_a.csv", "enc_b.csv")
    first = house.ingest(*names)
    house.put("enc_a.csv", 1, 3)
    second = house.ingest(*names)
    assert live(second) == [["1", "3"], ["2"]]
    (old,) = [batch for batch in second.batches if batch.status == "superseded"]
    assert (old.batch_id, old.superseded_by) == (first.live[0].batch_id, second.live[0].batch_id)
    house.put("enc_a.csv", 1)
    third = house.ingest(*names)
    assert live(third) == [["1"], ["2"]]
    assert [batch.status for batch in third.batches] == ["live", "live", "superseded"]


def test_snapshot_the_last_file_of_each_role_replaces_those_before_it(house):
    house.put("enc_1.csv", 1)
    house.put("enc_2.csv", 1, 2)
    house.put("dx_1.csv", 9)
    names = ("enc_1.csv", "dx_1.csv", "enc_2.csv")
    ingested = house.ingest(*names, update="snapshot")
    assert live(ingested) == [["9"], ["1", "2"]]
    # New content of an earlier file comes before the last file still.
    house.put("enc_1.csv", 7)
    assert live(house.ingest(*names, update="snapshot")) == [["9"], ["1", "2"]]
    # Files that are gone come before those that are there; the last one of a role stands although it is gone.
    assert live(house.ingest("dx_1.csv", update="snapshot")) == [["1", "2"], ["9"]]
    house.put("enc_0.csv", 5)
    assert live(house.ingest("enc_0.csv", update="snapshot")) == [["9"], ["5"]]


def test_by_record_every_version_stays_live_in_the_order_of_paths(house):
    house.put("enc_1.csv", 1)
    house.put("enc_2.csv", 2)
    house.ingest("enc_1.csv", "enc_2.csv", update="by_record")
    house.put("enc_1.csv", 3)
    assert live(house.ingest("enc_1.csv", "enc_2.csv", update="by_record")) == [["1"], ["3"], ["2"]]
    assert live(house.ingest("enc_2.csv", "enc_1.csv", update="by_record")) == [["2"], ["1"], ["3"]]


def test_a_batch_whose_file_is_gone_stays_and_says_so(house):
    house.put("enc_a.csv", 1)
    house.put("enc_b.csv", 2)
    house.ingest("enc_a.csv", "enc_b.csv")
    (house.data / "enc_a.csv").unlink()
    ingested = house.ingest("enc_b.csv")
    assert live(ingested) == [["1"], ["2"]]
    assert [batch.message for batch in ingested.live] == [
        "Its file is no longer among the source's files; withdraw the batch if its records are void.",
        None,
    ]


def test_a_refused_file_leaves_the_version_before_it_and_the_others_go_on(house):
    house.put("enc_a.csv", 1)
    house.put("enc_b.csv", 2)
    house.ingest("enc_a.csv", "enc_b.csv")
    (house.data / "enc_a.csv").write_text("")
    house.put("enc_b.csv", 3)
    (house.data / "notes.txt").write_text("x")
    said: list[str] = []
    ingested = house.ingest("enc_a.csv", "enc_b.csv", "notes.txt", said=said)
    assert live(ingested) == [["1"], ["3"]]
    assert (
        ingested.live[0].message == "The file that now stands at its path was refused, so this earlier version stays."
    )
    assert [(refusal.file_name, refusal.role, refusal.reason) for refusal in ingested.refusals] == [
        ("enc_a.csv", "encounter", "empty_file"),
        ("notes.txt", None, "no_role"),
    ]
    assert ingested.refusals[1].message == (
        "notes.txt: expected a file name that the profile of source 'ward' knows (enc*, dx*). Rename the file or add "
        "its name to `match` in the profile."
    )
    assert said == ["enc_a.csv refused: empty file", "1 rows of enc_b.csv read", "notes.txt refused: no role"]


def test_a_column_that_the_profile_requires_later_is_missed_in_old_batches_too(house):
    house.put("enc.csv", 1)
    house.ingest("enc.csv")
    source = Source(name="ward", profile="p", paths=(house.data / "enc.csv",))
    stricter = {"encounter": FileLayout(match=("enc*",), required=("id", "sex"))}
    (refusal,) = ingest(house.home, source, stricter).refusals
    assert refusal.reason == "missing_column"


def test_withdrawing_takes_a_batch_out_and_what_it_replaced_stands_again(house):
    house.put("enc.csv", 1)
    house.ingest("enc.csv")
    house.put("enc.csv", 1, 2)
    bad = house.ingest("enc.csv").live[0].batch_id
    assert withdraw(house.home, bad[:8].upper(), "wrong month") == bad
    before = files_below(house.home)
    assert withdraw(house.home, bad) == bad
    assert files_below(house.home) == before
    ingested = house.ingest("enc.csv")
    assert live(ingested) == [["1"]]
    assert [(batch.status, batch.message) for batch in ingested.batches] == [
        ("live", "It stands again because the version that replaced it was withdrawn."),
        ("withdrawn", "Withdrawn: wrong month"),
    ]
    assert withdraw(house.home, ingested.live[0].batch_id)
    assert house.ingest("enc.csv").live == ()


def test_withdrawing_what_is_not_there_or_not_clear_is_an_error(house):
    house.put("enc.csv", 1)
    house.ingest("enc.csv")
    with pytest.raises(UnknownBatch, match="There is no batch 'ffffffff': take its identifier"):
        withdraw(house.home, "ffffffff")
    with pytest.raises(UnknownBatch, match="There is no batch"):
        withdraw(house.home, "../../etc")
    with pytest.raises(UnknownBatch, match="too short: give at least 6 digits"):
        withdraw(house.home, "")
    for last in "01":
        twin = house.home / "landing" / ("a" * 63 + last)
        twin.mkdir()
        (twin / "batch.json").write_text("{}")
    with pytest.raises(UnknownBatch, match="is the beginning of 2 batches: give more digits"):
        withdraw(house.home, "aaaaaaaa")


def test_another_home_holds_the_same_bytes(tmp_path):
    first, second = House(tmp_path / "one"), House(tmp_path / "a" / "second [home]")
    for house in (first, second):
        house.put("enc.csv", 1, 2, "3,4", 5)
        house.ingest("enc.csv")
    assert files_below(first.home) == files_below(second.home)


def test_home_and_data_can_be_moved_together(house, tmp_path):
    house.put("enc.csv", 1)
    house.ingest("enc.csv")
    moved = House.__new__(House)
    (tmp_path / "moved").mkdir()
    moved.home, moved.data = (folder.rename(tmp_path / "moved" / folder.name) for folder in (house.home, house.data))
    moved.put("enc.csv", 2)
    assert live(moved.ingest("enc.csv")) == [["2"]]


def test_leftovers_of_a_killed_run_are_swept(house):
    partial = house.home / "landing" / ".partial-of-a-killed-run"
    partial.mkdir(parents=True)
    (partial / "rows.parquet").write_bytes(b"half")
    house.put("enc.csv", 1)
    house.ingest("enc.csv")
    assert not partial.exists()
    assert sorted(path.name for path in (house.home / "landing").iterdir() if path.name != "register") == [
        house.ingest("enc.csv").live[0].batch_id
    ]


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.05, 0.2, 0.4, 0.7])
def test_a_run_that_is_killed_leaves_whole_batches_only(house, after):
    for number in range(8):
        house.put(f"enc_{number}.csv", *range(number, 20_000 + number))
    program = f"""
from pathlib import Path
from transforms.landing import ingest
from transforms.profiles.layout import FileLayout
from transforms.source import Source
paths = tuple(sorted(Path({str(house.data)!r}).glob("*.csv")))
layouts = {{"encounter": FileLayout(match=("enc*",), required=("id",))}}
print("ready", flush=True)
ingest(Path({str(house.home)!r}), Source(name="ward", profile="p", paths=paths), layouts)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path.cwd())
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    for folder in (house.home / "landing").iterdir():
        if not folder.name.startswith(".partial-") and folder.name != "register":
            assert json.loads((folder / "batch.json").read_text())["rows_read"] == 20_000
    names = [f"enc_{number}.csv" for number in range(8)]
    assert [batch.rows_read for batch in house.ingest(*names).live] == [20_000] * 8
    assert not list((house.home / "landing").glob(".partial-*"))


def test_the_registered_batches_and_rejects_add_up(house):
    house.put("enc.csv", 1, "2,3")
    house.ingest("enc.csv")
    house.put("enc.csv", 1, "2,3", 4)
    (house.data / "enc_bad.csv").write_text("")
    ingested = house.ingest("enc.csv", "enc_bad.csv")
    with connect() as connection:
        create_tables(connection, DDL)
        register(connection, [ingested])
        batches = connection.execute(
            "select file_role, file_name, rows_read, rows_accepted, rows_rejected, status, superseded_by, reason "
            "from landing.batch"
        ).fetchall()
        rejects = connection.execute("from landing.reject").fetchall()
    newest = ingested.live[0].batch_id
    assert batches == [
        ("encounter", "enc.csv", 3, 2, 1, "live", None, None),
        ("encounter", "enc.csv", 2, 2, 0, "superseded", newest, None),
        ("encounter", "enc_bad.csv", 0, 0, 0, "refused", None, "empty_file"),
    ]
    assert rejects == [
        (
            newest,
            2,
            "wrong_number_of_fields",
            "The record has not as many fields as the header (1): look for a delimiter inside a value that is not "
            "quoted, or for a line that was cut.",
            "2,3",
        )
    ]
