"""How every queue worker treats a batch: each message by itself, failures reported one by one."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from relance.runtime import telemetry


def work(
    event: dict[str, Any],
    context: LambdaContext,
    *,
    service: str,
    handle: Callable[[str], str],
) -> dict[str, Any]:
    """Give each message's body to `handle`, log and count its verdict, report those that raised.

    A message that raises goes back to its queue, and to the dead-letter queue after the last try;
    the others are done. The log line carries the message's id and the verdict, never its content.
    """
    log, metrics = telemetry.logger(service), telemetry.metrics(service)

    def one(record: SQSRecord) -> None:
        try:
            verdict = handle(record.body)
        except ValidationError as error:
            # Its own text quotes the message, which may hold an address.
            wrong = [f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()]
            raise ValueError("not a message this worker knows: " + ", ".join(wrong)) from None
        log.info("done", message_id=record.message_id, verdict=verdict)
        telemetry.count(service, verdict)

    processor = BatchProcessor(
        event_type=EventType.SQS,
        raise_on_entire_batch_failure=False,
        logger=log,  # type: ignore[arg-type]
    )
    try:
        # The exact type is a TypedDict of {"batchItemFailures": [...]}.
        return dict(
            process_partial_response(
                event=event, record_handler=one, processor=processor, context=context
            )
        )
    finally:
        telemetry.count(service, "failed", len(processor.fail_messages))
        if metrics.metric_set:
            metrics.flush_metrics()
