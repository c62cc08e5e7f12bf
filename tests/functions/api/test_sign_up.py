"""A company signs up by itself, and people join it by invitation (H2)."""

from datetime import timedelta
from typing import Any

import pytest

from relance.app.ports.membership import Membership
from relance.app.tenants import add_member
from tests.fakes.access import FORGED
from tests.functions.api.site import Answer, Site

COMPANY = {"name": "Boulangerie Kerlann", "sender_name": "Nora Kerlann"}


def invite(site: Site, *, email: str = "nora@example.com", role: str = "collector") -> Any:
    """Return an invitation to the atelier, with its token."""
    answer = site.call("POST", "/v1/invitations", {"email": email, "role": role})
    assert answer.status == 201
    return answer.body


def accept(site: Site, token: str, *, user: str = "nora") -> Answer:
    return site.call("POST", "/v1/invitations/acceptance", {"token": token}, user=user)


def test_who_signs_up_has_a_company_is_its_admin_and_signs_its_messages(site: Site) -> None:
    body = COMPANY | {"country": "BE", "language": "fr", "timezone": "Europe/Brussels"}
    answer = site.call("POST", "/v1/sign-up", body, user="nora")

    assert answer.status == 201
    assert (answer.body["role"], answer.body["email"]) == ("admin", "nora@example.com")
    tenant = site.call("GET", "/v1/tenant", user="nora").body
    assert (tenant["name"], tenant["sender_name"]) == ("Boulangerie Kerlann", "Nora Kerlann")
    assert tenant["sender_email"] == "nora@example.com"
    assert (tenant["country"], tenant["timezone"]) == ("BE", "Europe/Brussels")
    assert tenant["tolerances"] == []
    assert site.call("GET", "/v1/profiles/standard", user="nora").status == 200
    assert tenant["id"] in site.registry.tenant_ids()


def test_nothing_in_the_request_names_the_company_or_the_first_user(site: Site) -> None:
    for field in ("id", "tenant", "email", "role", "sender_email"):
        answer = site.call("POST", "/v1/sign-up", COMPANY | {field: "atelier"}, user="nora")
        assert answer.status == 422
        assert answer.pointers == [f"/{field}"]
    assert site.call("GET", "/v1/tenant", user="nora").status == 403


def test_ids_of_companies_cannot_be_guessed(site: Site) -> None:
    ids = set()
    for user in ("nora", "paul", "iris"):
        site.call("POST", "/v1/sign-up", COMPANY, user=user)
        ids.add(site.call("GET", "/v1/me", user=user).body["tenant"])

    assert len(ids) == 3
    assert all(len(each) == 13 and "kerlann" not in each for each in ids)


def test_a_user_makes_one_company_however_often_it_asks(site: Site) -> None:
    assert site.call("POST", "/v1/sign-up", COMPANY, user="nora").status == 201
    before = list(site.registry.tenant_ids())

    assert site.call("POST", "/v1/sign-up", COMPANY, user="nora").status == 409
    assert site.call("POST", "/v1/sign-up", COMPANY, user="vera").status == 409
    assert list(site.registry.tenant_ids()) == before
    assert site.call("GET", "/v1/me", user="vera").body["role"] == "viewer"


def test_an_address_that_is_not_proved_signs_nobody_up(site: Site) -> None:
    site.people.unverified.add("nora")

    assert site.call("POST", "/v1/sign-up", COMPANY, user="nora").status == 403
    assert accept(site, invite(site)["token"]).status == 403


def test_who_was_removed_from_the_pool_neither_signs_up_nor_joins(site: Site) -> None:
    """Their token lives on for an hour: who holds it is asked of the pool."""
    token = invite(site)["token"]
    site.people.removed.add("nora")

    for answer in (site.call("POST", "/v1/sign-up", COMPANY, user="nora"), accept(site, token)):
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert site.registry.membership("nora") is None


