"""Logs and metrics: keys and verdicts, never addresses, numbers, bodies or raw events."""

from functools import cache

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "Relance"


@cache
def logger(service: str) -> Logger:
    """Return the structured logger of a function."""
    return Logger(service=service)


@cache
def metrics(service: str) -> Metrics:
    """Return the metrics of a function; written to its log in EMF when flushed."""
    return Metrics(namespace=NAMESPACE, service=service)


def count(service: str, name: str, number: int = 1) -> None:
    """Add to a count metric of a function."""
    if number:
        metrics(service).add_metric(name=name, unit=MetricUnit.Count, value=number)
