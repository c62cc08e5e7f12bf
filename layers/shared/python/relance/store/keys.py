"""Every key of the table, spelt here and nowhere else; `docs/data-model.md` lists them.

A customer's facts share one partition. Live ones begin with LIVE, the customer itself first: a
reader that takes them in key order sees the version before any fact that it vouches for.
"""

import hashlib
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from relance.domain.identifiers import owner

# DynamoDB takes 1024 bytes of sort key; this leaves room for what stands around an identifier.
_LONGEST = 600
_LONGEST_CUSTOMER = 500

# Sorts before every date: customers whose facts changed since they were last decided on.
AT_ONCE = "0000-00-00"
# Between a day and a due date: sorts before '#', so before all others of that day.
_FIRST = "!"


class Key(NamedTuple):
    """Where a record lies, or a prefix that a query takes (`sk` is then the prefix)."""

    pk: str
    sk: str


class Place(NamedTuple):
    """Where a record stands in an index: which list, and its position there."""

    pk: str
    sk: str


# The tenant's own partition


def tenant(tenant: str) -> Key:
    """The tenant's settings and dates."""
    return Key(_tenant(tenant), "TENANT")


def profile(tenant: str, profile: str) -> Key:
    """One profile; with '' the prefix of all."""
    return Key(_tenant(tenant), f"PROFILE#{_part(profile)}")


def scenario(tenant: str, scenario: str) -> Key:
    """A scenario's latest version; with '' the prefix of all."""
    return Key(_tenant(tenant), f"SCENARIO#{_part(scenario)}")


def scenario_version(tenant: str, scenario: str, version: int) -> Key:
    """One immutable version of a scenario."""
    return Key(_tenant(tenant), f"SCENARIO_VERSION#{_part(scenario)}#{version:06d}")


def template(tenant: str, template: str) -> Key:
    """A template of the tenant's own; with '' the prefix of all."""
    return Key(_tenant(tenant), f"TEMPLATE#{_part(template)}")


def first_wave(tenant: str) -> Key:
    """How many messages of the first wave were put up on which day (D13)."""
    return Key(_tenant(tenant), "FIRST_WAVE")


def import_report(tenant: str, import_id: str) -> Key:
    """An import's report, without its issues."""
    return Key(_tenant(tenant), f"IMPORT#{_part(import_id)}")


def import_issues(tenant: str, import_id: str, part: int) -> Key:
    """A part of an import's issues, counted from 1."""
    return Key(_tenant(tenant), f"IMPORT_ISSUES#{_part(import_id)}#{part:04d}")


def import_turn(tenant: str) -> Key:
    """Which run has its turn to import, and until when."""
    return Key(_tenant(tenant), "IMPORT_TURN")


def group(tenant: str, group: str) -> Key:
    """A group of users; with '' the prefix of all."""
    return Key(_tenant(tenant), f"GROUP#{_part(group)}")


def opt_out(tenant: str, number: str) -> Key:
    """A number that the tenant never texts."""
    return Key(_tenant(tenant), f"NO_TEXTS#{_part(number)}")


def postal_account(tenant: str) -> Key:
    """The sealed account with whoever posts the letters."""
    return Key(_tenant(tenant), "POSTAL_ACCOUNT")


def invoice_file(tenant: str, identifier: str) -> Key:
    """A PDF that was sent by its invoice's number."""
    return Key(_tenant(tenant), f"INVOICE_FILE#{_part(identifier)}")


def print_batch(tenant: str, on: date) -> Key:
    """The files of the letters of one day that are printed by hand."""
    return Key(_tenant(tenant), f"PRINTED#{on}")


# What is remembered of requests for a while


def requests(tenant: str, budget: str, minute: datetime) -> Key:
    """How many requests of a kind the tenant sent in a minute (UTC)."""
    at = minute.astimezone(UTC)
    return Key(f"{_tenant(tenant)}#REQUESTS", f"{budget}#{at:%Y-%m-%dT%H:%M}")


def kept_answer(tenant: str, subject: str, key: str) -> Key:
    """What was answered to a member's request with an idempotency key."""
    return Key(f"{_tenant(tenant)}#ANSWERS", f"{_part(subject)}#{_hashed(key)}")


