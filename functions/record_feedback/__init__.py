"""Takes in what providers say of messages."""
