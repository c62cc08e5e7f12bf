"""Domain values ↔ the bodies of records.

A body holds a value's fields under their own names: dates as ISO texts, amounts as whole numbers,
absent instead of None. Fields may be added with a default; renaming one, or changing what it
means, takes a new `v` and a reader for the old one. What a condition or an index looks at
(versions, ranks, keys) lies beside the body, not in it.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from relance.app.errors import BadInput
from relance.app.ports.tenant import Profile, Tenant
from relance.domain.actions import Action
from relance.domain.blocks import Block, Dispute, Promise, Stop
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.store.attributes import Record

if TYPE_CHECKING:  # few functions need these
    from relance.app.import_report import ImportReport
    from relance.ledger.issues import RowIssue

VERSION = 1

# A record holds 400 KB; ten thousand sends take about 250.
_MOST_SENDS = 10_000
# A part of an import's issues stays well below that.
_PART_BYTES = 200_000
_LONGEST_TEXT = 500

# A tenant's marks and counts lie beside its body: a night's mark and an edit never meet.
_TENANT_MARKS = (
    "first_sync_on",
    "planned_through",
    "ledger_at",
    "ledger_order",
    "ledger_day",
    "rules_version",
    "rules_applied",
)
_GIVEN = ("given", "given_to")
# Written in records: a kind is never renamed.
_BLOCKS: dict[str, type[Block]] = {"stop": Stop, "dispute": Dispute, "promise": Promise}
_KIND_OF = {kind: name for name, kind in _BLOCKS.items()}

# Built on first use: a schema takes milliseconds.
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def body(value: Any) -> Record:
    """Return the body that holds a domain value."""
    plain = _adapter(type(value)).dump_python(value, mode="json", exclude_none=True)
    assert isinstance(plain, dict)  # noqa: S101 # every value kept in a record is a dataclass
    return plain


def value[T](kind: type[T], record: Record) -> T:
    """Return the domain value of a record; ValueError when another version wrote it."""
    return _read(kind, record, {})


def customer_body(customer: Customer) -> Record:
    """Return a customer's body; its version lies beside."""
    return _without(body(customer), "version")


def customer_of(record: Record) -> Customer:
    """Return the customer of a record."""
    return _read(Customer, record, {"version": record["version"]})


def tenant_body(tenant: Tenant) -> Record:
    """Return a tenant's body; its version and what only marks move lie beside."""
    return _without(body(tenant), "version", *_TENANT_MARKS)


def tenant_of(record: Record) -> Tenant:
    """Return the tenant of a record."""
    beside = ("version", *_TENANT_MARKS)
    return _read(Tenant, record, {name: record[name] for name in beside if name in record})


def profile_body(profile: Profile) -> Record:
    """Return a profile's body; how often it was given lies beside."""
    return _without(body(profile), *_GIVEN)


def profile_of(record: Record) -> Profile:
    """Return the profile of a record."""
    return _read(Profile, record, {name: record[name] for name in _GIVEN if name in record})


def action_body(action: Action) -> Record:
    """Return an action's body, its sends as short texts: there may be thousands.

    Raises BadInput when there are more than a record can hold.
    """
    if len(action.sends) > _MOST_SENDS:
        raise BadInput(
            f"an action can concern at most {_MOST_SENDS} items, this one {len(action.sends)}"
        )
    customer = owner(action.id)
    sends = [
        f"{send.step}#{send.cycle}#{send.item.removeprefix(customer)}" for send in action.sends
    ]
    return body(action) | {"sends": sends}


def action_of(record: Record) -> Action:
    """Return the action of a record."""
    customer = owner(record["body"]["id"])
    sends = []
    for text in record["body"]["sends"]:
        step, cycle, item = text.split("#", 2)
        whole = customer + item if item.startswith("-") else item
        sends.append({"step": step, "cycle": int(cycle), "item": whole})
    return _read(Action, record, {"sends": sends})


def block_body(block: Block) -> Record:
    """Return the body of a stop, dispute or promise, with its kind."""
    return body(block) | {"kind": _KIND_OF[type(block)]}


def block_of(record: Record) -> Block:
    """Return the stop, dispute or promise of a record."""
    plain = _without(record["body"], "kind")
    return value(_BLOCKS[record["body"]["kind"]], {**record, "body": plain})


def import_body(report: "ImportReport") -> Record:
    """Return a report's body, without its issues."""
    return _without(body(report), "issues")


def issue_parts(issues: "Iterable[RowIssue]") -> list[list[Record]]:
    """Return issues in parts that fit a record; over-long texts are cut."""
    parts: list[list[Record]] = []
    room = 0
    for issue in issues:
        texts = body(issue) | {
            name: getattr(issue, name)[:_LONGEST_TEXT] for name in ("column", "reason", "value")
        }
        size = sum(len(str(each).encode()) + 10 for each in texts.values())
        if size > room:
            parts.append([])
            room = _PART_BYTES
        parts[-1].append(texts)
        room -= size
    return parts


def issues_of(plain: Iterable[Record]) -> "tuple[RowIssue, ...]":
    """Return the issues of a part."""
    from relance.ledger.issues import RowIssue

    return tuple(_adapter(RowIssue).validate_python(each) for each in plain)


def day(text: str | None) -> date | None:
    """Return the date of an ISO text."""
    return date.fromisoformat(text) if text else None


def instant(at: datetime) -> str:
    """Return an aware instant as a text that sorts as time goes."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read[T](kind: type[T], record: Record, beside: Record) -> T:
    if record.get("v") != VERSION:
        raise ValueError(f"{record['pk']} {record['sk']} was written by version {record.get('v')}")
    found: T = _adapter(kind).validate_python(record["body"] | beside)
    return found


def _without(plain: Record, *names: str) -> Record:
    return {name: each for name, each in plain.items() if name not in names}
