"""`feedback` queue: SES's event → the action moves on, unusable addresses are marked."""

import json
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.errors import NotFound
from relance.app.facts import today
from relance.app.feedback import record
from relance.contracts.feedback import parse_feedback
from relance.runtime import wiring
from relance.runtime.worker import work


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Record each piece of news of the batch."""
    parts = wiring.record_feedback()

    def take(body: str) -> str:
        feedback = parse_feedback(json.loads(body))
        if feedback is None or feedback.tenant is None:
            return "not_ours"
        store = parts.store_for(feedback.tenant)
        try:
            tenant = store.tenant()
        except NotFound:
            return "not_ours"
        return record(feedback, store=store, today=today(tenant, parts.clock))

    return work(event, context, service="record_feedback", handle=take)
