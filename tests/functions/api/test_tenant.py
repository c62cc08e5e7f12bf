"""A company's settings."""

from datetime import time, timedelta
from typing import Any

import pytest

from relance.app.tenants import set_automatic
from relance.contracts.jobs import LookAgain
from relance.domain.retention import Retention
from relance.domain.scenario import Channel
from relance.domain.tenant_rules import Entry
from relance.domain.windows import Hours, Windows
from tests.functions.api.described import document
from tests.functions.api.site import DAY, Site


def test_settings_are_shown_with_their_version(site: Site) -> None:
    answer = site.call("GET", "/v1/tenant")

    assert answer.status == 200
    assert answer.headers["ETag"] == '"1"'
    assert answer.body["sender_email"] == "anna@example.com"
    assert answer.body["timezone"] == "Europe/Paris"


def test_the_usual_tolerance_is_a_decimal_text_as_amounts_are(site: Site) -> None:
    assert site.call("GET", "/v1/tenant").body["default_tolerance"] == "0.00"
    answer = site.call("PATCH", "/v1/tenant", {"default_tolerance": "5.5"})
    assert (answer.status, answer.body["default_tolerance"]) == (200, "5.50")
    assert site.store().tenant().rules.tolerance("EUR") == 5_50
    for wrong in (500, 5.0, "-1", "5.005", "five", "1e3", None):
        refused = site.call("PATCH", "/v1/tenant", {"default_tolerance": wrong})
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/default_tolerance")


def test_d32_since_when_sending_waits_for_a_newer_ledger_is_told(site: Site) -> None:
    never = site.call("GET", "/v1/tenant").body
    assert (never["ledger_day"], never["sending_waits_since"]) == (None, None)
    site.store().mark_ledger_day(DAY - timedelta(days=5))
    unlimited = site.call("GET", "/v1/tenant").body
    assert (unlimited["ledger_day"], unlimited["sending_waits_since"]) == (
        str(DAY - timedelta(days=5)),
        None,
    )
    limited = site.call("PATCH", "/v1/tenant", {"freshness_days": 3}).body
    assert limited["sending_waits_since"] == str(DAY - timedelta(days=1))
    site.store().mark_ledger_day(DAY)
    assert site.call("GET", "/v1/tenant").body["sending_waits_since"] is None


def test_c10_whether_messages_leave_by_themselves_is_shown_and_not_the_companys_to_change(
    site: Site,
) -> None:
    assert site.call("GET", "/v1/tenant").body["automatic"] is True
    set_automatic(False, store=site.store(), jobs=site.jobs)
    shown = site.call("GET", "/v1/tenant").body
    assert shown["automatic"] is False
    assert site.call("PATCH", "/v1/tenant", {"automatic": True}).status == 422
    edited = site.call("PATCH", "/v1/tenant", {"late_task_days": 7}).body
    assert (edited["automatic"], edited["late_task_days"]) == (False, 7)


def test_only_the_settings_given_change(site: Site) -> None:
    answer = site.call(
        "PATCH",
        "/v1/tenant",
        {
            "iban": "fr76 3000 6000 0112 3456 7890 189",
            "terms": {"days": 30, "base": "month_end_then_net"},
            "tolerances": [{"amount": "5.00", "currency": "EUR"}],
            "address": ["12 rue des Essais", "29000 Quimper"],
            "timezone": "Indian/Reunion",
        },
    )

    assert answer.status == 200
    assert answer.headers["ETag"] == '"2"'
    assert answer.body["iban"] == "FR7630006000011234567890189"
    assert answer.body["terms"] == {"days": 30, "base": "month_end_then_net"}
    assert answer.body["tolerances"] == [{"amount": "5.00", "currency": "EUR"}]
    assert answer.body["name"] == "Atelier"
    stored = site.store().tenant()
    assert stored.rules.tolerance("EUR") == 500
    assert stored.address == ("12 rue des Essais", "29000 Quimper")


