"""`letter` queue → decide again, make the PDF, keep it until it is posted."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.facts import today
from relance.app.outgoing import prepare_letter
from relance.app.sending import send_once
from relance.contracts.jobs import SendJob
from relance.runtime import wiring
from relance.runtime.worker import work


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Make each letter of the batch, if its decision still stands."""
    parts = wiring.render_letter()

    def make(body: str) -> str:
        job = SendJob.model_validate_json(body)
        store = parts.store_for(job.tenant)
        return send_once(
            job,
            store=store,
            files=parts.documents_for(job.tenant),
            prepare=prepare_letter,
            today=today(store.tenant(), parts.clock),
            now=datetime.now(UTC),
        )

    return work(event, context, service="render_letter", handle=make)
