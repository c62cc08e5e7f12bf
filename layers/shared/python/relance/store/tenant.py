"""All that one tenant has stored, in one DynamoDB table."""

from relance.store.imports import Imports
from relance.store.invoice_files import InvoiceFiles
from relance.store.kept_facts import KeptFacts
from relance.store.opt_outs import OptOuts
from relance.store.people import People
from relance.store.postal import Postal
from relance.store.settings import FirstWave, Scenarios, TenantSettings
from relance.store.templates import Templates


class DynamoTenantStore(
    TenantSettings,
    FirstWave,
    Scenarios,
    KeptFacts,
    Imports,
    InvoiceFiles,
    OptOuts,
    People,
    Templates,
    Postal,
):
    """`TenantStore` on DynamoDB, bound to one tenant: (client, table, tenant)."""
