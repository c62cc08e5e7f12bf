"""The demo: a tenant with a user, a sample ledger, its first night. Every step is done once."""

import shlex
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from relance.app.errors import Conflict
from relance.app.tenants import STANDARD_PROFILE, add_member, create_tenant
from relance.cli import approvals, report, uploads
from relance.cli.api import Api, ApiRefusal
from relance.cli.night import run_night, set_clock, stored_day
from relance.cli.progress import say, step
from relance.cli.sample import sample_contacts, sample_fec
from relance.cli.session import DemoUser, create_user, saved_user, token
from relance.cli.stack import LocalStack
from relance.store.registry import DynamoRegistry
from relance.store.tenant import DynamoTenantStore

TENANT = "demo"
USER = "claire.demo@relance.example"
PLATFORM_SENDER = "relance@relance.example"
_TIMEZONE = ZoneInfo("Europe/Paris")
_PRESENTATION: dict[str, Any] = {
    "name": "Atelier Démonstration",
    "sender_name": "Claire Demo",
    "signature": "Claire Demo\nComptabilité clients\nAtelier Démonstration",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "bic": "AGRIFRPP",
    "address": ["12 rue des Essais", "29000 Quimper"],
    "phone": "01 99 00 12 34",
    "terms": {"days": 30, "base": "net"},
}


def run_demo(stack: LocalStack, *, today: date | None = None) -> None:
    """Make the demo's tenant, load the sample and run its night, where not done yet; then report.

    Run a second time it changes nothing and sends nothing.
    """
    today = today or datetime.now(_TIMEZONE).date()
    user = _user(stack)
    ticket = token(stack, user)
    api = Api(client=stack.http(token=ticket))
    if not _imported(api):
        set_clock(stack, datetime.combine(today, time(0), tzinfo=UTC))  # the sync has a day too
        _load(stack, api, today)
    if api.get("/tenant")["planned_through"] is None:
        night = run_night(stack, today)
        first_wave = approvals.waiting(api)
        if first_wave:  # overdue before the first ledger: nothing of it leaves without a yes
            approvals.approve(stack, api, first_wave, title="Approving the first wave")
        report.show_night(api, night)
    else:
        _show_standing(stack, api)
    _show_ways_on(stack, ticket)


def _user(stack: LocalStack) -> DemoUser:
    user = saved_user(stack.instance)
    if user is not None:
        return user
    with step("Creating the demo tenant and its user"):
        for sender in (USER, PLATFORM_SENDER):
            _verify_sender(stack, sender)
        user = create_user(stack, tenant=TENANT, email=USER)
        _sign_up(stack, user)
        user.save(stack.instance)
    return user


def _sign_up(stack: LocalStack, user: DemoUser) -> None:
    """Create the tenant, or finish what an interrupted run began."""
    table = stack.output("TableName")
    registry = DynamoRegistry(stack.dynamodb, table)
    store = DynamoTenantStore(stack.dynamodb, table, TENANT)
    try:
        create_tenant(
            tenant=TENANT,
            name=_PRESENTATION["name"],
            subject=user.subject,
            email=user.email,
            registry=registry,
            store_for=lambda _: store,
        )
    except Conflict:
        with suppress(Conflict):  # when it is there already
            store.save_profile(STANDARD_PROFILE)
        add_member(
            tenant=TENANT, subject=user.subject, role="admin", email=user.email, registry=registry
        )


def _verify_sender(stack: LocalStack, address: str) -> None:
    try:
        stack.ses.create_email_identity(EmailIdentity=address)
    except stack.ses.exceptions.AlreadyExistsException:
        return


def _imported(api: Api) -> bool:
    return any(each["state"] == "done" for each in api.every("/imports"))


def _load(stack: LocalStack, api: Api, today: date) -> None:
    api.patch("/tenant", _PRESENTATION)
    customers = sample_contacts()
    with step(f"Loading contacts and terms of {len(customers)} customers by the API") as tick:
        for count, customer in enumerate(customers, start=1):
            _create_customer(api, customer)
            tick(f"{count} of {len(customers)}")
    ledger = stack.instance.folder / f"123456789FEC{today:%Y%m%d}.txt"
    ledger.write_bytes(sample_fec(today))
    uploads.show_report(uploads.upload_file(api, ledger))


def _create_customer(api: Api, customer: dict[str, Any]) -> None:
    try:
        api.post("/customers", customer)
    except ApiRefusal as refusal:
        if refusal.status != 409:  # there from a run that was interrupted
            raise


def _show_standing(stack: LocalStack, api: Api) -> None:
    day = stored_day(stack)
    say(f"\nThe demo is loaded; its last night was {day}. Nothing new was sent.")
    waiting = report.waiting_actions(api)
    known = report.names(api)
    for action in waiting:
        say(f"  {report.action_line(action, known)}")


def _show_ways_on(stack: LocalStack, ticket: str) -> None:
    root = stack.api_address
    call = f"curl -H {shlex.quote('Authorization: Bearer ' + ticket)} {root}/v1/customers"
    say(f"""
The mails, as the debtors get them:   {stack.instance.mailbox_page}
The API, described:                   {root}/v1/docs
The API, with a token for an hour:
  {call}

How to go on (source .venv/bin/activate once, or write .venv/bin/relance):
  relance night             the next night
  relance approve ID        say yes to a message that waits for it (or --all)
  relance done ID           close a call, or say that a letter is posted
  relance outbox            what was sent, byte for byte
  relance upload FILE       another ledger
  relance status            what runs, what waits
  make stop                 stop; make run brings it back as it was""")
