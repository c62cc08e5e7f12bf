"""How every queue worker treats a batch: each message by itself, failures reported one by one."""

from collections.abc import Callable, Iterable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from relance.app.errors import RelanceError
from relance.runtime import telemetry


class UnknownMessage(RelanceError, ValueError):
    """A message of a version or shape that this worker does not know."""


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
    log = telemetry.logger(service)

    def one(record: SQSRecord) -> None:
        try:
            verdict = handle(record.body)
        except ValidationError as error:
            raise UnknownMessage(f"not a message this worker knows: {_wrong(error)}") from None
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
        telemetry.flush(service)


def work_through(entries: Iterable[str], *, service: str, handle: Callable[[str], str]) -> None:
    """Give each entry to `handle`, log and count its verdict; raise at the end if any raised.

    For what comes without a queue: Lambda hands the whole event over again, so doing an entry twice
    must do no harm. Raises RuntimeError that says how many failed; the log says why, without words
    of theirs.
    """
    log = telemetry.logger(service)
    failed = 0
    try:
        for entry in entries:
            try:
                verdict = handle(entry)
            except Exception as error:
                failed += 1
                why = _wrong(error) if isinstance(error, ValidationError) else type(error).__name__
                log.error("failed", reason=why)
            else:
                log.info("done", verdict=verdict)
                telemetry.count(service, verdict)
    finally:
        telemetry.count(service, "failed", failed)
        telemetry.flush(service)
    if failed:
        raise RuntimeError(f"{failed} entries failed")


def note_not_taken(service: str) -> Callable[[Exception], None]:
    """Return what logs why a provider did not take a message that will be tried again.

    An error's class and text are the product's own words: they never hold an address.
    """

    def note(error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        telemetry.logger(service).warning("not taken by its provider", reason=reason)

    return note


def note_no_logo(service: str) -> Callable[[str], None]:
    """Return what logs why a letter goes without its tenant's logo; its words are our own."""

    def note(reason: str) -> None:
        telemetry.logger(service).warning("the logo is left out", reason=reason)

    return note


def _wrong(error: ValidationError) -> str:
    """Return where and how a message is wrong, without its words, which may hold an address.

    The name of a field too many is the message's own word, and so is a name inside a mapping:
    only the first two names are sure to be ours.
    """
    return ", ".join(
        ": ".join((".".join(map(str, each["loc"][:2])), each["type"]))
        if each["type"] != "extra_forbidden"
        else each["type"]
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    )
