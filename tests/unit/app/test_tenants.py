"""Signing up, and who belongs where (H2)."""

import pytest

from relance.app.errors import BadInput, Conflict
from relance.app.tenants import add_member, create_tenant
from tests.fakes.memory.registry import MemoryRegistry


def sign_up(registry: MemoryRegistry, *, tenant: str = "atelier", subject: str = "anna") -> None:
    create_tenant(
        tenant=tenant,
        name="Atelier",
        subject=subject,
        email="anna@example.com",
        registry=registry,
        store_for=registry.store_for,
    )


def test_who_signs_up_is_admin_and_the_first_sender() -> None:
    registry = MemoryRegistry()

    sign_up(registry)

    membership = registry.membership("anna")
    assert membership is not None
    assert (membership.tenant, membership.role) == ("atelier", "admin")
    store = registry.store_for("atelier")
    assert store.tenant().sender_email == "anna@example.com"
    assert [profile.id for profile in store.profiles()] == ["standard"]


def test_an_id_is_given_once() -> None:
    registry = MemoryRegistry()
    sign_up(registry)

    with pytest.raises(Conflict):
        sign_up(registry, subject="bob")

    assert registry.membership("bob") is None


def test_a_subject_belongs_to_one_company() -> None:
    registry = MemoryRegistry()
    sign_up(registry)

    with pytest.raises(Conflict):
        sign_up(registry, tenant="rival")
    sign_up(registry, tenant="rival", subject="rita")
    with pytest.raises(Conflict):
        add_member(tenant="rival", subject="anna", role="viewer", registry=registry)

    membership = registry.membership("anna")
    assert membership is not None
    assert membership.tenant == "atelier"


def test_a_members_role_can_change() -> None:
    registry = MemoryRegistry()
    sign_up(registry)
    add_member(tenant="atelier", subject="carl", role="viewer", registry=registry)

    add_member(tenant="atelier", subject="carl", role="collector", registry=registry)

    membership = registry.membership("carl")
    assert membership is not None
    assert membership.role == "collector"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"tenant": "Atelier Bréhat"}, "/tenant"),
        ({"tenant": ""}, "/tenant"),
        ({"name": " "}, "/name"),
        ({"email": "anna"}, "/email"),
    ],
)
def test_a_sign_up_that_cannot_be_names_its_field(changes: dict[str, str], pointer: str) -> None:
    registry = MemoryRegistry()
    given = {"tenant": "atelier", "name": "Atelier", "email": "a@example.com"} | changes

    with pytest.raises(BadInput) as refused:
        create_tenant(
            tenant=given["tenant"],
            name=given["name"],
            subject="anna",
            email=given["email"],
            registry=registry,
            store_for=registry.store_for,
        )

    assert refused.value.pointer == pointer
    assert list(registry.tenant_ids()) == []
