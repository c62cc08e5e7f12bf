"""What the HTTP API takes and gives: closed bodies, unknown fields refused."""
