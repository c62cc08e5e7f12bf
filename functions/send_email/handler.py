"""`email` queue → decide again, compose, keep, reserve, SES, confirm."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.attempts import attempt
from relance.app.facts import local_time
from relance.app.sending import send_once
from relance.contracts.jobs import SendJob
from relance.runtime.wiring.send_email import wired
from relance.runtime.worker import note_not_taken, work

SERVICE = "send_email"


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Send each job of the batch, if its decision still stands."""
    parts = wired()

    def send(body: str) -> str:
        # Here and not above: what writes and draws takes longer to load than all the rest.
        from relance.app.outgoing_email import prepare_email

        job = SendJob.model_validate_json(body)
        store = parts.store_for(job.tenant)
        wall = local_time(store.tenant(), parts.clock.now())
        files = parts.documents_for(job.tenant)
        once = partial(
            send_once,
            store=store,
            files=files,
            prepare=partial(
                prepare_email,
                mailer=parts.mailer,
                platform_sender=parts.platform_sender,
                templates=store.template,
                files=files,
            ),
            today=wall.date(),
            hour=wall.time(),
            now=datetime.now(UTC),
        )
        return attempt(job, send=once, jobs=parts.jobs, noted=note_not_taken(SERVICE))

    return work(event, context, service=SERVICE, handle=send)
