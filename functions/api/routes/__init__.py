"""The routes, one resource a module."""

from functions.api.routes import (
    actions,
    aged_balances,
    blocks,
    contacts,
    customers,
    documentation,
    imports,
    items,
    opt_out_page,
    opt_outs,
    profiles,
    scenarios,
    simulations,
    tenant,
)

ROUTERS = (
    tenant.router,
    profiles.router,
    scenarios.router,
    simulations.router,
    customers.router,
    contacts.router,
    blocks.router,
    items.router,
    aged_balances.router,
    actions.router,
    imports.router,
    opt_outs.router,
    opt_out_page.router,
    documentation.router,
)
