"""The routes, one resource a module, each loaded when an address of its own is first asked for.

All of them together take longer to load than everything else of the API: a process that has just
started loads what the first request needs.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from functions.api.routes.router import Router

# The modules that serve the addresses whose first name behind /v1/ is this.
MODULES: Mapping[str, tuple[str, ...]] = {
    "tenant": ("tenant",),
    "profiles": ("profiles",),
    "scenarios": ("scenarios", "scenario_documents", "simulations"),
    "templates": ("templates",),
    "simulations": ("simulations",),
    "preview": ("simulations",),
    "customers": ("customers", "contacts", "personal_data", "blocks", "aged_balances"),
    "customers.csv": ("customers",),
    "stops": ("blocks",),
    "items": ("items", "invoice_files"),
    "invoice-files": ("invoice_files",),
    "aged-balance": ("aged_balances",),
    "actions": ("actions", "handwork", "letters"),
    "users": ("people",),
    "groups": ("people",),
    "sign-up": ("sign_up",),
    "me": ("members",),
    "members": ("members",),
    "invitations": ("invitations", "sign_up"),
    "program-keys": ("program_keys",),
    "letters": ("letters",),
    "postal-account": ("postal_account",),
    "postal": ("postal_callback",),
    "imports": ("imports",),
    "mappings": ("mappings",),
    "opt-outs": ("opt_outs",),
    "o": ("opt_out_page",),
}
# They tell of every route.
_DOCUMENTATION = ("docs", "openapi.json")
_ALL = (*dict.fromkeys(name for names in MODULES.values() for name in names), "documentation")


def routers_for(path: str) -> Iterator[tuple[str, Router]]:
    """Yield each module's name and routes that an address may be served by, loading them."""
    first = "".join(path.split("/")[2:3])
    for name in _ALL if first in _DOCUMENTATION else MODULES.get(first, ()):
        router: Router = import_module(f"{__name__}.{name}").router
        yield name, router
