"""What answers tenants: the API."""

from infra.constructs import grants
from infra.constructs.api import limits_told
from infra.duties.duty import INVOICES, LOGOS, OF_TENANTS, SENT, UPLOADED, Duty, Resources


def api(given: Resources) -> Duty:
    """It finds out who asks, signs addresses of files, and puts work on queues."""
    table, ledgers = given.storage.table, given.storage.ledgers
    documents = given.storage.documents
    plan, feedback, uploads = (given.queue(name) for name in ("Plan", "Feedback", "Uploads"))
    return Duty(
        environment={
            "TABLE": table.table_name,
            "LEDGER_BUCKET": ledgers.bucket_name,
            "DOCUMENTS_BUCKET": documents.bucket_name,
            "PLAN_QUEUE": plan.queue_url,
            "FEEDBACK_QUEUE": feedback.queue_url,
            "UPLOADS_QUEUE": uploads.queue_url,
        }
        | limits_told(given.settings.requests_a_minute)
        | given.channels_told(),
        may=[
            *grants.know_who_asks(table),  # a tenant's own records: by TenantRole only
            grants.enqueue("LookAgain", plan),
            grants.enqueue("TellOfLetters", feedback),
            grants.enqueue("TakeInConfirmed", uploads),
            *given.enqueue_on_channels(),  # what a person approved
            grants.put_files("SignUploads", ledgers, keys=UPLOADED),
            grants.put_files("SignInvoices", documents, keys=INVOICES),
            grants.put_files("KeepLogo", documents, keys=LOGOS),
            grants.read_files("SignDownloads", documents, keys=OF_TENANTS),
            *grants.erase_files(
                "ErasePersons", documents, keys=[SENT, INVOICES], settings=given.settings
            ),
        ],
    )
