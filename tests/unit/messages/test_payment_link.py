"""The link to pay online (M6)."""

from dataclasses import replace

import pytest

from relance.domain.scenario import StepKey
from relance.messages.payment_link import UnusableLink, checked_pattern, payment_link
from relance.messages.render import render_email
from tests.unit.messages.examples import SENDER, credit, invoice, message, settled

PATTERN = "https://pay.example.com/x?a={amount}&c={currency}&k={customer}&i={invoices}"


def link(pattern: str = PATTERN, **more: object) -> str:
    given: dict[str, object] = {
        "amount": 123_450,
        "currency": "EUR",
        "customer": "411 D&P",
        "invoices": ["F/1", "F 2"],
    }
    return payment_link(pattern, **(given | more))  # type: ignore[arg-type]


def test_values_are_quoted_and_the_amount_is_exact() -> None:
    assert link() == "https://pay.example.com/x?a=1234.50&c=EUR&k=411%20D%26P&i=F%2F1,F%202"
    assert "a=1234&c=JPY" in link(amount=1234, currency="JPY")


def test_invoices_that_do_not_fit_are_left_out_all_of_them() -> None:
    assert link(invoices=["F" * 60] * 20).endswith("&i=")


def test_without_a_pattern_or_an_amount_there_is_no_link() -> None:
    assert link("") == ""
    assert link(amount=0) == ""
    assert link(amount=-5) == ""


@pytest.mark.parametrize(
    "good", ["", PATTERN, "https://pay.example.com", "https://x.example:8443/{customer}"]
)
def test_an_https_address_can_be_used(good: str) -> None:
    assert checked_pattern(good) == good


@pytest.mark.parametrize(
    "bad",
    [
        "http://pay.example.com",
        "javascript:alert(1)",
        "//pay.example.com",
        "https://",
        "https://localhost/x",
        "https://user@pay.example.com/",
        "https://{customer}.example.com/",
        "https://pay.example.com/{amout}",
        "https://pay.example.com/{amount",
        "https://pay.example.com/}",
        "https://pay.example.com/{{amount}}",
        'https://pay.example.com/"onclick="x',
        "https://pay.example.com/a b",
        "https://pay.example.com/\r\nBcc: a@example.com",
        "https://pay.example.com\\@evil.example/",
        "https://pay.example.com:port/",
        "https://pay.example.com/" + "x" * 500,
    ],
)
def test_anything_else_is_refused(bad: str) -> None:
    with pytest.raises(UnusableLink):
        checked_pattern(bad)


def test_a_mail_asks_for_the_sum_less_credits_by_its_link() -> None:
    sender = replace(SENDER, payment_link=PATTERN)
    context = message(invoice("F-1"), credit("AV", 23_456), sender=sender)
    email = render_email("reminder_1", context=context)
    assert "a=1000.00" in email.text
    assert 'href="https://pay.example.com/x?a=1000.00&amp;c=EUR' in email.html


def test_a_thank_you_asks_for_nothing() -> None:
    sender = replace(SENDER, payment_link=PATTERN)
    context = message(settled("F-1"), step=StepKey.THANK_YOU, sender=sender)
    email = render_email("thank_you", context=context)
    assert "pay.example.com" not in email.text + email.html
