"""A walk through a list while others write skips and repeats nothing that stood still (H1)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relance.app.import_report import ImportReport
from relance.domain.actions import Action, ActionState
from relance.domain.identifiers import derived_id
from relance.domain.invoice_file import InvoiceFile, InvoiceFileState
from relance.domain.scenario import Channel, StepKey
from tests.functions.api.described import document
from tests.functions.api.site import DAY, Site
from tests.functions.api.test_scenarios import call_step, plan

# Adds the entry of this number to a list; numbers are in no list's order.
type Adds = Callable[[Site, int], None]

NUMBERS = (50, 10, 40, 20, 30)
LATER = (5, 45, 25, 60)
C1 = "/v1/customers/C1"
MAPPING = {"columns": {"customer_code": "C", "number": "N", "issued": "D", "amount": "A"}}


def posts(path: str, body: Callable[[int], dict[str, Any]], method: str = "POST") -> Adds:
    """Add by a request; `path` may name the number."""

    def add(site: Site, number: int) -> None:
        answer = site.call(method, path.format(number), body(number))
        assert answer.status < 300, answer.text

    return add


def invoice(site: Site, number: int) -> None:
    site.add_item("C1", f"F{number}", due=DAY - timedelta(days=number))


def action(site: Site, number: int) -> None:
    made = Action(
        id=derived_id("C1", "action", number),
        currency="EUR",
        step=StepKey.R1,
        step_name="Appel",
        channel=Channel.CALL,
        state=ActionState.OPEN if number % 20 else ActionState.DONE,
        sends=(),
        day=DAY - timedelta(days=number),
    )
    assert site.store().add_action(site.account("C1").customer, made)


def paid(site: Site, number: int) -> None:
    invoice(site, number)
    site.store().archive(site.account("C1").customer, [derived_id("C1", f"F{number}")])


def report(site: Site, number: int) -> None:
    at = datetime(2025, 3, 9, 8, number % 60, tzinfo=UTC)
    site.store().save_import(ImportReport(id=f"i{number}", state="done", key="k", started_at=at))


def promise(site: Site, number: int) -> None:
    if not site.account("C1").items:
        site.add_item("C1", "F1")
    asked = {
        "amount": {"amount": "1.00", "currency": "EUR"},
        "due": str(DAY + timedelta(days=number)),
    }
    assert site.call("POST", f"{C1}/promises", asked).status == 201


def file_by_number(site: Site, number: int) -> None:
    site.store().save_invoice_file(
        InvoiceFile(
            id=f"fa-{number}",
            name=f"FA-{number}.pdf",
            key="k",
            version=None,
            state=InvoiceFileState.WAITING,
            arrived_at=datetime(2025, 3, 9, tzinfo=UTC),
        )
    )


def version(site: Site, number: int) -> None:
    if not site.store().scenarios():
        site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "regular"})
    body = plan(call_step(), name=f"Plan {number}")
    assert site.call("PUT", "/v1/scenarios/standard-with-email", body).status == 200


def scenario(site: Site, number: int) -> None:
    site.call("POST", "/v1/profiles", {"name": f"P{number}"})
    body = {"profile": f"p{number}", "with_email": True, "plan": plan(call_step())}
    assert site.call("POST", "/v1/scenarios", body).status == 201


def member(site: Site, number: int) -> None:
    invited = {"email": f"m{number}@example.com", "role": "viewer"}
    token = site.call("POST", "/v1/invitations", invited).body["token"]
    path = "/v1/invitations/acceptance"
    assert site.call("POST", path, {"token": token}, user=f"m{number}").status == 201


WORDS = {"name": "Short", "wordings": {"fr": {"subject": "Compte", "opening": "Bonjour."}}}
LISTS: dict[str, Adds] = {
    "/v1/profiles": posts("/v1/profiles", lambda n: {"name": f"P{n}"}),
    "/v1/scenarios": scenario,
    "/v1/scenarios/standard-with-email/versions": version,
    "/v1/templates": posts("/v1/templates", lambda n: {"id": f"t{n}", "plan": WORDS}),
    "/v1/customers": posts("/v1/customers", lambda n: {"code": f"K{n}", "name": "X"}),
    f"{C1}/contacts": posts(f"{C1}/contacts", lambda n: {"name": f"Person {n}"}),
    f"{C1}/items": invoice,
    f"{C1}/items?paid=true": paid,
    f"{C1}/actions": action,
    f"{C1}/stops": posts(f"{C1}/stops", lambda n: {"reason": f"r{n}"}),
    f"{C1}/promises": promise,
    "/v1/stops": posts(f"{C1}/stops", lambda n: {"reason": f"r{n}"}),
    "/v1/items": invoice,
    "/v1/items?order=newest": invoice,
    "/v1/items?customer=C1": invoice,
    "/v1/actions": action,
    "/v1/actions?order=oldest": action,
    "/v1/actions?waiting=true": action,
    "/v1/actions?customer=C1": action,
    "/v1/groups": posts("/v1/groups", lambda n: {"id": f"g{n}", "name": "G"}),
    "/v1/members": member,
    "/v1/users": member,
    "/v1/invitations": posts(
        "/v1/invitations", lambda n: {"email": f"m{n}@example.com", "role": "viewer"}
    ),
    "/v1/program-keys": posts("/v1/program-keys", lambda n: {"name": f"{n}", "scopes": ["read"]}),
    "/v1/imports": report,
    "/v1/invoice-files": file_by_number,
    "/v1/mappings": posts("/v1/mappings/m{}", lambda n: {"mapping": MAPPING}, "PUT"),
    "/v1/opt-outs": posts("/v1/opt-outs", lambda n: {"number": f"+336123456{n:02}"}),
}
# Their entries are a customer's, held in one part: see the lists above.
ELSEWHERE = {
    f"{C1}/disputes": "as stops",
    f"{C1}/explanation": "the customer's items",
    "/v1/items/{item}/actions": "a part of the customer's",
    f"{C1}/personal-data": "the customer's own",
    "/v1/aged-balance": "the customers'",
    "/v1/preview": "the customers'",
}


def part(site: Site, address: str, after: str | None) -> Any:
    path, _, asked = address.partition("?")
    query: dict[str, Any] = dict([asked.split("=")]) if asked else {}
    if after:
        query["after"] = after
    answer = site.call("GET", path, limit=2, **query)
    assert answer.status == 200, answer.text
    return answer.body


def keys(entries: list[dict[str, Any]]) -> list[str]:
    """What tells entries apart: a scenario's versions share its id."""
    return [
        f"{each.get('id') or each['name']} {each.get('plan', {}).get('name')}" for each in entries
    ]


