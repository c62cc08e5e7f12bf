"""Who may do what: only the membership record decides (H2, H3)."""

from collections.abc import Iterator

import pytest

from functions.api.permissions import needed
from relance.app.access import SCOPES
from relance.app.ports.membership import Membership
from relance.domain.actions import ActionState
from tests.fakes.access import FORGED
from tests.functions.api.furnished import Furnished
from tests.functions.api.site import Site


def operations() -> Iterator[tuple[str, str]]:
    """Every operation that the API's own description names."""
    document = Site().call("GET", "/v1/openapi.json", user=None).body
    for path, methods in document["paths"].items():
        for method in methods:
            yield method.upper(), path.replace("{", "").replace("}", "")


EVERY = tuple(operations())
VISITS = (("POST", "/v1/sign-up"), ("POST", "/v1/invitations/acceptance"))
OPERATIONS = tuple(each for each in EVERY if each not in VISITS)
CHANGES = tuple(each for each in OPERATIONS if each[0] != "GET")
PEOPLE_ALONE = {"members", "invitations", "program-keys"}


@pytest.fixture(scope="module")
def keys() -> tuple[Site, dict[str, str]]:
    """A site, and a key of the atelier for each scope."""
    site = Site()
    made = {
        scope: site.call("POST", "/v1/program-keys", {"name": scope, "scopes": [scope]}).body
        for scope in SCOPES
    }
    return site, {scope: each["key"] for scope, each in made.items()}


def test_what_is_described_is_tested_here_all_of_these_at_least() -> None:
    resources = {path.split("/")[2] for _, path in EVERY}

    assert resources >= {
        "tenant",
        "profiles",
        "scenarios",
        "templates",
        "simulations",
        "customers",
        "customers.csv",
        "items",
        "actions",
        "aged-balance",
        "imports",
        "letters",
        "mappings",
        "opt-outs",
        "postal-account",
        "users",
        "groups",
        "sign-up",
        "me",
        "members",
        "invitations",
        "program-keys",
    }


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_nobody_gets_in_without_a_token(site: Site, method: str, path: str) -> None:
    answer = site.call(method, path, {}, user=None)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert site.call(method, path, {}, user=FORGED).text == answer.text


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_token_without_a_membership_opens_nothing(site: Site, method: str, path: str) -> None:
    assert site.call(method, path, {}, user="stranger").status == 403


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_a_viewer_changes_nothing(site: Site, method: str, path: str) -> None:
    answer = site.call(method, path, {}, user="vera")

    assert answer.status == 403
    assert "viewer" in answer.body["detail"]


def test_a_collector_works_on_customers_items_actions_letters_and_little_else() -> None:
    allowed = {path.split("/")[2] for method, path in CHANGES
               if needed(method, path).role == "collector"}  # fmt: skip

    assert allowed == {"actions", "customers", "items", "letters", "opt-outs", "simulations"}
    assert {needed(method, path).role for method, path in CHANGES} == {"collector", "admin"}


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/", "/v1/tomorrow", "//customers"])
def test_what_is_not_named_is_changed_by_admins_only(path: str) -> None:
    assert needed("POST", path).role == "admin"


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_a_program_does_what_its_scope_names_and_nothing_about_people(
    keys: tuple[Site, dict[str, str]], method: str, path: str
) -> None:
    site, texts = keys
    wanted = None if (method, path) in VISITS else needed(method, path).scope

    opened = {
        scope
        for scope in SCOPES
        if site.call(method, path, {}, authorization=f"Bearer {texts[scope]}").status != 403
    }

    assert opened == ({wanted} if wanted else set())
    if path.split("/")[2] in PEOPLE_ALONE:
        assert wanted is None


def test_each_scope_opens_something_and_reading_changes_nothing() -> None:
    opened = {needed(method, path).scope for method, path in OPERATIONS}

    assert opened == {*SCOPES, None}
    assert "read" not in {needed(method, path).scope for method, path in CHANGES}
    assert {path.split("/")[2] for method, path in CHANGES
            if needed(method, path).scope == "import"} == {"imports", "invoice-files"}  # fmt: skip


