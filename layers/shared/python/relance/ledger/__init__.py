"""Reading ledgers: formats, matching, reconciliation. Pure but for the stream that is read."""