def test_while_the_pool_tells_nothing_of_people_one_comes_later(site: Site) -> None:
    token = invite(site)["token"]
    site.people.directory_out_of_reach = True
    key = {"Idempotency-Key": "mine"}

    for answer in (
        site.call("POST", "/v1/sign-up", COMPANY, user="nora", headers=key),
        accept(site, token),
    ):
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    site.people.directory_out_of_reach = False
    assert site.call("POST", "/v1/sign-up", COMPANY, user="nora", headers=key).status == 201


def test_every_wrong_field_of_a_sign_up_is_named(site: Site) -> None:
    wrong = {"name": " ", "country": "France", "timezone": "Mars/Olympus", "currency": "euro"}
    answer = site.call("POST", "/v1/sign-up", wrong, user="nora")

    assert set(answer.pointers) == {"/name", "/country", "/timezone", "/currency"}


def test_an_invited_person_joins_with_the_token_and_the_role_of_the_invitation(site: Site) -> None:
    made = invite(site)
    assert made["state"] == "open"

    joined = accept(site, made["token"])

    assert joined.status == 201
    assert (joined.body["role"], joined.body["invited_by"]) == ("collector", "anna@example.com")
    assert site.call("GET", "/v1/me", user="nora").body["tenant"] == "atelier"
    seen = site.call("GET", f"/v1/invitations/{made['id']}").body
    assert (seen["state"], seen["accepted_by"], seen["accepted_as"]) == (
        "accepted",
        "nora",
        "nora@example.com",
    )


def test_a_token_that_was_passed_on_shows_who_used_it(site: Site) -> None:
    made = invite(site, email="nora@example.com")

    assert accept(site, made["token"], user="paul").status == 201
    seen = site.call("GET", f"/v1/invitations/{made['id']}").body
    assert (seen["email"], seen["accepted_as"]) == ("nora@example.com", "paul@example.com")


def test_a_token_is_shown_once_and_kept_as_a_hash(site: Site) -> None:
    made = invite(site)
    secret = made["token"].rpartition("_")[2]

    for path in ("/v1/invitations", f"/v1/invitations/{made['id']}"):
        assert "token" not in site.call("GET", path).text
    (kept,) = site.access.kept_invitations.values()
    assert secret not in repr(kept)


def test_a_token_opens_once(site: Site) -> None:
    token = invite(site)["token"]
    accept(site, token)

    again = accept(site, token, user="paul")

    assert (again.status, again.pointers) == (422, ["/token"])
    assert site.call("GET", "/v1/me", user="paul").status == 403


def test_a_token_that_is_over_revoked_replaced_or_made_up_opens_nothing(site: Site) -> None:
    late, revoked, renewed = invite(site), invite(site), invite(site)
    assert site.call("DELETE", f"/v1/invitations/{revoked['id']}").status == 204
    fresh = site.call("POST", f"/v1/invitations/{renewed['id']}/renewal").body["token"]
    flipped = late["token"][:-9] + ("0" if late["token"][-9] != "0" else "1") + late["token"][-8:]
    texts = set()
    for token in (revoked["token"], renewed["token"], flipped, "rli_x", late["token"][3:], "é"):
        answer = accept(site, token)
        assert answer.status == 422
        texts.add(answer.text)
    site.wall.instant += timedelta(days=8)
    texts.add(accept(site, late["token"]).text)
    texts.add(accept(site, fresh).text)

    assert len(texts) == 1  # nothing tells one reason from another


def test_an_invitation_that_is_renewed_has_another_week(site: Site) -> None:
    made = invite(site)
    site.wall.instant += timedelta(days=8)
    assert site.call("GET", f"/v1/invitations/{made['id']}").body["state"] == "expired"

    renewed = site.call("POST", f"/v1/invitations/{made['id']}/renewal").body

    assert (renewed["id"], renewed["state"]) == (made["id"], "open")
    assert accept(site, renewed["token"]).status == 201
    assert site.call("POST", f"/v1/invitations/{made['id']}/renewal").status == 409
    assert site.call("DELETE", f"/v1/invitations/{made['id']}").status == 409


