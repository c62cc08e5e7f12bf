"""The routes, one resource a module."""

from functions.api.routes import (
    actions,
    contacts,
    customers,
    documentation,
    imports,
    items,
    profiles,
    scenarios,
    tenant,
)

ROUTERS = (
    tenant.router,
    profiles.router,
    scenarios.router,
    customers.router,
    contacts.router,
    items.router,
    actions.router,
    imports.router,
    documentation.router,
)
