"""Thousands of requests made up from the document: each is answered as the document says (H1)."""

from tests.functions.api.furnished import Furnished
from tests.fuzz.run import SCOPES, fuzz
from tests.fuzz.served import served


def test_a_person_is_answered_as_described() -> None:
    with served(Furnished()) as (url, _):
        found = fuzz(url, "anna", examples=15, phases=("examples", "stateful"))

    assert found.passed, found.report
    assert found.cases > 250


def test_a_program_is_answered_as_described() -> None:
    site = Furnished()
    body = {"name": "Fuzz", "scopes": SCOPES}
    key = site.call("POST", "/v1/program-keys", body).body["key"]

    with served(site) as (url, _):
        found = fuzz(url, key, examples=2, phases=("fuzzing",))

    assert found.passed, found.report
    assert found.cases > 250
