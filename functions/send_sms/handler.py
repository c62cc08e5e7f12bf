"""`sms` queue → decide again, write, reserve, SNS, confirm."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.attempts import attempt
from relance.app.facts import local_time
from relance.app.sending import send_once
from relance.contracts.jobs import SendJob
from relance.runtime.wiring.send_sms import wired
from relance.runtime.worker import note_not_taken, work

SERVICE = "send_sms"


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Send each job of the batch, if its decision still stands."""
    parts = wired()

    def send(body: str) -> str:
        # Here and not above: what writes and draws takes longer to load than all the rest.
        from relance.app.outgoing import prepare_sms

        job = SendJob.model_validate_json(body)
        store = parts.store_for(job.tenant)
        wall = local_time(store.tenant(), parts.clock.now())
        once = partial(
            send_once,
            store=store,
            files=parts.documents_for(job.tenant),
            prepare=partial(
                prepare_sms,
                texter=parts.texter,
                templates=store.template,
                opted_out=store.opted_out,
                links=parts.links,
            ),
            today=wall.date(),
            hour=wall.time(),
            now=datetime.now(UTC),
        )
        return attempt(job, send=once, jobs=parts.jobs, noted=note_not_taken(SERVICE))

    return work(event, context, service=SERVICE, handle=send)
