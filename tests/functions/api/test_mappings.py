"""How a company's own lists are read: tried on the first rows before it is saved (L2)."""

from typing import Any

import pytest

from relance.ledger.mapping import TARGETS
from relance.store.records import tenant_body
from tests.functions.api.site import Site

MAPPING: dict[str, Any] = {
    "columns": {"customer_name": "Client", "number": "Pièce", "issued": "Date", "amount": "TTC",
                "residual": "Solde"},
}  # fmt: skip
SAMPLE = (
    "Client;Pièce;Date;TTC;Solde\n"
    "Le Port;F-1;13/01/2025;1 200,00;200,00\n"
    "Total;;;1 200,00;200,00\n"
    "Le Sel;F-2;14/01/2025;80,00;90,00\n"
    "Le Bac;F-3;15/01/2025;-50,00;-50,00\n"
    "Le Quai;F-4;16/01/20"
)
GOOD = SAMPLE.replace("90,00", "80,00")


def tried(site: Site, mapping: dict[str, Any] = MAPPING, sample: str = SAMPLE) -> Any:
    return site.call("POST", "/v1/mappings/trial", {"mapping": mapping, "sample": sample})


def test_a_trial_shows_the_first_rows_as_they_would_be_read_and_saves_nothing(site: Site) -> None:
    shown = tried(site).body

    assert (shown["fits"], shown["read"], shown["refused"]) == (False, 4, 1)
    assert (shown["separator"], shown["decimal"]) == (";", ",")
    assert shown["date_formats"][0] == "DD/MM/YYYY"
    port, total, sel, bac = shown["rows"]
    assert port["item"] == {
        "kind": "invoice",
        "number": "F-1",
        "issued": "2025-01-13",
        "due": None,
        "amount": {"amount": "1200.00", "currency": "EUR"},
        "open": {"amount": "200.00", "currency": "EUR"},
        "paid_on": None,
        "status": "active",
        "label": "",
    }
    assert (port["row"], port["customer"], port["problem"]) == (2, "Le Port", None)
    assert (total["item"], total["problem"]) == (None, None)
    assert sel["item"] is None
    assert sel["problem"]["column"] == "Solde"
    assert bac["item"]["kind"] == "credit_note"
    assert shown["problems"] == [sel["problem"]]
    assert all(each["name"] != "mine" for each in site.call("GET", "/v1/mappings").body["items"])


def test_a_trial_is_in_the_currency_of_the_books_unless_the_mapping_says_another(
    site: Site,
) -> None:
    site.call("PATCH", "/v1/tenant", {"reading": {"currency": "CHF"}})

    def currency(mapping: dict[str, Any]) -> Any:
        return tried(site, mapping).body["rows"][0]["item"]["amount"]["currency"]

    assert currency(MAPPING) == "CHF"
    assert currency(MAPPING | {"currency": "USD"}) == "USD"


@pytest.mark.parametrize(
    ("change", "sample", "pointer"),
    [
        ({"columns": {}}, SAMPLE, "/mapping/columns"),
        ({"columns": {**MAPPING["columns"], "due": "Échéance"}}, SAMPLE, "/mapping/columns/due"),
        ({"date_formats": ["MM/DD/YYYY"]}, SAMPLE, "/mapping/date_formats"),
        ({}, "Client;Pièce;Date;TTC;Solde", "/sample"),
        ({}, "Client;Pièce;Date;TTC;Solde\n", "/sample"),
        ({}, "\n\n\n", "/sample"),
        ({}, "a\u0000b\n", "/sample"),
        ({}, "x" * 70_000 + "\n", "/sample"),
        ({}, "", "/sample"),
    ],
)
def test_what_can_t_be_read_at_all_names_its_field(
    site: Site, change: dict[str, Any], sample: str, pointer: str
) -> None:
    answer = tried(site, MAPPING | change, sample)

    assert (answer.status, answer.pointers) == (422, [pointer])


def test_a_mapping_is_saved_shown_and_used_from_then_on(site: Site) -> None:
    body = {"mapping": MAPPING, "sample": GOOD}
    saved = site.call("PUT", "/v1/mappings/nos~20comptes", body)

    assert saved.status == 200
    assert saved.body == {"name": "nos comptes", "own": True, "mapping": MAPPING}
    assert site.call("GET", "/v1/mappings/nos~20comptes", user="vera").body == saved.body
    assert site.call("GET", "/v1/tenant").body["mappings"] == {"nos comptes": MAPPING}
    announced = {"file_name": "a.csv", "mapping": "nos comptes"}
    assert site.call("POST", "/v1/imports", announced).status == 201
    names = {each["name"]: each["own"] for each in site.call("GET", "/v1/mappings").body["items"]}
    assert names["nos comptes"] is True
    assert names["odoo"] is False


