"""Every field of every body is sent what it can't take: the refusal names it, and nothing changed.

The fields come from the OpenAPI document's schemas. What a schema doesn't forbid may be taken.
"""

import json
import math
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from tests.functions.api.described import differences, validator
from tests.functions.api.restored import Restored
from tests.functions.api.schema_fields import (
    Place,
    Sent,
    days,
    depth,
    fields,
    operations_with_bodies,
    pointer,
    with_field,
)
from tests.functions.api.site import Answer

# What no field takes, whatever its schema says.
NEVER: tuple[Any, ...] = ("a\x00b", "\ud800", 2**53, -(10**30), math.inf)
WRONG: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, "", [], {}, [[]], {"a": 1}, "x" * 20_000),
    *(86_400, "86400", "1", "true", "2025-03-09T00:00:00", "2025-W10-7"),
)
TEXTS = (
    *("'; DROP TABLE items; --", "{{ 7*7 }}", "${jndi:ldap://example.com/a}", "../../etc/passwd"),
    *("<script>alert(1)</script>", "=1+cmd|' /C calc'!A0", "a\r\nBcc: x@example.com", "%00%0a"),
    *(
        "\u202etxt.exe",
        "\ufeffa",
        "Z\u0351\u036b\u0343al\u0367go",
        "\U0001f4a9" * 3,
        "\u2028",
        "\x1b[31m",
    ),
    *(
        "9999-12-31",
        "0001-01-01",
        "2025-02-30",
        "0000-00-00",
        "99999-01-01",
        "1e400",
        "-0",
        "٣",
        "0x10",
        "NaN",
        "null",
    ),
    *("T#rival#CUSTOMERS", "411KERVADEC#", "~", "/", " ", "\t", "\x7f", "ﬀ", "İ", "ß" * 300),
)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "hostile" / "blns.json"
TEXTS_EACH = 4


def hostile_texts() -> Iterator[str]:
    """Our own, and the well-known list where it is at hand, over and over."""
    known = json.loads(SHARED.read_text(encoding="utf-8")) if SHARED.exists() else []
    turns = range(0, len(known), len(TEXTS))
    mixed = [text for turn in turns for text in (*TEXTS, *known[turn : turn + len(TEXTS)])]
    return cycle(mixed or TEXTS)


STRINGS, NEVERS, WRONGS = hostile_texts(), cycle(NEVER), cycle(WRONG)
SENT = operations_with_bodies()
# A field that several operations take is tried with everything at one of them.
FIRST = {field: sent.name for sent in reversed(SENT) for field in fields(sent).values()}


@pytest.fixture(scope="module")
def site() -> Restored:
    return Restored()


def send(site: Restored, sent: Sent, body: Any) -> Answer:
    text = json.dumps(body).replace("Infinity", "1e400")
    answer = site.quick(sent.method, sent.path, raw=text, user=sent.user)
    if answer.status != 422:  # of which there are thousands, all alike
        assert list(differences(sent.method, sent.path, answer)) == []
    return answer


def around(named: str, place: str) -> bool:
    """Whether a problem is about a field, something inside it, or what the field is in."""
    return f"{named}/".startswith(f"{place}/") or bool(
        named and f"{place}/".startswith(f"{named}/")
    )


