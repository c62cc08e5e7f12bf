"""The bus in memory."""

from relance.contracts.events import Event


class MemoryEvents:
    """The bus: what was published, in its order."""

    def __init__(self) -> None:
        self.published: list[Event] = []

    def publish(self, event: Event) -> None:
        self.published.append(event)
