"""The exact bytes of an e-mail. The same input gives the same bytes, so they can be evidence."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import quote

from relance.messages.headers import header, mailbox, mailboxes, words
from relance.messages.render import TRANSFER_CODE_ID, EmailText
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
    copies: Iterable[str] = (),
    transfer_code: bytes = b"",
    attachments: Iterable[Attachment] = (),
) -> bytes:
    """Return the whole message, seven-bit, no line over 998 characters.

    `at` is the Date header (an aware instant); `tenant` and `action` give Message-ID and the
    boundaries. `copies` are named as such; `transfer_code` is a PNG that the HTML shows. Raises
    ValueError when an address is not one or there is no recipient.
    """
    copied = tuple(copies)
    domain = sender.address.rpartition("@")[2]
    digest = hashlib.sha256(f"{tenant}\x1f{action}".encode()).hexdigest()[:32]
    head = [
        header("From", mailbox(sender.address, sender.name)),
        header("To", mailboxes(recipients)),
        *([header("Cc", mailboxes(copied))] if copied else []),
        *([header("Reply-To", mailbox(reply_to.address, reply_to.name))] if reply_to else []),
        header("Subject", words(text.subject)),
        header("Date", format_datetime(at)),
        header("Message-ID", f"<{digest}@{domain}>"),
        # Keeps out-of-office robots from answering, and us from a conversation with one.
        header("Auto-Submitted", "auto-generated"),
        *_list_headers(tenant, domain=domain, answers=reply_to, action=action),
        header("X-Relance-Action", action),
    ]
    body = _body(text, transfer_code, attachments, digest)
    return "".join(head).encode("ascii") + body.as_bytes()


def _list_headers(
    tenant: str, *, domain: str, answers: Mailbox | None, action: str
) -> Iterable[str]:
    """Name the stream of a company's messages, and whom to ask for no more at this address.

    What a debtor owes is no list to leave by a robot's click: a person of the company gets the
    wish and corrects the contact. So there is no one-click header and no address to open.
    """
    label = hashlib.sha256(tenant.encode()).hexdigest()[:16]
    yield header("List-Id", f"<{label}.relance.{domain}>")
    if answers:
        address = quote(answers.address, safe="@")
        yield header("List-Help", f"<mailto:{address}?subject={quote(action)}>")
        yield header(
            "List-Unsubscribe",
            f"<mailto:{address}?subject=unsubscribe%20{quote(action)}>",
        )


def _body(
    text: EmailText, transfer_code: bytes, attachments: Iterable[Attachment], digest: str
) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(_sendable(text.text), cte="quoted-printable")
    message.add_alternative(_sendable(text.html), subtype="html", cte="quoted-printable")
    if transfer_code:
        _show(message, transfer_code)
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


def _show(message: EmailMessage, transfer_code: bytes) -> None:
    """Put the picture beside the HTML, which calls it by its id."""
    page = message.get_body(("html",))
    if not isinstance(page, EmailMessage):
        raise TypeError("there is no page to show the picture on")
    page.add_related(
        transfer_code,
        maintype="image",
        subtype="png",
        cid=f"<{TRANSFER_CODE_ID}>",
        disposition="inline",
        filename="transfer-code.png",
    )


def _fix_boundaries(message: EmailMessage, digest: str) -> None:
    """Name the boundaries ourselves: the library's are random.

    Every part is quoted-printable or base64, where `=_` can't appear, so none can hold one.
    """
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{number}_{digest}")
