"""The letter queue: a PDF that waits to be posted."""

import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image
from pypdf import PdfReader

from functions.render_letter.handler import lambda_handler
from relance.app.logos import set_logo
from relance.app.ports.tenant import Tenant
from relance.domain.actions import ActionState
from relance.messages.logo import LARGEST_FILE
from relance.runtime.wiring.render_letter import wired
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import TENANT, Stage, due_job
from tests.unit.messages.pictures import jpeg, png


@pytest.fixture
def job(stage: Stage) -> str:
    """The job of one customer without an e-mail address, whose first reminder is a letter."""
    stage.sign_up()
    stage.add_debtor(email=None)
    return due_job(stage, "letter")


def make(*bodies: str) -> list[str]:
    return failures(lambda_handler(sqs_batch(*bodies), FakeLambdaContext()))


def test_a_pdf_is_kept_and_waits_to_be_posted(stage: Stage, job: str) -> None:
    assert make(job) == []
    (action,) = stage.history()
    ((key, content),) = stage.documents().items()
    assert key == action.document
    assert key.startswith(f"tenants/{TENANT}/documents/")
    assert key.endswith(f"/{action.id}.pdf")
    assert content.startswith(b"%PDF-")
    assert (action.state, action.completed_on) == (ActionState.TO_POST, None)


def test_the_same_message_delivered_twice_makes_one_letter(stage: Stage, job: str) -> None:
    assert make(job) == []
    assert make(job, job) == []
    assert (len(stage.documents()), len(stage.history())) == (1, 1)


def test_a_batch_with_one_bad_message_reports_only_that_one(stage: Stage, job: str) -> None:
    assert make("{}", job) == ["m1"]
    assert len(stage.documents()) == 1


# A deep red that nothing else on a letter has.
RED = (200, 0, 0)


def red_logo() -> bytes:
    """Return a PNG of 330 × 120 pixels, all red."""
    kept = io.BytesIO()
    Image.new("RGB", (330, 120), RED).save(kept, "PNG")
    return kept.getvalue()


def give_logo(stage: Stage, content: bytes, *, kind: str = "png") -> Tenant:
    """Set the logo as the API does."""
    files = wired().documents_for(TENANT)
    return set_logo(content, kind=kind, store=stage.store(), files=files)


def the_letter(stage: Stage) -> PdfReader:
    (content,) = (body for key, body in stage.documents().items() if key.endswith(".pdf"))
    return PdfReader(io.BytesIO(content), strict=True)


def sizes(letter: PdfReader) -> list[tuple[int, int]]:
    """Return the sizes of the pictures on the first page."""
    return [each.image.size for each in letter.pages[0].images if each.image]


def test_m4_a_letter_carries_the_logo_and_the_legal_lines(stage: Stage, job: str) -> None:
    tenant = give_logo(stage, red_logo())
    stage.store().save_tenant(replace(tenant, footer="SAS au capital de 50 000 €\nRCS Brest 123"))
    assert make(job) == []
    letter = the_letter(stage)
    (logo,) = (each.image for each in letter.pages[0].images if each.image)
    assert (logo.size, logo.convert("RGB").getpixel((100, 60))) == ((330, 120), RED)
    words = letter.pages[0].extract_text()
    assert "SAS au capital de 50 000 €" in words
    assert "RCS Brest 123" in words


def test_m4_a_jpeg_is_carried_too(stage: Stage, job: str) -> None:
    give_logo(stage, jpeg(90, 60), kind="jpeg")
    assert make(job) == []
    assert sizes(the_letter(stage)) == [(90, 60)]


def test_a_letter_of_a_company_without_a_logo_has_no_picture_and_no_warning(
    stage: Stage, job: str, log: Callable[[], str]
) -> None:
    assert make(job) == []
    assert sizes(the_letter(stage)) == []
    assert "logo" not in log()


def damaged_jpeg() -> bytes:
    """Return a JPEG whose head and end are whole and whose pixels are not there."""
    whole = jpeg(600, 400)
    return whole[: whole.index(b"\xff\xda")] + b"\xff\xd9"


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        (None, "not there"),
        (b"", "neither a PNG nor a JPEG"),
        (red_logo()[:-20], "damaged"),
        (red_logo() + b"x" * LARGEST_FILE, "not there"),
        (damaged_jpeg(), "pixels are damaged"),
    ],
)
def test_a_logo_that_can_not_be_read_any_more_never_stops_a_letter(
    stage: Stage, job: str, log: Callable[[], str], spoilt: bytes | None, why: str
) -> None:
    key = give_logo(stage, red_logo()).logo
    stage.spoil_document(key, spoilt)
    assert make(job) == []
    assert sizes(the_letter(stage)) == []
    assert stage.history()[0].state is ActionState.TO_POST
    (warning,) = (
        line for text in log().splitlines() if (line := json.loads(text)).get("level") == "WARNING"
    )
    assert why in warning["reason"]


def test_the_letters_of_another_company_do_not_carry_the_logo(stage: Stage, job: str) -> None:
    give_logo(stage, red_logo())
    stage.sign_up("rival")
    of_rival = wired().documents_for("rival")
    set_logo(png(64, 64), kind="png", store=stage.store("rival"), files=of_rival)
    assert make(job) == []
    assert sizes(the_letter(stage)) == [(330, 120)]
