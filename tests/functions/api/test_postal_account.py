"""Who posts a company's letters: kept sealed, shown in stars, called back by its own provider."""

import base64
from typing import Any

import pytest

from relance.app.postal_account import account_of
from relance.contracts.postal_account import MailevaAccount
from relance.domain.carriage import PostalState
from tests.fakes.memory.vault import MemoryVault
from tests.functions.api.site import Answer, Site

PATH = "/v1/postal-account"
CALLBACK = "/v1/postal/atelier/notifications"
STARS = "**********"
SECRETS = {"client_secret": "s3cret-of-client", "callback_password": "s3cret-of-callback"}
ACCOUNT: dict[str, Any] = {
    "provider": "maileva",
    "client_id": "atelier",
    "notify": "compta@atelier.example.com",
    "sender": {
        "name": "Atelier Bréhat",
        "lines": ["12 quai du Port"],
        "postal_code": "29200",
        "city": "Brest",
    },
    "callback_name": "maileva",
    **SECRETS,
}
NEWS = {
    "source": "mail",
    "event_type": "ON_STATUS_PROCESSED",
    "resource_type": "mail/v2/recipients",
    "resource_id": "6f1c0000-0000-4000-8000-000000000001",
    "event_date": "2025-03-10T09:30:00+01:00",
    "resource_location": "https://api.example.com/mail/v2/sendings/abc-1/recipients/r1",
    "resource_custom_data": "C1-0123456789abcdef",
}


def basic(name: str = "maileva", password: str = SECRETS["callback_password"]) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def give(site: Site, user: str = "anna", **changes: Any) -> Answer:
    return site.call("PUT", PATH, {"account": ACCOUNT | changes}, user=user)


def tell(
    site: Site, body: Any = NEWS, *, path: str = CALLBACK, authorization: str | None = basic()
) -> Answer:
    return site.call("POST", path, body, user=None, authorization=authorization)


def kept(site: Site) -> MailevaAccount:
    account, _ = account_of(store=site.store(), vault=MemoryVault("atelier"))
    assert isinstance(account, MailevaAccount)
    return account


def test_an_account_is_kept_sealed_and_shown_in_stars(site: Site) -> None:
    assert site.call("GET", PATH).status == 404
    answer = give(site)
    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert answer.body["callback"] == CALLBACK
    assert answer.body["account"]["client_secret"] == STARS
    assert site.call("GET", PATH).body == answer.body
    for secret in SECRETS.values():
        assert secret not in answer.text
        sealed = site.store().postal_account()
        assert sealed is not None
        assert secret.encode() not in sealed.sealed
    assert kept(site).client_secret.get_secret_value() == SECRETS["client_secret"]


def test_a_secret_given_as_it_is_shown_stays_as_it_was(site: Site) -> None:
    give(site)
    shown = site.call("GET", PATH).body["account"]
    changed = shown | {"notify": "poste@atelier.example.com", "callback_password": "another"}
    assert site.call("PUT", PATH, {"account": changed}).status == 200
    account = kept(site)
    assert account.notify == "poste@atelier.example.com"
    assert account.client_secret.get_secret_value() == SECRETS["client_secret"]
    assert account.callback_password.get_secret_value() == "another"


def test_stars_where_no_secret_was_are_refused_by_their_field(site: Site) -> None:
    answer = give(site, client_secret=STARS)
    assert (answer.status, answer.pointers) == (422, ["/account/client_secret"])
    assert site.store().postal_account() is None


def test_an_edit_of_what_changed_since_is_refused(site: Site) -> None:
    give(site)
    give(site, sandbox=True)
    stale = site.call("PUT", PATH, {"account": ACCOUNT}, if_match='"1"')
    assert stale.status == 412
    assert site.call("PUT", PATH, {"account": ACCOUNT}, if_match='"2"').status == 200


def test_the_print_room_takes_the_provider_s_place(site: Site) -> None:
    give(site)
    room = {"provider": "print_room", "duplex": False}
    answer = site.call("PUT", PATH, {"account": room})
    assert answer.body["account"] == {"v": 1, **room}
    assert tell(site).status == 401
    assert site.call("DELETE", PATH).status == 204
    assert site.call("DELETE", PATH).status == 404


@pytest.mark.parametrize("user", ["carl", "vera"])
def test_only_admins_see_or_set_it(site: Site, user: str) -> None:
    give(site)
    assert site.call("GET", PATH, user=user).status == 403
    assert give(site, user).status == 403
    assert site.call("DELETE", PATH, user=user).status == 403


