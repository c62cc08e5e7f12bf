"""What sends: one function a channel."""

from aws_cdk import aws_iam as iam

from infra.constructs import grants
from infra.constructs.postal import Postal
from infra.duties.duty import INVOICES, LOGOS, OF_TENANTS, SENT, Duty, Resources


def send_email(given: Resources) -> Duty:
    """It sends by SES, with invoices and statements of account."""
    queue = given.queue("Email")
    return Duty(
        environment=_stores(given)
        | {
            "EMAIL_QUEUE": queue.queue_url,
            "SES_CONFIGURATION_SET": given.mail.configuration_set.configuration_set_name,
            "PLATFORM_SENDER": given.settings.platform_sender,
        },
        may=[
            *given.facts(),
            _keep(given),
            grants.read_files("AttachInvoices", given.storage.documents, keys=INVOICES),
            grants.enqueue("TryAgainEmail", queue),
            grants.send_mail(given.mail.may_send_as),
        ],
        with_pdf=True,  # for statements of account
        # What waits while the provider asks for patience comes back more than 16 times.
        calls_itself=True,
    )


def send_sms(given: Resources) -> Duty:
    """It sends by SNS."""
    queue = given.queue("Sms")
    return Duty(
        environment=_stores(given) | {"SMS_QUEUE": queue.queue_url},
        may=[
            *given.facts(),
            _keep(given),
            grants.enqueue("TryAgainSms", queue),
            grants.send_texts(),
        ],
        calls_itself=True,
    )


def render_letter(given: Resources) -> Duty:
    """It draws letters, has them posted or puts a day's together to be printed."""
    documents, queue = given.storage.documents, given.queue("Letter")
    return Duty(
        environment=_stores(given)
        | {"LETTER_QUEUE": queue.queue_url}
        | Postal.told(given.settings),
        may=[
            *given.facts(),
            _keep(given),
            # A day's letters that are printed by hand, to be put together.
            grants.query_index(given.storage.table, "lists"),
            grants.read_files("ReadLetters", documents, keys=SENT),
            grants.read_files("ReadLogo", documents, keys=LOGOS),
            grants.enqueue("TryAgainLetter", queue),
        ],
        with_pdf=True,
        calls_itself=True,
    )


def _stores(given: Resources) -> dict[str, str]:
    return {
        "TABLE": given.storage.table.table_name,
        "DOCUMENTS_BUCKET": given.storage.documents.bucket_name,
    }


def _keep(given: Resources) -> iam.PolicyStatement:
    return grants.put_files("KeepWhatIsSent", given.storage.documents, keys=OF_TENANTS)
