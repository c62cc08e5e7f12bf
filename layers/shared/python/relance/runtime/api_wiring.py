"""What the HTTP API works with, made on first use and kept while its process lives."""

import os
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

import boto3

from relance.app.access import Tokens
from relance.app.dependencies import ApiDependencies
from relance.app.idempotency import Answers
from relance.app.limits import Limits
from relance.channels.cognito import CognitoDirectory, CognitoTokens, PoolKeys
from relance.runtime import parts, settings
from relance.runtime.clock import SystemClock
from relance.runtime.secrets import stored_key
from relance.store.access import DynamoAccess, DynamoTenantAccess
from relance.store.confined import ConfinedClients
from relance.store.requests import DynamoRequests, member_answers, visitor_answers

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef


@cache
def api() -> ApiDependencies:
    """Wire `api`."""
    told = settings.load(settings.ApiSettings)
    confined = _confined(told)
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
        ledger_files_for=parts.files(told.ledger_bucket),
        documents_for=parts.files(told.documents_bucket),
        jobs=parts.every_queue(told),
        clock=parts.clock(told),
        wall=SystemClock(),
        opt_out_key=partial(stored_key, told.opt_out_secret),
        vault_for=parts.vaults(told.postal_key),
    )


def _confined(told: settings.ApiSettings) -> ConfinedClients:
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


def _answers(
    told: settings.ApiSettings, confined: ConfinedClients
) -> Callable[[str | None, str], Answers]:
    def answers_for(tenant: str | None, subject: str) -> Answers:
        if tenant is None:
            return visitor_answers(parts.dynamodb(), told.table, subject)
        return member_answers(confined.of(tenant), told.table, tenant, subject)

    return answers_for


def _tokens(told: settings.ApiSettings) -> Tokens:
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
    return boto3.client("cognito-idp")
