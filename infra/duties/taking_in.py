"""What takes in: ledgers and lists that tenants upload, and what providers tell of messages."""

from infra.constructs import grants
from infra.constructs.postal import Postal
from infra.duties.duty import INVOICES, OF_TENANTS, PROOFS, REFUSED, SENT, Duty, Resources


def sync_ledger(given: Resources) -> Duty:
    """It reads uploads, and deletes the files that companies keep no longer."""
    table, ledgers = given.storage.table, given.storage.ledgers
    documents = given.storage.documents
    uploads = given.queue("Uploads")
    return Duty(
        environment={
            "TABLE": table.table_name,
            "LEDGER_BUCKET": ledgers.bucket_name,
            "DOCUMENTS_BUCKET": documents.bucket_name,
            "UPLOADS_QUEUE": uploads.queue_url,
            # Most of the work is waiting for the table; more would wait for the processor.
            "CUSTOMERS_AT_ONCE": "8",
        },
        may=[
            *given.facts(),
            # A whole ledger closes what it no longer has: every stored customer is looked at.
            grants.query_index(table, "lists"),
            grants.read_file_versions("ReadLedgers", ledgers, keys=OF_TENANTS),
            grants.put_files("KeepRefusedRows", documents, keys=REFUSED),
            *grants.erase_files(
                "ForgetUploads", ledgers, keys=[OF_TENANTS], settings=given.settings
            ),
            *grants.erase_files(
                "ForgetMessages",
                documents,
                keys=[SENT, REFUSED, INVOICES],
                settings=given.settings,
            ),
            grants.put_files("KeepInvoices", documents, keys=INVOICES),
            grants.enqueue("TryAgainUploads", uploads),
        ],
        # What waits its turn comes back more than 16 times.
        calls_itself=True,
    )


def record_feedback(given: Resources) -> Duty:
    """It takes in what became of messages, and keeps what the post proves.

    What came for a debtor who was erased at that moment it takes back.
    """
    table, documents = given.storage.table, given.storage.documents
    return Duty(
        environment={"TABLE": table.table_name, "DOCUMENTS_BUCKET": documents.bucket_name}
        | Postal.told(given.settings),
        may=[
            *given.facts(),
            grants.put_files("KeepProofs", documents, keys=PROOFS),
            *grants.erase_files(
                "TakeBackProofs", documents, keys=[PROOFS], settings=given.settings
            ),
        ],
    )