def test_a_company_sees_its_own_account_only(site: Site) -> None:
    give(site)
    assert site.call("GET", PATH, user="rita").status == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_id": ""}, "/account/client_id"),
        ({"notify": "nobody"}, "/account/notify"),
        ({"token_url": "https://elsewhere.example.com"}, "/account/token_url"),
        ({"callback_name": "a:b"}, "/account/callback_name"),
        ({"provider": "pigeons"}, "/account"),
    ],
)
def test_a_wrong_account_is_refused_by_its_field_without_a_word_of_its_secrets(
    site: Site, changes: dict[str, Any], field: str
) -> None:
    answer = give(site, **changes)
    assert (answer.status, answer.pointers) == (422, [field])
    assert not any(secret in answer.text for secret in SECRETS.values())


def test_news_of_the_provider_are_put_up_to_be_recorded(site: Site) -> None:
    give(site)
    assert tell(site).status == 204
    (notice,) = site.jobs.news
    assert (notice.tenant, notice.action) == ("atelier", "C1-0123456789abcdef")
    assert (notice.state, notice.sending) == (PostalState.POSTED, "plain/abc-1")


def test_news_that_change_nothing_are_let_go(site: Site) -> None:
    give(site)
    assert tell(site, NEWS | {"event_type": "ON_STATUS_IN_A_NEW_WORLD"}).status == 204
    assert site.jobs.news == []


@pytest.mark.parametrize(
    ("path", "authorization"),
    [
        (CALLBACK, None),
        (CALLBACK, basic(password="wrong")),
        (CALLBACK, basic(name="")),
        (CALLBACK, "Bearer " + basic()[6:]),
        (CALLBACK.replace("atelier", "rival"), basic()),
        (CALLBACK.replace("atelier", "nobody"), basic()),
        (CALLBACK.replace("atelier", "nobody"), basic("nobody", "")),
    ],
)
def test_whoever_else_calls_back_gets_one_answer_and_changes_nothing(
    site: Site, path: str, authorization: str | None
) -> None:
    give(site)
    answer = tell(site, path=path, authorization=authorization)
    assert answer.status == 401
    assert answer.text == tell(site, authorization=basic(password="no")).text
    assert site.jobs.news == []


@pytest.mark.parametrize(
    ("tenant", "authorization"),
    [
        ("atelier", None),
        ("atelier", ""),
        ("atelier", "Basic"),
        ("atelier", "Basic !!"),
        ("atelier", "Basic é"),
        ("atelier", "Basic " + base64.b64encode(b"no colon").decode()),
        ("atelier", basic("", "secret")),
        ("atelier", basic("maileva", "")),
        ("atelier", basic("x" * 2000)),
        ("atelier", "Bearer anna"),
        ("Atelier", basic()),
        ("a.b", basic()),
        ("-", basic()),
        ("a" * 41, basic()),
        ("atelier%0A", basic()),
    ],
)
def test_what_can_be_no_callback_has_no_company_looked_at(
    site: Site, tenant: str, authorization: str | None
) -> None:
    answer = tell(site, path=CALLBACK.replace("atelier", tenant), authorization=authorization)

    assert answer.status in (401, 404)
    assert site.called_back == []
    assert tell(site, authorization=basic(password="wrong")).status == 401
    assert site.called_back == ["atelier"]


def test_a_rival_s_own_callback_can_tell_of_its_own_letters_only(site: Site) -> None:
    give(site)
    site.call(
        "PUT", PATH, {"account": ACCOUNT | {"callback_password": "of-the-rival"}}, user="rita"
    )
    answer = tell(
        site,
        path=CALLBACK.replace("atelier", "rival"),
        authorization=basic(password="of-the-rival"),
    )
    assert answer.status == 204
    assert [notice.tenant for notice in site.jobs.news] == ["rival"]


@pytest.mark.parametrize("body", [{}, NEWS | {"event_date": "yesterday"}, {"event_type": 7}])
def test_what_is_no_notification_is_refused_behind_the_door_only(site: Site, body: Any) -> None:
    give(site)
    assert tell(site, body).status == 422
    assert tell(site, body, authorization=basic(password="wrong")).status == 401
    assert site.jobs.news == []


def test_nothing_of_the_callback_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    give(site)
    caplog.clear()
    tell(site)
    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert "C1-0123456789abcdef" not in logged
    assert SECRETS["callback_password"] not in logged
    assert basic() not in logged


def test_an_answer_without_words_is_an_empty_text(site: Site) -> None:
    give(site)
    event = {
        "version": "2.0",
        "rawPath": PATH,
        "headers": {"authorization": "Bearer anna"},
        "requestContext": {
            "stage": "$default",
            "requestId": "request-1",
            "http": {"method": "DELETE", "path": PATH},
        },
        "isBase64Encoded": False,
    }
    answer = site.app(event, None)
    assert (answer["statusCode"], answer["body"]) == (204, "")
