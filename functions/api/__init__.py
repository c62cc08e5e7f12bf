"""The HTTP API: everything a tenant's software and people do."""
