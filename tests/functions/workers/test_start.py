"""How a function's process begins: nothing at import, everything told at once, the right clock."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relance.app.ports.clock import Clock
from relance.runtime.wiring import (
    api,
    plan_tenant,
    record_feedback,
    render_letter,
    send_email,
    send_sms,
    sync_ledger,
)
from tests.functions.workers.events import FakeLambdaContext, scheduled
from tests.functions.workers.stage import Stage

ROOT = Path(__file__).parents[3]
HANDLERS = sorted(
    f"functions.{path.parent.name}.handler" for path in ROOT.glob("functions/*/handler.py")
)
CLOCKED: dict[str, Callable[[], Any]] = {
    "plan_tenant": plan_tenant.wired,
    "send_email": send_email.wired,
    "send_sms": send_sms.wired,
    "render_letter": render_letter.wired,
    "sync_ledger": sync_ledger.wired,
    "record_feedback": record_feedback.wired,
    "api": api.wired,
}
# Run in a process of its own, where nothing was imported before.
WATCHED_IMPORT = """
import os, sys
from importlib import import_module
import botocore.session

class Watched(dict):
    def _seen(self, name):
        if str(name).startswith("RELANCE_"):
            sys.exit(f"{name} was read")
    def __getitem__(self, name):
        self._seen(name)
        return super().__getitem__(name)
    def __contains__(self, name):
        self._seen(name)
        return super().__contains__(name)
    def get(self, name, default=None):
        self._seen(name)
        return super().get(name, default)

def no_client(*args, **kwargs):
    sys.exit(f"a client was made: {args[1:]}")

os.environ = Watched(os.environ)
botocore.session.Session.create_client = no_client
for name in sys.argv[1:]:
    assert callable(import_module(name).lambda_handler)
print("imported", len(sys.argv) - 1)
"""


def test_importing_a_handler_makes_no_client_and_reads_no_setting() -> None:
    assert len(HANDLERS) >= 8
    bare = {"PATH": os.environ["PATH"], "POWERTOOLS_METRICS_DISABLED": "false"}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED_IMPORT, *HANDLERS],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == (f"imported {len(HANDLERS)}", 0), done.stderr


def test_a_function_told_too_little_names_everything_it_lacks_and_does_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from functions.planner.handler import lambda_handler

    stage.sign_up()
    monkeypatch.delenv("RELANCE_TABLE")
    monkeypatch.delenv("RELANCE_PLAN_QUEUE")
    with pytest.raises(RuntimeError, match=r"RELANCE_TABLE is not set; RELANCE_PLAN_QUEUE is"):
        lambda_handler(scheduled("2025-03-10T01:00:00Z"), FakeLambdaContext())
    assert stage.waiting("plan") == []


@pytest.mark.parametrize("wire", CLOCKED.values(), ids=CLOCKED)
def test_with_a_clock_parameter_the_stored_instant_is_the_time(
    stage: Stage, wire: Callable[[], Any]
) -> None:
    stage.set_clock("2025-03-10T05:00:00+01:00")
    clock: Clock = wire().clock
    assert clock.now() == datetime(2025, 3, 10, 4, tzinfo=UTC)


@pytest.mark.parametrize("wire", CLOCKED.values(), ids=CLOCKED)
def test_without_a_clock_parameter_the_system_s_time_is(
    stage: Stage, wire: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RELANCE_CLOCK_PARAMETER")
    clock: Clock = wire().clock
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(minutes=1)


def test_a_process_wires_itself_once(stage: Stage) -> None:
    assert send_email.wired() is send_email.wired()


@pytest.mark.parametrize("wire", [send_email.wired, send_sms.wired])
def test_what_sends_makes_one_attempt_a_call(stage: Stage, wire: Callable[[], Any]) -> None:
    parts = wire()
    provider = parts.mailer if wire is send_email.wired else parts.texter
    assert provider._client.meta.config.retries["total_max_attempts"] == 1
