"""The e-mail provider, and what it is handed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One e-mail as handed to the provider: `mime` is exactly what leaves."""

    sender: str
    recipients: tuple[str, ...]
    mime: bytes
    tags: Mapping[str, str]


class Mailer(Protocol):
    """The e-mail provider. One attempt a call: the caller decides what a failure means."""

    def send(self, email: Email) -> str:
        """Return the provider's reference; raise NotAcceptedError or InDoubtError."""
