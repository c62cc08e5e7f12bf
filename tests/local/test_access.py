"""Who gets in at the deployed API: a token names a subject, a membership names its tenant (H2)."""

from relance.app.tenants import add_member
from relance.cli.session import create_user, token
from tests.local.company import Company


def test_without_a_token_or_with_a_forged_one_nobody_gets_in(company: Company) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": company.token[:-3]},
    ):
        with company.stack.http() as http:
            assert http.get("/v1/customers", headers=headers).status_code == 401


def test_the_description_of_the_api_is_public_and_needs_no_other_host(company: Company) -> None:
    with company.stack.http() as http:
        described = http.get("/v1/openapi.json").json()
        page = http.get("/v1/docs")
    assert described["openapi"].startswith("3.1")
    assert "/v1/customers" in described["paths"]
    assert page.headers["content-type"].startswith("text/html")
    for tag in ('src="http', "src='http", 'href="http', "@import"):
        assert tag not in page.text


def test_a_user_who_belongs_to_no_tenant_is_refused(company: Company) -> None:
    stranger = create_user(company.stack, tenant="-", email=f"stranger@{company.id}.example.com")
    with company.stack.http(token=token(company.stack, stranger)) as http:
        answer = http.get("/v1/customers")
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_viewer_reads_and_changes_nothing(company: Company) -> None:
    viewer = create_user(company.stack, tenant=company.id, email=f"vera@{company.id}.example.com")
    add_member(tenant=company.id, subject=viewer.subject, role="viewer", registry=company.registry)
    with company.stack.http(token=token(company.stack, viewer)) as http:
        assert http.get("/v1/customers").status_code == 200
        body = {"code": "X1", "name": "X"}
        assert http.post("/v1/customers", json=body).status_code == 403
        assert http.patch("/v1/tenant", json={"name": "Mine"}).status_code == 403
    assert company.api.get("/tenant")["name"] == "Atelier Bréhat"


def test_another_tenants_customer_does_not_exist(company: Company) -> None:
    company.add_customer("SECRET")
    other = Company(company.stack)
    with other.http as http:
        theirs = http.get("/v1/customers/SECRET")
        nobodys = http.get("/v1/customers/NOBODY")
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.json().keys() == nobodys.json().keys()
        assert http.patch("/v1/customers/SECRET", json={"name": "Y"}).status_code == 404
        assert http.get("/v1/customers").json()["items"] == []
    assert company.api.get("/customers/SECRET")["name"] == "Société SECRET"


def test_wrong_input_is_refused_with_a_pointer_to_each_field(company: Company) -> None:
    answer = company.http.post(
        "/v1/customers",
        json={"code": "", "name": "X", "contacts": [{"name": "A", "email": "not an address"}]},
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/code", "/contacts/0/email"} <= pointers
