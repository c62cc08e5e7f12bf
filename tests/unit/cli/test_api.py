"""Calls of the API and of the upload form, against an API of a few lines."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from relance.cli.api import Api, ApiRefusal
from relance.cli.errors import CommandError

type Answer = Callable[[httpx.Request], httpx.Response]


def api(answer: Answer) -> Api:
    return Api(client=httpx.Client(base_url="http://x", transport=httpx.MockTransport(answer)))


def test_a_list_is_read_page_after_page() -> None:
    pages: dict[str | None, dict[str, Any]] = {
        None: {"items": [{"id": 1}], "next": "b"},
        "b": {"items": [{"id": 2}], "next": None},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/items"
        return httpx.Response(200, json=pages[request.url.params.get("after")])

    assert [each["id"] for each in api(answer).every("/items")] == [1, 2]


def test_an_edit_is_of_what_is_stored_now() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={}, headers={"ETag": '"7"'})
        assert request.headers["if-match"] == '"7"'
        return httpx.Response(200, json=json.loads(request.content) | {"version": 8})

    assert api(answer).patch("/tenant", {"name": "A"}) == {"name": "A", "version": 8}


def test_a_refusal_is_said_field_by_field() -> None:
    problem = {
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "the body can't be taken",
        "errors": [{"pointer": "/result", "message": "only a letter is posted"}],
    }
    with pytest.raises(ApiRefusal, match=r"(?s)POST /v1/x: 422 the body.*/result only a letter"):
        api(lambda _: httpx.Response(422, json=problem)).post("/x", {})


@pytest.mark.parametrize("text", ["", "<html>", "[]", '{"message": "Unauthorized"}'])
def test_an_answer_that_is_no_problem_document_is_still_told(text: str) -> None:
    with pytest.raises(ApiRefusal, match="401") as caught:
        api(lambda _: httpx.Response(401, text=text)).get("/tenant")
    assert caught.value.status == 401


def test_an_api_that_is_not_there_is_said_in_a_sentence() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(CommandError, match="does not answer GET /v1/tenant"):
        api(answer).get("/tenant")
