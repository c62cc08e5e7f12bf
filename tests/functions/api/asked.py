"""The OpenAPI document's operations as requests, with ids of a company's own or with nobody's."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.api.described import document
from tests.functions.api.restored import Restored
from tests.functions.api.site import Answer

# Names of places in addresses, and what the atelier has there.
OWN = {
    "profile": "bare",
    "scenario": "retail-with-email",
    "template": "friendly",
    "customer": "411KERVADEC",
    "contact": "yann",
    "stop": "411KERVADEC-stop1",
    "dispute": "411KERVADEC-dispute1",
    "promise": "411KERVADEC-promise1",
    "item": "411KERVADEC-0e306e5d74d3ea53",
    "action": "411KERVADEC-7fa93262fa148768",
    "group": "recovery",
    "member": "carl",
    "invitation": "3educgq9sis8",
    "key": "nightly",
    "upload": "20250309T090000-0a1b2c3d4e5f",
    "mapping": "mine",
    "number": "33612345678",
    "on": "2025-03-09",
}
# Of the same form, and nobody's; a day is everybody's.
NOBODYS = {
    "bare": "bark",
    "retail": "retain",
    "export": "export",
    "retail-with-email": "retain-with-email",
    "friendly": "friendlz",
    "yann": "yanm",
    "recovery": "recoverz",
    "group:recovery": "group:recoverz",
    "carl": "carm",
    "anna@example.com": "anne@example.com",
    "3educgq9sis8": "4educgq9sis8",
    "nightly": "nightlz",
    "20250309T090000-0a1b2c3d4e5f": "20250309T090000-1a1b2c3d4e5f",
    "mine": "ming",
    "33612345678": "33612345679",
    "+33612345678": "+33612345679",
    "2025-03-09": "2025-03-09",
}
# Bodies and parameters that name what the document's examples don't.
PLAN: dict[str, Any] = {
    "name": "Plan",
    "steps": [
        {
            "key": "r1",
            "name": "Mail",
            "anchor": "due_date",
            "offset_days": 8,
            "channel": "email",
            "template": "friendly",
            "responsible": ["group:recovery", "anna@example.com"],
        }
    ],
}
MORE: dict[str, tuple[dict[str, Any], ...]] = {
    "create_scenarios": (
        {"profile": "standard", "copy_of": "retail-with-email"},
        {"profile": "retail", "preset": "regular"},
        {"profile": "standard", "with_email": True, "plan": PLAN},
    ),
    "create_template": ({"copy_of": "friendly", "name": "Copy"},),
    "create_customer": ({"code": "N1", "name": "N", "profile": "retail"},),
    "edit_customer": ({"profile": "retail"},),
    "create_group": ({"id": "g", "name": "G", "members": ["anna@example.com"]},),
    "edit_settings": ({"default_mapping": "mine"},),
    "create_import": ({"file_name": "a.csv", "mapping": "mine"},),
    "import_scenarios": ({"yaml": "scenarios:\n- {profile: retail, preset: regular}\n"},),
}
QUERIES = {
    "customer": "411KERVADEC",
    "code": "411KERVADEC",
    "scenario": "retail-with-email",
    "responsible": "group:recovery",
}


class Asked:
    """A request of the document, with ids of the atelier's or with nobody's."""

    def __init__(self, path: str, method: str, operation: dict[str, Any], body: Any) -> None:
        self.name: str = operation["operationId"]
        self.security: list[dict[str, list[str]]] = operation["security"]
        self.method = method.upper()
        self._path = path
        self._body = body
        parameters = [each for each in operation.get("parameters", []) if "name" in each]
        names = [each["name"] for each in parameters]
        self._query = {name: QUERIES[name] for name in names if name in QUERIES}
        # Which action is open, failed or waits for a yes is told by its example.
        self._ids = OWN | {
            each["name"]: each["example"] for each in parameters if each["name"] == "action"
        }

    def send(self, site: Restored, user: str | None, *, nobodys: bool = False) -> Answer:
        path = self._path
        for name, own in self._ids.items():
            path = path.replace(f"{{{name}}}", nobody(own) if nobodys else own)
        assert "{" not in path, f"what does the atelier have there: {path}"
        body, query = (self._body, self._query)
        if nobodys:
            body, query = renamed(body), renamed(query)
        answer = site.call if user in ("anna", "rita") else site.quick
        return answer(self.method, path, body, user=user, **query)

    @property
    def names_something(self) -> bool:
        """Whether it says an id at all."""
        return "{" in self._path or renamed([self._body, self._query]) != [self._body, self._query]


def nobody(identifier: str) -> str:
    """Return an id of the same form that nobody has."""
    if identifier.startswith("411"):
        return f"511{identifier[3:]}"
    return NOBODYS[identifier]


def renamed(value: Any) -> Any:
    """Return a body with nobody's ids in the place of the atelier's."""
    if isinstance(value, dict):
        return {
            name: each if name in ("preset", "name", "code") else renamed(each)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [renamed(each) for each in value]
    if isinstance(value, str) and value.startswith("scenarios:"):
        return value.replace("retail", "retain")
    if isinstance(value, str) and (value in NOBODYS or value.startswith("411")):
        return nobody(value)
    return value


def said(answer: Answer) -> tuple[int, list[str], str]:
    """What an answer says, ids aside and numbers that are drawn anew."""
    text = answer.text
    for own, other in sorted(NOBODYS.items(), key=lambda each: -len(each[0])):
        text = text.replace(own, "…").replace(other, "…")
    return answer.status, sorted(answer.headers), text.replace("411", "…").replace("511", "…")


def requests() -> Iterator[Any]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            content = operation.get("requestBody", {}).get("content", {})
            examples = content.get("application/json", {}).get("examples", {})
            bodies = [each["value"] for each in examples.values()] or [None]
            for place, body in enumerate((*bodies, *MORE.get(name, ()))):
                asked = Asked(path, method, operation, body)
                yield pytest.param(asked, id=f"{name}-{place}")
