"""Credentials are sealed for one tenant, and open for no other."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from relance.app.errors import NotAcceptedError
from relance.channels.postal.vault import KmsVault
from relance.contracts.postal_account import MailevaAccount, PrintRoomAccount, dump, load
from tests.adapters.postal.samples import account

PURPOSE = "postal-account"


@pytest.fixture
def kms() -> Iterator[tuple[Any, str]]:
    with mock_aws():
        client = boto3.client("kms", region_name="eu-west-3")
        yield client, client.create_key()["KeyMetadata"]["KeyId"]


def vault(kms: tuple[Any, str], tenant: str = "moreau", purpose: str = PURPOSE) -> KmsVault:
    client, key = kms
    return KmsVault(client, key, tenant=tenant, purpose=purpose)


def test_what_is_sealed_opens_again_for_its_tenant(kms: tuple[Any, str]) -> None:
    sealed = vault(kms).seal(dump(account(username="moreau")))
    assert b"secret" not in sealed
    assert load(vault(kms).unseal(sealed)) == account(username="moreau")


def test_what_was_sealed_for_another_tenant_does_not_open(kms: tuple[Any, str]) -> None:
    sealed = vault(kms, tenant="lefevre").seal(dump(account()))
    with pytest.raises(NotAcceptedError, match="does not open"):
        vault(kms, tenant="moreau").unseal(sealed)


def test_what_was_sealed_for_another_purpose_does_not_open(kms: tuple[Any, str]) -> None:
    sealed = vault(kms, purpose="webhook").seal(b"x")
    with pytest.raises(NotAcceptedError):
        vault(kms).unseal(sealed)


@pytest.mark.parametrize("change", [slice(None, -1), slice(0, 5), slice(0, 0)])
def test_a_damaged_seal_does_not_open(change: slice, kms: tuple[Any, str]) -> None:
    sealed = vault(kms).seal(dump(account()))[change]
    with pytest.raises(NotAcceptedError):
        vault(kms).unseal(sealed)


def test_the_largest_account_fits_what_a_key_seals(kms: tuple[Any, str]) -> None:
    line = "é" * 38
    sender = {
        "name": 2 * line,
        "attention": 2 * line,
        "lines": [line] * 4,
        "postal_code": line,
        "city": line,
    }
    largest = MailevaAccount.model_validate(
        {
            "client_id": "é" * 100,
            "client_secret": "é" * 200,
            "username": "é" * 100,
            "password": "é" * 200,
            "notify": "é" * 250 + "@x",
            "sender": sender,
            "callback_name": "é" * 100,
            "callback_password": "é" * 200,
        }
    )
    assert load(vault(kms).unseal(vault(kms).seal(dump(largest)))) == largest


def test_a_print_room_needs_no_credentials(kms: tuple[Any, str]) -> None:
    sealed = vault(kms).seal(dump(PrintRoomAccount(duplex=False)))
    assert load(vault(kms).unseal(sealed)) == PrintRoomAccount(duplex=False)
