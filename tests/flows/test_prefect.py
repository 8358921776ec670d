"""The job through Prefect: its flows and tasks, what Prefect gets to know, and a server that never outlives the run."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.configuration import load
from flows.home import Home
from flows.temporary_server import configured_server, temporary_server
from tests.flows.conftest import change
from tests.flows.killing import completed, leftovers, members_of_group, published

_SECONDS_TO_GO = 10


def run_with_prefect(configuration: Path) -> subprocess.Popen:
    """The command itself, in a process group of its own, with no server of the site."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "flows.command", "run", "--prefect", "--config", str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**environment, "HOME": str(configuration.parent)},
        start_new_session=True,
    )


@pytest.mark.slow
def test_flows_and_a_kill(site: Path, start) -> None:
    home = Home(load(site).home)
    run = run_with_prefect(site)
    output, _ = run.communicate()
    assert run.returncode in (0, 1), output
    assert members_of_group(run.pid) == []
    before = published(home)
    with sqlite3.connect(f"file:{home.prefect}/prefect.db?mode=ro", uri=True) as database:
        flows = dict(
            database.execute(
                "select flow.name, flow_run.state_type from flow_run join flow on flow.id = flow_run.flow_id"
            ).fetchall()
        )
        tasks = [name for (name,) in database.execute("select name from task_run order by start_time").fetchall()]
        artifacts = database.execute("select type, data from artifact where key = 'reconciliation'").fetchall()
        parameters = database.execute("select distinct parameters from flow_run").fetchall()
    assert flows == dict.fromkeys(("farr", "ingest", "build", "report", "publish"), "COMPLETED")
    assert any(task.startswith("Take in hospitals") for task in tasks)
    assert any(task.startswith("Publish the release") for task in tasks)
    ((kind, table),) = artifacts
    assert kind == "table"
    steps = {(row["source"], row["step"]) for row in json.loads(json.loads(table))}
    assert {("hospitals", "rows_read"), ("hospitals", "encounters"), ("register", "deaths")} <= steps
    assert "farr.toml" not in str(parameters)

    change(site, 1)
    run = run_with_prefect(site)
    while not list(home.folder.glob("build-*.duckdb")):
        assert run.poll() is None, run.stdout.read()
        time.sleep(0.05)
    assert len(members_of_group(run.pid)) >= 2, "the run and its server"
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    deadline = time.monotonic() + _SECONDS_TO_GO
    while members_of_group(run.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert members_of_group(run.pid) == []
    run.stdout.close()
    assert published(home) == before
    completed(start, site)
    assert published(home) != before
    assert leftovers(home) == []


@pytest.mark.slow
def test_the_server_listens_on_the_loopback_only(tmp_path: Path) -> None:
    with temporary_server(tmp_path / "prefect") as url:
        port = int(url.split(":")[2].split("/")[0])
        listening = [
            line.split()[1]
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
            if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
        ]
    assert listening == [f"0100007F:{port:04X}"]


@pytest.mark.parametrize(
    ("environment", "profiles", "expected"),
    [
        ({}, None, None),
        ({"PREFECT_API_URL": "http://p:4200/api"}, None, "http://p:4200/api"),
        ({}, 'active = "a"\n[profiles.a]\nPREFECT_API_URL = "http://a/api"', "http://a/api"),
        (
            {"PREFECT_PROFILE": "b"},
            'active = "a"\n[profiles.a]\n[profiles.b]\nPREFECT_API_URL = "http://b/api"',
            "http://b/api",
        ),
        ({}, 'active = "a"\n[profiles.a]', None),
        ({}, "not toml", None),
    ],
)
def test_the_server_that_a_site_has_set(tmp_path: Path, environment: dict, profiles: str | None, expected: str) -> None:
    if profiles is not None:
        (tmp_path / "profiles.toml").write_text(profiles)
    assert configured_server({"PREFECT_HOME": str(tmp_path), **environment}) == expected
