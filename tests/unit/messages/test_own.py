"""Templates in a tenant's own words: what they may do, and how much of it (M1)."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from relance.domain.wording import OwnTemplate, Wording
from relance.messages.context import MessageContext
from relance.messages.fields import MEANINGS, element_of, field_notes, fields_of
from relance.messages.own import (
    PARTS,
    OwnText,
    TemplateFailure,
    own_text,
    render_own,
    troubles,
)
from relance.messages.render import render_email, render_letter_html, render_sms, template_names
from relance.messages.samples import samples
from relance.messages.shipped import shipped_template
from tests.unit.messages.examples import DEBTOR, STEP_OF, invoice, message, settled
from tests.unit.messages.test_render import HOSTILE, Page, plain

SHARED = Path(__file__).parents[4] / "shared" / "data" / "hostile" / "blns.json"


def own(opening: str = "Bonjour.", **more: str) -> OwnText:
    return OwnText("Le nôtre", Wording(**({"subject": "Objet", "opening": opening} | more)))


def said(source: str, context: MessageContext | None = None) -> str:
    return render_own(own(source), "opening", context=context or message(invoice("F-1")))


def test_fields_choices_and_lists_are_what_a_template_can_do() -> None:
    source = (
        "{{ customer.name | upper }} {# a note #}\n"
        "{% for invoice in invoices %}{{ loop.index }}. {{ invoice.number }}"
        "{{ ';' if not loop.last }}{% endfor %}\n"
        "{% if most_days_late > 30 and many %}tard{% elif many %}bientôt{% else %}un{% endif %}\n"
        "{{ sender.address | join(', ') }} {{ invoices[0].due }} {{ invoices | length }}"
    )
    assert troubles(source) == ()
    assert plain(said(source, message(invoice("F-1"), invoice("F-2")))) == (
        "ÉTABLISSEMENTS DUPONT & FILS 1. F-1;2. F-2 tard "
        "8 quai de la Fosse, 44100 Nantes 31 janvier 2025 2"
    )


@pytest.mark.parametrize(
    ("source", "line", "named"),
    [
        ("{{ custmer }}", 1, "'custmer'"),
        ("Bonjour\n\n{{ customer.nmae }}", 3, "'customer.nmae'"),
        ("{% for i in invoices %}\n{{ i.numbr }}\n{% endfor %}", 2, "'i.numbr'"),
        ("{% if false %}\n{{ nowhere }}{% endif %}", 2, "'nowhere'"),
        ("{{ transfer_code }}", 1, "'transfer_code'"),
        ("{{ sender.logo }}", 1, "'sender.logo'"),
        ("{{ words.colon }}", 1, "'words'"),
        ("{{ loop.index }}", 1, "'loop'"),
        ("\n{{ invoices }}", 2, "is a list"),
        ("{{ many }}", 1, "is a yes or no"),
        ("{{ customer }}", 1, "is a group"),
        ("{% for i in customer.name %}{% endfor %}", 1, "is no list"),
        ("{% if many %}\n\nnever closed", 2, "endif"),
        ("{{ customer.name", 1, "end of print statement"),
        ("{{ customer.name | uper }}", 1, "'uper'"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(source: str, line: int, named: str) -> None:
    (trouble,) = troubles(source)
    assert (trouble.line, named in trouble.message) == (line, True)


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 10 ** 9 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
        "{{ 'a' ~ 'b' }}",
        "{{ customer.name | center(10 ** 9) }}",
        "{{ customer.name | replace('', 'x' * 999) }}",
        "{{ '%999999999s' | format('x') }}",
        "{{ sender.address | join('" + "x" * 30 + "') }}",
        "{{ customer.name | indent(999999999) }}",
        "{{ customer.name.replace('a', 'b') }}",
        "{{ ''.join(invoices) }}",
        "{% set x = 'a' %}",
        "{% macro x() %}{{ x() }}{% endmacro %}{{ x() }}",
        "{% include 'fr/words.j2' %}",
        "{% import 'fr/words.j2' as w %}",
        "{% extends 'layout/email.txt.j2' %}",
        "{% from 'fr/words.j2' import late %}",
        "{% block subject %}x{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% with a = 1 %}{{ a }}{% endwith %}",
        "{% call x() %}{% endcall %}",
        "{% for i in invoices recursive %}{{ loop(invoices) }}{% endfor %}",
        "{% for i in invoices if i.number %}x{% endfor %}",
        "{{ [1, 2] }}",
        "{{ {'a': 1} }}",
        "{{ invoices[:9] }}",
        "{{ customer['name'] }}",
        "{{ customer.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler }}",
        "{{ __tick(-999999999) }}",
        "{% for __tick in invoices %}x{% endfor %}",
        "{% autoescape true %}{{ customer.name }}{% endautoescape %}",
        "{{ customer.name is defined }}",
        "{{ 'a' in customer.name }}",
        "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
        "{{ " + "9" * 9_000 + " }}",
        "{{ " + "not " * 60 + "many }}",
        "{% if many %}" * 30 + "{% endif %}" * 30,
        "{{ customer.name }}" * 1_000,
    ],
)
def test_nothing_else_can_be_saved_or_rendered(source: str) -> None:
    started = time.monotonic()
    assert troubles(source) != ()
    with pytest.raises(TemplateFailure):
        said(source)
    assert time.monotonic() - started < 2


def test_a_template_that_loops_in_loops_is_stopped() -> None:
    source = (
        "{% for a in invoices %}{% for b in invoices %}{% for c in invoices %}"
        "{% if a.number == b.number and b.number == c.number %}{% endif %}"
        "{% endfor %}{% endfor %}{% endfor %}"
    )
    assert troubles(source) == ()
    started = time.monotonic()
    with pytest.raises(TemplateFailure, match=r"opening.*more work"):
        said(source, message(*[invoice(f"F-{number}") for number in range(300)]))
    assert time.monotonic() - started < 5


def test_a_template_that_never_stops_talking_is_stopped() -> None:
    source = "{% for a in invoices %}" + "bla " * 500 + "{% endfor %}"
    with pytest.raises(TemplateFailure, match="more than a message"):
        said(source, message(*[invoice(f"F-{number}") for number in range(100)]))


def test_a_list_of_all_invoices_of_a_large_account_is_not_too_much() -> None:
    source = "{% for i in invoices %}{{ i.number }} {{ i.due }} {{ i.remaining }}\n{% endfor %}"
    text = said(source, message(*[invoice(f"F-{number}") for number in range(1_000)]))
    assert text.count("\n") == 1_000


def test_what_fails_when_it_is_used_is_named_with_its_part_and_line() -> None:
    with pytest.raises(TemplateFailure, match="'Le nôtre' fails in its opening, line 2: "):
        said("Bonjour\n{{ legal.interest }}")
    with pytest.raises(TemplateFailure, match="'Le nôtre' fails in its opening, line 1: "):
        said("{{ credits[0].number }}")


def test_the_text_is_shown_as_it_was_typed_and_read_as_markup_nowhere() -> None:
    """Plain text is not escaped, HTML is, once."""
    text = own("A & B <b>gras</b> {{ customer.name }}\nligne 2\n\nParagraphe 2", closing="&amp;")
    email = render_email(text, context=message(invoice("F-1")))
    assert "A & B <b>gras</b> Établissements Dupont & Fils\nligne 2\n\nParagraphe 2" in email.text
    assert "A &amp; B &lt;b&gt;gras&lt;/b&gt; Établissements Dupont &amp; Fils<br>" in email.html
    assert "&amp;amp;" in email.html
    assert "&amp;\n" in email.text
    page = Page(email.html)
    assert page.open == []
    assert "b" not in page.tags


def test_an_own_template_stands_in_every_layout() -> None:
    text = own("Nos mots à {{ contact.name }}.", closing="Fin.", sms="Court : {{ payable }}")
    context = message(invoice("F-1"))
    letter = render_letter_html(text, context=context)
    assert "<p>Nos mots à Anne Martin.</p>" in letter
    assert "Objet : Objet" in plain(Page(letter).text)
    assert render_sms(text, context=context) == "Court : 1 234,56 €"


def test_without_words_for_a_channel_the_template_says_so() -> None:
    context = message(invoice("F-1"))
    with pytest.raises(TemplateFailure, match="text message"):
        render_sms(own(), context=context)
    with pytest.raises(TemplateFailure, match="without a subject"):
        render_email(OwnText("SMS", Wording(sms="Court")), context=context)


def naughty() -> Iterator[str]:
    yield from (
        HOSTILE,
        "{{ 7 * 7 }}",
        "{% include 'x' %}",
        "a\r\nBcc: b@example.org",
        "\ud83d",
        "",
    )
    if SHARED.exists():
        yield from json.loads(SHARED.read_text())


def test_hostile_values_stay_values_in_an_own_template() -> None:
    text = own(
        "{{ customer.name }}|{{ contact.name }}|{{ invoices[0].number }}|{{ invoices[0].label }}",
        subject="x {{ customer.name }}",
        sms="x {{ customer.name }}",
    )
    for value in naughty():
        debtor = replace(DEBTOR, name=value, code=value or "x")
        context = message(invoice(value, label=value), customer=debtor)
        email = render_email(text, context=context)
        assert "\n" not in email.subject
        page = Page(email.html)
        assert page.open == []
        assert page.tags <= TAGS
        assert "\n" not in render_sms(text, context=context)


# What our layouts are made of.
TAGS = {"html", "head", "meta", "title", "style", "body", "table", "thead", "tbody", "tfoot"}
TAGS |= {"tr", "th", "td", "p", "strong", "br", "span", "img", "a"}


def test_hostile_template_texts_are_refused_or_shown_as_text() -> None:
    context = message(invoice("F-1"))
    for value in naughty():
        if troubles(value) or not value.strip():
            continue
        page = Page(render_email(own(value), context=context).html)
        assert page.open == []
        assert page.tags <= TAGS


def test_every_field_that_can_be_named_is_explained_and_no_other() -> None:
    paths = [note.path for note in field_notes()]
    assert len(paths) == len(set(paths))
    assert set(paths) == set(MEANINGS)


def test_every_field_is_there_when_a_template_names_it() -> None:
    """What the list of fields says can be written can be rendered."""

    def walk(within: str, kind: Any, depth: int) -> Iterator[str]:
        for name, each in fields_of(kind).items():
            path = f"{within}{name}"
            element = element_of(each)
            if element is not None:
                inside = f"x{depth}"
                body = "".join(walk(f"{inside}.", element, depth + 1)) or f"{{{{ {inside} }}}}"
                yield f"{{% for {inside} in {path} %}}{body}{{% endfor %}}"
            elif fields_of(each):
                yield from walk(f"{path}.", each, depth)
            elif each is bool:
                yield f"{{{{ 'x' if {path} }}}}"
            else:
                yield f"{{{{ {path} }}}}"

    source = "".join(walk("", MessageContext, 0))
    assert troubles(source) == ()
    full = next(samples("fr"))
    assert "13,15" in said(source, full)


def test_samples_have_something_in_every_field_or_little() -> None:
    full, bare, *_ = samples("en")
    assert full.legal
    assert full.credits
    assert full.payment_link
    assert full.transfer_code
    given = (bare.legal, bare.credits, bare.payment_link, bare.contact.name)
    assert not any(given)


@pytest.mark.parametrize("name", sorted(template_names()))
def test_what_is_shipped_can_be_copied_and_says_the_same(name: str) -> None:
    copied = shipped_template(name)
    assert copied is not None
    for language, wording in copied.wordings.items():
        assert [troubles(getattr(wording, part)) for part in PARTS] == [()] * len(PARTS)
        text = own_text(copied, language)
        for count in (1, 3):
            for legal in (False, True):
                make = settled if name == "thank_you" else invoice
                items = [make(f"F-{number}") for number in range(count)]
                context = message(*items, step=STEP_OF[name], language=language, legal=legal)
                ours, theirs = (render_email(each, context=context) for each in (name, text))
                assert (ours.subject, plain(ours.text)) == (theirs.subject, plain(theirs.text))
                assert plain(Page(ours.html).text) == plain(Page(theirs.html).text)
                assert render_sms(name, context=context) == render_sms(text, context=context)


def test_an_own_template_has_no_part_in_a_language_it_was_not_written_in() -> None:
    template = OwnTemplate(id="x", name="x", wordings={"fr": Wording(sms="Bonjour")})
    with pytest.raises(KeyError):
        own_text(template, "en")


def test_no_field_tells_a_level() -> None:
    """M8."""
    assert not any("level" in note.path for note in field_notes())
