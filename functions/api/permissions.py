"""What a request needs: the least role of a person, the scope of a program (H2)."""

from dataclasses import dataclass

from relance.app.access import Scope
from relance.app.tenants import Role

ROLES: tuple[Role, ...] = ("viewer", "collector", "admin")

# What collectors work on or may ask; everything else is changed by admins only.
_COLLECTORS_OWN = frozenset({"actions", "customers", "items", "letters", "opt-outs", "simulations"})
# What not even a viewer sees: an account with others.
_ADMINS_ALONE = frozenset({"postal-account"})
# Who gets in is decided by people: a program could make itself another key.
_PEOPLE_ALONE = frozenset({"members", "invitations", "program-keys"})
# All that is kept of a debtor at once, and the end of it.
_OF_A_PERSON = frozenset({"personal-data", "erasure"})
# Files that a program sends in, ledgers and invoices' PDFs. Announcing them is all that takes: to
# say yes to what was held would pass the very check that a program's mistake is held by.
_SENT_IN = frozenset({"imports", "invoice-files"})
_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Needed:
    """The least `role` of a person, and the `scope` of a program; None: no program may."""

    role: Role
    scope: Scope | None

    def met_by_role(self, role: str) -> bool:
        """Tell whether a person of this role may; a role that we don't know may nothing."""
        return role in ROLES and ROLES.index(role) >= ROLES.index(self.role)


def needed(method: str, path: str) -> Needed:
    """Return what a request needs; what is not named is for admins."""
    _, version, resource, *below = [*path.split("/"), "", ""]
    if version != "v1":
        return Needed("admin", None)
    if resource in _PEOPLE_ALONE:
        return Needed("admin", None)
    if resource in _ADMINS_ALONE or _OF_A_PERSON & set(path.split("/")[4:5]):
        return Needed("admin", "settings")
    if method.upper() in _READING:
        return Needed("viewer", "read")
    if resource in _COLLECTORS_OWN:
        return Needed("collector", "collect")
    if resource in _SENT_IN and not any(below):
        return Needed("admin", "import")
    return Needed("admin", "settings")
