"""Logs say what an error is and where it came from, never what it was about."""

import json

import pytest
from botocore.exceptions import ClientError

from relance.app.errors import NotAcceptedError, ThrottledError
from relance.runtime import telemetry
from tests.unit.runtime.lines import Log

ADDRESS = "anne.dupont@example.com"


@pytest.fixture
def log() -> Log:
    return Log("telemetry-test")


def refused() -> ClientError:
    """What SES answers when a grant names identities: it quotes the recipient."""
    words = f"not authorized to perform ses:SendEmail on resource identity/{ADDRESS}"
    answer = {"Error": {"Code": "AccessDeniedException", "Message": words}}
    return ClientError(answer, "SendEmail")  # type: ignore[arg-type] # the parts that matter here


def test_the_words_of_a_provider_are_not_logged_its_code_is(log: Log) -> None:
    try:
        try:
            raise refused()
        except ClientError as error:
            raise NotAcceptedError("AccessDeniedException") from error
    except NotAcceptedError:
        log.logger.exception("not sent")
    (line,) = log.lines
    assert ADDRESS not in log.text
    assert "NotAcceptedError: AccessDeniedException" in line["exception"]
    assert "caused by ClientError: AccessDeniedException from SendEmail" in line["exception"]
    assert line["exception_name"] == "NotAcceptedError"
    assert line["service"] == "telemetry-test"


def test_an_error_of_another_s_keeps_its_place_and_loses_its_words(log: Log) -> None:
    try:
        int(ADDRESS)
    except ValueError:
        log.logger.exception("no number")
    (line,) = log.lines
    assert ADDRESS not in log.text
    assert line["exception"].startswith("ValueError\n")
    assert "test_telemetry.py" in line["exception"]


def test_an_error_while_another_was_handled_tells_both(log: Log) -> None:
    try:
        try:
            int(ADDRESS)
        except ValueError:
            raise ThrottledError("Throttling")  # noqa: B904 # the very thing under test
    except ThrottledError:
        log.logger.exception("not now")
    assert "ThrottledError: Throttling" in log.text
    assert "caused by ValueError" in log.text
    assert ADDRESS not in log.text


def test_an_error_raised_from_nothing_hides_what_was_before(log: Log) -> None:
    try:
        try:
            int(ADDRESS)
        except ValueError:
            raise ThrottledError("Throttling") from None
    except ThrottledError:
        log.logger.exception("not now")
    assert "caused by" not in log.text


def test_errors_that_cause_each_other_come_to_an_end(log: Log) -> None:
    first, second = KeyError(ADDRESS), ThrottledError("Throttling")
    first.__cause__, second.__cause__ = second, first
    log.logger.error("round and round", exc_info=first)
    assert 1 < log.text.count("ThrottledError") <= 10


def test_what_was_counted_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.count("telemetry-test", "sent", 2)
    telemetry.count("telemetry-test", "failed", 0)
    telemetry.flush("telemetry-test")
    telemetry.flush("telemetry-test")
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["sent"] == [2.0]
    assert "failed" not in line
