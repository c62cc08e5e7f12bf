"""Makes letters as PDF."""