def visitors_answer(subject: str, key: str) -> Key:
    """The same of somebody who may belong to no tenant."""
    return Key(f"SUBJECT#{_part(subject)}", f"ANSWER#{_hashed(key)}")


# A customer's partition


def customer(tenant: str, customer: str) -> Key:
    """The customer: contacts, terms, version; also the prefix of all its live facts."""
    return Key(_customer(tenant, customer), "LIVE")


def everything(tenant: str, customer: str) -> Key:
    """The prefix of all that is kept of a customer, live and archived."""
    return Key(_customer(tenant, customer), "")


def item(tenant: str, item: str) -> Key:
    """A live item."""
    return Key(_customer(tenant, owner(item)), f"LIVE#ITEM#{_part(item)}")


def action(tenant: str, action: str) -> Key:
    """A live action."""
    return Key(_customer(tenant, owner(action)), f"LIVE#ACTION#{_part(action)}")


def block(tenant: str, block: str) -> Key:
    """A stop, dispute or promise."""
    return Key(_customer(tenant, owner(block)), f"LIVE#BLOCK#{_part(block)}")


def paid_item(tenant: str, item: str) -> Key:
    """An archived item, with the ids of the actions that concerned it."""
    return Key(_customer(tenant, owner(item)), f"PAID#{_part(item)}")


def past_action(tenant: str, action: str, day: date) -> Key:
    """An archived action, in the order of its day."""
    return Key(_customer(tenant, owner(action)), past_actions(tenant, "").sk + by_day(day, action))


def past_actions(tenant: str, customer: str) -> Key:
    """The prefix of a customer's archived actions."""
    return Key(_customer(tenant, customer), "PAST#")


def past_pointer(tenant: str, action: str) -> Key:
    """Says where an archived action lies, and that its id is taken."""
    return Key(_customer(tenant, owner(action)), f"WHERE#{_part(action)}")


# Across tenants


def tenant_entry(tenant: str) -> Key:
    """One line of the list of tenants; with '' the prefix of all."""
    return Key("TENANTS", _part(tenant))


def membership(subject: str) -> Key:
    """Which tenant a token's subject belongs to."""
    return Key(f"SUBJECT#{_part(subject)}", "MEMBERSHIP")


def program_key(identifier: str) -> Key:
    """What a program signs in with, by the id in its text."""
    return Key(f"KEY#{_part(identifier)}", "KEY")


def invitation(identifier: str) -> Key:
    """Who may join a tenant, by the id in the token."""
    return Key(f"INVITATION#{_part(identifier)}", "INVITATION")


def sent_as(reference: str) -> Key:
    """Which tenant's action a provider's name of a message belongs to."""
    return Key(f"SENT#{_part(reference)}", "ACTION")


# Places in the `due` index


def due(tenant: str, customer: str, day: date | None) -> Place:
    """When a customer is to be looked at next; None: at once, its facts changed."""
    return Place(f"{_tenant(tenant)}#DUE", f"{day or AT_ONCE}#{_part(customer)}")


def due_until(tenant: str, day: date) -> Place:
    """Just behind everything that is due on `day` ('$' follows '#').

    Who is to be looked at again in the course of that day comes behind it.
    """
    return Place(due(tenant, "", None).pk, f"{day}$")


def due_at(tenant: str, customer: str, day: date, at: time) -> Place:
    """When a customer is to be looked at again in the course of a day; behind the day itself."""
    return Place(due(tenant, "", None).pk, f"{day}T{at:%H:%M}#{_part(customer)}")


def due_at_from(tenant: str, day: date) -> Place:
    """Just before all who are to be looked at again in the course of `day`."""
    return Place(due(tenant, "", None).pk, f"{day}T")


def due_at_until(tenant: str, day: date, at: time) -> Place:
    """Just behind all who are to be looked at again on `day` up to `at` ('$' follows '#')."""
    return Place(due(tenant, "", None).pk, f"{day}T{at:%H:%M}$")


def due_first(tenant: str, customer: str, day: date, oldest: date) -> Place:
    """Before all others of the day: who waits for room in the first wave, oldest due first."""
    return Place(due(tenant, "", None).pk, f"{day}{_FIRST}{oldest}#{_part(customer)}")


def due_first_from(tenant: str, day: date) -> Place:
    """Just before all who wait for room and are due on `day`."""
    return Place(due(tenant, "", None).pk, f"{day}{_FIRST}")


