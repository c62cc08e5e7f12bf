"""The routes, one resource a module."""

from functions.api.routes import (
    actions,
    aged_balances,
    blocks,
    contacts,
    customers,
    documentation,
    imports,
    invoice_files,
    items,
    opt_out_page,
    opt_outs,
    profiles,
    scenarios,
    simulations,
    templates,
    tenant,
)

ROUTERS = (
    tenant.router,
    profiles.router,
    scenarios.router,
    templates.router,
    simulations.router,
    customers.router,
    contacts.router,
    blocks.router,
    items.router,
    invoice_files.router,
    aged_balances.router,
    actions.router,
    imports.router,
    opt_outs.router,
    opt_out_page.router,
    documentation.router,
)
