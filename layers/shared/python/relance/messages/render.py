"""From a template and a context to the words of an e-mail, an SMS or a letter.

Templates run in a sandbox, an unknown field is an error, and in HTML every value is escaped: a
value is never read as a template or as markup. A template holds the blocks `subject`, `opening`
(before the invoices), `closing` (after them) and `sms`; the layouts put them on the page. One that
a tenant wrote is rendered before: its parts are values like any other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from relance.messages.context import MessageContext
from relance.messages.envelope import window_size
from relance.messages.language import TEMPLATES, supported_languages
from relance.messages.own import (
    LINE_BREAK,
    OwnText,
    TemplateFailure,
    paragraphs_of,
    render_own,
)
from relance.messages.sms import plain_letters
from relance.messages.text import one_line

# What mail programs show of a subject is far less; longer ones look like spam.
_LONGEST_SUBJECT = 200
# Ten parts: whoever sends it says how many are too many.
_LONGEST_SMS = 1600


# A shipped template's name, or a tenant's own text.
type Words = str | OwnText

# What the HTML of an e-mail calls the picture of the code to pay by.
TRANSFER_CODE_ID = "transfer-code@relance"


class UnknownTemplate(ValueError):
    """There is no template of this name in this language."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A file of blocks, and what its parts are when a tenant wrote them."""

    file: str
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EmailText:
    """The words of an e-mail; `subject` is one line without control characters."""

    subject: str
    text: str
    html: str


@cache
def template_names() -> frozenset[str]:
    """Return the names of the shipped templates that exist in every supported language."""
    each = (
        {path.name.removesuffix(".j2") for path in (TEMPLATES / language).glob("*.j2")}
        for language in supported_languages()
    )
    return frozenset(set.intersection(*each) - {"words"})


def render_email(template: Words, *, context: MessageContext) -> EmailText:
    """Return the e-mail that a template makes in the context's language.

    When the context has a transfer code, the HTML shows it as `cid:` TRANSFER_CODE_ID. Raises
    UnknownTemplate, TemplateFailure of a tenant's own, and jinja2.UndefinedError when one of ours
    names a field that does not exist.
    """
    source = _source(template, context, "subject", "opening", "closing")
    subject = one_line(_block(source, "subject", context), most=_LONGEST_SUBJECT)
    if not subject:
        raise TemplateFailure("the template makes an e-mail without a subject")
    return EmailText(
        subject=subject,
        text=_page(source, "layout/email.txt.j2", context),
        html=_page(source, "layout/email.html.j2", context, subject=subject, code=TRANSFER_CODE_ID),
    )


def render_sms(template: Words, *, context: MessageContext) -> str:
    """Return the text message, on one line; raises as `render_email` does."""
    text = _block(_source(template, context, "sms"), "sms", context)
    said = one_line(plain_letters(text), most=_LONGEST_SMS)
    if not said:
        raise TemplateFailure("the template has no words for a text message")
    return said


def render_letter_html(template: Words, *, context: MessageContext) -> str:
    """Return the letter as the HTML that `pdf.letter_pdf` takes.

    Raises as `render_email` does, and UnusableAddress when no window can show the address.
    """
    source = _source(template, context, "subject", "opening", "closing")
    return _page(source, "layout/letter.html.j2", context, address_size=_address_size(context))


def render_layout(layout: str, *, context: MessageContext, **more: object) -> str:
    """Return a page that no template speaks on: the named layout, with the context and `more`."""
    html = layout.endswith(".html.j2")
    values = _values(context, html=html) | more
    return _environment(html=html).get_template(layout).render(values)


def words_of(context: MessageContext) -> Any:
    """Return the fixed words of the context's language, as plain text."""
    return _words(context, html=False)


def _source(template: Words, context: MessageContext, *parts: str) -> _Source:
    """Return where the blocks are; of a tenant's own template these parts are rendered."""
    if isinstance(template, OwnText):
        said = {part: render_own(template, part, context=context) for part in parts}
        return _Source("layout/own.j2", {part: paragraphs_of(each) for part, each in said.items()})
    if template not in template_names():
        raise UnknownTemplate(f"there is no template named {template!r}")
    file = f"{context.language}/{template}.j2"
    try:
        _environment(html=False).get_template(file)
    except TemplateNotFound as error:
        raise UnknownTemplate(f"{template!r} does not exist in {context.language!r}") from error
    return _Source(file)


def _template(source: _Source, *, html: bool) -> Template:
    return _environment(html=html).get_template(source.file)


def _block(source: _Source, name: str, context: MessageContext) -> str:
    """Render one block of a text template by itself."""
    template = _template(source, html=False)
    values = template.new_context(_values(context, html=False) | {"own": source.own})
    return "".join(template.blocks[name](values))


def _page(source: _Source, layout: str, context: MessageContext, **more: str) -> str:
    html = layout.endswith(".html.j2")
    values = _values(context, html=html) | {"own": source.own, "layout": layout} | more
    return _template(source, html=html).render(values)


def _address_size(context: MessageContext) -> str:
    attention = str(_words(context, html=False).attention(context.contact.name))
    shown = attention if context.contact.name else ""
    return window_size(context.customer.name, shown, context.customer.address)


def _words(context: MessageContext, *, html: bool) -> Any:
    """Return the module of fixed words in the context's language."""
    return _environment(html=html).get_template(f"{context.language}/words.j2").module


def _values(context: MessageContext, *, html: bool) -> dict[str, Any]:
    """Return what templates may name: the context's fields, and their language's `words`."""
    return {each.name: getattr(context, each.name) for each in fields(context)} | {
        "words": _words(context, html=html)
    }


@cache
def _environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=html,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["paragraphs"] = _html_paragraphs if html else _text_paragraphs
    return environment


def _text_paragraphs(text: str) -> str:
    """Join each paragraph's lines into one and keep one blank line between paragraphs."""
    return "\n\n".join(_paragraphs(text)).replace(LINE_BREAK, "\n")


def _html_paragraphs(text: str, style: str = "") -> Markup:
    """Wrap each paragraph of already escaped text in <p>."""
    opening = Markup('<p style="{}">').format(style) if style else Markup("<p>")
    return Markup("\n").join(
        opening
        + Markup(each.replace(LINE_BREAK, "<br>\n"))  # noqa: S704 - escaped by the environment
        + Markup("</p>")
        for each in _paragraphs(text)
    )


def _paragraphs(text: str) -> list[str]:
    joined = (re.sub(r"[ \t]*\n[ \t]*", " ", each.strip()) for each in re.split(r"\n\s*\n", text))
    return [each for each in joined if each]
