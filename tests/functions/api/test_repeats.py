"""The same POST sent twice with one key makes one thing (H1)."""

from datetime import timedelta
from typing import Any

import pytest

from functions.api.requests import MOST_BODY_BYTES
from relance.app.idempotency import LEASE, KeptAnswer
from tests.fakes.requests import MemoryAnswers
from tests.functions.api.site import Answer, Site

BODY = {"code": "C1", "name": "Menuiserie Kervadec"}
PATH = "/v1/customers"


def post(site: Site, body: Any = BODY, *, key: str = "k1", path: str = PATH, **more: Any) -> Answer:
    return site.call("POST", path, body, headers={"idempotency-key": key}, **more)


def without_limits(answer: Answer) -> dict[str, str]:
    return {name: text for name, text in answer.headers.items() if not name.startswith("RateLimit")}


def test_the_second_request_is_given_the_first_answer(site: Site) -> None:
    first = post(site)
    second = post(site)

    assert (first.status, second.status) == (201, 201)
    assert second.text == first.text
    assert without_limits(second) == without_limits(first) | {"Idempotency-Replayed": "true"}
    assert len(site.call("GET", PATH).body["items"]) == 1


def test_without_a_key_the_second_request_is_another(site: Site) -> None:
    assert site.call("POST", PATH, BODY).status == 201
    assert site.call("POST", PATH, BODY).status == 409


def test_a_refusal_is_given_again_too(site: Site) -> None:
    wrong = post(site, {"code": ""})
    again = post(site, {"code": ""})

    assert (wrong.status, again.status) == (422, 422)
    assert again.text == wrong.text
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "path", "query"),
    [
        (BODY | {"name": "Another"}, PATH, {}),
        (BODY, "/v1/opt-outs", {}),
        (BODY, PATH, {"x": "1"}),
    ],
)
def test_a_key_stands_for_one_request(
    site: Site, body: Any, path: str, query: dict[str, str]
) -> None:
    post(site)

    answer = post(site, body, path=path, **query)

    assert answer.status == 422
    assert answer.body["type"] == "urn:relance:problem:key-reused"
    assert answer.body["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_key_is_its_senders_own(site: Site) -> None:
    made = post(site)

    assert post(site, user="carl").status == 409  # the code is taken: carried out, not replayed
    theirs = post(site, user="rita")
    assert (theirs.status, made.status) == (201, 201)
    assert "Idempotency-Replayed" not in theirs.headers


def test_after_a_day_the_key_is_free(site: Site) -> None:
    post(site)
    site.wall.instant += timedelta(hours=23, minutes=59)
    assert post(site).status == 201

    site.wall.instant += timedelta(minutes=2)

    assert post(site).status == 409


def test_while_the_first_is_worked_on_the_second_waits(site: Site) -> None:
    answers = site.answers["atelier", "anna"]
    during: list[Answer] = []
    usual = answers.keep

    def slow(key: str, *, lease: str, answer: KeptAnswer, until: Any) -> bool:
        during.append(post(site))
        return usual(key, lease=lease, answer=answer, until=until)

    answers.keep = slow  # type: ignore[method-assign]
    post(site)

    assert during[0].status == 409
    assert during[0].body["type"] == "urn:relance:problem:in-progress"
    assert int(during[0].headers["Retry-After"]) > 0


class Died(BaseException):
    """What no code of ours survives."""


class Dying(MemoryAnswers):
    """A function that is killed before it can let go of a key."""

    def release(self, key: str, *, lease: str) -> None:
        """Do nothing: nobody is there any more."""


def test_after_a_crash_the_retry_is_carried_out(site: Site) -> None:
    site.answers["atelier", "anna"] = Dying()
    working = site.registry.store_for

    def dies(tenant: str) -> Any:
        store = working(tenant)
        store.save_customer = _die  # type: ignore[method-assign]
        return store

    keep = working("atelier").save_customer
    site.registry.store_for = dies  # type: ignore[method-assign]
    with pytest.raises(Died):
        post(site)
    site.registry.store_for = working  # type: ignore[method-assign]
    working("atelier").save_customer = keep  # type: ignore[method-assign]

    assert post(site).status == 409
    site.wall.instant += LEASE

    assert post(site).status == 201


def _die(*_: object, **__: object) -> Any:
    raise Died


def test_our_own_failure_is_not_kept(site: Site) -> None:
    store = site.store()
    working = store.save_customer

    def broken(*_: object, **__: object) -> Any:
        raise RuntimeError("the table is gone")

    store.save_customer = broken  # type: ignore[method-assign]
    assert post(site).status == 500
    store.save_customer = working  # type: ignore[method-assign]

    answer = post(site)

    assert answer.status == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError("the table is gone")

    site.answers["atelier", "anna"].keep = broken  # type: ignore[method-assign]

    assert post(site).status == 201
    assert "ERROR" in {record.levelname for record in caplog.records}


def test_an_address_to_upload_to_is_given_again_for_as_long_as_it_works(site: Site) -> None:
    body, path = {"file_name": "a.csv"}, "/v1/imports"
    first = post(site, body, path=path)
    site.wall.instant += timedelta(seconds=first.body["upload"]["expires_in"] - 1)
    assert post(site, body, path=path).text == first.text

    site.wall.instant += timedelta(seconds=1)

    assert post(site, body, path=path).body["id"] != first.body["id"]


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\nb", "\x00"])
def test_a_key_is_a_short_printable_text(site: Site, key: str) -> None:
    answer = post(site, key=key)

    assert answer.status == 422
    assert answer.body["errors"][0]["parameter"] == "Idempotency-Key"
    assert site.call("GET", PATH).body["items"] == []


def test_two_hundred_and_fifty_five_characters_are_a_key(site: Site) -> None:
    assert post(site, key="~" * 255).status == 201


def test_other_methods_pass_it_by(site: Site) -> None:
    headers = {"idempotency-key": "k1"}
    for name in ("A", "B"):
        assert site.call("PATCH", "/v1/tenant", {"name": name}, headers=headers).status == 200
    assert site.call("GET", "/v1/tenant", headers=headers).body["name"] == "B"


def test_who_may_not_is_refused_before_any_key_is_looked_at(site: Site) -> None:
    post(site)

    assert post(site, user="vera").status == 403
    assert post(site, user=None).status == 401
    assert site.answers.keys() == {("atelier", "anna")}


def test_a_sign_up_is_safe_to_repeat(site: Site) -> None:
    body = {"name": "Boulangerie Kerlann"}
    first = post(site, body, path="/v1/sign-up", user="nora")
    again = post(site, body, path="/v1/sign-up", user="nora")

    assert (first.status, again.text) == (201, first.text)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_body_that_is_refused_for_its_form_can_be_corrected_with_a_new_key(site: Site) -> None:
    headers = {"idempotency-key": "k1"}
    large = '{"name": "' + "x" * MOST_BODY_BYTES + '"}'
    assert site.call("POST", PATH, raw=large, headers=headers).status == 413
    assert post(site, key="k2").status == 201


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"\x00", b"{", "[" * 1000])
def test_a_key_beside_a_body_that_is_none_is_refused_as_without_it(
    site: Site, raw: bytes | str
) -> None:
    headers = {"idempotency-key": "k1"}
    for _ in range(2):
        assert site.call("POST", PATH, raw=raw, headers=headers).status == 422
    assert post(site).status == 201  # nothing was carried out under this key
