"""`feedback` queue (SES, the post) and SNS's delivery logs → the action moves on.

Unusable addresses are marked, the post's proofs are kept.
"""

import json
from dataclasses import replace
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.errors import NotFound
from relance.app.facts import today
from relance.app.feedback import record
from relance.app.postal_news import record_postal
from relance.contracts.feedback import Feedback, parse_feedback
from relance.contracts.postal_notice import PostalNotice
from relance.contracts.sms_logs import parse_sms_log, unpack_logs
from relance.runtime.wiring.record_feedback import wired
from relance.runtime.worker import work, work_through

SERVICE = "record_feedback"


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Record each piece of news of a batch of the queue, or of log entries about text messages."""
    if "awslogs" in event:
        work_through(unpack_logs(event), service=SERVICE, handle=_take_entry)
        return {}
    return work(event, context, service=SERVICE, handle=_take)


def _take(body: str) -> str:
    """Record a message of the queue; log entries lie there when they were given back to it."""
    news = json.loads(body)
    if isinstance(news, dict) and news.get("kind") == "postal":
        return _take_notice(PostalNotice.model_validate(news))
    if isinstance(news, dict) and "awslogs" in news:
        return " ".join(sorted({_take_entry(entry) for entry in unpack_logs(news)}))
    return _recorded(parse_feedback(news))


def _take_notice(notice: PostalNotice) -> str:
    parts = wired()
    store = parts.store_for(notice.tenant)
    return record_postal(
        notice,
        registry=parts.registry,
        store=store,
        files=parts.documents_for(notice.tenant),
        post=lambda: parts.post_of(notice.tenant),
        today=today(store.tenant(), parts.clock),
    )


def _take_entry(entry: str) -> str:
    return _recorded(parse_sms_log(json.loads(entry)))


def _recorded(feedback: Feedback | None) -> str:
    parts = wired()
    found = _whose(feedback) if feedback else None
    if feedback is None or found is None:
        return "not_ours"
    tenant, action = found
    store = parts.store_for(tenant)
    try:
        day = today(store.tenant(), parts.clock)
    except NotFound:
        return "not_ours"
    return record(replace(feedback, action=action), store=store, today=day)


def _whose(feedback: Feedback) -> tuple[str, str] | None:
    """Return tenant and action: by our own tags, else by the provider's name of the message."""
    if feedback.tenant is not None and feedback.action is not None:
        return feedback.tenant, feedback.action
    return wired().registry.sent_as(feedback.reference)
