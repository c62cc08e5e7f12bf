"""Sign up a tenant, give people access to it, edit its settings."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from relance.app.errors import BadInput, Conflict
from relance.app.limits import BUDGETS, Budget
from relance.app.mappings import MOST_BYTES, checked_mapping, size
from relance.app.ports.jobs import Jobs
from relance.app.ports.membership import Membership
from relance.app.ports.registry import Registry
from relance.app.ports.tenant import Profile, Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import ask_to_look_again
from relance.contracts.http.tenants import TenantPatch, WindowBody
from relance.contracts.http.texts import Email, Name, Slug
from relance.contracts.http.values import least_amounts
from relance.domain.tenant_rules import Entry, TenantRules
from relance.domain.windows import Windows
from relance.ledger.issues import MappingError
from relance.ledger.mapping import find_mapping
from relance.messages.payment_link import UnusableLink, checked_pattern

Role = Literal["viewer", "collector", "admin"]

STANDARD_PROFILE = Profile(id="standard", name="Standard")

_RULE_FIELDS = (
    "timezone",
    "country",
    "language",
    "late_task_days",
    "paused",
    "resume_on",
    "freshness_days",
    "first_wave_cap",
)


def create_tenant(
    *,
    tenant: str,
    name: str,
    subject: str,
    email: str,
    registry: Registry,
    store_for: Callable[[str], TenantStore],
    rules: TenantRules | None = None,
) -> Tenant:
    """Sign up a company: the tenant, its Standard profile, its first user as admin.

    `subject` is the user's in the tokens, `email` the first sender's address (M2). The membership
    comes last, so that nobody gets into half a tenant. Raises BadInput, or Conflict when the id is
    taken or the subject belongs to a tenant already.
    """
    _checked(Slug, tenant, "/tenant")
    made = Tenant(
        id=tenant,
        name=_checked(Name, name, "/name"),
        sender_email=_checked(Email, email, "/email"),
        rules=rules or TenantRules(),
    )
    if registry.membership(subject) is not None:
        raise Conflict("this user belongs to a tenant already")
    registry.add_tenant(made)
    store = store_for(tenant)
    store.save_profile(STANDARD_PROFILE)
    add_member(tenant=tenant, subject=subject, role="admin", email=email, registry=registry)
    return store.tenant()


def add_member(
    *, tenant: str, subject: str, role: Role, registry: Registry, email: str = ""
) -> Membership:
    """Give a token's subject access to a tenant (H2), or change its role there.

    Raises Conflict when it belongs to another tenant.
    """
    known = registry.membership(subject)
    if known is not None and known.tenant != tenant:
        raise Conflict("this user belongs to another tenant")
    membership = Membership(subject=subject, tenant=tenant, role=role, email=email)
    registry.put_membership(membership)
    return membership


def edit_tenant(
    patch: TenantPatch, *, store: TenantStore, jobs: Jobs, expected: int | None = None
) -> Tenant:
    """Change the settings that `patch` names.

    When a rule of decisions changes, all customers' next dates are soon set anew.
    Raises BadInput for a wrong or unknown column mapping or a payment link that is none, Conflict
    when the tenant is not at version `expected` or is changed by someone else at the same time.
    """
    tenant = store.tenant()
    if expected is not None and tenant.version != expected:
        raise Conflict("the tenant's settings changed since they were read")
    changes = patch.changes()
    edited = replace(
        tenant,
        rules=replace(tenant.rules, **_rules(changes)),
        **{name: value for name, value in changes.items() if name not in _CONVERTED},
        **{name: _merged(name, changes[name], tenant) for name in _GROUPS if name in changes},
    )
    if "mappings" in changes:
        _check_mappings(edited.mappings)
    if changes.keys() & {"mappings", "default_mapping"}:
        _check_default_mapping(edited)
    _check_payment_link(edited.payment_link)
    if edited == tenant:
        return tenant
    saved = store.save_tenant(edited, new_rules=edited.rules != tenant.rules)
    ask_to_look_again(store=store, jobs=jobs)
    return saved


_GROUPS = ("texts", "reading", "retention")
_CONVERTED = {
    *_RULE_FIELDS,
    *("terms", "tolerances", "default_tolerance", "entries", "windows"),
    *_GROUPS,
}


def _merged(name: str, given: Any, tenant: Tenant) -> Any:
    """Return a group of settings as it is stored, with what was given of it in its place."""
    return given.over(type(given).of(getattr(tenant, name))).value()


def _rules(changes: dict[str, Any]) -> dict[str, Any]:
    rules = {name: changes[name] for name in _RULE_FIELDS if name in changes}
    if "terms" in changes:
        terms = changes["terms"]
        rules["terms"] = terms.value() if terms else None
    if "tolerances" in changes:
        rules["tolerances"] = least_amounts(changes["tolerances"])
    if "default_tolerance" in changes:
        rules["default_tolerance"] = int(Decimal(changes["default_tolerance"]).scaleb(2))
    if "entries" in changes:
        rules["entries"] = tuple(Entry(each.days, each.level) for each in changes["entries"])
    if "windows" in changes:
        rules["windows"] = _windows(changes["windows"])
    return rules


def _windows(given: tuple[WindowBody, ...]) -> Windows:
    usual = Windows()
    hours = {each.channel: each.hours() for each in given}
    return Windows(
        weekdays={each.channel: each.weekdays for each in given},
        hours={**usual.hours, **{channel: each for channel, each in hours.items() if each}},
    )


def set_verified_sender(address: str, *, store: TenantStore) -> Tenant:
    """Let a tenant's mail leave from an address of its own; "" for the platform's (M2).

    For the operator only, who verified it with the e-mail provider: whoever could set it could
    write in another company's name. Raises BadInput, Conflict.
    """
    checked = _checked(Email, address, "/address") if address else ""
    return store.save_tenant(replace(store.tenant(), verified_sender=checked))


def set_automatic(automatic: bool, *, store: TenantStore, jobs: Jobs) -> Tenant:
    """Let a tenant's messages leave by themselves, or none without a person's yes (C10).

    For the operator only, by what the tenant subscribed to. A message that is already on its queue
    is decided again before it leaves, and then waits for a yes, too. Raises Conflict.
    """
    tenant = store.tenant()
    if tenant.rules.automatic is automatic:
        return tenant
    rules = replace(tenant.rules, automatic=automatic)
    saved = store.save_tenant(replace(tenant, rules=rules), new_rules=True)
    ask_to_look_again(store=store, jobs=jobs)
    return saved


def set_request_limits(limits: Mapping[Budget, int], *, store: TenantStore) -> Tenant:
    """Let a tenant send more requests a minute than the stage lets others, or fewer (H3).

    For the operator only; what is left out is as for others. Holds after a minute. Raises
    BadInput, Conflict.
    """
    if any(budget not in BUDGETS or most < 1 for budget, most in limits.items()):
        raise BadInput(f"a limit is a number above zero for one of {', '.join(BUDGETS)}")
    named = {str(budget): most for budget, most in limits.items()}
    return store.save_tenant(replace(store.tenant(), request_limits=named))


def _check_payment_link(pattern: str) -> None:
    try:
        checked_pattern(pattern)
    except UnusableLink as error:
        raise BadInput(str(error), pointer="/payment_link") from None


def _check_mappings(mappings: Mapping[str, Mapping[str, Any]]) -> None:
    if size(mappings) > MOST_BYTES:
        raise BadInput(f"may take at most {MOST_BYTES} bytes together", pointer="/mappings")
    for name, mapping in mappings.items():
        place = name.replace("~", "~0").replace("/", "~1")
        checked_mapping(name, mapping, pointer=f"/mappings/{place}")


def _check_default_mapping(tenant: Tenant) -> None:
    if tenant.default_mapping is not None:
        try:
            find_mapping(tenant.default_mapping, tenant.mappings)
        except MappingError as error:
            raise BadInput(str(error), pointer="/default_mapping") from None


def _checked(kind: Any, value: str, pointer: str) -> str:
    try:
        checked: str = TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise BadInput(
            error.errors()[0]["msg"].removeprefix("Value error, "), pointer=pointer
        ) from None
    return checked
