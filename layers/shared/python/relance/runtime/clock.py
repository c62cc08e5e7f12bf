"""The one clock that handlers take their day from (D1)."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class SystemClock:
    """The system's time: every AWS stage."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        return datetime.now(UTC)


class StoredClock:
    """The local stage's time: one stored instant that `relance night` sets."""

    def __init__(self, client: "SSMClient", parameter: str) -> None:
        self._client = client
        self._parameter = parameter

    def now(self) -> datetime:
        """Return the stored instant, aware, in UTC; the system's while none was set."""
        text = self._client.get_parameter(Name=self._parameter)["Parameter"]["Value"]
        return datetime.now(UTC) if text == UNSET else datetime.fromisoformat(text).astimezone(UTC)


UNSET = "unset"
