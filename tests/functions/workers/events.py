"""Events as AWS hands them to a function, and the context that comes with them."""

import json
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.utilities.typing import LambdaContext

ACCOUNT = "111122223333"
REGION = "eu-west-3"


class FakeLambdaContext(LambdaContext):
    """What the runtime tells a handler of its invocation; the time left stands still."""

    _function_name = "relance"
    _function_version = "$LATEST"
    _memory_limit_in_mb = 512
    _invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:relance"
    _aws_request_id = "00000000-0000-0000-0000-00000000000a"
    _log_group_name = "/aws/lambda/relance"
    _log_stream_name = "2025/03/09/[$LATEST]0"

    def __init__(self, remaining_ms: int = 60_000) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override] # no static one at run time
        return self._remaining_ms


def sqs_batch(*bodies: str) -> dict[str, Any]:
    """Return the event of a batch of messages; their ids are `m1`, `m2` and so on."""
    return {"Records": [_record(f"m{number}", body) for number, body in enumerate(bodies, 1)]}


def failures(answer: dict[str, Any]) -> list[str]:
    """Return the ids of the messages that go back to their queue."""
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def scheduled(at: str) -> dict[str, Any]:
    """Return the event of the nightly rule."""
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/relance-night"
    return _bus_event("aws.events", "Scheduled Event", {}, at=at, resources=[arn])


def object_created(bucket: str, key: str, version: str = "", size: int = 1) -> str:
    """Return the message that the rule on the ledger bucket puts on its queue."""
    detail = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {
            "key": key,
            "size": size,
            "etag": "d41d8cd98f00b204e9800998ecf8427e",
            "sequencer": "0065A1B2C3D4E5F6A7",
            **({"version-id": version} if version else {}),
        },
        "request-id": "C3D13FE58DE4C810",
        "requester": ACCOUNT,
        "source-ip-address": "192.0.2.1",
        "reason": "PutObject",
    }
    arn = f"arn:aws:s3:::{bucket}"
    return json.dumps(_bus_event("aws.s3", "Object Created", detail, resources=[arn]))


def _bus_event(
    source: str,
    kind: str,
    detail: dict[str, Any],
    *,
    resources: list[str],
    at: str = "2025-03-09T01:00:00Z",
) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": at,
        "region": REGION,
        "resources": resources,
        "detail": detail,
    }


def _record(identifier: str, body: str) -> dict[str, Any]:
    return {
        "messageId": identifier,
        "receiptHandle": f"receipt-{identifier}",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1741482000000",
            "SenderId": "AIDAEXAMPLE",
            "ApproximateFirstReceiveTimestamp": "1741482000001",
        },
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:relance",
        "awsRegion": REGION,
    }
