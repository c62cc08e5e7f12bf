"""What the tests of the workers share: a stage on moto, wired as on AWS, and the log."""

import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from moto import mock_aws

from relance.runtime import telemetry
from tests.fakes.process import forget_parts
from tests.functions.workers.events import REGION
from tests.functions.workers.stage import NIGHT, Stage

SERVICES = (
    "planner",
    "plan_tenant",
    "send_email",
    "send_sms",
    "render_letter",
    "sync_ledger",
    "record_feedback",
    "events",
    "api",
)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS, and a process that has just started."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        forget_parts()
        yield
    forget_parts()


@pytest.fixture
def stage(aws: None, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage whose clock stands on the morning of NIGHT."""
    made = Stage()
    made.set_clock(f"{NIGHT}T06:00:00+00:00")
    for name, text in made.environment.items():
        monkeypatch.setenv(name, text)
    return made


@pytest.fixture(autouse=True)
def log(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Call it for all that the functions wrote since the test began: log lines and metrics."""
    written = StringIO()
    for service in SERVICES:
        telemetry.logger(service)  # its handler keeps the output of the test that first made it
        for handler in logging.getLogger(service).handlers:
            assert isinstance(handler, logging.StreamHandler)
            handler.setStream(written)
    return lambda: written.getvalue() + "".join(capsys.readouterr())
