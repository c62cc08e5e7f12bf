"""Another company's thing is as one that isn't there: in what is answered and what is done (H3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from relance.app.dependencies import ApiDependencies
from relance.app.tenants import create_tenant
from relance.store.access import DynamoAccess, DynamoTenantAccess
from relance.store.confined import policy
from relance.store.registry import DynamoRegistry
from relance.store.requests import DynamoRequests, member_answers, visitor_answers
from relance.store.tenant import DynamoTenantStore
from tests.fakes.table import create_table
from tests.functions.api.site import Answer, Site
from tests.functions.api.test_mappings import MAPPING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TABLE = "relance-alike"


class TableSite(Site):
    """The site on a table, which notes what is asked of it."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client
        self._clients: dict[str, DynamoDBClient] = {}
        self.strayed: list[str] = []
        super().__init__()
        for tenant, admin in (("atelier", "anna"), ("rival", "rita")):
            create_tenant(
                tenant=tenant,
                name=tenant.capitalize(),
                subject=admin,
                email=f"{admin}@example.com",
                registry=DynamoRegistry(client, TABLE),
                store_for=self.store,
            )
        self.asked: list[str] = []
        client.meta.events.register("before-call.dynamodb", self._note)

    def dependencies(self) -> ApiDependencies:
        client, confined = self._client, self.confined
        return replace(
            super().dependencies(),
            access=DynamoAccess(client, TABLE),
            access_for=lambda tenant: DynamoTenantAccess(client, TABLE, tenant),
            store_for=lambda tenant: DynamoTenantStore(confined(tenant), TABLE, tenant),
            counter_for=lambda tenant: DynamoRequests(confined(tenant), TABLE, tenant),
            answers_for=lambda tenant, subject: (
                member_answers(confined(tenant), TABLE, tenant, subject)
                if tenant
                else visitor_answers(client, TABLE, subject)
            ),
        )

    def confined(self, tenant: str) -> "DynamoDBClient":
        """Return a tenant's client, which AWS would let reach that tenant's keys only.

        moto looks at no policies: what the session's would refuse is noted as `strayed`.
        """
        if tenant not in self._clients:
            client = boto3.client("dynamodb", region_name="eu-west-3")
            client.meta.events.register("before-call.dynamodb", self._note)
            [statement] = policy("table", tenant)["Statement"]
            patterns = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]

            def look(params: dict[str, Any], model: Any, **_: Any) -> None:
                for key in leading_keys(params):
                    if not any(fnmatchcase(key, each) for each in patterns):
                        self.strayed.append(f"{model.name} of {key} as {tenant}")

            client.meta.events.register("provide-client-params.dynamodb", look)
            self._clients[tenant] = client
        return self._clients[tenant]

    def store(self, tenant: str = "atelier") -> Any:
        return DynamoTenantStore(self._client, TABLE, tenant)

    def work(self, method: str, path: str, body: Any) -> tuple[Answer, list[str]]:
        """Return the atelier's answer, and what was asked of the table for it, in order."""
        self.asked.clear()
        return self.call(method, path, body), list(self.asked)

    def _note(self, model: Any, **_: Any) -> None:
        self.asked.append(model.name)


def leading_keys(params: dict[str, Any]) -> Iterator[str]:
    """Yield what DynamoDB's policies see of a request: the partition keys of all it names."""
    asked = [
        params,
        *(each for entry in params.get("TransactItems", ()) for each in entry.values()),
    ]
    for each in asked:
        for named in ("Key", "Item"):
            if named in each:
                yield each[named]["pk"]["S"]
    for table in params.get("RequestItems", {}).values():
        for key in table["Keys"]:
            yield key["pk"]["S"]
    if "KeyConditionExpression" in params:
        yield params["ExpressionAttributeValues"][":pk"]["S"]


@dataclass(frozen=True)
class Theirs:
    """The ids of what the rival has, by the names of places in addresses."""

    ids: dict[str, str]

    def path(self, template: str) -> str:
        return self._filled(template, lambda name: self.ids[name])

    def nobodys(self, template: str) -> str:
        """The same address, with ids of the same form that nobody has."""
        return self._filled(template, lambda name: _another(self.ids[name]))

    def _filled(self, template: str, value: Any) -> str:
        for name in self.ids:
            template = template.replace(f"{{{name}}}", value(name))
        return template


