"""A Prefect server for one run: on the loopback only, its database in the home, gone when the run is gone.

The server reads its standard input and ends when that closes. The writing end is held by the run alone, so the
kernel closes it however the run ends, by `kill -9` too, and nothing is left behind.

Run as a module, it is the server; `temporary_server` is what a run calls.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flows.errors import ServerError

_LOOPBACK = "127.0.0.1"
_SECONDS_TO_START = 120
_SECONDS_TO_END = 5

# Usage data is never sent, the interface is not served, and nothing is looked for outside this machine.
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}

# What serves schedules and automations has nothing to do in a run.
_SERVER_ONLY = {
    "PREFECT_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
}


@contextmanager
def temporary_server(folder: Path) -> Iterator[str]:
    """Start a server whose database and log are in `folder`, and end it on leaving.

    Yields:
        The address of its API.

    Raises:
        ServerError: where it does not answer in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    with socket.create_server((_LOOPBACK, 0)) as listener, log.open("wb") as output:
        port = listener.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(listener.fileno())],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            pass_fds=[listener.fileno()],
            env={**os.environ, **QUIET, **_SERVER_ONLY, "PREFECT_HOME": str(folder)},
        )
    try:
        url = f"http://{_LOOPBACK}:{port}/api"
        _wait(process, url, log)
        yield url
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(url: str, *, seconds: float = 2) -> bool:
    """Whether a Prefect API answers at the address."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=seconds) as response:
            return response.status == 200
    except (OSError, urllib.error.URLError, ValueError):
        return False


def configured_server(environment: Mapping[str, str]) -> str | None:
    """The address of the API that a site has set for Prefect, by variable or profile; None where it has set none.

    Read here rather than with Prefect, whose import takes seconds that a plain run does not spend.
    """
    if url := environment.get("PREFECT_API_URL"):
        return url
    folder = Path(environment.get("PREFECT_HOME") or Path.home() / ".prefect")
    try:
        profiles = tomllib.loads((folder / "profiles.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    active = profiles.get("profiles", {}).get(environment.get("PREFECT_PROFILE") or profiles.get("active"), {})
    return active.get("PREFECT_API_URL")


def _wait(process: subprocess.Popen, url: str, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while not answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerError(f"Prefect's temporary server did not start; its log is {log}")
        time.sleep(0.05)


def _end_with_the_run() -> None:
    """Wait until the run closes its end of the pipe, then end at once; the next run settles what was unfinished."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)


def main() -> None:
    """Serve on the socket whose descriptor is the only argument."""
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    import uvicorn

    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        fd=int(sys.argv[1]),
        log_level="error",
        lifespan="on",
    )


if __name__ == "__main__":
    main()
