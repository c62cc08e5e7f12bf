"""What the HTTP API is told and works with."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from relance.app.access import Tokens
from relance.app.dependencies import ApiDependencies
from relance.app.idempotency import Answers
from relance.app.limits import Limits
from relance.channels.cognito import CognitoDirectory, CognitoTokens, PoolKeys
from relance.runtime import parts
from relance.runtime.clock import SystemClock
from relance.runtime.secrets import stored_key
from relance.runtime.settings import QueueSettings, load
from relance.store.access import DynamoAccess, DynamoTenantAccess
from relance.store.confined import ConfinedClients
from relance.store.requests import DynamoRequests, member_answers, visitor_answers

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings(QueueSettings):
    """`api`: signs addresses for the two buckets; a change of rules goes on the plan queue,
    an approved message on its channel's. `opt_out_secret` is the name of the secret that links to
    no more text messages are signed with, `postal_key` seals the accounts with whoever posts
    letters. News that a provider brings go on the feedback queue, a confirmed import on the uploads
    queue. `token_issuer` is the user pool whose access tokens people sign in with, and
    `user_pool_client` the client they are made for. `reads_a_minute`, `writes_a_minute` and
    `heavy_a_minute` are how many requests a tenant may send. `tenant_role` is the role it takes on
    for one tenant's records in the table, whose ARN is `table_arn`.
    """

    table_arn: str
    tenant_role: str
    reads_a_minute: int
    writes_a_minute: int
    heavy_a_minute: int
    token_issuer: str
    user_pool_client: str
    postal_key: str
    feedback_queue: str
    uploads_queue: str
    opt_out_secret: str
    ledger_bucket: str
    documents_bucket: str


@cache
def wired() -> ApiDependencies:
    """Wire `api`."""
    told = load(ApiSettings)
    confined, of_callbacks = _confined(told), _confined(told)
    return ApiDependencies(
        access=DynamoAccess(parts.dynamodb(), told.table, sign_up_client=confined.for_sign_up),
        access_for=partial(DynamoTenantAccess, parts.dynamodb(), told.table),
        tokens=_tokens(told),
        directory=CognitoDirectory(_users),
        answers_for=_answers(told, confined),
        counter_for=lambda tenant: DynamoRequests(confined.of(tenant), told.table, tenant),
        limits=Limits(
            {
                "reads": told.reads_a_minute,
                "writes": told.writes_a_minute,
                "heavy": told.heavy_a_minute,
            }
        ),
        store_for=lambda tenant: parts.store(confined.of(tenant), told, tenant),
        store_for_callbacks=lambda tenant: parts.store(of_callbacks.of(tenant), told, tenant),
        ledger_files_for=parts.files(told.ledger_bucket),
        documents_for=parts.files(told.documents_bucket),
        jobs=parts.queues(
            told, feedback_queue=told.feedback_queue, uploads_queue=told.uploads_queue
        ),
        clock=parts.clock(told),
        wall=SystemClock(),
        opt_out_key=partial(stored_key, told.opt_out_secret),
        vault_for=parts.vaults(told.postal_key),
    )


def _confined(told: ApiSettings) -> ConfinedClients:
    """Return what makes clients that reach one tenant's records only."""

    def client_for(given: "CredentialsTypeDef") -> "DynamoDBClient":
        return boto3.client(
            "dynamodb",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    return ConfinedClients(
        sts=_sts,
        client_for=client_for,
        role=told.tenant_role,
        table_arn=told.table_arn,
        clock=SystemClock(),
    )


def _answers(told: ApiSettings, confined: ConfinedClients) -> Callable[[str | None, str], Answers]:
    def answers_for(tenant: str | None, subject: str) -> Answers:
        if tenant is None:
            return visitor_answers(parts.dynamodb(), told.table, subject)
        return member_answers(confined.of(tenant), told.table, tenant, subject)

    return answers_for


def _tokens(told: ApiSettings) -> Tokens:
    """Return what checks the access tokens of the user pool, whose keys are public.

    The local engine's tokens are issued in the name of the real address, and its keys lie here.
    """
    address = told.token_issuer
    if told.stage == "local":
        address = f"{os.environ['AWS_ENDPOINT_URL']}/{address.rpartition('/')[2]}"

    def fetch() -> bytes:
        from relance.channels.jwks import fetch_jwks

        return fetch_jwks(f"{address}/.well-known/jwks.json")

    return CognitoTokens(PoolKeys(fetch), issuer=told.token_issuer, client=told.user_pool_client)


@cache
def _sts() -> "STSClient":
    return boto3.client("sts")


@cache
def _users() -> "CognitoIdentityProviderClient":
    # A question only, which may be asked twice; a person waits for the answer.
    patience = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})
    return boto3.client("cognito-idp", config=patience)
