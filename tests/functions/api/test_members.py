"""Who has access, and who may change that: never oneself upward, never the last admin (H2)."""

import pytest

from relance.app.errors import Conflict
from relance.app.members import change_role, remove
from relance.app.tenants import add_member
from tests.functions.api.site import Site


def role_of(site: Site, subject: str) -> str | None:
    member = site.registry.membership(subject)
    return member.role if member else None


def test_an_admin_sees_all_members_with_where_they_come_from(site: Site) -> None:
    found = site.call("GET", "/v1/members").body["items"]

    assert [(each["id"], each["role"]) for each in found] == [
        ("anna", "admin"),
        ("carl", "collector"),
        ("vera", "viewer"),
    ]
    assert site.call("GET", "/v1/members/vera").body["role"] == "viewer"
    assert site.call("GET", "/v1/members/rita").status == 404


def test_an_admin_changes_roles_which_hold_from_the_next_request_on(site: Site) -> None:
    assert site.call("POST", "/v1/customers", {"code": "1", "name": "A"}, user="vera").status == 403

    changed = site.call("PUT", "/v1/members/vera", {"role": "collector"})

    assert (changed.status, changed.body["role"]) == (200, "collector")
    assert site.call("POST", "/v1/customers", {"code": "1", "name": "A"}, user="vera").status == 201


@pytest.mark.parametrize("user", ["carl", "vera"])
def test_nobody_raises_themselves(site: Site, user: str) -> None:
    assert site.call("PUT", f"/v1/members/{user}", {"role": "admin"}, user=user).status == 403
    assert role_of(site, user) != "admin"


def test_who_is_removed_is_out_at_once(site: Site) -> None:
    assert site.call("GET", "/v1/tenant", user="carl").status == 200

    assert site.call("DELETE", "/v1/members/carl").status == 204

    assert site.call("GET", "/v1/tenant", user="carl").status == 403
    assert "carl" not in site.call("GET", "/v1/users").text
    assert site.call("DELETE", "/v1/members/carl").status == 404


def test_the_last_admin_neither_leaves_nor_steps_down(site: Site) -> None:
    assert site.call("DELETE", "/v1/members/anna").status == 409
    assert site.call("PUT", "/v1/members/anna", {"role": "viewer"}).status == 409
    assert site.call("PUT", "/v1/members/anna", {"role": "admin"}).status == 200
    assert role_of(site, "anna") == "admin"


def test_an_admin_may_leave_beside_another(site: Site) -> None:
    site.call("PUT", "/v1/members/carl", {"role": "admin"})

    assert site.call("DELETE", "/v1/members/anna").status == 204
    assert site.call("DELETE", "/v1/members/carl", user="carl").status == 409


def test_a_list_of_users_that_is_behind_lets_no_last_admin_go(site: Site) -> None:
    """The index may still name an admin who has just stepped down: only the record counts."""
    add_member(tenant="atelier", subject="carl", role="admin", registry=site.registry)
    store, access = site.store(), site.access.bound("atelier")
    behind = store.members()
    anna = access.member("anna")
    assert anna is not None
    site.call("PUT", "/v1/members/carl", {"role": "viewer"})
    store.members = lambda: behind  # type: ignore[method-assign]

    with pytest.raises(Conflict, match="somebody must stay admin"):
        remove(anna, by="anna", access=access, store=store)
    with pytest.raises(Conflict):
        change_role(anna, "viewer", by="anna", access=access, store=store)
    assert role_of(site, "anna") == "admin"


def test_a_role_is_one_of_three(site: Site) -> None:
    answer = site.call("PUT", "/v1/members/vera", {"role": "root"})

    assert (answer.status, answer.pointers) == (422, ["/role"])


def test_another_companys_members_do_not_exist(site: Site) -> None:
    theirs = site.call("PUT", "/v1/members/vera", {"role": "admin"}, user="rita")
    nobodys = site.call("PUT", "/v1/members/nobody", {"role": "admin"}, user="rita")

    assert (theirs.status, theirs.text) == (404, nobodys.text)
    assert site.call("DELETE", "/v1/members/vera", user="rita").status == 404
    assert role_of(site, "vera") == "viewer"


def test_one_sees_who_one_is(site: Site) -> None:
    me = site.call("GET", "/v1/me", user="anna").body

    assert me == {
        "kind": "person",
        "id": "anna",
        "name": "anna@example.com",
        "tenant": "atelier",
        "role": "admin",
        "scopes": [],
    }
