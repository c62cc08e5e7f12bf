"""Calls of the HTTP API, with its refusals said in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from relance.cli.errors import CommandError

_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The API, signed in. Paths begin after /v1."""

    client: httpx.Client

    def get(self, path: str, **parameters: str | int) -> Any:
        """Return what a GET answers."""
        return self._call("GET", path, params=parameters)

    def post(self, path: str, body: object) -> Any:
        """Return what a POST answers."""
        return self._call("POST", path, json=body)

    def patch(self, path: str, body: object) -> Any:
        """Return what a PATCH answers; applies to whatever is stored now."""
        etag = self._answer("GET", path).headers.get("etag")
        return self._call("PATCH", path, json=body, headers={"If-Match": etag} if etag else {})

    def every(self, path: str, **parameters: str | int) -> Iterator[dict[str, Any]]:
        """Yield every entry of a list, page after page."""
        after: str | None = None
        while True:
            page = self.get(path, limit=_PAGE, **parameters, **({"after": after} if after else {}))
            yield from page["items"]
            after = page.get("next")
            if not after:
                return

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self._answer(method, path, **options)
        return answer.json() if answer.content else None

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self.client.request(method, f"/v1{path}", **options)
        except httpx.HTTPError as error:
            raise CommandError(f"The API does not answer {method} /v1{path}: {error}") from error
        if answer.is_error:
            raise ApiRefusal(answer.status_code, f"{method} /v1{path}: {_problem(answer)}")
        return answer


class ApiRefusal(CommandError):
    """The API answered with an error; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _problem(answer: httpx.Response) -> str:
    """Return a problem document as one line a field; other answers as status and first words."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or "title" not in problem:
        return f"{answer.status_code} {answer.reason_phrase} {answer.text[:300]}".strip()
    said = problem.get("detail") or problem["title"]
    fields = [
        f"\n  {each.get('pointer') or each.get('parameter') or ''} {each.get('message', '')}"
        for each in problem.get("errors") or ()
    ]
    return f"{answer.status_code} {said}{''.join(fields)}"
