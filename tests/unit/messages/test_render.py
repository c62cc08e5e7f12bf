"""The words of e-mails and text messages."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from relance.domain.customer import Customer
from relance.domain.items import ItemKind
from relance.domain.scenario import StepKey
from relance.messages import render
from relance.messages.context import MessageContext
from relance.messages.render import (
    UnknownTemplate,
    render_email,
    render_letter_html,
    render_sms,
    template_names,
)
from relance.messages.sms import plain_letters
from tests.unit.messages.examples import (
    ANNE,
    DEBTOR,
    SENDER,
    STEP_OF,
    TODAY,
    credit,
    example,
    invoice,
    message,
)

TEMPLATES = sorted(STEP_OF)
LANGUAGES = ["fr", "en"]
HOSTILE = "<script>alert('x')</script> {{ 7*7 }} {% raw %} ${7*7} 😀 עברית \u202e"


class Page(HTMLParser):
    """The text of an HTML page and the names of its elements; complains of unclosed ones."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("meta", "br", "link", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def plain(text: str) -> str:
    """Return `text` with every white space a plain one."""
    return " ".join(text.split())


def test_every_step_has_its_template_in_every_language() -> None:
    assert template_names() == set(STEP_OF)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("count", [1, 3])
def test_every_email_is_whole(template: str, language: str, count: int) -> None:
    """The text and the HTML list the same invoices, total, bank details and signature."""
    context = example(template, language=language, count=count)
    email = render_email(template, context=context)
    page = Page(email.html)
    assert page.open == []
    for said in (plain(email.text), plain(page.text)):
        for line in context.invoices:
            assert said.count(line.number) >= 1
        assert plain(context.total) in said
        assert "Claire Lefèvre" in said
        assert "Anne Martin" in said
        assert (plain(context.sender.iban) in said) is (template != "thank_you")
        assert "{" not in said
        assert "None" not in said
    assert "\n" not in email.subject
    assert 10 < len(email.subject) <= 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_worded_differently(language: str) -> None:
    """M8."""
    subjects, texts, short = set(), set(), set()
    for template in TEMPLATES:
        context = replace(example(template, language=language), invoices=(), many=True)
        email = render_email(template, context=context)
        subjects.add(email.subject)
        texts.add(email.text)
        short.add(render_sms(template, context=context))
    assert len(subjects) == len(texts) == len(short) == len(TEMPLATES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_level_number_is_announced(template: str, language: str) -> None:
    """M8."""
    email = render_email(template, context=example(template, language=language))
    said = (email.subject + email.text).lower()
    ordinal = r"\b(r[1-5]|level|niveau|(first|second|third|premi[eè]re?|deuxi[eè]me) re)"
    assert not re.search(ordinal, said)


@pytest.mark.parametrize(
    ("language", "polite", "legal"),
    [("fr", "oubli", "pénalités"), ("en", "oversight", "by law")],
)
def test_the_tone_goes_from_courteous_to_firm(language: str, polite: str, legal: str) -> None:
    """S6: the first supposes an oversight, the law comes in with the fourth only."""
    texts = [
        render_email(f"reminder_{level}", context=example(f"reminder_{level}", language=language))
        for level in range(1, 6)
    ]
    assert [polite in email.text for email in texts] == [True, False, False, False, False]
    assert [legal in email.text for email in texts] == [False, False, False, True, True]


@pytest.mark.parametrize("template", TEMPLATES)
def test_one_invoice_is_spoken_of_in_the_singular(template: str) -> None:
    one = render_email(template, context=example(template)).text
    many = render_email(template, context=example(template, count=2)).text
    assert one != many
    assert not re.search(r"\b(les|vos|des|ces) factures\b", one)
    english = render_email(template, context=example(template, language="en")).text
    assert "invoices" not in english


def test_one_day_late_is_one_day() -> None:
    late = invoice("F-1", due=TODAY - timedelta(days=1))
    assert "(1 jour de retard)" in render_email("reminder_1", context=message(late)).text
    assert "(1 day overdue)" in (
        render_email("reminder_1", context=message(late, language="en")).text
    )


def test_an_email_shows_what_was_paid_the_credits_and_the_net() -> None:
    """D21, D22: the sums stand in the order in which they are worked out."""
    context = message(
        invoice("F-1", 100_000),
        invoice("F-2"),
        credit("AV-7", 20_000),
        credit("R-8", 456, ItemKind.RECEIPT),
    )
    email = render_email("reminder_2", context=context)
    for said in (plain(email.text), plain(Page(email.html).text)):
        order = ["234,56 €", "2 234,56 €", "AV-7", "-200,00 €", "R-8", "-4,56 €", "2 030,00 €"]
        places = [said.index(each) for each in order]
        assert all(before < after for before, after in pairwise(places))
        assert said.count("-200,00 €") == 1


def test_without_bank_details_none_are_promised() -> None:
    context = message(invoice("F-1"), sender=replace(SENDER, iban="", bic="X"))
    email = render_email("reminder_1", context=context)
    assert "IBAN" not in email.text + email.html
    assert "BIC" not in email.text + email.html


def test_without_a_name_the_greeting_stays_polite() -> None:
    french = render_email("reminder_1", context=message(invoice("F-1"), contact=None))
    english = render_email(
        "reminder_1", context=message(invoice("F-1"), contact=None, language="en")
    )
    assert french.text.startswith("Bonjour,\n")
    assert english.text.startswith("Hello,\n")


@pytest.mark.parametrize("template", TEMPLATES)
def test_markup_and_template_code_in_data_stay_data(template: str) -> None:
    debtor = replace(DEBTOR, name=HOSTILE, code=HOSTILE)
    sender = replace(SENDER, display_name=HOSTILE, signature=HOSTILE, phone=HOSTILE)
    make = example(template)
    context = message(
        invoice(HOSTILE),
        credit(HOSTILE, 100),
        step=STEP_OF[template],
        customer=debtor,
        sender=sender,
        contact=replace(ANNE, name=HOSTILE),
    )
    email = render_email(template, context=context)
    letter = render_letter_html(template, context=context)
    for html in (email.html, letter):
        page = Page(html)
        assert "script" not in page.tags
        assert "<script>alert('x')</script> {{ 7*7 }}" in page.text
        assert "\u202e" not in html
    assert "49" not in email.text.replace(make.total, "")
    assert "{{ 7*7 }}" in render_sms(template, context=context)


def test_a_subject_stays_one_line_whatever_the_number_of_the_invoice() -> None:
    context = message(invoice("F-1\r\nBcc: spy@example.org\x00" + "9" * 500))
    subject = render_email("reminder_1", context=context).subject
    assert subject.isprintable() or "\u00a0" in subject
    assert not re.search(r"[\x00-\x1f\x7f]", subject)
    assert len(subject) <= 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("count", [1, 25])
def test_a_text_message_fits_two_parts_of_the_cheap_alphabet(
    template: str, language: str, count: int
) -> None:
    """M5: no letter outside GSM 03.38, at most 2 × 153."""
    text = render_sms(template, context=example(template, language=language, count=count))
    assert text == plain_letters(text)
    assert text.replace("€", "e").encode("latin-1", "strict")
    assert not set(text) & set("êâîôûçëïÀÊ’«»\u00a0\u202f")
    assert len(text) + text.count("€") <= 306
    assert text.startswith("Menuiserie Lefèvre")


def test_a_text_message_asks_for_the_sum_less_credits() -> None:
    text = render_sms("reminder_1", context=message(invoice("F-1"), credit("AV", 23_456)))
    assert "1 000,00 €" in text


def test_an_unknown_template_is_named() -> None:
    for name in ("reminder_6", "../layout/email.txt", "words", ""):
        with pytest.raises(UnknownTemplate, match=re.escape(repr(name))):
            render_email(name, context=example("reminder_1"))


def render_source(source: str, *, context: MessageContext, html: bool) -> str:
    """What a template with this source would say, in the environment that ours are read in."""
    values = render._values(context, html=html)
    return render._environment(html=html).from_string(source).render(values)


def test_a_field_that_does_not_exist_is_an_error() -> None:
    context = example("reminder_1")
    with pytest.raises(UndefinedError):
        render_source("{{ customer.nmae }}", context=context, html=False)
    with pytest.raises(UndefinedError):
        render_source("{{ custmer }}", context=context, html=False)


@pytest.mark.parametrize(
    "source",
    [
        "{{ customer.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ words.email_greeting.__globals__ }}",
        "{{ invoices.__getitem__.__self__ }}",
    ],
)
def test_a_template_cannot_reach_the_program(source: str) -> None:
    with pytest.raises((SecurityError, UndefinedError)):
        render_source(source, context=example("reminder_1"), html=False)


def test_a_templates_own_source_is_escaped_in_html_only() -> None:
    debtor: Customer = replace(DEBTOR, name="A & B")
    context = message(invoice("F-1"), customer=debtor, step=StepKey.R1)
    assert render_source("{{ customer.name }}", context=context, html=False) == "A & B"
    assert render_source("{{ customer.name }}", context=context, html=True) == "A &amp; B"
