"""The exact bytes of an e-mail. The same input gives the same bytes, so they can be evidence."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

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
    boundaries. Raises ValueError when an address is not one.
    """
    digest = hashlib.sha256(f"{tenant}\x1f{action}".encode()).hexdigest()[:32]
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = _address(sender)
    message["To"] = tuple(Address(addr_spec=each) for each in recipients)
    if reply_to:
        message["Reply-To"] = _address(reply_to)
    message["Subject"] = one_line(text.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{digest}@{sender.address.rpartition('@')[2]}>"
    # Keeps out-of-office robots from answering, and us from a conversation with one.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Relance-Action"] = one_line(action)
    message.set_content(text.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(text.html, subtype="html", charset="utf-8", cte="quoted-printable")
    for attachment in attachments:
        _attach(message, attachment)
    _fix_boundaries(message, digest)
    return message.as_bytes()


def _address(mailbox: Mailbox) -> Address:
    return Address(display_name=one_line(mailbox.name, most=100), addr_spec=mailbox.address)


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