def checked(site: Restored, sent: Sent, place: Place, value: Any, *, never: bool) -> str | None:
    """Return what is wrong with how the API takes a value in a field."""
    example = sent.example_with(place)
    body = with_field(example, place, value)
    alone = depth(example, place) >= len(place) - 1  # nothing else is wrong with the body
    answer = send(site, sent, body)
    changed = site.changed()
    if changed:
        site.restore()
    told = f"{pointer(place)} = {value!r:.60}: {answer.status} {answer.text[:300]}"
    if answer.status >= 500:
        return told
    if answer.status >= 400 and changed:
        return f"changed by a refusal: {told}"
    # Space around a text goes before it is measured, which a schema can't say.
    bare = with_field(example, place, value.strip() if isinstance(value, str) else value)
    allowed = validator(json.dumps(sent.schema)).is_valid
    forbidden = never or not (allowed(body) or allowed(bare))
    if forbidden and answer.status != 422:
        return f"taken: {told}"
    if answer.status == 422:
        named = [each.get("pointer", "?") for each in answer.body["errors"]]
        if (
            forbidden
            and (alone or never)
            and not any(around(each, pointer(place)) for each in named)
        ):
            return f"not named: {told}"
    return None


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.name)
def test_each_field_refuses_what_it_cannot_take(site: Restored, sent: Sent) -> None:
    wrong = []
    for place, field in fields(sent).items():
        first = FIRST[field] == sent.name
        for value in islice(NEVERS, 2):
            wrong.append(checked(site, sent, place, value, never=True))
        for value in WRONG if first else islice(WRONGS, 2):
            wrong.append(checked(site, sent, place, value, never=False))
        for text in islice(STRINGS, TEXTS_EACH if first else 1):
            wrong.append(checked(site, sent, place, text, never=False))

    assert [each for each in wrong if each] == []


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "0001-01-01"])
def test_no_day_that_is_taken_keeps_a_tenant_from_being_decided(site: Restored, day: str) -> None:
    tried = [(sent, place) for sent in SENT for place in days(sent)]
    assert len(tried) > 5
    for sent, place in tried:
        answer = send(site, sent, with_field(sent.example_with(place), place, day))
        assert answer.status in (200, 201, 202, 409, 422), (sent.name, place, answer.text)
        assert site.call("GET", "/v1/preview", days=30).status == 200, (sent.name, place)
        if site.changed():
            site.restore()


def in_the_way(site: Restored, sent: Sent, **request: Any) -> Answer:
    """Send an operation's body in a way that no operation takes; nothing may change."""
    answer = site.quick(sent.method, sent.path, user=sent.user, **request)
    assert list(differences(sent.method, sent.path, answer)) == []
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not site.changed()
    return answer


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.name)
def test_no_operation_takes_a_body_that_is_none(site: Restored, sent: Sent) -> None:
    body = sent.examples[0]
    [name, *_], text = body, json.dumps(body)
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "text/xml", "json"):
        assert in_the_way(site, sent, raw=text, content_type=media_type).status == 415

    huge, deep = text[:-1] + f', "x": "{"é" * 140_000}"}}', "[" * 100_000 + "]" * 100_000
    assert in_the_way(site, sent, raw=huge).status == 413
    nested = f'{text[:-1]}, "x": {"[" * 40}{"]" * 40}}}'
    refused = {
        f"{text[:-1]}, {json.dumps(name)}: 1}}": "is named twice",
        nested: "is nested deeper",
        f'{{"x": {deep}}}': "is nested deeper",
        text[:-1]: "is not JSON",
        f"[{text}]": "must be a JSON object",
        '"text"': "must be a JSON object",
        f'{text[:-1]}, "x": NaN}}': "is not JSON",
        f"{text}{text}": "is not JSON",
        f"\ufeff{text}": "is not JSON",
    }
    for raw, told in refused.items():
        answer = in_the_way(site, sent, raw=raw)
        assert answer.status == 422, raw[:80]
        assert told in answer.body["errors"][0]["message"], raw[:80]
    answer = in_the_way(site, sent, raw=text.encode("utf-16"))
    assert answer.body["errors"] == [{"message": "The body is not UTF-8 text", "pointer": ""}]


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.name)
def test_a_field_that_nobody_knows_is_named(site: Restored, sent: Sent) -> None:
    answer = in_the_way(site, sent, body=sent.examples[0] | {"a/b~c": 1})

    assert answer.status == 422
    assert "/a~1b~0c" in answer.pointers


@pytest.mark.parametrize("day", ["0", "-0", "86400", "2025-03-09T00:00:00", "2025-02-30", "٣"])
@pytest.mark.parametrize(
    ("path", "name"),
    [("/v1/actions", "since"), ("/v1/actions", "before"), ("/v1/aged-balance", "on")],
)
def test_a_day_in_an_address_is_spelt_as_a_day(
    site: Restored, path: str, name: str, day: str
) -> None:
    answer = site.call("GET", path, **{name: day})

    assert answer.status == 422
    assert [each["parameter"] for each in answer.body["errors"]] == [name]


def test_a_method_that_an_address_lacks_is_said_before_anything_else(site: Restored) -> None:
    for method, path in (("DELETE", "/v1/tenant"), ("TRACE", "/v1/tenant/logo")):
        answer = site.call(method, path, raw="no JSON", content_type="image/png", after="\x00")
        assert answer.status == 405
