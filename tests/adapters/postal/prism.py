"""Prism between the client and the counting provider: it holds both to a description."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

ROOT = Path(__file__).parents[3]
_PROGRAM = ROOT / "node_modules" / ".bin" / "prism"
_PATIENCE = 90.0


class Watching(urllib3.PoolManager):
    """A client's connections that keep what Prism found wrong with each call."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.violations: list[str] = []
        self.calls = 0

    def request(self, method: str, url: str, *args: Any, **how: Any) -> urllib3.BaseHTTPResponse:
        answer = super().request(method, url, *args, **how)
        self.calls += 1
        for found in json.loads(answer.headers.get("sl-violations", "[]")):
            self.violations.append(f"{method} {url}: {answer.status} {found}")
        return answer


@contextmanager
def proxies(*wanted: tuple[Path, str]) -> Iterator[list[str]]:
    """Start one Prism for each description and provider, all at once; give their addresses."""
    if not _PROGRAM.exists():
        raise FileNotFoundError("Prism is not there: `make setup` installs it")
    started = [_start(description, provider) for description, provider in wanted]
    try:
        for process, port in started:
            _wait_for(process, port)
        yield [f"http://127.0.0.1:{port}" for _, port in started]
    finally:
        for process, _ in started:
            process.terminate()
        for process, _ in started:
            process.wait(timeout=20)


def _start(description: Path, provider: str) -> tuple[subprocess.Popen[bytes], int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [str(_PROGRAM), "proxy", str(description), provider]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return process, port


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("Prism did not start")
