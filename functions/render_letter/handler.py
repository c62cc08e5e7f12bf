"""`letter` queue → decide again, make the PDF, have it posted or keep it to be posted by hand."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app import print_room
from relance.app.attempts import attempt
from relance.app.facts import local_time
from relance.app.logos import letter_logo
from relance.app.outgoing import prepare_letter
from relance.app.postal_account import prints_duplex
from relance.app.sending import send_once
from relance.contracts.jobs import PrintLetters, SendJob, read_letter_message
from relance.runtime.wiring.render_letter import printer, wired
from relance.runtime.worker import note_no_logo, note_not_taken, work

SERVICE = "render_letter"


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Make each letter of the batch, if its decision still stands, or put a day's together."""

    def take(body: str) -> str:
        message = read_letter_message(body)
        if isinstance(message, PrintLetters):
            return _print(message)
        return _make(message)

    return work(event, context, service=SERVICE, handle=take)


def _make(job: SendJob) -> str:
    parts = wired()
    store = parts.store_for(job.tenant)
    wall = local_time(store.tenant(), parts.clock.now())
    post = partial(parts.post_of, job.tenant)
    files = parts.documents_for(job.tenant)
    logo = partial(letter_logo, files=files, noted=note_no_logo(SERVICE))
    once = partial(
        send_once,
        store=store,
        files=files,
        prepare=partial(prepare_letter, templates=store.template, post=post, logo=logo),
        today=wall.date(),
        hour=wall.time(),
        now=datetime.now(UTC),
        post=post,
    )
    return attempt(job, send=once, jobs=parts.jobs, noted=note_not_taken(SERVICE))


def _print(message: PrintLetters) -> str:
    parts = wired()
    store = parts.store_for(message.tenant)
    print_room.print_letters(
        message,
        store=store,
        files=parts.documents_for(message.tenant),
        jobs=parts.jobs,
        print_them=printer(),
        duplex=prints_duplex(store=store, vault=parts.vault_for(message.tenant)),
    )
    return "printed"
