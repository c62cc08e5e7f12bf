"""What a function's logger writes, read back."""

import json
import logging
from io import StringIO
from typing import Any

from relance.runtime import telemetry


class Log:
    """The lines that one service's logger writes from now on."""

    def __init__(self, service: str) -> None:
        self._written = StringIO()
        self.logger = telemetry.logger(service)
        for handler in logging.getLogger(service).handlers:
            assert isinstance(handler, logging.StreamHandler)
            handler.setStream(self._written)

    @property
    def text(self) -> str:
        return self._written.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]
