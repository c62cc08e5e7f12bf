"""Hostile text in every name, label and field of an e-mail: no crash, no header, no markup."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from relance.domain.items import ItemKind
from relance.domain.scenario import StepKey
from relance.messages.epc_qr import qr_png
from relance.messages.mime import Attachment, Mailbox, compose
from relance.messages.render import render_email, render_sms
from tests.unit.messages.examples import ANNE, DEBTOR, SENDER, credit, invoice, message
from tests.unit.messages.test_own import TAGS
from tests.unit.messages.test_render import HOSTILE, Page

AT = datetime(2025, 3, 9, 1, 0, 5, tzinfo=UTC)
SHARED = Path(__file__).parents[4] / "shared" / "data" / "hostile" / "blns.json"
FILE = Attachment(name="", content_type="application/pdf", body=b"x")
OUR_HEADERS = {
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Id",
    "List-Help",
    "List-Unsubscribe",
    "X-Relance-Action",
    "MIME-Version",
    "Content-Type",
}


def naughty() -> Iterator[str]:
    yield from (
        HOSTILE,
        "x\r\nBcc: spy@example.org\r\n\r\n<html>",
        '"><img src=x onerror=alert(1)>',
        "</style><script>alert(1)</script>",
        "<!--[if mso]>",
        "=?utf-8?q?=0d=0aBcc:_spy?=",
        "\u202egnp.exe",
        "\ud83d half a character",
        "\x00\x1b[31m",
        "é" * 999,
        "",
    )


def naughtier() -> Iterator[str]:
    """Others' naughty strings, where they are at hand."""
    if SHARED.exists():
        yield from json.loads(SHARED.read_text())


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("reminder_1", naughty),
        ("reminder_4", naughty),
        ("formal_notice", naughty),
        ("formal_notice", naughtier),  # the one that says most
    ],
)
def test_hostile_text_anywhere_changes_no_header_and_adds_no_element(
    template: str, values: Callable[[], Iterator[str]]
) -> None:
    for value in values():
        sender = replace(
            SENDER, name=value or "x", display_name=value, signature=value, phone=value, bic=value
        )
        debtor = replace(DEBTOR, name=value, code=value or "x")
        context = message(
            invoice(value, label=value),
            credit(value, 100, ItemKind.RECEIPT),
            step=StepKey.R5,
            customer=debtor,
            sender=replace(sender, payment_link="https://pay.example.com/{customer}/{invoices}"),
            contact=replace(ANNE, name=value),
            legal=True,
        )
        context = replace(context, attached=(context.invoices[0].number,))
        text = render_email(template, context=context)
        code = context.transfer_code
        raw = compose(
            text,
            sender=Mailbox("relance@mail.example.com", value),
            recipients=("anne@example.fr",),
            reply_to=Mailbox("compta@lefevre.example.com", value),
            tenant="lefevre",
            action="411DUPONT-0123456789abcdef",
            at=AT,
            transfer_code=qr_png(code) if code else b"",
            attachments=(
                Attachment(name=f"{value}.pdf", content_type="application/pdf", body=b"x"),
            ),
        )
        mail = message_from_bytes(raw, policy=policy.default)
        assert set(mail.keys()) == OUR_HEADERS
        assert [each.addr_spec for each in mail["From"].addresses] == ["relance@mail.example.com"]
        page = Page(text.html)
        assert page.open == []
        assert page.tags <= TAGS
        assert text.html.count("<a ") == text.html.count('<a href="https://pay.example.com/')
        assert "\n" not in render_sms(template, context=context)
        (attached,) = mail.iter_attachments()
        assert attached.get_content() == b"x"