def test_m4_the_legal_lines_below_letters_are_a_setting(site: Site) -> None:
    text = "  SAS au capital de 50 000 €\r\n\r\n RCS Brest 123 456 789 \n"
    answer = site.call("PATCH", "/v1/tenant", {"footer": text})

    assert answer.status == 200
    assert answer.body["footer"] == "SAS au capital de 50 000 €\nRCS Brest 123 456 789"
    assert site.store().tenant().footer == answer.body["footer"]
    assert site.call("PATCH", "/v1/tenant", {"footer": ""}).body["footer"] == ""


def test_null_clears_what_may_be_absent(site: Site) -> None:
    site.call("PATCH", "/v1/tenant", {"terms": {"days": 30}})

    assert site.call("PATCH", "/v1/tenant", {"terms": None}).body["terms"] is None


def test_all_that_is_wrong_is_said_at_once_with_its_field(site: Site) -> None:
    answer = site.call(
        "PATCH",
        "/v1/tenant",
        {
            "name": None,
            "sender_email": "anna",
            "iban": "FR76 3000 6000 0112 3456 7890 188",
            "timezone": "Europe/Quimper",
            "terms": {"days": 30, "base": "whenever"},
            "tolerances": [{"amount": "5.001", "currency": "EUR"}],
            "paused": "yes",
            "tenant": "rival",
        },
    )

    assert answer.status == 422
    assert set(answer.pointers) == {
        "/name",
        "/sender_email",
        "/iban",
        "/timezone",
        "/terms/base",
        "/tolerances/0",
        "/paused",
        "/tenant",
    }
    assert site.store().tenant().version == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "a\u0000b"}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"name": "\ud800"}, "/name"),
        ({"name": "   "}, "/name"),
        ({"sender_email": "a@example.com\r\nBcc: b@example.com"}, "/sender_email"),
        ({"default_tolerance": -1}, "/default_tolerance"),
        ({"default_tolerance": 1.5}, "/default_tolerance"),
        ({"late_task_days": True}, "/late_task_days"),
        ({"footer": "a\nb\nc\nd"}, "/footer"),
        ({"footer": "x" * 121}, "/footer"),
        ({"footer": "a\u0000b"}, "/footer"),
        ({"footer": None}, "/footer"),
        ({"has_logo": True}, "/has_logo"),
        (
            {
                "tolerances": [
                    {"amount": "1", "currency": "EUR"},
                    {"amount": "2", "currency": "EUR"},
                ]
            },
            "/tolerances",
        ),
        ({"tolerances": [{"amount": "-1", "currency": "EUR"}]}, "/tolerances"),
        ({"tolerances": [{"amount": 1, "currency": "EUR"}]}, "/tolerances/0/amount"),
        ({"mappings": {"mine": {"columns": {"nonsense": "A"}}}}, "/mappings/mine/columns/nonsense"),
        ({"mappings": {"a/b": {"colums": {}}}}, "/mappings/a~1b/colums"),
        ({"default_mapping": "unknown"}, "/default_mapping"),
        ({"reading": None}, "/reading"),
        ({"reading": {"encoding": "utf-7"}}, "/reading/encoding"),
        ({"reading": {"currency": "EURO"}}, "/reading/currency"),
        ({"reading": {"currency": "QQQ"}}, "/reading/currency"),
        ({"reading": {"customer_accounts": []}}, "/reading/customer_accounts"),
        ({"reading": {"customer_accounts": ["411", "401"]}}, "/reading/customer_accounts/1"),
        ({"reading": {"customer_accounts": ["411", "411*"]}}, "/reading/customer_accounts/1"),
        ({"reading": {"except_accounts": [""]}}, "/reading/except_accounts/0"),
        ({"reading": {"not_customers": ["ok", "**"]}}, "/reading/not_customers/1"),
    ],
)
def test_bad_input_names_its_field(site: Site, body: dict[str, Any], pointer: str) -> None:
    answer = site.call("PATCH", "/v1/tenant", body)

    assert answer.status == 422
    assert answer.pointers == [pointer]
    assert site.store().tenant().version == 1


