"""Programs sign in with keys of their own: shown once, kept as a hash, revoked at once (H2)."""

from datetime import timedelta
from typing import Any

import pytest

from functions.api.access import SIGNED_BY_ITSELF
from relance.app.credentials import issue
from relance.app.tenants import add_member
from tests.functions.api.site import Answer, Site


def make(site: Site, *scopes: str, user: str = "anna", **more: Any) -> Any:
    body = {"name": "Nightly upload", "scopes": scopes or ("read",)} | more
    answer = site.call("POST", "/v1/program-keys", body, user=user)
    assert answer.status == 201
    return answer.body


def ask(site: Site, key: str, method: str = "GET", path: str = "/v1/tenant", body: Any = None
        ) -> Answer:  # fmt: skip
    return site.call(method, path, body, authorization=f"Bearer {key}")


def test_a_program_reads_what_is_its_companys(site: Site) -> None:
    site.add_customer("R1", tenant="rival")
    key = make(site)["key"]

    assert ask(site, key).body["id"] == "atelier"
    assert ask(site, key, path="/v1/customers").body["items"] == []
    assert ask(site, key, path="/v1/customers/R1").status == 404


def test_what_a_program_did_is_named_after_it(site: Site) -> None:
    customer = site.add_customer("C1")
    key = make(site, "collect")["key"]
    body = {"reason": "asked by the shop"}
    stop = ask(site, key, "POST", f"/v1/customers/{customer.id}/stops", body)

    assert stop.status == 201
    (block,) = site.account(customer.id).blocks
    assert block.author == "program:Nightly upload"


def test_the_key_is_shown_once_and_kept_as_a_hash(site: Site) -> None:
    made = make(site)
    secret = made["key"].rpartition("_")[2]

    assert made["key"].startswith(made["prefix"] + "_")
    for path in ("/v1/program-keys", f"/v1/program-keys/{made['id']}"):
        shown = site.call("GET", path)
        assert secret[:8] not in shown.text
        assert "digest" not in shown.text
    (kept,) = site.access.kept_keys.values()
    assert secret[:48] not in repr(kept)


def test_there_is_no_end_to_how_many_programs_there_are(site: Site) -> None:
    keys = [make(site, name=f"p{number}")["key"] for number in range(60)]

    assert {ask(site, key).status for key in keys} == {200}


def test_a_revoked_key_opens_nothing_from_the_next_request_on(site: Site) -> None:
    made = make(site)
    assert ask(site, made["key"]).status == 200

    assert site.call("DELETE", f"/v1/program-keys/{made['id']}").status == 204

    assert ask(site, made["key"]).status == 401
    shown = site.call("GET", f"/v1/program-keys/{made['id']}").body
    assert (shown["state"], shown["revoked_by"]) == ("revoked", "anna@example.com")


def test_a_key_is_over_on_its_day(site: Site) -> None:
    made = make(site, days=30)
    site.wall.instant += timedelta(days=29)
    assert ask(site, made["key"]).status == 200

    site.wall.instant += timedelta(days=1)

    assert ask(site, made["key"]).status == 401
    assert site.call("GET", f"/v1/program-keys/{made['id']}").body["state"] == "expired"


def test_a_key_tells_on_which_day_it_was_last_used(site: Site) -> None:
    made = make(site)
    assert made["last_used_on"] is None

    ask(site, made["key"])
    site.wall.instant += timedelta(days=2)
    ask(site, made["key"])

    assert site.call("GET", f"/v1/program-keys/{made['id']}").body["last_used_on"] == "2025-03-11"


def test_a_made_up_key_opens_nothing_and_no_answer_tells_why(site: Site) -> None:
    key = make(site)["key"]
    other = "0" if key[-9] != "0" else "1"
    texts = set()
    for wrong in (key[:-1], key + "0", key[:-9] + other + key[-8:], "rlk_", "rlk_é"):
        answer = ask(site, wrong)
        assert answer.status == 401
        texts.add(answer.text)
    assert len(texts) == 1


def test_a_secret_of_another_key_does_not_open_this_one(site: Site) -> None:
    made = make(site)
    forged = issue("rlk", known_as=made["id"]).text

    assert ask(site, forged).status == 401


def test_a_token_of_another_kind_is_no_key(site: Site) -> None:
    invited = site.call("POST", "/v1/invitations", {"email": "n@example.com", "role": "admin"})
    token = invited.body["token"]

    assert ask(site, token.replace("rli_", "rlk_")).status == 401


@pytest.mark.parametrize("path", ["/v1/program-keys", "/v1/members", "/v1/invitations"])
def test_no_program_decides_who_gets_in(site: Site, path: str) -> None:
    key = make(site, "read", "collect", "import", "settings")["key"]

    assert ask(site, key, "GET", path).status == 403
    answer = ask(site, key, "POST", path, {"name": "x", "scopes": ["read"]})
    assert answer.status == 403
    assert "people" in answer.body["detail"]


def test_the_keys_that_a_removed_admin_made_stay_open_and_say_who_made_them(site: Site) -> None:
    add_member(tenant="atelier", subject="bob", role="admin", registry=site.registry)
    made = make(site)
    assert site.call("DELETE", "/v1/members/anna", user="bob").status == 204

    assert ask(site, made["key"]).status == 200
    [listed] = site.call("GET", "/v1/program-keys", user="bob").body["items"]
    assert (listed["created_by"], listed["state"]) == ("anna@example.com", "open")
    assert site.call("DELETE", f"/v1/program-keys/{made['id']}", user="bob").status == 204
    assert ask(site, made["key"]).status == 401


def test_another_companys_keys_do_not_exist(site: Site) -> None:
    made = make(site)

    theirs = site.call("DELETE", f"/v1/program-keys/{made['id']}", user="rita")
    nobodys = site.call("DELETE", "/v1/program-keys/aaaaaaaaaaaa", user="rita")

    assert (theirs.status, theirs.text) == (404, nobodys.text)
    assert site.call("GET", "/v1/program-keys", user="rita").body["items"] == []
    assert ask(site, made["key"]).status == 200


def test_what_a_key_may_do_is_named_in_full(site: Site) -> None:
    refused: tuple[dict[str, Any], ...] = (
        *({"scopes": []}, {"scopes": ["admin"]}),
        *({"days": 0}, {"days": 1000}),
    )
    for wrong in refused:
        body = {"name": "x", "scopes": ["read"]} | wrong
        answer = site.call("POST", "/v1/program-keys", body)
        assert answer.status == 422
        assert answer.pointers[0].startswith(f"/{next(iter(wrong))}")


def test_a_program_sees_who_it_is(site: Site) -> None:
    made = make(site, "read", "import")

    me = ask(site, made["key"], path="/v1/me").body

    assert (me["kind"], me["id"], me["role"]) == ("program", made["id"], None)
    assert me["scopes"] == ["import", "read"]


def test_a_key_is_not_asked_for_where_links_are_signed(site: Site) -> None:
    assert all(site.call("GET", f"{path}x/y", user=None).status == 404 for path in SIGNED_BY_ITSELF)
