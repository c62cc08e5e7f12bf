"""By which a reader of text messages asks for no more of them: a line in each, and its page (M5).

The page says nothing of what is owed: whoever holds the phone may open it.
"""

from functools import cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from relance.messages.language import LAST_RESORT, TEMPLATES
from relance.messages.sms import plain_letters
from relance.messages.text import one_line

_FOLDER = TEMPLATES / "opt_out"
_SHOWN_DIGITS = 2


def opt_out_line(link: str, *, language: str) -> str:
    """Return what ends a text message."""
    return plain_letters(str(_words(language, html=False).line(link)))


def question_page(company: str, number: str, *, language: str) -> str:
    """Return the page that asks to confirm, as HTML; nothing happens by looking at it."""
    return _page("question", language, company=one_line(company), ending=number[-_SHOWN_DIGITS:])


def done_page(company: str, number: str, *, language: str) -> str:
    """Return the page that says it is done, as HTML."""
    return _page("done", language, company=one_line(company), ending=number[-_SHOWN_DIGITS:])


def unknown_page(accepted: str) -> str:
    """Return the page for a link that is none of ours, as HTML.

    Its language is the first one we have of a browser's Accept-Language header.
    """
    wishes = (wish.strip()[:2].lower() for wish in accepted.split(","))
    return _page("unknown", next((wish for wish in wishes if wish in _languages()), LAST_RESORT))


def _page(state: str, language: str, **values: str) -> str:
    written = _known(language)
    template = _environment(html=True).get_template("page.html.j2")
    words = _words(written, html=True)
    return template.render(state=state, language=written, words=words, **values)


def _words(language: str, *, html: bool) -> Any:
    return _environment(html=html).get_template(f"{_known(language)}.j2").module


def _known(language: str) -> str:
    return language if language in _languages() else LAST_RESORT


@cache
def _languages() -> frozenset[str]:
    return frozenset(path.stem for path in _FOLDER.glob("??.j2"))


@cache
def _environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=html,
        trim_blocks=True,
        lstrip_blocks=True,
    )
