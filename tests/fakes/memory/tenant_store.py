"""All that one tenant has stored, in memory."""

from tests.fakes.memory.imports import Imports
from tests.fakes.memory.invoice_files import InvoiceFiles
from tests.fakes.memory.kept_facts import KeptFacts
from tests.fakes.memory.opt_outs import OptOuts
from tests.fakes.memory.people import People
from tests.fakes.memory.postal import Postal
from tests.fakes.memory.settings import FirstWave, Scenarios, TenantSettings
from tests.fakes.memory.templates import Templates


class MemoryStore(
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
    """One tenant's store: small, and as strict as the real one about versions and conditions."""
