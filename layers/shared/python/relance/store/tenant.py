"""All that one tenant has stored, in one DynamoDB table."""

from relance.store.imports import Imports
from relance.store.ledgers import Ledgers
from relance.store.settings import FirstWave, Scenarios, TenantSettings


class DynamoTenantStore(TenantSettings, FirstWave, Scenarios, Ledgers, Imports):
    """`app.ports.TenantStore` on DynamoDB, bound to one tenant: (client, table, tenant)."""
