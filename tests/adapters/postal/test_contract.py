"""The client and the provider's description agree, and so does the provider that counts.

Prism stands between them. It runs on our own description, and on the provider's where it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import urllib3

from relance.app.errors import NotAcceptedError, NotFound, RefusedError, ThrottledError
from relance.channels.postal.maileva import MailevaPost, maileva_post
from relance.channels.postal.maileva_api import MailevaApi
from relance.contracts.postal_account import LetterOptions, MailevaAccount
from relance.domain.postal import PostalLetter, PostalState, Proof
from tests.adapters.postal.prism import ROOT, Watching, proxies
from tests.adapters.postal.samples import LETTER, PDF, RECIPIENT, account, api
from tests.fakes.postal import Harm, Maileva, Step
from tests.fakes.postal_server import running_maileva

OWN = ROOT / "tests" / "data" / "maileva.yaml"
THEIRS = ROOT.parent / "shared" / "data" / "postal" / "maileva"
REGISTERED = PostalLetter(
    reference=LETTER.reference,
    title="Mise en demeure",
    pdf=PDF,
    recipient=RECIPIENT,
    registered=True,
)


SETS = ["own", "theirs"] if THEIRS.exists() else ["own"]


@dataclass(frozen=True)
class Talk:
    """A client that is listened to, and the provider it talks to."""

    maileva: Maileva
    api: MailevaApi
    pool: Watching

    def post(self, who: MailevaAccount | None = None) -> MailevaPost:
        return maileva_post(who or account(), pool=self.pool, api=self.api)


@pytest.fixture(scope="module")
def provider() -> Iterator[Maileva]:
    with running_maileva() as maileva:
        yield maileva


@pytest.fixture(scope="module")
def addresses(provider: Maileva) -> Iterator[dict[str, MailevaApi]]:
    """Where each set of descriptions is held to; all Prisms start at once."""
    at = provider.address
    wanted = [(OWN, at)]
    if "theirs" in SETS:
        wanted += [
            (THEIRS / "AuthClient_spec.yaml", at),
            (THEIRS / "SimpleSendingClient_spec.prism-patched.yaml", f"{at}/mail/v2"),
            (THEIRS / "LrelClient_spec.prism-patched.yaml", f"{at}/registered_mail/v2"),
        ]
    with proxies(*wanted) as (own, *theirs):
        found = {"own": api(own)}
        if theirs:
            sign_in, plain, registered = theirs
            found["theirs"] = MailevaApi(
                token_url=f"{sign_in}/token", plain_url=plain, registered_url=registered
            )
        yield found


@pytest.fixture
def listened(provider: Maileva, addresses: dict[str, MailevaApi], which: str) -> Talk:
    provider.forget()
    return Talk(provider, addresses[which], Watching(timeout=urllib3.Timeout(connect=5, read=20)))


@pytest.fixture
def talk(listened: Talk) -> Iterator[Talk]:
    """A talk in which nobody says anything that is not described."""
    yield listened
    assert listened.pool.calls > 0
    assert listened.pool.violations == []


@pytest.fixture(params=SETS)
def which(request: pytest.FixtureRequest) -> str:
    """Whose descriptions."""
    return str(request.param)


@pytest.mark.parametrize("letter", [LETTER, REGISTERED], ids=["plain", "registered"])
def test_a_letter_is_prepared_submitted_and_followed_to_the_door(
    letter: PostalLetter, talk: Talk
) -> None:
    post = talk.post()
    sending = post.prepare(letter)
    assert talk.maileva.posted == []
    before = post.state(sending)
    post.submit(sending)
    after = post.state(sending)
    kept = talk.maileva.only()
    kept.status, kept.delivery = "PROCESSED", "D01"
    kept.proofs = {"archive": b"PK-archive"}
    last = post.state(sending)
    assert before is not None
    assert after is not None
    assert last is not None
    states = [each.state for each in (before, after, last)]
    assert states == [PostalState.DRAFT, PostalState.SUBMITTED, PostalState.DELIVERED]
    assert last.proofs == {Proof.ARCHIVE}
    assert post.proof(sending, Proof.ARCHIVE) == b"PK-archive"
    assert kept.documents == [PDF]
    assert talk.maileva.posted == [kept.id]


def test_the_proofs_of_a_registered_letter_are_fetched(talk: Talk) -> None:
    post = talk.post()
    sending = post.prepare(REGISTERED)
    post.submit(sending)
    with pytest.raises(NotFound):
        post.proof(sending, Proof.DEPOSIT)
    kept = talk.maileva.only()
    kept.status, kept.delivery = "PROCESSED", "N01"
    kept.proofs = {"deposit": b"PK-deposit", "acknowledgement": b"PK-receipt"}
    found = post.state(sending)
    assert found is not None
    assert found.proofs == {Proof.DEPOSIT, Proof.ACKNOWLEDGEMENT}
    assert found.number == "1E00000000001"
    assert post.proof(sending, Proof.DEPOSIT) == b"PK-deposit"
    assert post.proof(sending, Proof.ACKNOWLEDGEMENT) == b"PK-receipt"


@pytest.mark.parametrize("letter", [LETTER, REGISTERED], ids=["plain", "registered"])
def test_every_option_is_one_that_the_provider_has(letter: PostalLetter, talk: Talk) -> None:
    options = LetterOptions(
        color=True,
        duplex=False,
        address_sheet=True,
        print_sender=False,
        scan_receipts=False,
        fast=True,
        years=0,
    )
    talk.post(account(options=options)).prepare(letter)
    form = talk.maileva.only().form
    assert (form["color_printing"], form["duplex_printing"]) == (True, False)
    assert form["archiving_duration"] == (3 if letter.registered else 0)


@pytest.mark.parametrize("username", ["", "moreau"], ids=["client", "user"])
def test_both_ways_to_sign_in_are_those_described(username: str, talk: Talk) -> None:
    talk.post(account(username=username)).prepare(LETTER)
    (sign_in,) = talk.maileva.sign_ins
    assert sign_in["grant_type"] == ("password" if username else "client_credentials")


def test_a_refused_token_is_renewed_within_the_description(talk: Talk) -> None:
    post = talk.post()
    sending = post.prepare(LETTER)
    talk.maileva.revoke_tokens()
    post.submit(sending)
    assert talk.maileva.posted == [talk.maileva.only().id]
    assert len(talk.maileva.tokens) == 2


def test_refusals_are_understood_as_described(talk: Talk) -> None:
    post = talk.post()
    sending = post.prepare(LETTER)
    talk.maileva.only().documents.clear()
    with pytest.raises(RefusedError, match="400 EMPTY_DOCUMENT"):
        post.submit(sending)
    talk.maileva.sendings.clear()
    assert post.state(sending) is None


def test_an_interrupted_draft_is_taken_away_as_described(talk: Talk) -> None:
    post = talk.post()
    talk.maileva.refuse_next = "DOCUMENT_TYPE_NOT_ACCEPTED"
    with pytest.raises(RefusedError, match="DOCUMENT_TYPE_NOT_ACCEPTED"):
        post.prepare(LETTER)
    assert talk.maileva.sendings == {}


@pytest.mark.parametrize("which", ["own"])
@pytest.mark.parametrize("step", [Step.TOKEN, Step.CREATE, Step.SUBMIT])
def test_throttling_is_understood_through_the_proxy(step: Step, talk: Talk, which: str) -> None:
    talk.maileva.fail(step, Harm.THROTTLED, after=False)
    post = talk.post()
    with pytest.raises(ThrottledError) as raised:
        post.submit(post.prepare(LETTER))
    assert raised.value.retry_after == 7


def test_a_call_that_is_not_as_described_is_noticed(listened: Talk) -> None:
    """Else all of the above would prove nothing."""
    wrong = '{"name": "x", "notification_email": "a@example.fr", "archiving_duration": 5}'
    for url in (listened.api.plain_url, listened.api.registered_url):
        before = len(listened.pool.violations)
        listened.pool.request(
            "POST",
            f"{url}/sendings",
            body=wrong.encode(),
            headers={"content-type": "application/json", "authorization": "Bearer x"},
        )
        assert any("archiving_duration" in each for each in listened.pool.violations[before:])


def test_an_answer_that_is_not_as_described_is_noticed(listened: Talk) -> None:
    post = listened.post()
    sending = post.prepare(LETTER)
    listened.maileva.only().status = "LOST"
    with pytest.raises(NotAcceptedError, match="not known"):
        post.state(sending)
    assert any("status" in each for each in listened.pool.violations)
