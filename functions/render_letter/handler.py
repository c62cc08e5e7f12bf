"""`letter` queue → decide again, make the PDF, keep it until it is posted."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.attempts import attempt
from relance.app.facts import local_time
from relance.app.outgoing import prepare_letter
from relance.app.sending import send_once
from relance.contracts.jobs import SendJob
from relance.runtime import wiring
from relance.runtime.worker import note_not_taken, work

SERVICE = "render_letter"


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Make each letter of the batch, if its decision still stands."""
    parts = wiring.render_letter()

    def make(body: str) -> str:
        job = SendJob.model_validate_json(body)
        store = parts.store_for(job.tenant)
        wall = local_time(store.tenant(), parts.clock.now())
        once = partial(
            send_once,
            store=store,
            files=parts.documents_for(job.tenant),
            prepare=partial(prepare_letter, templates=store.template),
            today=wall.date(),
            hour=wall.time(),
            now=datetime.now(UTC),
        )
        return attempt(job, send=once, jobs=parts.jobs, noted=note_not_taken(SERVICE))

    return work(event, context, service=SERVICE, handle=make)