def test_a_removed_admin_does_not_come_back_by_an_invitation_that_they_kept(site: Site) -> None:
    add_member(tenant="atelier", subject="bob", role="admin", registry=site.registry)
    kept, renewed = invite(site, role="admin"), invite(site, role="admin")
    renewal = f"/v1/invitations/{renewed['id']}/renewal"
    others = site.call("POST", renewal, user="bob").body["token"]
    over = site.call("POST", "/v1/invitations", {"email": "p@example.com", "role": "viewer"})
    hers = site.call("POST", f"/v1/invitations/{over.body['id']}/renewal").body["token"]
    assert site.call("DELETE", "/v1/members/anna", user="bob").status == 204

    for token in (kept["token"], hers):
        answer = accept(site, token, user="anna")
        assert (answer.status, answer.pointers) == (422, ["/token"])
        assert accept(site, token, user="paul").status == 422
    assert site.call("GET", "/v1/me").status == 403
    assert accept(site, others, user="nora").status == 201  # bob vouched for that one


def test_an_admin_who_steps_down_lets_nobody_in_until_another_admin_renews(site: Site) -> None:
    add_member(tenant="atelier", subject="bob", role="admin", registry=site.registry)
    made = invite(site)
    assert site.call("PUT", "/v1/members/anna", {"role": "collector"}).status == 200

    assert accept(site, made["token"]).status == 422
    renewal = f"/v1/invitations/{made['id']}/renewal"
    fresh = site.call("POST", renewal, user="bob").body["token"]
    assert accept(site, fresh).status == 201


def test_a_member_of_another_company_cannot_join(site: Site) -> None:
    token = invite(site)["token"]

    assert accept(site, token, user="rita").status == 409
    assert accept(site, token, user="nora").status == 201  # the token was not used up


def test_another_companys_invitations_do_not_exist(site: Site) -> None:
    made = invite(site)

    for method, path in (
        ("GET", f"/v1/invitations/{made['id']}"),
        ("POST", f"/v1/invitations/{made['id']}/renewal"),
        ("DELETE", f"/v1/invitations/{made['id']}"),
    ):
        theirs = site.call(method, path, user="rita")
        nobodys = site.call(method, path.replace(made["id"], "a" * 12), user="rita")
        assert (theirs.status, theirs.text) == (404, nobodys.text)
    assert site.call("GET", "/v1/invitations", user="rita").body["items"] == []
    assert accept(site, made["token"]).status == 201


def test_invitations_are_listed_newest_first_in_parts(site: Site) -> None:
    for number in range(5):
        site.wall.instant += timedelta(minutes=1)
        invite(site, email=f"p{number}@example.com")
    first = site.call("GET", "/v1/invitations", limit=3).body
    rest = site.call("GET", "/v1/invitations", limit=3, after=first["next"]).body

    assert [each["email"][1] for each in first["items"] + rest["items"]] == list("43210")
    assert rest["next"] is None


@pytest.mark.parametrize("path", ["/v1/sign-up", "/v1/invitations/acceptance"])
def test_programs_and_forged_tokens_neither_sign_up_nor_join(site: Site, path: str) -> None:
    key = site.call("POST", "/v1/program-keys", {"name": "x", "scopes": ["settings"]}).body["key"]

    assert site.call("POST", path, COMPANY, authorization=f"Bearer {key}").status == 403
    assert site.call("POST", path, COMPANY, user=FORGED).status == 401


def test_a_user_who_left_may_begin_anew(site: Site) -> None:
    assert site.call("DELETE", "/v1/members/carl").status == 204

    assert site.call("POST", "/v1/sign-up", COMPANY, user="carl").status == 201
    assert site.registry.membership("carl") != Membership(
        subject="carl", tenant="atelier", role="collector"
    )
