"""Who gets in, on the table: sign-ups, members, keys and invitations (H2)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from relance.app.access import Access, Invitation, ProgramKey, TenantAccess
from relance.app.errors import Conflict
from relance.app.ports.membership import Membership
from relance.app.ports.registry import Registry
from relance.app.ports.tenant import Profile, Tenant
from relance.store.access import DynamoAccess, DynamoTenantAccess
from relance.store.registry import DynamoRegistry
from tests.adapters.store.conftest import ENGINES, fresh_table, running
from tests.fakes.access import MemoryAccess
from tests.fakes.memory.registry import MemoryRegistry

NOW = datetime(2025, 3, 9, 9, 30, 0, 123456, tzinfo=UTC)
STANDARD = Profile(id="standard", name="Standard")


@dataclass
class Gate:
    """Who gets in, across tenants and at one of them.

    `at_once` is how many may ask at the same moment: moto's transactions are no such thing.
    """

    every: Access
    atelier: TenantAccess
    rival: TenantAccess
    registry: Registry
    at_once: int = 1


@pytest.fixture(params=["memory", *ENGINES])
def gate(request: pytest.FixtureRequest) -> Iterator[Gate]:
    """Every kind of store in turn."""
    if request.param == "memory":
        registry = MemoryRegistry()
        memory = MemoryAccess(registry)
        yield Gate(memory, memory.bound("atelier"), memory.bound("rival"), registry)
        return
    client = running(request).client("dynamodb")
    with fresh_table(client) as table:
        atelier, rival = (DynamoTenantAccess(client, table, each) for each in ("atelier", "rival"))
        at_once = 6 if request.param == "local" else 1
        registry_of = DynamoRegistry(client, table)
        yield Gate(DynamoAccess(client, table), atelier, rival, registry_of, at_once)


def tenant(name: str = "atelier") -> Tenant:
    return Tenant(id=name, name=name, sender_email=f"{name}@example.com")


def member(subject: str = "anna", role: str = "admin", of: str = "atelier") -> Membership:
    return Membership(subject=subject, tenant=of, role=role, since=NOW, invited_by="x")


def key(identifier: str = "k1", of: str = "atelier", minutes: int = 0) -> ProgramKey:
    return ProgramKey(
        id=identifier,
        tenant=of,
        name="Upload",
        scopes=("import", "read"),
        digest="d" * 64,
        created_by="anna@example.com",
        created_at=NOW + timedelta(minutes=minutes),
        expires_at=NOW + timedelta(days=30),
    )


def invitation(identifier: str = "i1", of: str = "atelier") -> Invitation:
    return Invitation(
        id=identifier,
        tenant=of,
        email="nora@example.com",
        role="viewer",
        digest="d" * 64,
        invited_by="anna@example.com",
        invited_at=NOW,
        expires_at=NOW + timedelta(days=7),
        vouched_by="anna",
    )


def test_a_sign_up_makes_all_of_a_tenant_or_nothing(gate: Gate) -> None:
    assert gate.every.sign_up(tenant(), STANDARD, member())
    assert gate.every.membership("anna") == member()

    assert not gate.every.sign_up(tenant("second"), STANDARD, member(of="second"))
    with pytest.raises(Conflict):
        gate.every.sign_up(tenant(), STANDARD, member("bob"))

    assert list(gate.registry.tenant_ids()) == ["atelier"]
    assert gate.every.membership("bob") is None


def test_sign_ups_at_the_same_moment_make_one_tenant(
    gate: Gate, request: pytest.FixtureRequest
) -> None:
    names = [f"t{number}" for number in range(6)]
    # Moto's transactions are not kept apart from each other: there, one comes after the other.
    with ThreadPoolExecutor(1 if "moto" in request.node.name else len(names)) as pool:
        made = list(
            pool.map(
                lambda each: gate.every.sign_up(tenant(each), STANDARD, member(of=each)), names
            )
        )

    assert sum(made) == 1
    assert list(gate.registry.tenant_ids()) == [names[made.index(True)]]


def test_a_member_is_changed_only_as_it_was_seen(gate: Gate) -> None:
    gate.registry.put_membership(member("carl", "viewer"))
    seen = gate.atelier.member("carl")
    assert seen is not None
    assert gate.atelier.change_member(seen, replace(seen, role="collector"))
    assert not gate.atelier.change_member(seen, None)
    changed = gate.atelier.member("carl")
    assert changed is not None
    assert changed.role == "collector"
    assert gate.atelier.change_member(changed, None)
    assert gate.atelier.member("carl") is None


def test_another_tenants_member_is_neither_seen_nor_changed(gate: Gate) -> None:
    gate.registry.put_membership(member("rita", "viewer", of="rival"))
    assert gate.atelier.member("rita") is None
    assert not gate.atelier.change_member(member("rita", "viewer"), None)
    assert gate.rival.member("rita") is not None


def test_an_admin_goes_only_before_a_witness_who_is_admin(gate: Gate) -> None:
    for each in (
        member("anna"),
        member("bob"),
        member("vera", "viewer"),
        member("rita", of="rival"),
    ):
        gate.registry.put_membership(each)
    for nobody in ("vera", "rita", "stranger"):
        assert not gate.atelier.change_member(member("anna"), None, witness=nobody)
    assert gate.atelier.change_member(member("anna"), None, witness="bob")


def test_of_two_admins_who_remove_each_other_one_stays(gate: Gate) -> None:
    gate.registry.put_membership(member("anna"))
    gate.registry.put_membership(member("bob"))
    pairs = [("anna", "bob"), ("bob", "anna")]
    with ThreadPoolExecutor(gate.at_once) as pool:
        gone = list(
            pool.map(
                lambda pair: gate.atelier.change_member(member(pair[0]), None, witness=pair[1]),
                pairs,
            )
        )

    assert sorted(gone) == [False, True]


def test_a_key_is_kept_listed_and_revoked_by_its_tenant_only(gate: Gate) -> None:
    gate.atelier.add_key(key())
    gate.atelier.add_key(key("k2", minutes=1))
    with pytest.raises(Conflict):
        gate.rival.add_key(key(of="rival"))

    assert gate.every.program_key("k1") == gate.atelier.key("k1") == key()
    assert gate.rival.key("k1") is None
    assert [each.id for each in gate.atelier.keys(limit=5).entries] == ["k2", "k1"]
    assert gate.rival.keys(limit=5).entries == ()

    gate.rival.revoke_key("k1", at=NOW, by="rita")
    assert gate.atelier.key("k1") == key()
    gate.atelier.revoke_key("k1", at=NOW, by="anna")
    gate.atelier.revoke_key("k1", at=NOW + timedelta(days=1), by="bob")
    gate.atelier.revoke_key("nothing", at=NOW, by="bob")
    assert gate.every.program_key("k1") == replace(key(), revoked_at=NOW, revoked_by="anna")
    assert gate.every.program_key("nothing") is None


def test_the_day_of_use_moves_forward_only(gate: Gate) -> None:
    gate.atelier.add_key(key())
    for day in (5, 7, 6):
        gate.every.mark_used("k1", date(2025, 3, day))
    gate.every.mark_used("nothing", date(2025, 3, 1))
    used = gate.every.program_key("k1")
    assert used is not None
    assert used.last_used_on == date(2025, 3, 7)
    assert gate.every.program_key("nothing") is None


def test_an_invitation_is_changed_only_as_it_was_seen_and_by_its_tenant(gate: Gate) -> None:
    made = gate.atelier.save_invitation(invitation())
    assert gate.every.invitation("i1") == gate.atelier.invitation("i1") == made
    assert gate.rival.invitation("i1") is None
    assert gate.rival.invitations(limit=5).entries == ()
    renewed = gate.atelier.save_invitation(replace(made, digest="e" * 64))
    with pytest.raises(Conflict):
        gate.atelier.save_invitation(replace(made, digest="f" * 64))
    assert gate.atelier.invitations(limit=5).entries == (renewed,)


def test_an_invitation_makes_one_member_however_many_accept_at_once(gate: Gate) -> None:
    gate.registry.put_membership(member("anna"))
    made = gate.atelier.save_invitation(invitation())
    people = [f"p{number}" for number in range(5)]

    def join(person: str) -> bool:
        return gate.every.join(
            replace(made, accepted_by=person, accepted_at=NOW), member(person, "viewer")
        )

    with ThreadPoolExecutor(gate.at_once) as pool:
        joined = list(pool.map(join, people))

    assert sum(joined) == 1
    first = people[joined.index(True)]
    kept = gate.every.invitation("i1")
    assert kept is not None
    assert kept.accepted_by == first
    assert [each for each in people if gate.every.membership(each)] == [first]


def test_a_member_of_another_tenant_does_not_join_and_uses_nothing_up(gate: Gate) -> None:
    gate.registry.put_membership(member("anna"))
    gate.registry.put_membership(member("rita", of="rival"))
    made = gate.atelier.save_invitation(invitation())
    assert not gate.every.join(replace(made, accepted_by="rita"), member("rita", "viewer"))
    assert gate.every.invitation("i1") == made


@pytest.mark.parametrize("who", ["gone", "collector", "rival's", "nobody", "nora"])
def test_nobody_joins_on_the_word_of_who_is_no_admin_there(gate: Gate, who: str) -> None:
    kept = {"gone": None, "collector": member(role="collector"), "rival's": member(of="rival")}
    if (voucher := kept.get(who)) is not None:
        gate.registry.put_membership(voucher)
    vouched_by = {"nobody": "", "nora": "nora"}.get(who, "anna")
    made = gate.atelier.save_invitation(replace(invitation(), vouched_by=vouched_by))
    nora = member("nora", "viewer")

    assert not gate.every.join(replace(made, accepted_by="nora"), nora)
    assert gate.every.membership("nora") is None
    assert gate.every.invitation("i1") == made

    gate.registry.put_membership(member("bob"))
    made = gate.atelier.save_invitation(replace(made, vouched_by="bob"))
    assert gate.every.join(replace(made, accepted_by="nora"), nora)
