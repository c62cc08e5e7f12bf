"""One PDF a day of all letters that the tenant prints and posts itself, under a list of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from relance.domain.postal import BatchLetter as BatchLetter
from relance.domain.postal import UnreadableLetter as UnreadableLetter
from relance.messages.figures import write_day, write_money
from relance.messages.text import one_line

if TYPE_CHECKING:
    from pypdf import PdfReader

_TEMPLATE = "print_room.html.j2"
_WORDS = {
    "fr": {
        "title": "Courriers à poster",
        "customer": "Client",
        "kind": "Envoi",
        "page": "Page",
        "pages": "Pages",
        "amount": "Montant",
        "plain": "lettre simple",
        "registered": "recommandée avec AR",
        "letters": "Lettres",
        "of_which": "dont recommandées",
    },
    "en": {
        "title": "Letters to post",
        "customer": "Customer",
        "kind": "Sent as",
        "page": "Page",
        "pages": "Pages",
        "amount": "Amount",
        "plain": "plain letter",
        "registered": "registered, with receipt",
        "letters": "Letters",
        "of_which": "of which registered",
    },
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the list; `page` is the letter's first page within the whole batch."""

    customer: str
    registered: bool
    pages: int
    amount: str
    page: int


def print_batch(
    letters: Sequence[BatchLetter], *, tenant: str, on: date, language: str, duplex: bool
) -> bytes:
    """Return the batch of tenant day `on`: the list first, then the letters in their order.

    Registered letters come first: they are filled in by hand at the post. To be printed on both
    sides (`duplex`), each letter begins on a new sheet. `language` is one that letters are written
    in, else English. Identical input gives identical bytes. Raises ValueError without letters,
    UnreadableLetter for one whose PDF is broken.
    """
    if not letters:
        raise ValueError("there is no letter to print")
    ordered = sorted(letters, key=lambda letter: not letter.registered)
    documents = [_read(letter) for letter in ordered]
    lengths = [_printed(len(document.pages), duplex=duplex) for document in documents]

    def listed(before: int) -> "PdfReader":
        starts = accumulate(lengths[:-1], initial=before + 1)
        rows = [
            _Row(
                one_line(letter.customer),
                letter.registered,
                len(document.pages),
                write_money(letter.amount, letter.currency, _known(language)),
                start,
            )
            for letter, document, start in zip(ordered, documents, starts, strict=True)
        ]
        return _list(rows, tenant=one_line(tenant), on=on, language=_known(language))

    # Page numbers depend on the list's own length, which they do not change: their column is fixed.
    length = _printed(len(listed(0).pages), duplex=duplex)
    return _bound([listed(length), *documents], [letter.customer for letter in ordered], duplex)


def _known(language: str) -> str:
    return language if language in _WORDS else "en"


def _printed(pages: int, *, duplex: bool) -> int:
    """Return how many sides a document takes, the blank one at its end included."""
    return pages + pages % 2 if duplex else pages


def _read(letter: BatchLetter) -> "PdfReader":
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        document = PdfReader(BytesIO(letter.pdf), strict=True)
        if len(document.pages) == 0:
            raise UnreadableLetter(letter.reference)
    except PyPdfError as error:
        raise UnreadableLetter(letter.reference) from error
    return document


def _list(rows: Sequence[_Row], *, tenant: str, on: date, language: str) -> "PdfReader":
    from pypdf import PdfReader

    html = _template().render(
        rows=rows,
        tenant=tenant,
        day=write_day(on, language),
        language=language,
        words=_WORDS[language],
    )
    return PdfReader(BytesIO(_drawn(html)))


def _drawn(html: str) -> bytes:
    """Return a page's PDF; nothing is read for it, neither from the network nor from here."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc] # published without types
        def fetch(self, url: str, headers: object = None) -> object:
            del headers
            raise FatalURLFetchingError(f"the list of letters may not read {url[:100]!r}")

    return bytes(HTML(string=html, base_url="asset:", url_fetcher=Nothing()).write_pdf())


@cache
def _template() -> Template:
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=folder, undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    return environment.get_template(_TEMPLATE)


def _bound(documents: Sequence["PdfReader"], names: Sequence[str], duplex: bool) -> bytes:
    """Return all in one PDF; each but the first has its name in the table of contents."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for number, document in enumerate(documents):
        start = len(writer.pages)
        writer.append(document, import_outline=False)
        if number:
            writer.add_outline_item(title=one_line(names[number - 1]), page_number=start)
        if duplex and len(document.pages) % 2:
            writer.add_blank_page()
    written = BytesIO()
    writer.write(written)
    return written.getvalue()
