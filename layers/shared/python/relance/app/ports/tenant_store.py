"""All that one tenant has stored."""

from typing import Protocol

from relance.app.ports.accounts import Accounts
from relance.app.ports.actions import Actions
from relance.app.ports.imports import Imports
from relance.app.ports.invoice_files import InvoiceFiles
from relance.app.ports.kept_facts import KeptFacts
from relance.app.ports.ledgers import Ledgers
from relance.app.ports.opt_outs import OptOuts
from relance.app.ports.people import People
from relance.app.ports.postal import Postal
from relance.app.ports.settings import FirstWave, Scenarios, TenantSettings
from relance.app.ports.templates import Templates


class TenantStore(
    TenantSettings,
    FirstWave,
    Scenarios,
    Accounts,
    Actions,
    Ledgers,
    KeptFacts,
    Imports,
    InvoiceFiles,
    OptOuts,
    People,
    Templates,
    Postal,
    Protocol,
):
    """All that one tenant has stored. It is bound to that tenant when made: no method takes one.

    Every write of a customer's fact counts its version up and makes it due at once, until
    `set_next_date` says otherwise for that version: a crash after a write forgets nobody.
    Ids of items and actions begin with their customer's (ValueError otherwise). A cursor that
    this list did not give raises BadInput.
    """
