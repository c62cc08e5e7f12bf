"""What is stored comes back whole, and what an earlier day stored is still read."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from relance.app.import_report import (
    Closing,
    Hold,
    HoldReason,
    ImportAmounts,
    ImportDecision,
    ImportReport,
)
from relance.app.ports.membership import Membership
from relance.app.ports.tenant import Profile, Tenant
from relance.domain.actions import Action, ActionState, Send
from relance.domain.carriage import Carriage, KeptProof, PostalState, Proof
from relance.domain.customer import Address, Contact, Customer, Erasure
from relance.domain.deeds import Answer, Deed, DeedKind
from relance.domain.items import (
    FieldChange,
    Item,
    ItemEdit,
    ItemKind,
    ItemStatus,
    LevelSet,
    PaymentMethod,
)
from relance.domain.opt_outs import TextSettings
from relance.domain.reading import ReadingSettings
from relance.domain.retention import Retention
from relance.domain.scenario import (
    Anchor,
    Attachments,
    Channel,
    Grouping,
    Interval,
    Repeat,
    Scenario,
    Step,
    StepKey,
    Tone,
)
from relance.domain.tenant_rules import Entry, TenantRules
from relance.domain.terms import Terms, TermsBase
from relance.domain.windows import Windows
from relance.ledger.issues import RowIssue
from relance.store import records
from relance.store.attributes import decode, encode

DAY = date(2025, 3, 9)
TERMS = Terms(45, TermsBase.MONTH_END_THEN_NET)


def every_field(of: Any, /, **values: Any) -> Any:
    """Return a value whose every field is given: one that gains a field must gain it here."""
    missing = {field.name for field in fields(of)} - values.keys()
    return of(**{name: _something(of, name) for name in missing}, **values)


def _something(kind: Any, name: str) -> Any:
    """Return a plain value, not the default, for a field of a simple type."""
    [annotation] = [str(field.type) for field in fields(kind) if field.name == name]
    for marker, value in (
        ("datetime.datetime", datetime(2025, 3, 9, 1, 2, 3, tzinfo=UTC)),
        ("date", DAY),
        ("tuple[str, ...]", ("é", "b")),
        ("Mapping[str, int]", {"EUR": 500, "JPY": 7}),
        ("bool", True),
        ("int", 7),
        ("str", f"{name} é\n\U0001f600"),
    ):
        if marker in annotation:
            return value
    raise AssertionError(f"say in this test what {kind.__name__}.{name} may hold")


def customer() -> Customer:
    contact = every_field(Contact)
    made: Customer = every_field(
        Customer,
        contacts=(contact, replace(contact, id="c2", main=False, email=None)),
        address=every_field(Address),
        terms=TERMS,
        method=PaymentMethod.DIRECT_DEBIT,
        erasure=every_field(Erasure),
    )
    return made


def action(**changes: Any) -> Action:
    made: Action = every_field(
        Action,
        id="411-a1",
        step=StepKey.R3,
        channel=Channel.REGISTERED_LETTER,
        state=ActionState.TO_POST,
        sends=(Send("411-b", StepKey.R3, 2), Send("411-a", StepKey.PRE_DUE), Send("x", StepKey.R1)),
        answers=(Answer("Was it delivered?", "é\nyes"),),
        carriage=Carriage(
            state=PostalState.DELIVERED,
            on=DAY,
            detail="3",
            number="1A é",
            proofs=(KeptProof(kind=Proof.DEPOSIT, document="d"),),
        ),
        deeds=(Deed(what=DeedKind.ASSIGNED, on=DAY, author="b", words="to a", reason="é"),),
        **changes,
    )
    return made


def scenario() -> Scenario:
    step = every_field(
        Step,
        key=StepKey.R5,
        anchor=Anchor.NAMED_REMINDER,
        anchor_step=StepKey.R2,
        channel=Channel.OTHER,
        tone=Tone.FORMAL_NOTICE,
        attachments=Attachments.OVERDUE,
        active=False,
        automatic=False,
        offset_days=-3,
        repeat=Repeat(count=2, every=1, unit=Interval.MONTHS),
    )
    made: Scenario = every_field(
        Scenario, steps=(step, replace(step, key=StepKey.R4)), grouping=Grouping.REFERENCE_ITEM
    )
    return made


def item() -> Item:
    made: Item = every_field(
        Item,
        kind=ItemKind.CREDIT_NOTE,
        status=ItemStatus.WRITTEN_OFF,
        method=PaymentMethod.CARD,
        residual=0,
        original=-(10**15),
        level_set=LevelSet(level=3, on=DAY, reason="é", author="b"),
        edits=(ItemEdit(on=DAY, author="b", reason="é", changes=(FieldChange("level", "", "3"),)),),
    )
    return made


def tenant() -> Tenant:
    windows = Windows(weekdays={Channel.CALL: frozenset({0, 4}), Channel.SMS: frozenset({6})})
    made: Tenant = every_field(
        Tenant,
        rules=every_field(
            TenantRules, terms=TERMS, windows=windows, entries=(Entry(30, 2), Entry(60, 3))
        ),
        texts=every_field(TextSettings, max_price=Decimal("0.25")),
        reading=every_field(ReadingSettings, encoding="cp850"),
        retention=every_field(Retention),
        mappings={"m": {"columns": {"a": "B"}, "dates": ["%d/%m/%Y"], "n": 2, "x": None}},
    )
    return made


def stored(body: dict[str, Any], **beside: Any) -> dict[str, Any]:
    """Pass a record through DynamoDB's types."""
    record = {"pk": "p", "sk": "s", "v": records.VERSION, "body": body, **beside}
    return decode(encode(record))


