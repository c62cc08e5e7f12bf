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


def test_an_id_token_is_no_access_token(company: Company) -> None:
    answer = company.stack.users.initiate_auth(
        ClientId=company.stack.output("UserPoolClientId"),
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": company.user.email, "PASSWORD": company.user.password},
    )
    about_me = answer["AuthenticationResult"]["IdToken"]
    with company.stack.http(token=about_me) as http:
        refused = http.get("/v1/customers")
    assert refused.status_code == 401
    assert refused.headers["content-type"].startswith("application/problem+json")


def test_a_user_signs_a_company_up_and_invites_another(company: Company) -> None:
    people = [f"{name}@{company.id}.example.org" for name in ("nora", "paul")]
    nora, paul = (create_user(company.stack, tenant="-", email=each) for each in people)
    with company.stack.http(token=token(company.stack, nora)) as http:
        body = {"name": "Boulangerie Kerlann", "country": "FR"}
        for status in (201, 409):
            assert http.post("/v1/sign-up", json=body).status_code == status
        own = http.get("/v1/tenant").json()
        assert (own["name"], own["sender_email"]) == ("Boulangerie Kerlann", people[0])
        assert own["id"] not in (company.id, "")
        invited = {"email": people[1], "role": "viewer"}
        made = http.post("/v1/invitations", json=invited).json()
        with company.stack.http(token=token(company.stack, paul)) as other:
            accepted = other.post("/v1/invitations/acceptance", json={"token": made["token"]})
            assert accepted.status_code == 201
            assert other.get("/v1/me").json()["tenant"] == own["id"]
            [listed_one] = http.get("/v1/invitations").json()["items"]
            assert (listed_one["state"], listed_one["accepted_as"]) == ("accepted", people[1])
            listed = {each["email"]: each for each in http.get("/v1/members").json()["items"]}
            assert listed.keys() == set(people)
            gone = http.delete(f"/v1/members/{listed[people[1]]['id']}")
            assert gone.status_code == 204
            assert other.get("/v1/me").status_code == 403


def test_a_program_works_with_its_key_until_it_is_revoked(company: Company) -> None:
    body = {"name": "Upload", "scopes": ["read", "collect"]}
    made = company.http.post("/v1/program-keys", json=body).json()
    with company.stack.http(token=made["key"]) as program:
        assert program.get("/v1/customers").json()["items"] == []
        written = {"code": "P1", "name": "Made by a program"}
        headers = {"Idempotency-Key": "first"}
        first, again = (
            program.post("/v1/customers", json=written, headers=headers) for _ in range(2)
        )
        assert (first.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        assert program.patch("/v1/tenant", json={"name": "X"}).status_code == 403
        [shown] = company.http.get("/v1/program-keys").json()["items"]
        assert (shown["id"], shown["state"]) == (made["id"], "open")
        assert company.http.delete(f"/v1/program-keys/{made['id']}").status_code == 204
        assert program.get("/v1/customers").status_code == 401


def test_every_answer_tells_what_is_left_of_the_minute(company: Company) -> None:
    told = company.http.get("/v1/me").headers
    assert told["ratelimit-policy"].startswith('"reads";q=')
    assert told["ratelimit"].startswith('"reads";r=')


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