def _another(identifier: str) -> str:
    """Return an id of the same form: another customer, another number."""
    turned = str.maketrans("Rstuv0123456789", "Qtuvs1234567890")
    return identifier.translate(turned)


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[TableSite, Theirs]]:
    """A site on moto on which the rival has one of everything."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-3")
        create_table(client, TABLE)
        site = TableSite(client)
        yield site, _one_of_everything(site)


def _one_of_everything(site: TableSite) -> Theirs:
    def made(path: str, body: Any) -> Any:
        answer = site.call("POST", path, body, user="rita")
        assert answer.status in (200, 201), answer.text
        return answer.body

    customer = site.add_customer("R1", tenant="rival")
    item = site.add_item(customer.id, "F1", tenant="rival")
    action = site.add_action(item, customer=customer.id, tenant="rival")
    on_it = f"/v1/customers/{customer.id}"
    promise = {"amount": {"amount": "12.00", "currency": "EUR"}, "due": "2025-03-14"}
    ids = {
        "customer": customer.id,
        "contact": customer.contacts[0].id,
        "item": item.id,
        "action": action.id,
        "stop": made(f"{on_it}/stops", {"reason": "x"})["id"],
        "dispute": made(f"{on_it}/disputes", {"item": item.id, "reason": "x"})["id"],
        "promise": made(f"{on_it}/promises", promise)["id"],
        "profile": made("/v1/profiles", {"name": "Secret"})["id"],
        "group": made("/v1/groups", {"id": "secret", "name": "Secret"})["id"],
        "template": made("/v1/templates", {"copy_of": "reminder_1", "name": "Secret"})["id"],
        "upload": made("/v1/imports", {"file_name": "a.csv"})["id"],
        "number": made("/v1/opt-outs", {"number": "+33612345678"})["number"].lstrip("+"),
        "invitation": made("/v1/invitations", {"email": "n@example.com", "role": "viewer"})["id"],
        "key": made("/v1/program-keys", {"name": "x", "scopes": ["read"]})["id"],
        "member": "rita",
    }
    made("/v1/scenarios", {"profile": "secret", "preset": "regular"})
    site.call("PUT", "/v1/mappings/secret-list", {"mapping": MAPPING}, user="rita")
    site.call("GET", "/v1/me")  # its company's limits are read once a minute
    return Theirs(ids | {"scenario": "secret-with-email", "mapping": "secret-list"})


EXAMPLE = Site()
DOCUMENT: Any = EXAMPLE.call("GET", "/v1/openapi.json").body
EXAMPLE.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "regular"})
PLAN: Any = EXAMPLE.call("GET", "/v1/scenarios/standard-with-email").body["plan"]
WORDS = {"en": {"subject": "S", "opening": "O"}}
WRITTEN: dict[str, Any] = {
    "PATCH /v1/customers/{customer}": {"name": "X"},
    "PATCH /v1/items/{item}": {"level": 2, "reason": "x"},
    "PATCH /v1/profiles/{profile}": {"name": "X"},
    "POST /v1/actions/{action}/assignment": {"responsible": []},
    "POST /v1/actions/{action}/completion": {"result": "reached"},
    "POST /v1/actions/{action}/rescheduling": {"until": "2025-04-01", "reason": "x"},
    "POST /v1/actions/{action}/settlement": {"sent": True},
    "POST /v1/actions/{action}/skip": {"reason": "x"},
    "POST /v1/customers/{customer}/contacts": {"name": "X"},
    "POST /v1/customers/{customer}/disputes": {"reason": "x", "item": "R1-1"},
    "POST /v1/customers/{customer}/disputes/{dispute}/resolution": {"resolution": "x"},
    "POST /v1/customers/{customer}/erasure": {"reason": "asked for it", "despite_debts": True},
    "POST /v1/customers/{customer}/promises": {
        "due": "2025-03-14",
        "amount": {"amount": "12.00", "currency": "EUR"},
    },
    "POST /v1/customers/{customer}/stops": {"reason": "x"},
    "POST /v1/scenarios/{scenario}/back-test": {"first": "2025-01-01", "last": "2025-02-01"},
    "POST /v1/scenarios/{scenario}/impact": PLAN,
    "POST /v1/templates/{template}/preview": {"customer": "R1"},
    "PUT /v1/customers/{customer}/contacts/{contact}": {"name": "X"},
    "PUT /v1/groups/{group}": {"name": "X"},
    "PUT /v1/members/{member}": {"role": "viewer"},
    "PUT /v1/scenarios/{scenario}": PLAN,
    "PUT /v1/templates/{template}": {"name": "X", "wordings": WORDS},
}
OPERATIONS = sorted(
    f"{method.upper()} {path}"
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    # A day is nobody's own, and putting a mapping where there is none makes one.
    if "{" in path and "{on}" not in path and (method, path) != ("put", "/v1/mappings/{mapping}")
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_tells_whether_another_company_has_it(
    places: tuple[TableSite, Theirs], operation: str
) -> None:
    site, theirs = places
    method, _, template = operation.partition(" ")
    body = WRITTEN.get(operation, {} if method in ("POST", "PUT", "PATCH") else None)

    seen, work = site.work(method, theirs.path(template), body)
    nothing, other_work = site.work(method, theirs.nobodys(template), body)

    assert "{" not in theirs.path(template), "a place that the test knows nothing for"
    assert (seen.status, nothing.status) == (404, 404)
    assert work == other_work
    told, untold = seen.text, nothing.text
    for identifier in theirs.ids.values():
        told = told.replace(identifier, "…")
        untold = untold.replace(_another(identifier), "…")
    assert told == untold


def test_what_the_api_asks_as_a_tenant_is_within_the_policy_of_its_session(
    places: tuple[TableSite, Theirs],
) -> None:
    site, theirs = places
    site.strayed.clear()
    last = ("DELETE", "POST /v1/customers/{customer}/erasure")
    for operation in sorted(OPERATIONS, key=lambda each: each.startswith(last)):
        method, _, template = operation.partition(" ")
        body = WRITTEN.get(operation, {} if method in ("POST", "PUT", "PATCH") else None)
        assert site.call(method, theirs.path(template), body, user="rita").status < 500
    lists = [path for path, methods in DOCUMENT["paths"].items() if "get" in methods]
    for path in lists:
        if "{" not in path:
            assert site.call("GET", path, user="rita").status < 500

    assert site.strayed == []


def test_a_request_that_strays_would_be_seen(places: tuple[TableSite, Theirs]) -> None:
    site, _ = places
    site.strayed.clear()
    DynamoTenantStore(site.confined("atelier"), TABLE, "rival").customers(limit=1)

    assert site.strayed == ["Query of T#rival#CUSTOMERS as atelier"]
