"""How every queue worker treats a batch: each message by itself, failures reported one by one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from relance.app.errors import RelanceError
from relance.runtime import telemetry


class UnknownMessage(RelanceError, ValueError):
    """A message of a version or shape that this worker does not know."""


class NoBatch(RelanceError, ValueError):
    """An event that holds no messages of a queue: to be done with it would lose what it was."""


def work(
    event: dict[str, Any],
    context: object,
    *,
    service: str,
    handle: Callable[[str], str],
) -> dict[str, Any]:
    """Give each message's body to `handle`, log and count its verdict, report those that raised.

    A message that raises goes back to its queue, and to the dead-letter queue after the last try;
    the others are done. The log line carries the message's id and the verdict, never its content.
    Raises NoBatch for an event without messages.
    """
    del context  # how long there is left is the handlers' affair
    log = telemetry.logger(service)

    failed: list[str] = []
    try:
        for message in _messages(event):
            try:
                verdict = handle(message["body"])
            except Exception as error:
                failed.append(message["messageId"])
                log.warning(
                    "failed: it comes back",
                    message_id=message["messageId"],
                    exc_info=_told(error),
                )
            else:
                log.info("done", message_id=message["messageId"], verdict=verdict)
                telemetry.count(service, verdict)
    finally:
        telemetry.count(service, "failed", len(failed))
        telemetry.flush(service)
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def _messages(event: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """Return a batch's messages."""
    messages = event.get("Records")
    if not messages or any("messageId" not in each or "body" not in each for each in messages):
        raise NoBatch("this event is no batch of a queue's messages")
    return list(messages)


def _told(error: Exception) -> Exception:
    """Return what may be logged of an error: of a wrong message, where it is wrong and how."""
    if isinstance(error, ValidationError):
        return UnknownMessage(f"not a message this worker knows: {_wrong(error)}")
    return error


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
