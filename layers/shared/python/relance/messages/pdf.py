"""A letter's HTML to the PDF that is posted. Only files packaged with the product are read."""

import mimetypes
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "templates" / "layout"
_ASSET_URL = "asset:"


def letter_pdf(html: str) -> bytes:
    """Return the PDF of a letter; identical input gives identical bytes.

    A stylesheet or picture is named `asset:<file>` and comes from the layout folder. Any other
    address, on the network or this machine, raises FatalURLFetchingError (of WeasyPrint): a letter
    with a hole in it must not be posted.
    """
    # Here and not above: only the function that makes letters has WeasyPrint.
    from weasyprint import HTML

    return bytes(HTML(string=html, base_url=_ASSET_URL, url_fetcher=_fetcher()).write_pdf())


def asset(url: str) -> bytes:
    """Return the packaged file that `url` names; raise PermissionError for anything else."""
    name = url.removeprefix(_ASSET_URL)
    path = ASSETS / name
    if not url.startswith(_ASSET_URL) or path.parent != ASSETS or not path.is_file():
        raise PermissionError(f"letters may not read {url[:100]!r}")
    return path.read_bytes()


def _kind(url: str) -> str:
    # Without it a stylesheet is passed over in silence.
    return mimetypes.guess_type(url)[0] or "application/octet-stream"


def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class PackagedFiles(URLFetcher):  # type: ignore[misc] # published without types
        def fetch(self, url: str, headers: Any = None) -> Any:
            del headers  # nothing is fetched over HTTP
            try:
                return URLFetcherResponse(url, asset(url), {"Content-Type": _kind(url)})
            except PermissionError as error:
                raise FatalURLFetchingError(str(error)) from error

    return PackagedFiles()