def walked(site: Site, address: str, between: Callable[[], None]) -> list[str]:
    """Every entry, part by part; others write `between` the parts."""
    found: list[str] = []
    after = None
    while True:
        body = part(site, address, after)
        found += keys(body["items"])
        after = body["next"]
        if after is None:
            return found
        between()


@pytest.mark.parametrize("address", LISTS)
def test_a_walk_sees_what_stood_still_once_whatever_others_write(site: Site, address: str) -> None:
    site.add_customer("C1")
    for number in NUMBERS:
        LISTS[address](site, number)
    still = walked(site, address, lambda: None)
    waiting = list(LATER)

    def others_write() -> None:
        if waiting:
            LISTS[address](site, waiting.pop())

    seen = walked(site, address, others_write)

    assert len(still) == len(set(still)) >= 3
    assert len(waiting) < len(LATER)
    assert [each for each in seen if each in still] == still
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("address", "added"),
    [
        ("/v1/groups", "g{}"),
        ("/v1/templates", "t{}"),
        ("/v1/opt-outs", "336123456{}"),
        ("/v1/profiles", "p{}"),
    ],
)
def test_a_walk_goes_on_where_what_it_stopped_at_is_gone(
    site: Site, address: str, added: str
) -> None:
    for number in NUMBERS:
        LISTS[address](site, number)
    first = part(site, address, None)
    rest = set(walked(site, address, lambda: None)) - set(keys(first["items"]))
    for number in NUMBERS:
        key = added.format(number)
        if key in [each["id"] for each in first["items"]]:
            assert site.call("DELETE", f"{address}/{key}").status == 204

    after = first["next"]
    seen: list[str] = []
    while after:
        body = part(site, address, after)
        seen += keys(body["items"])
        after = body["next"]

    assert set(seen) == rest
    assert len(seen) == len(rest)


@pytest.mark.parametrize("address", [*LISTS, f"{C1}/disputes", f"{C1}/personal-data"])
def test_what_no_list_gave_is_refused_as_a_place_to_go_on(site: Site, address: str) -> None:
    site.add_customer("C1")
    for number in NUMBERS:
        LISTS.get(address, invoice)(site, number)
    path, _, asked = address.partition("?")
    query: dict[str, Any] = dict([asked.split("=")]) if asked else {}
    other = "/v1/profiles" if path == "/v1/groups" else "/v1/groups"
    for number in (1, 2):
        site.call("POST", other, {"id": f"x{number}", "name": f"X{number}"})
    elsewhere = site.call("GET", other, limit=1).body["next"]
    assert elsewhere is not None

    for after in ("nonsense", "g10", elsewhere):
        answer = site.call("GET", path, after=after, **query)

        assert answer.status == 422, answer.text
        assert answer.body["errors"][0]["parameter"] == "after"


def test_every_list_is_walked_here() -> None:
    walked_here = {_template(address.partition("?")[0]) for address in (*LISTS, *ELSEWHERE)}
    lists = {
        path
        for path, methods in document()["paths"].items()
        for parameter in methods.get("get", {}).get("parameters", [])
        if parameter.get("name") == "after"
    }

    assert lists == walked_here


def _template(address: str) -> str:
    return address.replace("/C1", "/{customer}").replace("/standard-with-email", "/{scenario}")
