"""Templates in the company's own words, over the API (M1)."""

from typing import Any

import pytest

from relance.domain.items import ItemKind
from tests.functions.api.site import Site

FRENCH = {
    "subject": "Votre compte {{ customer.code }}",
    "opening": "Bonjour,\n{{ payable }} reste à régler.",
    "closing": "Merci.",
    "sms": "{{ sender.display_name }} : {{ payable }}",
}


def spaced(text: str) -> str:
    """Return `text` with plain spaces where French writes others."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def plan(**more: Any) -> dict[str, Any]:
    return {"name": "Rappel amical", "wordings": {"fr": FRENCH}} | more


def create(site: Site, **more: Any) -> str:
    answer = site.call("POST", "/v1/templates", {"plan": plan()} | more)
    assert answer.status == 201, answer.text
    return str(answer.body["id"])


def scenario_with(site: Site, template: str, **step: Any) -> Any:
    site.call("POST", "/v1/profiles", {"name": "VIP"})
    made = {
        "key": "r1",
        "name": "Rappel",
        "anchor": "due_date",
        "offset_days": 8,
        "channel": "email",
        "template": template,
    } | step
    body = {"profile": "vip", "with_email": True, "plan": {"name": "VIP", "steps": [made]}}
    return site.call("POST", "/v1/scenarios", body)


def test_a_template_is_made_read_changed_and_removed(site: Site) -> None:
    made = site.call("POST", "/v1/templates", {"plan": plan()})
    assert (made.status, made.headers["Location"]) == (201, "/v1/templates/rappel-amical")
    assert made.body["plan"]["wordings"]["fr"] == FRENCH
    tag = made.headers["ETag"]
    changed = plan(name="Autre")
    path = "/v1/templates/rappel-amical"
    edited = site.call("PUT", path, changed, if_match=tag)
    assert (edited.status, edited.body["plan"]["name"], edited.body["version"]) == (200, "Autre", 2)
    assert site.call("PUT", path, changed).headers["ETag"] == '"2"'
    assert site.call("PUT", path, plan(), if_match=tag).status == 412
    assert site.call("DELETE", path, if_match=tag).status == 412
    assert site.call("DELETE", path).status == 204
    assert site.call("GET", path).status == 404


def test_the_list_has_ours_and_theirs(site: Site) -> None:
    create(site)
    listed = site.call("GET", "/v1/templates", limit=200).body["items"]
    names = {each["id"]: each["shipped"] for each in listed}
    assert names["rappel-amical"] is False
    assert names["reminder_1"] is True
    assert names.keys() >= {"pre_due", "reminder_5", "formal_notice", "thank_you"}
    first = site.call("GET", "/v1/templates", limit=2).body
    rest = site.call("GET", "/v1/templates", after=first["next"]).body
    assert len(first["items"]) + len(rest["items"]) == len(listed)


def test_what_is_shipped_can_be_copied_but_not_changed(site: Site) -> None:
    copied = site.call("POST", "/v1/templates", {"copy_of": "reminder_1", "name": "Le nôtre"})
    assert copied.status == 201
    assert copied.body["plan"]["wordings"].keys() == {"fr", "en"}
    assert site.call("PUT", "/v1/templates/reminder_1", plan()).status == 409
    assert site.call("DELETE", "/v1/templates/reminder_1").status == 409
    again = site.call("POST", "/v1/templates", {"copy_of": "le-notre"})
    assert again.body["id"].startswith("le-notre-")
    assert site.call("POST", "/v1/templates", {"copy_of": "nowhere"}).pointers == ["/copy_of"]


def test_an_id_can_be_chosen_once(site: Site) -> None:
    assert create(site, id="amical") == "amical"
    assert site.call("POST", "/v1/templates", {"id": "amical", "plan": plan()}).status == 409
    for taken in ("fields", "preview"):
        assert site.call("POST", "/v1/templates", {"id": taken, "plan": plan()}).status == 422
    for bad in ("reminder_1", "A", "a b", ""):
        assert site.call("POST", "/v1/templates", {"id": bad, "plan": plan()}).status == 422


@pytest.mark.parametrize(
    ("part", "source", "message"),
    [
        ("opening", "Bonjour\n{{ customer.nmae }}", "line 2: there is no field 'customer.nmae'"),
        ("subject", "{{ 'a' * 10 ** 9 }}", "line 1: '*' can't be used here"),
        ("closing", "{% include 'x' %}", "line 1: an include can't be used here"),
        ("sms", "{% if many %}", "line 1: "),
        ("opening", "\n\n{{ legal.interest }}", "line 3: "),
        ("opening", "{{ credits[0].number }}", "line 1: "),
        ("subject", "{% if many %}x{% endif %}", "says nothing for some customers"),
    ],
)
def test_what_is_wrong_is_named_with_its_part_and_line(
    site: Site, part: str, source: str, message: str
) -> None:
    wrong = plan(wordings={"fr": FRENCH | {part: source}})
    refused = site.call("POST", "/v1/templates", {"plan": wrong})
    assert (refused.status, refused.pointers) == (422, [f"/plan/wordings/fr/{part}"])
    assert message in refused.body["errors"][0]["message"]
    changed = site.call("PUT", f"/v1/templates/{create(site)}", wrong)
    assert (changed.status, changed.pointers) == (422, [f"/wordings/fr/{part}"])


def test_everything_wrong_is_named_at_once(site: Site) -> None:
    wordings = {
        "fr": FRENCH | {"opening": "{{ a }}\n{{ b }}", "sms": "{{ c }}"},
        "en": FRENCH | {"subject": "{{ d }}"},
    }
    answer = site.call("POST", "/v1/templates", {"plan": plan(wordings=wordings)})
    assert answer.pointers == [
        "/plan/wordings/fr/opening",
        "/plan/wordings/fr/opening",
        "/plan/wordings/fr/sms",
        "/plan/wordings/en/subject",
    ]


@pytest.mark.parametrize(
    "wordings",
    [
        {},
        {"fr": {}},
        {"fr": {"subject": "only"}},
        {"fr": {"opening": "only"}},
        {"fr": {"closing": "only"}},
        {"de": FRENCH},
        {"french": FRENCH},
        {"fr": FRENCH | {"opening": "x" * 10_001}},
        {"fr": FRENCH | {"opening": "a\x00b"}},
        {"fr": FRENCH | {"unknown": "x"}},
    ],
)
def test_a_wording_says_something_in_a_language_we_write(site: Site, wordings: Any) -> None:
    assert site.call("POST", "/v1/templates", {"plan": plan(wordings=wordings)}).status == 422


def test_a_step_can_name_a_template_of_the_company_s_own(site: Site) -> None:
    assert scenario_with(site, create(site)).status == 201


def test_a_step_cannot_name_one_that_is_not_there_or_has_no_words_for_it(site: Site) -> None:
    missing = scenario_with(site, "nowhere")
    assert missing.pointers == ["/plan/steps/0/template"]
    short = create(site, plan=plan(name="Court", wordings={"fr": {"sms": "Court"}}))
    refused = scenario_with(site, short)
    assert refused.pointers == ["/plan/steps/0/template"]
    assert "e-mail or letter" in refused.text
    assert scenario_with(site, short, channel="sms").status == 201


def test_a_template_in_use_stays_fit_for_its_steps(site: Site) -> None:
    template = create(site)
    assert scenario_with(site, template).status == 201
    path = f"/v1/templates/{template}"
    assert site.call("DELETE", path).status == 409
    short = site.call("PUT", path, plan(wordings={"fr": {"sms": "Court"}}))
    assert (short.status, "VIP" in short.text) == (409, True)
    assert site.call("PUT", path, plan(name="Autre")).status == 200


def test_copies_outside_the_company_are_warned_of(site: Site) -> None:
    made = scenario_with(site, "reminder_1", cc=["partner@example.org"], cc_roles=["legal"])
    assert made.status == 201
    (scenario,) = made.body["items"]
    assert scenario["plan"]["steps"][0]["cc"] == ["partner@example.org"]
    (warning,) = scenario["warnings"]
    assert "partner@example.org" in warning
    assert "all customers" in warning


def test_only_an_email_has_copies_and_carries_a_statement(site: Site) -> None:
    refused = scenario_with(
        site,
        "reminder_1",
        channel="letter",
        cc=["p@example.org"],
        cc_roles=["legal"],
        statement=True,
    )
    assert refused.pointers == [
        "/plan/steps/0/cc_roles",
        "/plan/steps/0/cc",
        "/plan/steps/0/statement",
    ]
    assert scenario_with(site, "reminder_1", cc=["no address"]).pointers == ["/plan/steps/0/cc/0"]


def test_a_preview_shows_what_a_customer_would_get(site: Site) -> None:
    customer = site.add_customer("411A&B")
    site.add_item(customer.id, "FA-1")
    template = create(site)
    shown = site.call("POST", f"/v1/templates/{template}/preview", {"customer": customer.id})
    assert shown.status == 200
    assert shown.body["language"] == "fr"
    assert shown.body["subject"] == "Votre compte 411A&B"
    assert "Bonjour,\n1 200,00 € reste à régler." in spaced(shown.body["text"])
    assert "FA-1" in shown.body["html"]
    assert shown.body["sms"].startswith("Atelier : 1 200,00 €")


def test_a_preview_of_words_not_saved_stores_nothing(site: Site) -> None:
    customer = site.add_customer("C1")
    site.add_item(customer.id, "FA-1")
    template = create(site)
    draft = plan(wordings={"en": {"subject": "Draft", "opening": "About {{ invoices[0].number }}"}})
    path = f"/v1/templates/{template}"
    shown = site.call("POST", f"{path}/preview", {"customer": customer.id, "plan": draft})
    assert (shown.body["language"], shown.body["subject"]) == ("en", "Draft")
    assert "About FA-1" in shown.body["text"]
    assert shown.body["sms"] is None
    assert site.call("GET", path).body["plan"]["name"] == "Rappel amical"
    wrong = plan(wordings={"fr": FRENCH | {"opening": "{{ nowhere }}"}})
    refused = site.call("POST", f"{path}/preview", {"customer": customer.id, "plan": wrong})
    assert refused.pointers == ["/plan/wordings/fr/opening"]


def test_a_preview_of_what_is_shipped_takes_the_language_asked_for(site: Site) -> None:
    customer = site.add_customer("C1")
    site.add_item(customer.id, "FA-1")
    site.add_item(customer.id, "AV-1", kind=ItemKind.CREDIT_NOTE, amount=20_000)
    site.call("PATCH", "/v1/tenant", {"iban": "FR7630006000011234567890189"})
    asked = {"customer": customer.id, "language": "en"}
    shown = site.call("POST", "/v1/templates/reminder_1/preview", asked)
    assert "most likely an oversight" in shown.body["text"]
    assert "€1,000.00" in shown.body["text"]
    assert "data:image/png;base64," in shown.body["html"]
    assert "cid:" not in shown.body["html"]
    refused = site.call("POST", "/v1/templates/reminder_1/preview", asked | {"language": "de"})
    assert refused.pointers == ["/language"]


def test_a_preview_needs_a_customer_who_owes_something(site: Site) -> None:
    customer = site.add_customer("C1")
    for who in (customer.id, "nobody"):
        refused = site.call("POST", "/v1/templates/reminder_1/preview", {"customer": who})
        assert refused.pointers == ["/customer"]


def test_the_fields_and_filters_are_told(site: Site) -> None:
    told = site.call("GET", "/v1/templates/fields", user="vera").body
    fields = {each["path"]: each["kind"] for each in told["fields"]}
    assert fields["customer.name"] == "text"
    assert fields["invoices"] == "list"
    assert fields["invoices[].days_late"] == "number"
    assert "transfer_code" not in fields
    assert "upper" in told["filters"]


def test_templates_are_changed_by_admins_and_seen_by_their_company_only(site: Site) -> None:
    template = create(site)
    assert site.call("GET", f"/v1/templates/{template}", user="vera").status == 200
    for user in ("vera", "carl"):
        assert site.call("POST", "/v1/templates", {"plan": plan()}, user=user).status == 403
    assert site.call("GET", f"/v1/templates/{template}", user="rita").status == 404
    assert site.call("PUT", f"/v1/templates/{template}", plan(), user="rita").status == 404
    assert site.call("DELETE", f"/v1/templates/{template}", user="rita").status == 404


def test_an_invoice_s_own_pdf_has_an_address_to_be_sent_to(site: Site) -> None:
    customer = site.add_customer("C1")
    item = site.add_item(customer.id, "FA/1")
    form = site.call("POST", f"/v1/items/{item.id}/document", user="carl")
    assert form.status == 201
    assert form.body["fields"]["key"] == f"tenants/atelier/invoices/{item.id}.pdf"
    credit = site.add_item(customer.id, "AV-1", kind=ItemKind.CREDIT_NOTE)
    assert site.call("POST", f"/v1/items/{credit.id}/document").status == 422
    assert site.call("POST", f"/v1/items/{item.id}/document", user="rita").status == 404
    assert site.call("POST", "/v1/items/C1-nowhere/document").status == 404


def test_a_payment_link_is_an_https_address_with_known_placeholders(site: Site) -> None:
    link = "https://pay.example.com/?a={amount}&c={customer}"
    assert site.call("PATCH", "/v1/tenant", {"payment_link": link}).body["payment_link"] == link
    for bad in ("http://pay.example.com", "javascript:alert(1)", "https://pay.example.com/{amout}"):
        refused = site.call("PATCH", "/v1/tenant", {"payment_link": bad})
        assert refused.pointers == ["/payment_link"]
    assert site.call("PATCH", "/v1/tenant", {"payment_link": ""}).body["payment_link"] == ""


def test_a_company_cannot_say_itself_where_its_mail_leaves_from(site: Site) -> None:
    refused = site.call("PATCH", "/v1/tenant", {"verified_sender": "ceo@rival.example.com"})
    assert refused.status == 422
