"""A company that signed up to the deployed stack, as its people and software see it."""

import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import httpx

from relance.app.tenants import create_tenant
from relance.cli.api import Api
from relance.cli.night import drain, go_on_at_noon, run_night
from relance.cli.progress import wait_until
from relance.cli.session import DemoUser, create_user, token
from relance.cli.stack import LocalStack
from relance.cli.uploads import upload
from relance.contracts.http.imports import ImportDetail
from relance.store.registry import DynamoRegistry
from relance.store.tenant import DynamoTenantStore

SENDER = "relance@relance.example"
# From the range that the Australian regulator keeps for fiction.
PHONE = "+61491570156"
# How long work may take before a test gives up; shorter where failures are expected.
PATIENCE = float(os.environ.get("RELANCE_TEST_PATIENCE", "120"))
_ENDED = ("done", "partial", "failed", "held")


class Company:
    """One tenant, fresh and with a name nobody else has."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.id = f"t{secrets.token_hex(4)}"
        self.email = f"admin@{self.id}.example.com"
        for address in (SENDER, self.email):
            try:
                stack.ses.create_email_identity(EmailIdentity=address)
            except stack.ses.exceptions.AlreadyExistsException:
                continue
        self.user: DemoUser = create_user(stack, tenant=self.id, email=self.email)
        table = stack.output("TableName")
        self.registry = DynamoRegistry(stack.dynamodb, table)
        self.store = DynamoTenantStore(stack.dynamodb, table, self.id)
        create_tenant(
            tenant=self.id,
            name="Atelier Bréhat",
            subject=self.user.subject,
            email=self.email,
            registry=self.registry,
            store_for=lambda _: self.store,
        )
        self.token = token(stack, self.user)
        self.http = stack.http(token=self.token)
        self.api = Api(client=self.http)

    def address(self, code: str) -> str:
        """Return the e-mail address of this company's debtor `code`."""
        return f"{code.lower()}@debtors-of-{self.id}.example.com"

    def add_customer(self, code: str, *, email: bool = True, **more: Any) -> Mapping[str, Any]:
        """Create a debtor through the API, with one contact and a postal address."""
        contact = {
            "name": "Martin Duval",
            "email": self.address(code) if email else None,
            "phone": PHONE,
            "main": True,
        }
        created: Mapping[str, Any] = self.api.post(
            "/customers",
            {
                "code": code,
                "name": f"Société {code}",
                "terms": {"days": 30, "base": "net"},
                "address": {"lines": ["1 rue du Port"], "postal_code": "29200", "city": "Brest"},
                "contacts": [contact],
            }
            | more,
        )
        return created

    def upload(self, body: bytes, name: str = "ledger.txt", **options: Any) -> ImportDetail:
        """Upload a ledger through the API and wait for its report."""
        return upload(self.api, name, body, seconds=PATIENCE, **options)

    def put_in_bucket(self, body: bytes, name: str) -> Mapping[str, Any]:
        """Put a ledger straight into the bucket and wait until its import ended."""
        known = {each["id"] for each in self.api.every("/imports")}
        bucket = self.stack.output("LedgerBucketName")
        self.stack.s3.put_object(Bucket=bucket, Key=f"tenants/{self.id}/{name}", Body=body)

        def ended() -> Mapping[str, Any] | None:
            fresh = (each for each in self.api.every("/imports") if each["id"] not in known)
            return next((each for each in fresh if each["state"] in _ENDED), None)

        report = wait_until(ended, seconds=PATIENCE)
        assert report is not None, "the import has not ended"
        return report

    def ended(self, import_id: str) -> Mapping[str, Any]:
        """Wait until an import that was confirmed has ended."""

        def over() -> Mapping[str, Any] | None:
            report: Mapping[str, Any] = self.api.get(f"/imports/{import_id}")
            return report if report["state"] in ("done", "partial", "failed") else None

        report = wait_until(over, seconds=PATIENCE)
        assert report is not None, "the import has not ended"
        return report

    def night(self, day: date) -> None:
        """Run the night of `day` for everybody and wait until all its work is done."""
        night = run_night(self.stack, day, seconds=PATIENCE)
        assert not night.dead, f"messages died: {night.dead}"

    def settle(self) -> None:
        """Wait until no queue holds work."""
        drain(self.stack.waiting, tick=lambda _: None, seconds=PATIENCE)

    def noon(self, day: date) -> None:
        """Let noon of `day` come, and what waited for it."""
        go_on_at_noon(self.stack, day, tick=lambda _: None, seconds=PATIENCE)

    def actions(self, customer: str) -> list[dict[str, Any]]:
        """Return all actions of a customer, oldest first."""
        return list(reversed(list(self.api.every(f"/customers/{customer}/actions"))))

    def waiting(self) -> list[dict[str, Any]]:
        """Return what waits for someone."""
        return list(self.api.every("/actions", waiting="true"))

    def close_what_waits(self) -> None:
        """Say yes to every message, close every open call, say that every letter is posted."""
        self.approve_what_waits()
        for action in self.waiting():
            if action["state"] == "to_confirm":  # approved, it waits for its day
                continue
            result = "posted" if action["state"] == "to_post" else "reached"
            self.api.post(f"/actions/{action['id']}/completion", {"result": result})

    def approve_what_waits(self) -> None:
        """Say yes to every message that waits for it, and wait until they left."""
        found = [each["id"] for each in self.waiting() if each["state"] == "to_confirm"]
        for first in range(0, len(found), 10):
            self.api.post("/actions/approvals", {"actions": found[first : first + 10]})
        if found:
            self.settle()

    def change_first_reminder(self, **changes: str) -> None:
        """Change the first reminder of the scenario for customers with e-mail."""
        plan = self.api.get("/scenarios/standard-with-email")["plan"]
        for step in plan["steps"]:
            if step["key"] == "r1":
                step.update(changes)
        answer = self.http.put("/v1/scenarios/standard-with-email", json=plan)
        assert answer.status_code == 200, answer.text

    def explanation(self, customer: str) -> dict[str, dict[str, Any]]:
        """Return why each item of a customer moves or not, by number."""
        said = self.api.get(f"/customers/{customer}/explanation")
        return {item["number"]: item for item in said["items"]}

    def mails_to(self, codes: Iterable[str]) -> list[dict[str, Any]]:
        """Return what the e-mail provider took for these debtors, in order."""
        wanted = {self.address(code) for code in codes}
        kept = self._kept("ses/messages")["messages"].values()
        return [each for entries in kept for each in entries if wanted & set(each["To"])]

    def texts_to(self, number: str) -> list[dict[str, Any]]:
        """Return the text messages that the SMS provider took for this number, in order."""
        found: list[dict[str, Any]] = self._kept("sns/sms-messages")["sms_messages"].get(number, [])
        return found

    def _kept(self, what: str) -> dict[str, Any]:
        address = f"{self.stack.instance.endpoint}/_ministack/{what}"
        answer = httpx.get(address, trust_env=False, timeout=30).raise_for_status()
        kept: dict[str, Any] = answer.json()
        return kept