def test_a_mapping_whose_sample_can_t_be_read_is_not_saved(site: Site) -> None:
    answer = site.call("PUT", "/v1/mappings/mine", {"mapping": MAPPING, "sample": SAMPLE})

    assert (answer.status, answer.pointers) == (422, ["/sample"])
    assert "1 of 4 rows can't be read. Row 4, Solde:" in answer.body["detail"]
    assert site.call("GET", "/v1/mappings/mine").status == 404


def test_an_edit_of_a_mapping_that_changed_meanwhile_is_refused(site: Site) -> None:
    read = site.call("PUT", "/v1/mappings/mine", {"mapping": MAPPING}).headers["ETag"]
    other = {"mapping": MAPPING | {"snapshot": False}}
    assert site.call("PUT", "/v1/mappings/mine", other, if_match=read).status == 200

    assert site.call("PUT", "/v1/mappings/mine", {"mapping": MAPPING}, if_match=read).status == 412
    assert site.call("DELETE", "/v1/mappings/mine", if_match=read).status == 412


def test_a_mapping_that_ledgers_are_read_by_is_not_forgotten(site: Site) -> None:
    site.call("PUT", "/v1/mappings/mine", {"mapping": MAPPING})
    site.call("PATCH", "/v1/tenant", {"default_mapping": "mine"})
    assert site.call("DELETE", "/v1/mappings/mine").status == 409
    site.call("PATCH", "/v1/tenant", {"default_mapping": None})
    assert site.call("DELETE", "/v1/mappings/mine").status == 204
    assert site.call("DELETE", "/v1/mappings/mine").status == 404
    assert site.call("DELETE", "/v1/mappings/odoo").status == 404


def test_one_s_own_mapping_stands_before_the_ready_one_of_its_name(site: Site) -> None:
    site.call("PUT", "/v1/mappings/odoo", {"mapping": MAPPING})
    listed = site.call("GET", "/v1/mappings").body["items"]
    assert [each["own"] for each in listed if each["name"] == "odoo"] == [True]
    site.call("DELETE", "/v1/mappings/odoo")
    assert site.call("GET", "/v1/mappings/odoo").body["own"] is False


def test_mappings_are_the_admins_and_there_are_not_too_many(site: Site) -> None:
    assert site.call("PUT", "/v1/mappings/mine", {"mapping": MAPPING}, user="carl").status == 403
    for number in range(50):
        site.call("PUT", f"/v1/mappings/m{number}", {"mapping": MAPPING})
    assert site.call("PUT", "/v1/mappings/one-more", {"mapping": MAPPING}).status == 422
    assert site.call("PUT", "/v1/mappings/m7", {"mapping": MAPPING}).status == 200


def wide(size: int) -> dict[str, Any]:
    """A mapping that takes a little more than `size` bytes."""
    names = [f"{n:03}" + "é" * 97 for n in range(20)]  # of two bytes each
    targets = ("due", "label", "email", "status", "kind", "paid", "paid_on", "settled", "payment",
               "currency", "residual")  # fmt: skip
    columns = dict.fromkeys(targets[: size // 4_000], names)
    return {"columns": MAPPING["columns"] | columns}


def test_mappings_take_no_more_than_the_settings_record_holds(site: Site) -> None:
    for number in range(1, 3):
        saved = site.call("PUT", f"/v1/mappings/m{number}", {"mapping": wide(30_000)})
        assert saved.status == 200
    full = site.call("PUT", "/v1/mappings/m3", {"mapping": wide(30_000)}, if_match="*")
    assert (full.status, full.body["errors"]) == (409, [])
    assert "together" in full.body["detail"]
    assert site.call("PUT", "/v1/mappings/m2", {"mapping": MAPPING}).status == 200
    assert site.call("PUT", "/v1/mappings/m3", {"mapping": wide(30_000)}).status == 200

    many = {f"m{number}": wide(30_000) for number in range(3)}
    refused = site.call("PATCH", "/v1/tenant", {"mappings": many})
    assert (refused.status, refused.pointers) == (422, ["/mappings"])
    assert len(str(tenant_body(site.store().tenant())).encode()) < 100_000


def test_one_mapping_alone_has_its_bound(site: Site) -> None:
    names = [f"{n:03}" + "x" * 197 for n in range(20)]
    columns = dict.fromkeys(TARGETS, names)

    answer = site.call("PUT", "/v1/mappings/mine", {"mapping": {"columns": columns}})

    assert (answer.status, answer.pointers) == (422, ["/mapping"])


@pytest.mark.parametrize("name", ["x" * 201, "a~00b", "~ff"])
def test_a_name_that_is_none_is_refused(site: Site, name: str) -> None:
    assert site.call("PUT", f"/v1/mappings/{name}", {"mapping": MAPPING}).status in (404, 422)
    assert site.call("GET", f"/v1/mappings/{name}").status == 404