def test_a_column_mapping_is_saved_and_can_be_the_usual_one(site: Site) -> None:
    mapping = {"columns": {"number": "N°", "issued": "Date", "amount": "TTC", "residual": "Solde",
               "customer_name": "Client"}}  # fmt: skip

    answer = site.call(
        "PATCH", "/v1/tenant", {"mappings": {"mine": mapping}, "default_mapping": "mine"}
    )

    assert answer.status == 200
    assert answer.body["mappings"] == {"mine": mapping}


def test_how_ledgers_are_read_is_set_one_by_one(site: Site) -> None:
    usual = site.call("GET", "/v1/tenant").body["reading"]

    answer = site.call(
        "PATCH",
        "/v1/tenant",
        {"reading": {"encoding": "cp850", "customer_accounts": ["411", "416"]}},
    )

    assert answer.status == 200
    assert usual["customer_accounts"] == ["411"]
    assert answer.body["reading"] == {
        **usual, "encoding": "cp850", "customer_accounts": ["411", "416"]
    }  # fmt: skip
    assert site.store().tenant().reading.customer_accounts == ("411", "416")
    swiss = site.call("PATCH", "/v1/tenant", {"reading": {"currency": "CHF"}})
    assert swiss.body["reading"] == answer.body["reading"] | {"currency": "CHF"}
    assert (
        site.call("PATCH", "/v1/tenant", {"reading": {}}).headers["ETag"] == swiss.headers["ETag"]
    )


def test_an_edit_of_something_older_is_refused(site: Site) -> None:
    read = site.call("GET", "/v1/tenant").headers["ETag"]
    site.call("PATCH", "/v1/tenant", {"name": "First"})

    answer = site.call("PATCH", "/v1/tenant", {"name": "Second"}, if_match=read)

    assert answer.status == 412
    assert site.store().tenant().name == "First"


@pytest.mark.parametrize(
    ("if_match", "status"),
    [('"1"', 200), ("*", 200), ('"2"', 412), ('W/"1"', 412), ("1", 412), ('"x"', 412)],
)
def test_if_match_is_taken_at_its_word(site: Site, if_match: str, status: int) -> None:
    assert site.call("PATCH", "/v1/tenant", {"name": "X"}, if_match=if_match).status == status


def test_a_changed_rule_has_everyone_looked_at_again(site: Site) -> None:
    site.call("PATCH", "/v1/tenant", {"terms": {"days": 10}})

    assert site.jobs.parts == [LookAgain(tenant="atelier", rules=1)]


def test_a_new_name_has_nobody_looked_at_again(site: Site) -> None:
    site.call("PATCH", "/v1/tenant", {"name": "Another"})

    assert site.jobs.parts == []


def test_the_rules_of_a_pause_the_first_ledger_and_the_windows_are_settings(site: Site) -> None:
    wanted = {
        "paused": True,
        "resume_on": "2025-04-01",
        "freshness_days": 4,
        "entries": [{"days": 30, "level": 2}, {"days": 90, "level": 4}],
        "first_wave_cap": 20,
        "windows": [
            {"channel": "email", "weekdays": [0, 1], "opens": "06:30", "closes": "21:00"},
            {"channel": "sms", "weekdays": [0, 1, 2], "opens": "08:00", "closes": "20:00"},
        ],
    }
    answer = site.call("PATCH", "/v1/tenant", wanted)

    assert answer.status == 200
    assert {name: answer.body[name] for name in wanted} == wanted
    rules = site.store().tenant().rules
    assert (rules.freshness_days, rules.first_wave_cap) == (4, 20)
    assert rules.entries == (Entry(30, 2), Entry(90, 4))
    email, sms = Hours(time(6, 30), time(21)), Hours(time(8), time(20))
    assert rules.windows == Windows(
        {Channel.EMAIL: frozenset({0, 1}), Channel.SMS: frozenset({0, 1, 2})},
        {Channel.EMAIL: email, Channel.SMS: sms},
    )
    assert site.call("PATCH", "/v1/tenant", {"resume_on": None}).body["resume_on"] is None


