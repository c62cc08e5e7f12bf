"""A letter's HTML to the PDF that is posted. Nothing is read but the pictures handed in.

What does not change from one letter to the next is made once and kept: stylesheets, fonts and the
logos of the tenants last served. It is what makes a letter cheap on a warm worker.
"""

import io
import logging
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from relance.messages.logo import LARGEST_SIDE, Logo, UnusableLogo

STYLESHEET = Path(__file__).parent / "templates" / "layout" / "letter.css"
# Logos are printed in a box of this size; more dots than a printer has are thrown away once.
_LOGO_DOTS = (780, 284)  # 66 × 24 mm at 300 dots an inch
_QUALITY = 92
_NEVER = re.compile(r"^::|\[dir|^(select|input|button|textarea|fieldset|:is\(input)")
# What could bring fonts in, which stay for the letters of others, or read what it likes.
_FOREIGN = ("style", "link", "svg")
# Each would be a box of its own, to be thrown away later.
_BETWEEN_TAGS = re.compile(r">\s*\n\s*<")


class UnusableLetter(ValueError):
    """This page can't be a letter: something of it would be missing on paper."""


def letter_pdf(
    html: str, *, logo: bytes = b"", transfer_code: bytes = b"", printed: str = ""
) -> bytes:
    """Return the PDF of a letter; identical input gives identical bytes.

    `logo` (checked by `logo.read_logo`) and `transfer_code`, a PNG, are what the HTML calls
    `asset:logo` and `asset:transfer-code`. Raises UnusableLetter when it names any other address,
    on the network or this machine, has style sheets or drawings, or no font has a character of
    `printed`.
    """
    from weasyprint.urls import FatalURLFetchingError

    fetcher = _fetcher_class()({"asset:transfer-code": transfer_code} if transfer_code else {})
    source = _page_class()(_BETWEEN_TAGS.sub("><", html), fetcher)
    if any(str(element.tag).endswith(_FOREIGN) for element in source.etree_element.iter()):
        raise UnusableLetter("letters may not have styles or drawings of their own")

    def laid_out(pages: int) -> Any:
        return source.render(
            stylesheets=[_stylesheet(pages)],
            font_config=_fonts(),
            cache={"asset:logo": _logo(logo)} if logo else {},
        )

    try:
        # Asking WeasyPrint to count the pages lays every letter out twice; most have one page.
        document = laid_out(1)
        if len(document.pages) > 1:
            document = laid_out(len(document.pages))
        made = bytes(document.write_pdf(finisher=_without_maker))
    except FatalURLFetchingError:  # of no Exception's kind: it would take other letters with it
        pass
    if fetcher.refused:
        raise UnusableLetter(f"letters may not read {fetcher.refused[0][:100]!r}")
    _check_printed(printed, document)
    return made


def check_printable(logo: Logo) -> None:
    """Raise UnusableLogo when the pixels of a checked picture can't be unpacked all the same.

    A JPEG says its size and its end at places of their own: only unpacking tells what is between.
    """
    try:
        _logo(logo.content)
    except UnusableLogo:
        raise
    except Exception as error:  # the picture library has no root for what it may raise
        raise UnusableLogo(f"the logo's pixels are damaged ({type(error).__name__})") from None


def _check_printed(text: str, document: Any) -> None:
    missing = {code for font in document.fonts.values() for code in font.missing}
    if lost := sorted(set(map(ord, text)) & missing):
        raise UnusableLetter(f"no font for letters has the character {chr(lost[0])!r}")


@cache
def _page_class() -> Any:
    # Here and not above: only the function that makes letters has WeasyPrint.
    from cssselect2 import ElementWrapper
    from weasyprint import HTML

    class Page(HTML):  # type: ignore[misc] # published without types
        def __init__(self, html: str, fetcher: Any) -> None:
            try:
                # Ours is well-formed, and what is in C reads it twenty times faster.
                root = ElementTree.fromstring(html)  # noqa: S314 - its one entity is none
            except ElementTree.ParseError:  # a character that XML does not have
                super().__init__(string=html, base_url="asset:", url_fetcher=fetcher)
                return
            self.base_url, self.url_fetcher, self.media_type = "asset:", fetcher, "print"
            self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            del forms  # letters have none
            return [_browser_stylesheet()]

    return Page


def _without_maker(document: object, pdf: Any) -> None:
    del document
    pdf.info.pop("Producer", None)  # which program, in which version, is nobody's business


@lru_cache(maxsize=16)
def _logo(content: bytes) -> Any:
    """Return a picture whose PDF object is made once for all letters that carry it.

    Upright, on white, without what a camera or program noted in it, and no larger than printed.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
        if max(opened.size) > LARGEST_SIDE:  # a JPEG may state its size twice
            raise UnusableLogo("the logo's picture is larger than it says")
        kind = "PNG" if opened.format == "PNG" else "JPEG"  # two pictures in one are MPO
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    picture.thumbnail(_LOGO_DOTS, Image.Resampling.LANCZOS)
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    printed = io.BytesIO()
    paper.convert("RGB").save(printed, format=kind, quality=_QUALITY)
    return _logo_class()(Image.open(printed), "logo", printed.getvalue())


@cache
def _logo_class() -> Any:
    import pydyf
    from weasyprint.images import RasterImage

    class Logo(RasterImage):  # type: ignore[misc] # published without types
        _kept: Any = None

        def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:
            self._kept = self._kept or super().get_x_object(interpolate, dpi_ratio)
            return pydyf.Stream(self._kept.stream, self._kept.extra)

    return Logo


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    # It logs what it can't print, which is what people are called.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return FontConfiguration()


@cache
def _browser_stylesheet() -> Any:
    """Return what WeasyPrint styles every page with, less what letters never have.

    Its rules for notes and markers give each element six styles that nothing uses, those for pages
    each page seventeen; those for forms and other directions of writing are tried on each element.
    """
    from weasyprint.html import UA

    of_elements = UA.partition("@page")[0].splitlines()
    return _css("\n".join(line for line in of_elements if not _NEVER.search(line)))


@lru_cache(maxsize=32)
def _stylesheet(pages: int) -> Any:
    number = f'@page {{ @bottom-right {{ content: counter(page) " / {pages}" }} }}'
    return _css(STYLESHEET.read_text(encoding="utf-8") + number)


def _css(source: str) -> Any:
    from weasyprint import CSS

    return CSS(string=source, url_fetcher=_fetcher_class()({}), font_config=_fonts())


@cache
def _fetcher_class() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OnlyPictures(URLFetcher):  # type: ignore[misc] # published without types
        def __init__(self, pictures: Mapping[str, bytes]) -> None:
            """Make none of the openers for files and networks that the parent has."""
            self.pictures = pictures
            self.refused: list[str] = []

        def fetch(self, url: str, headers: Any = None) -> Any:
            del headers  # nothing is fetched over HTTP
            if url not in self.pictures:
                self.refused.append(url)
                raise FatalURLFetchingError(url)
            return URLFetcherResponse(url, self.pictures[url])

    return OnlyPictures
