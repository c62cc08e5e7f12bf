"""The list of what is to be done: whose, late or not, in parts; and all one needs to do it (A2)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from relance.app.people import people_of
from relance.app.sync import add_default_scenarios
from relance.app.worklist import Wanted, worklist
from relance.cli.report import Names, action_line
from relance.contracts.http.actions import ActionLine
from relance.domain.actions import Action, ActionState
from relance.domain.customer import Contact
from relance.domain.items import ItemKind
from relance.domain.scenario import Channel
from tests.functions.api.site import DAY, Site

MANAGER = "alias:account_manager"
GROUP = {"id": "recovery", "name": "Recouvrement", "members": ["carl", "vera"]}


def put(site: Site, code: str, *responsible: str, **changes: Any) -> Action:
    """Put a call on an invoice of a new customer, to be made by these."""
    customer = site.add_customer(code)
    action = site.add_action(site.add_item(customer.id, "F1"), customer=customer.id)
    action = replace(action, responsible=responsible, **changes)
    assert site.store().save_action(site.account(customer.id).customer, action)
    return action


def listed(site: Site, *, user: str = "anna", **query: Any) -> list[str]:
    answer = site.call("GET", "/v1/actions", user=user, **query)
    assert answer.status == 200, answer.text
    return sorted(each["customer"] for each in answer.body["items"])


def test_each_has_a_list_of_what_is_theirs_and_their_groups(site: Site) -> None:
    site.call("POST", "/v1/groups", GROUP)
    put(site, "A", "anna@example.com")
    put(site, "B", "group:recovery")
    put(site, "C", "carl", "anna@example.com")
    put(site, "D")

    assert listed(site, responsible="me") == ["A", "C"]
    assert listed(site, responsible="me", user="carl") == ["B", "C"]
    assert listed(site, responsible="carl") == ["B", "C"]
    assert listed(site, responsible="group:recovery") == ["B"]
    assert listed(site, responsible="nobody") == ["D"]
    assert listed(site) == ["A", "B", "C", "D"]


def test_the_commands_of_this_machine_read_what_is_listed(site: Site) -> None:
    put(site, "A", "anna@example.com", late_days=1, day=DAY - timedelta(days=9))

    (line,) = site.call("GET", "/v1/actions", waiting="true").body["items"]

    assert ActionLine.model_validate(line).late
    assert "LATE" in action_line(ActionLine.model_validate(line), Names(customers={}, items={}))


def test_a_name_that_nobody_has_is_refused(site: Site) -> None:
    answer = site.call("GET", "/v1/actions", responsible="rita@example.com")

    assert answer.status == 422
    assert answer.body["errors"][0]["parameter"] == "responsible"


def test_an_alias_is_whoever_looks_after_the_customer_now(site: Site) -> None:
    action = put(site, "A", MANAGER, account_manager="vera")
    assert listed(site, responsible="vera") == ["A"]

    site.call("PATCH", "/v1/customers/A", {"account_manager": "carl"})

    assert listed(site, responsible="vera") == []
    assert listed(site, responsible="me", user="carl") == ["A"]
    shown = site.call("GET", f"/v1/actions/{action.id}").body
    assert shown["responsible"] == [MANAGER]
    assert shown["in_charge"] == [{"responsible": "carl", "kind": "user", "name": "carl"}]


def test_what_was_done_stays_with_who_looked_after_the_customer_then(site: Site) -> None:
    put(site, "A", MANAGER, account_manager="vera", state=ActionState.DONE, completed_on=DAY)
    site.call("PATCH", "/v1/customers/A", {"account_manager": "carl"})

    assert listed(site, responsible="vera") == ["A"]


def test_what_nobody_is_left_to_do_is_on_nobodys_list(site: Site) -> None:
    put(site, "A", MANAGER)
    put(site, "B", "gone@example.com", "group:gone")

    assert listed(site, responsible="nobody") == ["A", "B"]


def test_actions_are_listed_by_state_and_channel(site: Site) -> None:
    put(site, "A")
    put(site, "B", channel=Channel.EMAIL, state=ActionState.TO_CONFIRM)
    put(site, "C", channel=Channel.EMAIL, state=ActionState.DELIVERED)

    assert listed(site, channel="email") == ["B", "C"]
    assert listed(site, state="to_confirm") == ["B"]
    assert listed(site, state="delivered", channel="email") == ["C"]
    assert listed(site, waiting="true") == ["A", "B"]
    assert site.call("GET", "/v1/actions", state="odd").status == 422
    assert site.call("GET", "/v1/actions", before="soon").status == 422


def test_what_waits_for_longer_than_five_working_days_is_late(site: Site) -> None:
    """Sunday 9 March looks back on Friday the 28th: five working days passed on Friday the 7th."""
    old, older = date(2025, 2, 28), date(2025, 2, 27)
    put(site, "A", day=older)
    put(site, "B", day=date(2025, 3, 3))
    put(site, "C", day=old, state=ActionState.TO_CONFIRM, channel=Channel.LETTER)
    put(site, "D", day=old, state=ActionState.DONE)
    put(site, "E", day=old, state=ActionState.TO_CONFIRM, approved_on=DAY)

    assert listed(site, late="true") == ["A", "C"]
    assert listed(site, late="true", before=str(old)) == ["A"]
    lines = site.call("GET", "/v1/actions").body["items"]
    assert {each["customer"]: each["late_from"] for each in lines} == {
        "A": "2025-03-07",
        "B": "2025-03-11",
        "C": "2025-03-08",
        "D": None,
        "E": None,
    }


def test_a_step_or_the_company_may_say_when_something_is_late(site: Site) -> None:
    put(site, "A", day=DAY - timedelta(days=3), late_days=1)
    put(site, "B", day=DAY - timedelta(days=3))
    assert listed(site, late="true") == ["A"]

    site.call("PATCH", "/v1/tenant", {"late_task_days": 1})
    assert listed(site, late="true") == ["A", "B"]


def test_a_filtered_list_is_read_in_parts_that_miss_nothing(site: Site) -> None:
    wanted = []
    for number in range(40):
        mine = number % 7 == 3
        put(site, f"C{number}", "carl" if mine else "vera", day=DAY - timedelta(days=number))
        wanted += [f"C{number}"] if mine else []
    people, store = people_of(site.store()), site.store()
    for limit in (1, 2, 3, 5, 200):
        found: list[str] = []
        after: str | None = None
        for _ in range(50):
            part = worklist(
                Wanted(responsible="carl", waiting=True),
                people=people,
                store=store,
                on=DAY,
                limit=limit,
                after=after,
            )
            assert len(part.entries) <= limit
            found += [each.customer for each in part.entries]
            after = part.next
            if after is None:
                break
        assert found == wanted


def test_who_calls_sees_the_script_the_account_and_what_it_comes_to(site: Site) -> None:
    add_default_scenarios(site.store())
    action = put(site, "A")
    site.add_item("A", "F2", due=date(2025, 2, 1), amount=50_000)
    site.add_item("A", "F3", due=date(2025, 5, 1), amount=70_000)
    site.add_item("A", "AV1", kind=ItemKind.CREDIT_NOTE, amount=20_000)
    part = {"amount": "100.00", "currency": "EUR"}
    own = action.sends[0].item
    site.call("POST", "/v1/customers/A/disputes", {"item": own, "reason": "x", "amount": part})
    contact = Contact(id="c1", name="Anne", phone="+33198765432")
    account = site.account("A")
    site.store().save_customer(replace(account.customer, contacts=(contact,)))

    shown = site.call("GET", f"/v1/actions/{action.id}", user="vera").body

    assert shown["customer_name"] == "Société A"
    assert shown["contact"]["phone"] == "+33198765432"
    assert shown["script"].startswith("Bonjour")
    rows = [(each["number"], each["step"], each["days_late"], each["residual"]["amount"])
            for each in shown["items"]]  # fmt: skip
    assert rows == [
        ("F1", "r2", 8, "1200.00"),
        ("F2", None, 36, "500.00"),
        ("AV1", None, 0, "200.00"),
        ("F3", None, 0, "700.00"),
    ]
    assert [each["disputed"] for each in shown["items"]] == [part, None, None, None]
    assert shown["net"] == {"amount": "1400.00", "currency": "EUR"}


def script(site: Site, words: str) -> str:
    """Save this script for the second reminder of Standard."""
    made = site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    plan = made.body["items"][0]["plan"]
    plan["steps"][2]["script"] = words
    answer = site.call("PUT", f"/v1/scenarios/{made.body['items'][0]['id']}", plan)
    return f"{answer.status}"


def test_a_script_is_filled_with_the_facts_of_the_day(site: Site) -> None:
    words = (
        "Bonjour {{ contact.name }}, {{ customer.name }} nous doit {{ payable }} :\n"
        "{% for invoice in invoices %}- {{ invoice.number }}, {{ invoice.days_late }} jours\n"
        "{% endfor %}\n{% if many %}Plusieurs.{% else %}Une seule.{% endif %}"
    )
    assert script(site, words) == "200"
    action = put(site, "A", scenario_version=2)

    shown = site.call("GET", f"/v1/actions/{action.id}").body["script"]

    assert (
        shown.replace("\xa0", " ")
        .replace("\u202f", " ")
        .startswith("Bonjour Martin Duval, Société A nous doit 1 200,00 € :\n- F1, 8 jours\n")
    )
    assert shown.endswith("Une seule.")


def test_what_a_customer_is_called_is_never_read_as_a_script(site: Site) -> None:
    assert script(site, "{{ customer.name }}") == "200"
    action = put(site, "A", scenario_version=2)
    name = "{{ sender.iban }}{% for x in y %}<script>"
    site.call("PATCH", "/v1/customers/A", {"name": name})

    assert site.call("GET", f"/v1/actions/{action.id}").body["script"] == name


@pytest.mark.parametrize(
    "words",
    [
        "{{ ''.__class__ }}",
        "{{ customer.__init__ }}",
        "{% for a in invoices %}{% include 'x' %}{% endfor %}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'x' * 1000000000 }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ customer",
        "{% for",
    ],
)
def test_a_script_that_would_do_more_than_name_facts_is_not_saved(site: Site, words: str) -> None:
    assert script(site, words) == "422"


def test_a_script_saved_before_they_were_looked_through_is_shown_as_it_is(site: Site) -> None:
    script(site, "x")
    found = site.store().scenario("standard-with-email", 2)
    assert found is not None
    steps = tuple(replace(each, script="{{ gone }} {%") for each in found.steps)
    site.store().add_scenario_version(replace(found, steps=steps, version=3))
    action = put(site, "A", scenario_version=3)

    assert site.call("GET", f"/v1/actions/{action.id}").body["script"] == "{{ gone }} {%"


def test_what_is_over_shows_the_script_as_it_was_written_and_no_account(site: Site) -> None:
    assert script(site, "Pour {{ customer.name }}") == "200"
    action = put(site, "A", scenario_version=2, state=ActionState.DONE)

    shown = site.call("GET", f"/v1/actions/{action.id}").body

    assert shown["script"] == "Pour {{ customer.name }}"
    assert (shown["items"], shown["net"], shown["contact"]) == ([], None, None)


def test_an_account_paid_since_then_is_shown_as_it_is(site: Site) -> None:
    add_default_scenarios(site.store())
    action = put(site, "A")
    account = site.account("A")
    site.store().apply_sync(
        account.customer, put=[replace(account.items[0], residual=0)], import_id="i2"
    )

    shown = site.call("GET", f"/v1/actions/{action.id}").body

    assert [each["residual"]["amount"] for each in shown["items"]] == ["0.00"]
    assert shown["net"]["amount"] == "0.00"
    assert shown["script"].startswith("Bonjour")
