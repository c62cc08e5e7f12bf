"""Takes uploaded ledgers in."""
