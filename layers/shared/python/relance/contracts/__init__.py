"""What crosses a queue, the bus or HTTP: closed, versioned pydantic models."""
