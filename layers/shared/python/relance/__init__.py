"""Relance: chases unpaid invoices, every night, never twice, never wrongly."""
