"""The exact bytes of an e-mail. The same input gives the same bytes, so they can be evidence."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from relance.messages.headers import header, mailbox, mailboxes, words
from relance.messages.render import EmailText
from relance.messages.text import one_line


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address (as `recipients.usable_address` returns it) and the name shown with it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    content_type: str
    body: bytes


def compose(
    text: EmailText,
    *,
    sender: Mailbox,
    recipients: Iterable[str],
    reply_to: Mailbox | None = None,
    tenant: str,
    action: str,
    at: datetime,
    attachments: Iterable[Attachment] = (),
) -> bytes:
    """Return the whole message, seven-bit, no line over 998 characters.

    `at` is the Date header (an aware instant); `tenant` and `action` give Message-ID and the
    boundaries. Raises ValueError when an address is not one or there is no recipient.
    """
    digest = hashlib.sha256(f"{tenant}\x1f{action}".encode()).hexdigest()[:32]
    head = [
        header("From", mailbox(sender.address, sender.name)),
        header("To", mailboxes(recipients)),
        *([header("Reply-To", mailbox(reply_to.address, reply_to.name))] if reply_to else []),
        header("Subject", words(text.subject)),
        header("Date", format_datetime(at)),
        header("Message-ID", f"<{digest}@{sender.address.rpartition('@')[2]}>"),
        # Keeps out-of-office robots from answering, and us from a conversation with one.
        header("Auto-Submitted", "auto-generated"),
        header("X-Relance-Action", action),
    ]
    return "".join(head).encode("ascii") + _body(text, attachments, digest).as_bytes()


def _body(text: EmailText, attachments: Iterable[Attachment], digest: str) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(_sendable(text.text), cte="quoted-printable")
    message.add_alternative(_sendable(text.html), subtype="html", cte="quoted-printable")
    for attachment in attachments:
        _attach(message, attachment)
    _fix_boundaries(message, digest)
    return message


def _sendable(text: str) -> str:
    """Replace what no encoding has (half a character) instead of failing on it."""
    return text.encode("utf-8", "replace").decode()


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    main, _, sub = attachment.content_type.partition("/")
    name = one_line(attachment.name, most=100).replace("/", "-")
    message.add_attachment(attachment.body, maintype=main, subtype=sub, filename=name)


def _fix_boundaries(message: EmailMessage, digest: str) -> None:
    """Name the boundaries ourselves: the library's are random.

    Every part is quoted-printable or base64, where `=_` can't appear, so none can hold one.
    """
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{number}_{digest}")
