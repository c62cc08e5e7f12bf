"""The exact bytes of an e-mail."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from relance.messages.mime import Attachment, Mailbox, compose
from relance.messages.render import TRANSFER_CODE_ID, EmailText, render_email
from relance.messages.text import one_line
from tests.unit.messages.examples import example

TEXT = EmailText("Rappel", "Bonjour,\n\nà régler : 1 234,56 €\n", "<p>Bonjour, 1 234,56 €</p>")
AT = datetime(2025, 3, 9, 1, 0, 5, tzinfo=UTC)
NAUGHTY = [
    "Compta, spy@example.org",
    "Menuiserie, Charpente, Couverture, Zinguerie et Isolation de Loire-Atlantique, SARL",
    'Müller, "GmbH" & Söhne <spy@example.org>',
    "Dupont\r\nBcc: spy@example.org\r\n\r\nHello",
    "=?utf-8?q?Your_bank?=",
    "\\",
    '"',
    "(comment) @ ; : , .",
    "é" * 90,
    "👩‍👩‍👧‍👦" * 9,
    "שלום עולם \u202egnp.exe",
    "half a character \ud83d",
    "\x00\x1b[31m",
    "A" * 300,
    "",
]


def built(text: EmailText = TEXT, **more: Any) -> bytes:
    given: dict[str, Any] = {
        "sender": Mailbox("relance@mail.example.com", "Menuiserie Lefèvre"),
        "recipients": ("anne@example.fr",),
        "reply_to": Mailbox("compta@lefevre.example.com", "Menuiserie Lefèvre"),
        "tenant": "lefevre",
        "action": "411DUPONT-0123456789abcdef",
        "at": AT,
    }
    return compose(text, **(given | more))


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def written(raw: bytes, name: str) -> str:
    """Return a header as the encoding's standard reads it."""
    return str(make_header(decode_header(message_from_bytes(raw)[name])))


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_the_message_reads_back_as_composed() -> None:
    message = read(built())
    assert written(built(), "From") == "Menuiserie Lefèvre <relance@mail.example.com>"
    assert written(built(), "Reply-To") == "Menuiserie Lefèvre <compta@lefevre.example.com>"
    assert message["To"] == "anne@example.fr"
    assert message["Subject"] == "Rappel"
    assert message["Date"].datetime == AT
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Relance-Action"] == "411DUPONT-0123456789abcdef"
    assert message.get_content_type() == "multipart/alternative"
    assert part(message, "plain") == TEXT.text
    assert part(message, "html").strip() == TEXT.html


def test_without_attachments_the_better_part_comes_last() -> None:
    kinds = [each.get_content_type() for each in read(built()).iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    """The bytes are evidence, and a replay must not look like another message."""
    code = (
        "import sys; from tests.unit.messages.test_mime import built, WITH_PDF;"
        "sys.stdout.buffer.write(built(attachments=WITH_PDF))"
    )
    again = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={"PYTHONHASHSEED": "7"},
    )
    assert again.stdout == built(attachments=WITH_PDF)


WITH_PDF = (Attachment(name="Facture é/1.pdf", content_type="application/pdf", body=b"%PDF-\x00"),)


def test_the_message_id_depends_on_tenant_and_action_only() -> None:
    first = read(built())["Message-ID"]
    assert first == read(built(replace(TEXT, text="other"), at=AT + timedelta(1)))["Message-ID"]
    assert first.endswith("@mail.example.com>")
    others = {read(built(tenant="other"))["Message-ID"], read(built(action="a-2"))["Message-ID"]}
    assert len(others | {first}) == 3


def test_the_date_keeps_its_own_time_zone() -> None:
    paris = AT.astimezone(timezone(timedelta(hours=1)))
    assert read(built(at=paris))["Date"] == "Sun, 09 Mar 2025 02:00:05 +0100"


def test_attachments_keep_their_bytes_and_names() -> None:
    message = read(built(attachments=WITH_PDF))
    assert message.get_content_type() == "multipart/mixed"
    (attached,) = message.iter_attachments()
    assert attached.get_content() == b"%PDF-\x00"
    assert attached.get_filename() == "Facture é-1.pdf"
    assert part(message, "plain") == TEXT.text


def naughty() -> list[str]:
    shared = Path(__file__).parents[4] / "shared" / "data" / "hostile" / "blns.json"
    return NAUGHTY + (json.loads(shared.read_text()) if shared.exists() else [])


