"""Numbers that get no text message: over the API, and by the link in a message (M5)."""

import re

import pytest

from relance.contracts.opt_out_link import Asked, opt_out_token
from tests.functions.api.site import OPT_OUT_KEY, Answer, Site

NUMBER = "+33612345678"


def link(*, tenant: str = "atelier", language: str = "fr", number: str = NUMBER) -> str:
    token = opt_out_token(Asked(number, language), tenant=tenant, key=OPT_OUT_KEY)
    return f"/v1/o/{tenant}/{token}"


def press(site: Site, path: str) -> Answer:
    """Send the page's form as a browser does."""
    form = "application/x-www-form-urlencoded"
    return site.call("POST", path, raw="", user=None, content_type=form)


def test_a_person_puts_a_number_on_the_list_and_takes_it_off(site: Site) -> None:
    made = site.call("POST", "/v1/opt-outs", {"number": "06 12 34 56 78", "reason": "called us"})
    assert (made.status, made.headers["Location"]) == (201, "/v1/opt-outs/33612345678")
    assert made.body == {
        "id": "33612345678",
        "number": NUMBER,
        "since": "2025-03-09T09:30:00Z",
        "source": "person",
        "author": "anna@example.com",
        "reason": "called us",
    }
    assert site.call("GET", "/v1/opt-outs").body["items"] == [made.body]
    assert site.call("GET", "/v1/opt-outs/33612345678").body == made.body
    assert site.call("DELETE", "/v1/opt-outs/33612345678").status == 204
    assert site.call("GET", "/v1/opt-outs/33612345678").status == 404
    assert site.call("DELETE", "/v1/opt-outs/33612345678").status == 404


def test_a_number_that_is_on_the_list_keeps_its_entry(site: Site) -> None:
    first = site.call("POST", "/v1/opt-outs", {"number": NUMBER, "reason": "first"})
    again = site.call("POST", "/v1/opt-outs", {"number": NUMBER, "reason": "again"}, user="carl")
    assert (again.status, again.body) == (200, first.body)


@pytest.mark.parametrize("number", ["", "abc", "12", "+33", "+33612345678" * 3, "06\n12345678"])
def test_what_is_no_number_is_refused_by_its_field(site: Site, number: str) -> None:
    answer = site.call("POST", "/v1/opt-outs", {"number": number})
    if answer.status == 201:  # white space inside a number is how people write them
        assert answer.body["number"] == NUMBER
        return
    assert (answer.status, answer.pointers) == (422, ["/number"])


def test_to_look_at_the_page_changes_nothing(site: Site) -> None:
    answer = site.call("GET", link(), user=None)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert '<html lang="fr">' in answer.text
    assert "Atelier" in answer.text
    assert "se terminant par 78" in answer.text
    assert site.store().opted_out([NUMBER]) == frozenset()


def test_the_button_puts_the_number_on_the_list_of_that_company_only(site: Site) -> None:
    assert '<form method="post">' in site.call("GET", link(), user=None).text
    answer = press(site, link())
    assert answer.status == 200
    assert "n’enverra plus de SMS" in answer.text
    entry = site.store().opt_out(NUMBER)
    assert entry is not None
    assert (entry.source, entry.author) == ("link", "")
    assert site.store("rival").opted_out([NUMBER]) == frozenset()


def test_the_button_pressed_twice_says_the_same(site: Site) -> None:
    first = press(site, link())
    entry = site.store().opt_out(NUMBER)
    assert press(site, link()).text == first.text
    assert site.store().opt_out(NUMBER) == entry


def test_the_page_speaks_the_language_of_the_message(site: Site) -> None:
    answer = site.call("GET", link(language="en"), user=None)
    assert '<html lang="en">' in answer.text
    assert "ending in 78" in answer.text
    assert '<html lang="en">' in site.call("GET", link(language="xx"), user=None).text


@pytest.mark.parametrize(
    "path",
    [
        link().replace("/atelier/", "/rival/"),
        link(tenant="nobody"),
        link()[:-1],
        link()[:-1] + ("A" if link()[-1] != "A" else "B"),
        "/v1/o/atelier/" + "A" * 24,
        "/v1/o/atelier/" + "../" * 8,
    ],
)
def test_a_link_that_is_not_ours_opens_and_changes_nothing(site: Site, path: str) -> None:
    for answer in (site.call("GET", path, user=None), press(site, path)):
        assert answer.status == 404
    for tenant in ("atelier", "rival"):
        assert site.store(tenant).opt_outs(limit=9).entries == ()


def test_nothing_else_is_reached_without_signing_in(site: Site) -> None:
    for path in ("/v1/o/../customers", "/v1/o/", "/v1/o/atelier", f"{link()}/customers"):
        assert site.call("GET", path, user=None).status == 404
    assert site.call("GET", "/v1/opt-outs", user=None).status == 401


def test_a_company_s_name_is_text_on_the_page(site: Site) -> None:
    store = site.store()
    hostile = {"sender_name": "<script>alert(1)</script>{{ 7*7 }}"}
    assert site.call("PATCH", "/v1/tenant", hostile).status == 200
    for text in (site.call("GET", link(), user=None).text, press(site, link()).text):
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text
    assert store.opted_out([NUMBER]) == {NUMBER}


def test_the_page_fetches_nothing_and_tells_nobody_where_it_was_opened_from(site: Site) -> None:
    answer = site.call("GET", link(), user=None)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"\b(src|href)\s*=", answer.text)


def test_the_number_and_the_link_stay_out_of_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    press(site, link())
    (record,) = caplog.records
    assert link().rpartition("/")[2] not in str(vars(record))
    assert "612345678" not in str(vars(record))
