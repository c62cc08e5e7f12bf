"""Where a handler's day comes from (D1)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from relance.runtime.clock import UNSET, StoredClock, SystemClock

NAME = "/relance/local/clock"


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client(
            "ssm",
            region_name="eu-west-3",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


def store(ssm: Any, text: str) -> None:
    ssm.put_parameter(Name=NAME, Value=text, Type="String", Overwrite=True)


def is_the_system_s(instant: datetime) -> bool:
    return instant.tzinfo is UTC and abs(datetime.now(UTC) - instant) < timedelta(minutes=1)


def test_the_system_clock_tells_the_system_s_time_in_utc() -> None:
    assert is_the_system_s(SystemClock().now())


@pytest.mark.parametrize("text", ["2025-03-09T01:00:00+00:00", "2025-03-09T02:00:00+01:00"])
def test_the_stored_instant_is_told_in_utc(ssm: Any, text: str) -> None:
    store(ssm, text)
    told = StoredClock(ssm, NAME).now()
    assert told == datetime(2025, 3, 9, 1, tzinfo=UTC)
    assert told.tzinfo is UTC


def test_the_stored_clock_is_read_anew_each_time(ssm: Any) -> None:
    clock = StoredClock(ssm, NAME)
    store(ssm, "2025-03-09T01:00:00+00:00")
    before = clock.now()
    store(ssm, "2025-03-10T01:00:00+00:00")
    assert clock.now() - before == timedelta(days=1)


def test_a_clock_that_was_never_set_tells_the_system_s_time(ssm: Any) -> None:
    store(ssm, UNSET)
    assert is_the_system_s(StoredClock(ssm, NAME).now())


def test_a_clock_that_is_not_there_is_an_error_and_no_guess(ssm: Any) -> None:
    with pytest.raises(ClientError, match="ParameterNotFound"):
        StoredClock(ssm, NAME).now()


def test_a_clock_that_holds_no_instant_is_an_error_and_no_guess(ssm: Any) -> None:
    store(ssm, "tomorrow")
    with pytest.raises(ValueError, match="isoformat"):
        StoredClock(ssm, NAME).now()
