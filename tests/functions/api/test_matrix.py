"""Every operation, by everybody, with the ids of their own company, of another, and of nobody (H3).

The operations and their bodies come from the OpenAPI document: a new one is tried as it is made.
"""

import json

import pytest

from relance.app.tenants import add_member
from tests.functions.api.asked import NOBODYS, Asked, renamed, requests, said
from tests.functions.api.restored import Restored

SCOPES = ("read", "collect", "import", "settings")
# What the atelier has none of, or what is not sent as JSON.
NOT_READY = {"get_logo", "set_logo", "delete_logo", "create_scenarios", "import_scenarios"}
PEOPLE: list[dict[str, list[str]]] = [{"person": []}]


class Matrix(Restored):
    """The atelier furnished, another company with nothing, and somebody of every kind in both."""

    def __init__(self) -> None:
        super().__init__()
        for path, body in (
            ("/v1/profiles", {"name": "Bare"}),
            ("/v1/profiles", {"name": "Retail"}),
            ("/v1/scenarios", {"profile": "retail", "preset": "regular"}),
        ):
            assert self.call("POST", path, body).status == 201
        add_member(tenant="rival", subject="rosa", role="collector", registry=self.registry)
        add_member(tenant="rival", subject="rob", role="viewer", registry=self.registry)
        self.ours: dict[str, str | None] = {"viewer": "vera", "collector": "carl", "admin": "anna"}
        self.theirs: dict[str, str | None] = {"viewer": "rob", "collector": "rosa", "admin": "rita"}
        for scope in SCOPES:
            self.ours[scope] = self._key(scope, "anna")
            self.theirs[scope] = self._key(scope, "rita")
        self.theirs |= {"stranger": "sam", "nobody": None}
        self.mark()

    def _key(self, scope: str, admin: str) -> str:
        body = {"name": scope, "scopes": [scope]}
        key: str = self.call("POST", "/v1/program-keys", body, user=admin).body["key"]
        self.call("GET", "/v1/me", user=key)  # the day of its use is noted once
        return key


REQUESTS = list(requests())


@pytest.fixture(scope="module")
def site() -> Matrix:
    return Matrix()


def allowed(asked: Asked, kind: str) -> bool:
    """Whether the document lets somebody of this kind ask."""
    order = ("viewer", "collector", "admin")
    for each in asked.security:
        for least in each.get("person", ()):
            if kind in order and order.index(kind) >= order.index(least):
                return True
        if kind in each.get("program", ()):
            return True
    return False


@pytest.mark.parametrize("asked", REQUESTS)
def test_everybody_may_what_the_document_says_in_their_own_company(
    site: Matrix, asked: Asked
) -> None:
    for kind, user in site.ours.items():
        answer = asked.send(site, user)
        changed = site.changed()
        site.restore()

        assert answer.status < 500, (kind, answer.text)
        if asked.security == PEOPLE:
            assert answer.status == (403 if kind in SCOPES else 409), (kind, answer.text)
        elif not allowed(asked, kind):
            assert answer.status == 403, (kind, answer.text)
        elif asked.name not in NOT_READY:
            assert answer.status < 300, (kind, answer.text)
        if answer.status >= 400 or asked.method == "GET":
            assert not changed, kind
        assert not (kind in ("viewer", "read") and changed)
        assert changed <= {"atelier", "access", "jobs"}


@pytest.mark.parametrize("asked", REQUESTS)
def test_nobody_learns_or_changes_anything_of_another_companys(site: Matrix, asked: Asked) -> None:
    for kind, user in site.theirs.items():
        answer = asked.send(site, user)
        work, changed = list(site.asked), site.changed()
        site.restore()

        joined = asked.name == "accept_invitation" and kind == "stranger"
        assert ("atelier" in changed) == joined, kind
        assert answer.status < 500, (kind, answer.text)
        if asked.method == "GET":
            assert "Kervadec" not in answer.text
            assert not changed, kind
        if kind == "nobody":
            assert answer.status == 401
        elif kind == "stranger" and asked.security != PEOPLE:
            assert answer.status == 403
        if asked.names_something and asked.security != PEOPLE:
            other = asked.send(site, user, nobodys=True)
            other_work = list(site.asked)
            site.restore()
            assert said(answer) == said(other), kind
            assert work == other_work, kind
            assert work or kind == "nobody"


def test_what_is_nobodys_has_the_form_of_what_is_somebodys() -> None:
    assert all(len(own) == len(other) for own, other in NOBODYS.items())
    assert json.loads(json.dumps(renamed({"a": ["411X", {"b": "carl"}]}))) == {
        "a": ["511X", {"b": "carm"}]
    }
