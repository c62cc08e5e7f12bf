"""Plans a bounded part of one tenant's night."""