def due_first_until(tenant: str, day: date) -> Place:
    """Just behind all who wait for room and are due on `day`."""
    return Place(due(tenant, "", None).pk, f"{day}{_FIRST}~")


# Places in the `lists` index


def listed_customer(tenant: str, customer: str) -> Place:
    """The tenant's customers, by id."""
    return Place(f"{_tenant(tenant)}#CUSTOMERS", _part(customer))


def listed_item(tenant: str, item: str, day: date) -> Place:
    """The tenant's live items, by due date, else date of issue."""
    return Place(f"{_tenant(tenant)}#ITEMS", by_day(day, item))


def listed_paid_item(tenant: str, item: str, day: date) -> Place:
    """One customer's archived items, by the day they were settled."""
    return Place(f"{_customer(tenant, owner(item))}#PAID", by_day(day, item))


def listed_action(tenant: str, action: str, day: date, *, waiting: bool) -> Place:
    """The tenant's actions by day: those that wait for a person apart from the others."""
    kind = "WAITING" if waiting else "OTHER"
    return Place(f"{_tenant(tenant)}#ACTIONS#{kind}", by_day(day, action))


def listed_import(tenant: str, import_id: str, started: str) -> Place:
    """The tenant's imports, by the instant they started (UTC, ISO)."""
    return Place(f"{_tenant(tenant)}#IMPORTS", f"{started}#{_part(import_id)}")


def listed_member(tenant: str, subject: str) -> Place:
    """The tenant's users, by the subjects of their tokens."""
    return Place(f"{_tenant(tenant)}#MEMBERS", _part(subject))


def listed_program_key(tenant: str, identifier: str, created: str) -> Place:
    """The tenant's programs' keys, by the instant they were made (UTC, ISO)."""
    return Place(f"{_tenant(tenant)}#KEYS", f"{created}#{_part(identifier)}")


def listed_invitation(tenant: str, identifier: str, invited: str) -> Place:
    """The tenant's invitations, by the instant they were first made (UTC, ISO)."""
    return Place(f"{_tenant(tenant)}#INVITATIONS", f"{invited}#{_part(identifier)}")


def listed_invoice_file(tenant: str, identifier: str, *, linked: bool) -> Place:
    """The PDFs that were sent by number: those that go with an invoice apart from the others."""
    kind = "LINKED" if linked else "OPEN"
    return Place(f"{_tenant(tenant)}#INVOICE_FILES#{kind}", _part(identifier))


def listed_stop(tenant: str, stop: str, since: date) -> Place:
    """The tenant's stops that nobody lifted, by the day since which they are in force."""
    return Place(f"{_tenant(tenant)}#STOPS", by_day(since, stop))


def listed_opt_out(tenant: str, number: str) -> Place:
    """The numbers that the tenant never texts, in their order."""
    return Place(f"{_tenant(tenant)}#NO_TEXTS", _part(number))


# Parts of keys


def by_day(day: date, identifier: str) -> str:
    """A position among things ordered by day."""
    return f"{day}#{_part(identifier)}"


def customer_in(pk: str) -> str:
    """Return the id of the customer whose partition this is."""
    return pk.partition("#C#")[2].replace("%23", "#").replace("%25", "%")


def oldest_in(sk: str) -> date | None:
    """Return the due date in the place of one who waits for room, None in any other place."""
    return date.fromisoformat(sk[11:21]) if sk[10:11] == _FIRST else None


def fits(customer: str) -> bool:
    """Whether a customer's id is short enough to be kept."""
    return len(customer.encode()) <= _LONGEST_CUSTOMER


def _tenant(tenant: str) -> str:
    return f"T#{_part(tenant)}"


def _customer(tenant: str, customer: str) -> str:
    return f"{_tenant(tenant)}#C#{_part(customer)}"


def _hashed(text: str) -> str:
    """Return a text of any length and any signs as a part of a key."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _part(identifier: str) -> str:
    """Quote '#', so that none reaches into another key; what is too long is never found."""
    if len(identifier.encode()) > _LONGEST:
        return "%" + hashlib.sha256(identifier.encode()).hexdigest()
    return identifier.replace("%", "%25").replace("#", "%23")
