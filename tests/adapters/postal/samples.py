"""A letter, an account, and a client whose patience is short."""

from relance.channels.postal.exchange import new_pool
from relance.channels.postal.maileva import MailevaPost, maileva_post
from relance.channels.postal.maileva_api import MailevaApi
from relance.contracts.postal_account import LetterOptions, MailevaAccount, ReturnAddress
from relance.domain.customer import Address
from relance.domain.postal import Addressee, PostalLetter

# Only ASCII: the proxy that checks both sides reads forms as text.
PDF = b"%PDF-1.7\nnot much of a letter\n%%EOF\n"
RECIPIENT = Addressee(
    name="Menuiserie Lefevre",
    attention="Comptabilite fournisseurs",
    address=Address(lines=("3 rue des Lilas",), postal_code="75011", city="Paris"),
)
LETTER = PostalLetter(
    reference="411LEF-0123456789abcdef", title="Rappel", pdf=PDF, recipient=RECIPIENT
)
SENDER = ReturnAddress(
    name="Ateliers Moreau", lines=("12 quai du Port",), postal_code="13002", city="Marseille"
)


def account(*, username: str = "", options: LetterOptions | None = None) -> MailevaAccount:
    return MailevaAccount.model_validate(
        {
            "client_id": "relance",
            "client_secret": "client-secret",
            "username": username,
            "password": "user-secret" if username else "",
            "notify": "compta@moreau.example.com",
            "sender": SENDER,
            "options": options or LetterOptions(),
            "callback_name": "maileva",
            "callback_password": "callback-secret",
        }
    )


def api(address: str) -> MailevaApi:
    return MailevaApi(
        token_url=f"{address}/token",
        plain_url=f"{address}/mail/v2",
        registered_url=f"{address}/registered_mail/v2",
    )


def post(address: str, *, patience: float = 5, who: MailevaAccount | None = None) -> MailevaPost:
    """Return a client that gives up reading after `patience` seconds."""
    pool = new_pool(connect=2, read=patience)
    return maileva_post(who or account(), pool=pool, api=api(address))
