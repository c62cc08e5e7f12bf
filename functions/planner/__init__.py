"""Starts the night: one part per tenant on the plan queue."""