def test_a_program_that_sends_ledgers_in_says_yes_to_none_that_is_held() -> None:
    site = Furnished()
    held = "/v1/imports/20250309T090000-0a1b2c3d4e5f"
    body = {"name": "Nightly", "scopes": ["import", "read", "collect"]}
    nightly = f"Bearer {site.call('POST', '/v1/program-keys', body).body['key']}"
    sent = site.call("POST", "/v1/imports", {"file_name": "a.csv"}, authorization=nightly)
    assert sent.status == 201

    for path in (f"{held}/discard", f"{held}/confirm"):
        refused = site.call("POST", path, {"reason": "ok"}, authorization=nightly)
        assert refused.status == 403
        assert "settings" in refused.body["detail"]
        assert "Kervadec" not in refused.text
        assert site.call("POST", path, {"reason": "ok"}, user="carl").status == 403
    assert site.call("GET", held).body["state"] == "held"

    body = {"name": "Operator", "scopes": ["settings"]}
    trusted = f"Bearer {site.call('POST', '/v1/program-keys', body).body['key']}"
    taken = site.call("POST", f"{held}/confirm", {"reason": "ok"}, authorization=trusted)
    assert (taken.status, taken.body["state"]) == (200, "confirmed")


def test_only_admins_see_who_else_has_access(site: Site) -> None:
    for path in ("/v1/members", "/v1/invitations", "/v1/program-keys", "/v1/postal-account"):
        assert site.call("GET", path, user="carl").status == 403
        assert site.call("GET", path, user="anna").status in (200, 404)


@pytest.mark.parametrize("shown", ["Basic YTpi", "anna", "Bearer", "Bearer ", "bearer\tanna"])
def test_what_is_no_bearer_token_opens_nothing(site: Site, shown: str) -> None:
    assert site.call("GET", "/v1/tenant", authorization=shown).status == 401


def test_while_tokens_cannot_be_checked_nobody_is_told_that_theirs_is_bad(site: Site) -> None:
    site.people.out_of_reach = True

    answer = site.call("GET", "/v1/tenant")

    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_viewer_reads(site: Site) -> None:
    assert site.call("GET", "/v1/tenant", user="vera").body["id"] == "atelier"


def test_a_role_that_we_do_not_know_opens_nothing(site: Site) -> None:
    site.registry.put_membership(Membership(subject="odd", tenant="atelier", role="root"))

    assert site.call("GET", "/v1/tenant", user="odd").status == 403


