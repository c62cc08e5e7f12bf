"""What a function may do: one statement a purpose, each with a name that says it."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

from infra.settings import StageSettings


def allow(purpose: str, *actions: str, on: list[str]) -> iam.PolicyStatement:
    """Allow the actions on the resources (ARNs)."""
    return iam.PolicyStatement(sid=purpose, actions=list(actions), resources=on)


def list_tenants(table: dynamodb.ITable) -> iam.PolicyStatement:
    """Allow to query the list of tenants, and nothing else of the table."""
    return iam.PolicyStatement(
        sid="ListTenants",
        actions=["dynamodb:Query"],
        resources=[table.table_arn],
        conditions={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["TENANTS"]}},
    )


def read_table(table: dynamodb.ITable) -> iam.PolicyStatement:
    """Allow to read by key; never to scan."""
    return allow(
        "ReadTable",
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        on=[table.table_arn],
    )


def write_table(table: dynamodb.ITable) -> iam.PolicyStatement:
    """Allow to write, alone and in transactions (which need the same actions)."""
    return allow(
        "WriteTable",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        on=[table.table_arn],
    )


# What tells who is asking, before it is known for which tenant; and where a tenant's are listed.
WHO_ASKS = ("SUBJECT#*", "KEY#*", "INVITATION#*")
WHO_IS_LISTED = ("T#*#KEYS", "T#*#INVITATIONS")


def know_who_asks(table: dynamodb.ITable) -> list[iam.PolicyStatement]:
    """Allow to read and change who gets in, and nothing that belongs to a tenant."""
    given = (
        ("ReadWhoAsks", ["dynamodb:GetItem"], table.table_arn, WHO_ASKS),
        (
            "ChangeWhoAsks",
            [
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            ],
            table.table_arn,
            WHO_ASKS,
        ),
        ("ListWhoAsks", ["dynamodb:Query"], f"{table.table_arn}/index/lists", WHO_IS_LISTED),
    )
    return [
        iam.PolicyStatement(
            sid=purpose,
            actions=actions,
            resources=[resource],
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(leading)}},
        )
        for purpose, actions, resource, leading in given
    ]


def query_index(table: dynamodb.ITable, index: str) -> iam.PolicyStatement:
    """Allow to query one index."""
    return allow(
        f"Query{index.capitalize()}Index", "dynamodb:Query", on=[f"{table.table_arn}/index/{index}"]
    )


def enqueue(purpose: str, queue: sqs.IQueue) -> iam.PolicyStatement:
    """Allow to put messages on a queue."""
    return allow(purpose, "sqs:SendMessage", on=[queue.queue_arn])


def enqueue_batches(
    purpose: str, queue: sqs.IQueue, *, settings: StageSettings
) -> iam.PolicyStatement:
    """Allow to put messages on a queue, ten at a time.

    On AWS leave for one message is leave for a batch, and no action is named for batches. The
    local engine asks for one.
    """
    local = ("sqs:SendMessageBatch",) if settings.is_local else ()
    return allow(purpose, "sqs:SendMessage", *local, on=[queue.queue_arn])


def take_messages(queue: sqs.IQueue) -> iam.PolicyStatement:
    """Allow Lambda to take messages from the queue that feeds the function."""
    return allow(
        "TakeMessages",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        on=[queue.queue_arn],
    )


def put_files(purpose: str, bucket: s3.IBucket, *, keys: str) -> iam.PolicyStatement:
    """Allow to store files whose key matches."""
    return allow(purpose, "s3:PutObject", on=[bucket.arn_for_objects(keys)])


def erase_files(
    purpose: str, bucket: s3.IBucket, *, keys: list[str], settings: StageSettings
) -> list[iam.PolicyStatement]:
    """Allow to delete files whose key matches for good, in every version.

    The versions are found by listing, which is of a bucket: confined by the prefix asked for. The
    local engine does not look at that, and refuses whoever is told it.
    """
    told = {} if settings.is_local else {"StringLike": {"s3:prefix": keys}}
    return [
        iam.PolicyStatement(
            sid=f"{purpose}Versions",
            actions=["s3:ListBucketVersions"],
            resources=[bucket.bucket_arn],
            conditions=told,
        ),
        allow(
            purpose,
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
            on=[bucket.arn_for_objects(each) for each in keys],
        ),
    ]


def read_files(purpose: str, bucket: s3.IBucket, *, keys: str) -> iam.PolicyStatement:
    """Allow to read the current version of files whose key matches."""
    return allow(purpose, "s3:GetObject", on=[bucket.arn_for_objects(keys)])


def read_file_versions(purpose: str, bucket: s3.IBucket, *, keys: str) -> iam.PolicyStatement:
    """Allow to read files, and the very version that an event named."""
    return allow(purpose, "s3:GetObject", "s3:GetObjectVersion", on=[bucket.arn_for_objects(keys)])


def send_mail(senders: list[str]) -> iam.PolicyStatement:
    """Allow to send by SES; a ready-made message is checked as SendRawEmail there."""
    return allow("SendMail", "ses:SendEmail", "ses:SendRawEmail", on=senders)


def send_texts() -> iam.PolicyStatement:
    """Allow to publish to telephone numbers, which have no ARN: to anything that is no topic."""
    return iam.PolicyStatement(
        sid="SendTexts",
        actions=["sns:Publish"],
        not_resources=[f"arn:{cdk.Aws.PARTITION}:sns:*:*:*"],
    )


def write_logs(group: logs.ILogGroup) -> iam.PolicyStatement:
    """Allow to write to the function's own log group."""
    return allow("WriteLogs", "logs:CreateLogStream", "logs:PutLogEvents", on=[group.log_group_arn])


def read_secret(purpose: str, secret: str) -> iam.PolicyStatement:
    """Allow to read one secret, given by its ARN."""
    return allow(purpose, "secretsmanager:GetSecretValue", on=[secret])


def use_key(
    purpose: str,
    key: kms.IKey,
    actions: Sequence[str],
    *,
    sealed_for: str,
    settings: StageSettings,
) -> iam.PolicyStatement:
    """Allow to seal or open with a key what is said to be of a tenant's, and for this purpose.

    The local engine does not look at what is said, and refuses whoever is told to say it.
    """
    said = {"StringEquals": {"kms:EncryptionContext:purpose": sealed_for}}
    return iam.PolicyStatement(
        sid=purpose,
        actions=list(actions),
        resources=[key.key_arn],
        conditions={
            **({} if settings.is_local else said),
            "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["tenant", "purpose"]},
        },
    )


def read_clock(parameter: ssm.IParameter) -> iam.PolicyStatement:
    """Allow to read the local stage's stored instant."""
    return allow("ReadClock", "ssm:GetParameter", on=[parameter.parameter_arn])