def test_d6_text_messages_keep_their_usual_hours_unless_others_are_given(site: Site) -> None:
    shown = site.call("GET", "/v1/tenant").body["windows"]
    (sms,) = [each for each in shown if each["channel"] == "sms"]
    assert (sms["weekdays"], sms["opens"], sms["closes"]) == ([0, 1, 2, 3, 4, 5], "08:00", "20:00")
    assert site.call("PATCH", "/v1/tenant", {"windows": shown}).body["windows"] == shown

    only = {"windows": [{"channel": "call", "weekdays": [0]}]}
    left = site.call("PATCH", "/v1/tenant", only).body["windows"]
    assert [(each["channel"], each["opens"]) for each in left] == [("call", None), ("sms", "08:00")]


def window(**changes: str) -> dict[str, Any]:
    """A setting of one window."""
    return {"windows": [{"channel": "sms", "weekdays": [0]} | changes]}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"windows": [{"channel": "sms", "weekdays": []}]}, "/windows/0/weekdays"),
        ({"windows": [{"channel": "sms", "weekdays": [0]}] * 2}, "/windows"),
        (window(opens="08:00"), "/windows/0"),
        (window(opens="20:00", closes="08:00"), "/windows/0"),
        (window(opens="08:00", closes="08:00"), "/windows/0"),
        (window(opens="8:00", closes="23:00"), "/windows/0/opens"),
        ({"entries": [{"days": 30, "level": 6}]}, "/entries/0/level"),
        ({"first_wave_cap": 0}, "/first_wave_cap"),
        ({"hold_share": 0}, "/hold_share"),
        ({"hold_share": 101}, "/hold_share"),
        ({"hold_items": 0}, "/hold_items"),
        ({"freshness_days": 0}, "/freshness_days"),
    ],
)
def test_a_rule_that_can_not_be_names_its_field(
    site: Site, body: dict[str, Any], pointer: str
) -> None:
    answer = site.call("PATCH", "/v1/tenant", body)
    assert (answer.status, answer.pointers) == (422, [pointer])


def test_h4_how_long_files_are_kept_is_a_setting_with_bounds(site: Site) -> None:
    usual = {"messages_months": 60, "uploads_months": 12}
    assert site.call("GET", "/v1/tenant").body["retention"] == usual
    wanted = {"messages_months": 24, "uploads_months": 3}
    assert site.call("PATCH", "/v1/tenant", {"retention": wanted}).body["retention"] == wanted
    assert site.store().tenant().retention == Retention(messages_months=24, uploads_months=3)
    for field, months in (
        ("messages_months", 11),
        ("messages_months", 121),
        ("uploads_months", 0),
        ("uploads_months", "3"),
        ("uploads_months", 1.5),
    ):
        answer = site.call("PATCH", "/v1/tenant", {"retention": {**wanted, field: months}})
        assert (answer.status, answer.pointers) == (422, [f"/retention/{field}"])
    assert site.call("PATCH", "/v1/tenant", {"retention": None}).status == 422
    shorter = site.call("PATCH", "/v1/tenant", {"retention": {"uploads_months": 1}}).body
    assert shorter["retention"] == wanted | {"uploads_months": 1}


def test_the_document_promises_no_default_for_what_a_patch_leaves_out() -> None:
    schemas = document()["components"]["schemas"]
    groups = ("ReadingBody", "RetentionBody", "TextSettingsBody")

    assert [
        f for name in groups for f in schemas[name]["properties"].values() if "default" in f
    ] == []
