"""The one body that is no JSON: a picture."""

import base64
import binascii
from http import HTTPStatus
from typing import Any, NoReturn

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.problems import Refused
from relance.messages.logo import LARGEST_FILE, LARGEST_SIDE, SMALLEST_SIDE, Logo

LOGO_PATH = "/v1/tenant/logo"
_KINDS = {f"image/{kind}": kind for kind in ("png", "jpeg")}
# How the OpenAPI document says it: by media type, there is nothing more to say (3.1).
_CONTENT: dict[str, Any] = {media_type: {} for media_type in _KINDS}


def takes_picture(event: APIGatewayProxyEventV2) -> bool:
    """Tell whether the body of this request is a picture: a route of its own reads it."""
    return event.http_method == "PUT" and event.path == LOGO_PATH


def picture(event: APIGatewayProxyEventV2) -> tuple[bytes, str]:
    """Return the body's bytes and what they are said to be, png or jpeg.

    Raises Refused: 415 for another media type, 413 when there are too many, 422 without any.
    """
    media_type = event.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _KINDS:
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send image/png or image/jpeg, not {media_type!r}."
        )
    raw = event.get("body") or ""
    content = _within(raw, event)
    if not content:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is empty: it is to be a picture.")
    return content, _KINDS[media_type]


def media_type_of(logo: Logo) -> str:
    """Return the media type of a picture."""
    return f"image/{logo.kind}"


def describe_pictures(document: dict[str, Any]) -> None:
    """Say in the OpenAPI document which pictures are taken and given: no model can."""
    operations = document["paths"][LOGO_PATH]
    operations["put"]["requestBody"] = {
        "description": f"A PNG or JPEG of at most {LARGEST_FILE // 1024} KB, in grey or RGB, "
        f"with {SMALLEST_SIDE} to {LARGEST_SIDE} pixels a side",
        "required": True,
        "content": _CONTENT,
    }
    operations["get"]["responses"]["200"]["content"] = _CONTENT


def _within(raw: str, event: APIGatewayProxyEventV2) -> bytes:
    if len(raw) > 2 * LARGEST_FILE:  # even in base64
        _too_large()
    try:
        content = base64.b64decode(raw, validate=True) if event.is_base64_encoded else raw.encode()
    except (binascii.Error, ValueError):
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The body can't be read: it is to be a picture."
        ) from None
    if len(content) > LARGEST_FILE:
        _too_large()
    return content


def _too_large() -> NoReturn:
    message = f"A logo may have {LARGEST_FILE // 1024} KB."
    raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
