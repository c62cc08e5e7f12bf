"""Ledgers put in the bucket, good and bad: a clear report each time, nobody chased for nothing."""

from datetime import date, timedelta

from tests.local.company import Company
from tests.local.ledgers import fec, payment, sale

DUE = date(2025, 3, 1)
ISSUED = DUE - timedelta(days=30)
NIGHT = DUE + timedelta(days=8)


def test_a_file_put_in_the_bucket_is_imported_and_the_same_file_again_changes_nothing(
    company: Company,
) -> None:
    company.night(date(2025, 3, 1))
    body = fec(sale("MORVAN", "FA-1", ISSUED, "100,00"), sale("RIOU", "FA-2", ISSUED, "50,00"))
    report = company.put_in_bucket(body, "ledger.txt")
    assert (report["state"], report["format"], report["created"]) == ("done", "fec", 2)
    again = company.put_in_bucket(body, "ledger-again.txt")
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert {each["id"] for each in company.api.every("/scenarios")} == {
        "standard-with-email",
        "standard-without-email",
    }


def test_only_the_customer_whose_account_is_in_debit_is_contacted(company: Company) -> None:
    company.night(date(2025, 3, 1))
    for code in ("DEBIT", "COVERED", "CREDIT"):
        company.add_customer(code)
    company.upload(
        fec(
            sale("DEBIT", "FA-1", ISSUED, "100,00"),
            sale("COVERED", "FA-2", ISSUED, "100,00"),
            payment("COVERED", "VIR-2", ISSUED, "100,00"),
            sale("CREDIT", "FA-3", ISSUED, "100,00"),
            payment("CREDIT", "VIR-3", ISSUED, "150,00"),
        )
    )
    company.night(NIGHT)
    assert len(company.mails_to(["DEBIT"])) == 1
    assert company.mails_to(["COVERED", "CREDIT"]) == []
    held = company.explanation("COVERED")["FA-2"]
    assert held["rule"] in ("D22", "D24")
    (balance,) = company.api.get("/customers/CREDIT")["balances"]
    assert balance["balance"] == {"amount": "-50.00", "currency": "EUR"}


def test_bad_files_end_in_a_report_change_nothing_and_the_night_still_runs(
    company: Company,
) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("GOURVIL")
    company.upload(fec(sale("GOURVIL", "FA-1", ISSUED, "100,00")))
    for name, body in {
        "empty.txt": b"",
        "picture.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        "letter.txt": "Madame, Monsieur,\r\nveuillez trouver ci-joint…\r\n".encode(),
    }.items():
        report = company.put_in_bucket(body, name)
        assert report["state"] == "failed", name
        assert report["error"], name
    company.night(NIGHT)
    assert len(company.mails_to(["GOURVIL"])) == 1


def test_bad_rows_are_named_by_row_and_column_and_the_good_rows_are_kept(company: Company) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("GOOD")
    wrong_day = sale("BADDAY", "FA-2", ISSUED, "10,00")
    wrong_day[0][3] = "20250231"
    wrong_amount = sale("BADSUM", "FA-3", ISSUED, "10,00")
    wrong_amount[0][11] = "dix euros"
    report = company.upload(fec(sale("GOOD", "FA-1", ISSUED, "100,00"), wrong_day, wrong_amount))
    assert report.state == "partial"
    found = {(issue.row, issue.column, issue.value) for issue in report.issues}
    assert (4, "EcritureDate", "20250231") in found
    assert (6, "Debit", "dix euros") in found
    company.night(NIGHT)
    assert len(company.mails_to(["GOOD"])) == 1


def test_a_ledger_cut_off_in_the_middle_chases_nobody_until_a_whole_one_came(
    company: Company,
) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("PAID")
    whole = fec(
        sale("PAID", "FA-1", ISSUED, "100,00", letter="A"),
        payment("PAID", "VIR-1", ISSUED + timedelta(days=5), "100,00", letter="A"),
    )
    report = company.upload(whole[: len(whole) // 2])
    assert (report.state, [hold.reason for hold in report.holds]) == ("held", ["cut"])
    company.night(NIGHT)
    assert company.mails_to(["PAID"]) == []
    company.http.post(f"/v1/imports/{report.id}/confirm", json={"reason": "all there is"})
    assert company.ended(report.id)["state"] == "partial"
    company.night(NIGHT + timedelta(days=1))
    assert company.mails_to(["PAID"]) == []
    assert company.upload(whole, "whole.txt").state == "done"
    company.night(NIGHT + timedelta(days=2))
    assert company.mails_to(["PAID"]) == []


def test_an_unknown_column_mapping_is_named_and_nothing_is_read(company: Company) -> None:
    company.night(date(2025, 3, 1))
    answer = company.http.post(
        "/v1/imports", json={"file_name": "open.csv", "mapping": "no-such-mapping"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "no-such-mapping" in answer.text
    report = company.put_in_bucket(b"Kunde;Betrag\r\nX;10,00\r\n", "open.csv")
    assert report["state"] == "failed"
    assert "Kunde" in report["error"]


def test_an_open_item_list_is_read_through_the_tenants_own_mapping(company: Company) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("LEROUX")
    mapping = {
        "columns": {
            "customer_code": "Compte",
            "customer_name": "Client",
            "number": "Facture",
            "issued": "Date",
            "due": "Echéance",
            "amount": "Montant",
            "residual": "Reste",
        },
        "date_formats": ["DD/MM/YYYY"],
        "decimal": ",",
    }
    answer = company.http.patch("/v1/tenant", json={"mappings": {"ours": mapping}})
    assert answer.status_code == 200, answer.text
    rows = (
        "Compte;Client;Facture;Date;Echéance;Montant;Reste\r\n"
        "LEROUX;Société LEROUX;FA-1;30/01/2025;01/03/2025;1 200,00;450,50\r\n"
    )
    report = company.upload(rows.encode(), "open.csv", mapping="ours")
    assert report.state == "done", report
    company.night(NIGHT)
    (mail,) = company.mails_to(["LEROUX"])
    assert "450,50" in str(mail)


def test_a_file_outside_every_tenants_prefix_is_left_alone(company: Company) -> None:
    bucket = company.stack.output("LedgerBucketName")
    for key in ("stray.txt", "tenants/nobody-has-this-name/ledger.txt"):
        company.stack.s3.put_object(
            Bucket=bucket, Key=key, Body=fec(sale("X", "FA-1", ISSUED, "1,00"))
        )
    company.settle()
    assert company.stack.waiting("Uploads", dead_letters=True) == 0