def test_no_name_or_subject_breaks_out_of_its_header() -> None:
    plain_headers = read(built()).keys()
    for name in naughty():
        raw = built(
            EmailText(name, name, name),
            sender=Mailbox("relance@mail.example.com", name),
            reply_to=Mailbox("compta@lefevre.example.com", name),
        )
        message = read(raw)
        assert message.keys() == plain_headers
        for header in ("From", "Reply-To"):
            assert len(message[header].addresses) == 1
            assert "spy@example.org" not in message[header].addresses[0].addr_spec
        assert written(raw, "Subject") == one_line(name)
        assert message["From"].addresses[0].domain == "mail.example.com"
        assert raw.isascii()
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert raw.count(b"\n") == raw.count(b"\r\n")


def test_a_long_name_with_commas_reads_back_whole() -> None:
    name = NAUGHTY[1]
    message = read(built(sender=Mailbox("relance@mail.example.com", name)))
    assert message["From"].addresses[0].display_name == name


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anne",
        "Anne <anne@example.fr>",
        "anne@example.fr, spy@example.org",
        "anne@example.fr\r\nBcc: spy@example.org",
        "rené@example.fr",
        "a b@example.fr",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        built(recipients=("anne@example.fr", address))
    with pytest.raises(ValueError, match="not an address"):
        built(sender=Mailbox(address))


def test_a_message_to_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        built(recipients=())


def test_an_action_id_cannot_bring_a_header_of_its_own() -> None:
    with pytest.raises(ValueError, match="X-Relance-Action"):
        built(action="a\r\nBcc: spy@example.org")
    with pytest.raises(ValueError, match="X-Relance-Action"):
        built(action="a\r\n b\nBcc: spy@example.org")


def test_several_recipients_stand_in_one_header() -> None:
    message = read(built(recipients=[f"p{n}@example.fr" for n in range(50)]))
    assert len(message["To"].addresses) == 50


@pytest.mark.parametrize("template", ["reminder_1", "thank_you"])
def test_a_long_list_of_invoices_reads_back_whole(template: str) -> None:
    text = render_email(template, context=example(template, count=200))
    raw = built(text)
    message = read(raw)
    assert part(message, "plain") == text.text.rstrip("\n") + "\n"
    assert part(message, "html").strip() == text.html.strip()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


CODE = b"\x89PNG not really"


def test_the_code_to_pay_by_stands_beside_the_page_that_shows_it() -> None:
    message = read(built(transfer_code=CODE, attachments=WITH_PDF))
    kinds = [each.get_content_type() for each in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    picture = next(each for each in message.walk() if each.get_content_type() == "image/png")
    assert (picture["Content-ID"], picture.get_content()) == (f"<{TRANSFER_CODE_ID}>", CODE)
    assert picture.get_content_disposition() == "inline"
    boundaries = [each.get_boundary() for each in message.walk() if each.is_multipart()]
    assert len(set(boundaries)) == 3


def test_the_page_names_the_picture_only_when_there_is_one() -> None:
    with_code = render_email("reminder_1", context=example("reminder_1"))
    assert with_code.html.count(f"cid:{TRANSFER_CODE_ID}") == 1
    without = render_email("thank_you", context=example("thank_you"))
    assert "cid:" not in without.html


def test_copies_are_named_as_such() -> None:
    message = read(built(copies=("team@example.com", "boss@example.fr")))
    assert message["Cc"] == "team@example.com, boss@example.fr"
    assert read(built())["Cc"] is None
    with pytest.raises(ValueError, match="not an address"):
        built(copies=("a\r\nBcc: b@example.com",))


def test_a_company_s_messages_are_one_stream_that_says_whom_to_ask() -> None:
    """The wish to get no more goes to a person: no robot's click ends a reminder."""
    message = read(built())
    listed = str(message["List-Id"])
    assert listed == read(built(action="411X-1"))["List-Id"]
    assert listed != read(built(tenant="other"))["List-Id"]
    assert listed.endswith(".relance.mail.example.com>")
    wish = "<mailto:compta@lefevre.example.com?subject=unsubscribe%20411DUPONT-0123456789abcdef>"
    assert message["List-Unsubscribe"] == wish
    assert message["List-Unsubscribe-Post"] is None
    assert message["List-Help"].startswith("<mailto:compta@lefevre.example.com?subject=")


def test_an_address_cannot_add_to_the_list_headers() -> None:
    message = read(built(reply_to=Mailbox("a?bcc=b&c#d@example.com")))
    assert message["List-Help"] == (
        "<mailto:a%3Fbcc%3Db%26c%23d@example.com?subject=411DUPONT-0123456789abcdef>"
    )


def test_without_an_address_for_answers_the_stream_is_named_alone() -> None:
    message = read(built(reply_to=None))
    assert message["List-Id"]
    assert message["List-Unsubscribe"] is None