def test_every_field_of_a_customer_comes_back() -> None:
    whole = customer()
    assert records.customer_of(stored(records.customer_body(whole), version=7)) == whole


def test_every_field_of_an_action_comes_back() -> None:
    whole = action()
    assert records.action_of(stored(records.action_body(whole))) == whole


@pytest.mark.parametrize("key", [StepKey.MATCHING, StepKey.PLAN_FINISHED])
def test_a_follow_up_comes_back(key: StepKey) -> None:
    whole = replace(action(), step=key, channel=Channel.TASK, sends=(Send("411-a", key, 1),))
    assert records.action_of(stored(records.action_body(whole))) == whole


@pytest.mark.parametrize("kind", ["item", "scenario", "profile", "membership"])
def test_every_field_of_a_plain_value_comes_back(kind: str) -> None:
    made: dict[str, Callable[[], Any]] = {
        "item": item,
        "scenario": scenario,
        "profile": lambda: every_field(Profile),
        "membership": lambda: every_field(Membership),
    }
    whole = made[kind]()
    assert records.value(type(whole), stored(records.body(whole))) == whole


def test_every_field_of_a_tenant_comes_back() -> None:
    whole = tenant()
    beside = {
        "version": 7,
        "first_sync_on": "2025-03-09",
        "planned_through": "2025-03-09",
        "ledger_at": "2025-03-09T01:02:03+00:00",
        "ledger_order": whole.ledger_order,
        "ledger_day": "2025-03-09",
        "rules_version": 7,
        "rules_applied": 7,
    }
    assert records.tenant_of(stored(records.tenant_body(whole), **beside)) == whole


def test_every_field_of_an_import_comes_back() -> None:
    whole: ImportReport = every_field(
        ImportReport,
        issues=(every_field(RowIssue),),
        amounts=(every_field(ImportAmounts),),
        closings=(every_field(Closing),),
        holds=(every_field(Hold, reason=HoldReason.CUT),),
        decision=every_field(ImportDecision, holds=(HoldReason.CLOSES_MUCH, HoldReason.OUTDATED)),
    )
    read = records.value(ImportReport, stored(records.import_body(whole)))
    [part] = records.issue_parts(whole.issues)
    assert replace(read, issues=records.issues_of(part)) == whole


@pytest.mark.parametrize("kind", [Customer, Action, Item, Tenant, Scenario, Profile])
def test_a_record_of_another_version_is_not_guessed_at(kind: type) -> None:
    assert is_dataclass(kind)
    with pytest.raises(ValueError, match="written by version 2"):
        records.value(kind, {"pk": "p", "sk": "s", "v": 2, "body": {}})


def test_nothing_is_stored_for_what_is_absent() -> None:
    body = records.body(Contact(id="c1", name="Anne"))
    assert "email" not in body
    assert None not in body.values()


def test_what_version_1_stored_is_still_read() -> None:
    found = records.action_of(
        {
            "pk": "T#a#C#411",
            "sk": "LIVE#ACTION#411-1",
            "v": 1,
            "body": {
                "id": "411-1",
                "currency": "EUR",
                "step": "r1",
                "step_name": "Relance 1",
                "channel": "email",
                "state": "sent",
                "sends": ["r1#0#-f1", "r2#1#-f2"],
                "day": "2025-03-09",
                "completed_on": "2025-03-10",
                "reserved_at": "2025-03-09T01:00:05Z",
                "a field of a later day": 1,
            },
        }
    )
    assert found == Action(
        id="411-1",
        currency="EUR",
        step=StepKey.R1,
        step_name="Relance 1",
        channel=Channel.EMAIL,
        state=ActionState.SENT,
        sends=(Send("411-f1", StepKey.R1), Send("411-f2", StepKey.R2, 1)),
        day=DAY,
        completed_on=date(2025, 3, 10),
        reserved_at=datetime(2025, 3, 9, 1, 0, 5, tzinfo=UTC),
    )


def test_a_value_that_dynamodb_has_no_type_for_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        encode({"rate": 0.1})


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_issues_are_cut_into_parts_that_fit(count: int) -> None:
    wild = [
        RowIssue(row=row, column="é" * 600, reason="r" * 600, value="\U0001f600" * 600)
        for row in range(count)
    ]
    parts = records.issue_parts(wild)
    assert [each["row"] for part in parts for each in part] == list(range(count))
    for part in parts:
        assert len(str(encode({"issues": part})).encode()) < 400_000