def test_what_belongs_to_another_company_is_not_there(site: Site) -> None:
    customer = site.add_customer("R1", tenant="rival")
    item = site.add_item(customer.id, "F1", tenant="rival")
    action = site.add_action(item, customer=customer.id, tenant="rival")
    contact = customer.contacts[0].id
    site.call("POST", "/v1/profiles", {"name": "Secret"}, user="rita")
    site.call("POST", "/v1/groups", {"id": "secret", "name": "Secret"}, user="rita")
    site.call("POST", "/v1/opt-outs", {"number": "+33612345678"}, user="rita")
    site.call("POST", "/v1/scenarios", {"profile": "secret", "preset": "regular"}, user="rita")
    upload = site.call("POST", "/v1/imports", {"file_name": "a.csv"}, user="rita").body["id"]
    plan = site.call("GET", "/v1/scenarios/secret-with-email", user="rita").body["plan"]
    written = {"name": "X"}
    calls = [
        ("GET", f"/v1/customers/{customer.id}", None),
        ("PATCH", f"/v1/customers/{customer.id}", {"name": "X"}),
        ("GET", f"/v1/customers/{customer.id}/items", None),
        ("GET", f"/v1/customers/{customer.id}/actions", None),
        ("GET", f"/v1/customers/{customer.id}/explanation", None),
        ("GET", f"/v1/customers/{customer.id}/aged-balance", None),
        ("GET", f"/v1/customers/{customer.id}/contacts", None),
        ("POST", f"/v1/customers/{customer.id}/contacts", written),
        ("GET", f"/v1/customers/{customer.id}/contacts/{contact}", None),
        ("PUT", f"/v1/customers/{customer.id}/contacts/{contact}", written),
        ("DELETE", f"/v1/customers/{customer.id}/contacts/{contact}", None),
        ("GET", f"/v1/items/{item.id}", None),
        ("PATCH", f"/v1/items/{item.id}", {"level": 2, "reason": "why not"}),
        ("GET", f"/v1/items/{item.id}/actions", None),
        ("GET", f"/v1/items/{item.id}/explanation", None),
        ("GET", f"/v1/actions/{action.id}", None),
        ("POST", f"/v1/actions/{action.id}/completion", {"result": "reached"}),
        ("POST", f"/v1/actions/{action.id}/skip", {"reason": "why not"}),
        ("POST", f"/v1/actions/{action.id}/settlement", {"sent": True}),
        ("POST", f"/v1/actions/{action.id}/retry", None),
        ("POST", f"/v1/actions/{action.id}/assignment", {"responsible": []}),
        ("POST", f"/v1/actions/{action.id}/rescheduling", {"until": "2025-04-01", "reason": "x"}),
        ("GET", "/v1/groups/secret", None),
        ("PUT", "/v1/groups/secret", written),
        ("DELETE", "/v1/groups/secret", None),
        ("GET", "/v1/profiles/secret", None),
        ("PATCH", "/v1/profiles/secret", {"name": "X"}),
        ("DELETE", "/v1/profiles/secret", None),
        ("GET", "/v1/scenarios/secret-with-email", None),
        ("PUT", "/v1/scenarios/secret-with-email", plan),
        ("DELETE", "/v1/scenarios/secret-with-email", None),
        ("POST", "/v1/scenarios/secret-with-email/impact", plan),
        (
            "POST",
            "/v1/scenarios/secret-with-email/back-test",
            {"first": "2025-01-01", "last": "2025-02-01"},
        ),
        ("GET", f"/v1/imports/{upload}", None),
        ("GET", "/v1/opt-outs/33612345678", None),
        ("DELETE", "/v1/opt-outs/33612345678", None),
    ]

    assert [site.call(*each).status for each in calls] == [404] * len(calls)
    many = {"actions": [action.id], "reason": "x"}
    skips = site.call("POST", "/v1/actions/skips", many).body["outcomes"]
    assert [each["status"] for each in skips] == [404]
    assert site.call("GET", "/v1/groups").body["items"] == []
    assert "rita@example.com" not in site.call("GET", "/v1/users").text
    assert site.call("GET", "/v1/customers").body["items"] == []
    assert site.call("GET", "/v1/items").body["items"] == []
    assert site.call("GET", "/v1/actions").body["items"] == []
    assert site.call("GET", "/v1/imports").body["items"] == []
    assert site.call("GET", "/v1/opt-outs").body["items"] == []
    stored = site.store("rival").action(action.id)
    assert stored is not None
    assert stored.state is ActionState.OPEN


@pytest.mark.parametrize(
    "path", ["/v1/customers/a%2Fb", "/v1/items/C1#x", "/v1/customers/é", "/v1/" + "x" * 2000]
)
def test_a_path_that_no_id_of_ours_makes_is_not_found(site: Site, path: str) -> None:
    assert site.call("GET", path).status == 404


def test_an_address_that_does_not_exist_is_a_problem_like_any_other(site: Site) -> None:
    answer = site.call("GET", "/v1/nowhere")

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "request-1"


def test_an_error_of_ours_says_nothing_of_its_insides(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.registry.put_membership(Membership(subject="lost", tenant="gone", role="admin"))

    def broken(tenant: str) -> None:
        raise RuntimeError("the secret of anna@example.com")

    site.registry.store_for = broken  # type: ignore[assignment,method-assign]

    answer = site.call("GET", "/v1/tenant")

    assert answer.status == 500
    assert "secret" not in answer.text
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_the_log_holds_no_ids_that_may_be_names(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.call("GET", "/v1/customers/DUPONT.JEAN")

    (record,) = caplog.records
    assert vars(record)["resource"] == "customers"
    assert "DUPONT" not in str(vars(record))
