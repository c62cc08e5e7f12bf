"""Logs and metrics: keys and verdicts, never addresses, numbers, bodies or raw events."""

import traceback
from collections.abc import Iterator
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import ClientError

from relance.app.errors import RelanceError

NAMESPACE = "Relance"
# An error of an error of an error says all there is to know.
_MOST_CAUSES = 10


class DiscreetFormatter(LambdaPowertoolsFormatter):
    """Says of an error what it is and where it came from, in its own words only if it is ours.

    Those of others may quote what they were given: a provider names the address that it refused.
    """

    def __init__(self, **options: Any) -> None:
        # The trace would be told a second time, with the error's words.
        super().__init__(**{**options, "serialize_stacktrace": False})

    def formatException(self, ei: Any) -> str:  # noqa: N802 # logging's name
        """Return the trace of an error and of what caused it, the last word first."""
        return "\ncaused by ".join(
            f"{_told(error)}\n{''.join(traceback.format_tb(error.__traceback__))}"
            for error in _chain(ei[1])
        )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_MOST_CAUSES):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    name = type(error).__qualname__
    if isinstance(error, RelanceError):
        return f"{name}: {error}"
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        return f"{name}: {code} from {error.operation_name}"
    return name


@cache
def logger(service: str) -> Logger:
    """Return the structured logger of a function."""
    return Logger(service=service, logger_formatter=DiscreetFormatter(service=service))


@cache
def metrics(service: str) -> Metrics:
    """Return the metrics of a function; written to its log in EMF when flushed."""
    return Metrics(namespace=NAMESPACE, service=service)


def count(service: str, name: str, number: int = 1) -> None:
    """Add to a count metric of a function."""
    if number:
        metrics(service).add_metric(name=name, unit=MetricUnit.Count, value=number)


def flush(service: str) -> None:
    """Write what was counted since the last time, if anything was."""
    if metrics(service).metric_set:
        metrics(service).flush_metrics()
