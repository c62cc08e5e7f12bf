"""Send a ledger file as a tenant's software would, and wait for its report."""

from pathlib import Path

import httpx

from relance.cli.api import Api
from relance.cli.errors import CommandError
from relance.cli.progress import say, step, wait_until
from relance.contracts.http.imports import ImportCreated, ImportDetail, UploadForm

_ENDED = ("done", "partial", "failed", "held", "discarded")
_IMPORT_SECONDS = 600
_SHOWN_ISSUES = 20


def upload_file(api: Api, path: Path, *, mapping: str | None = None) -> ImportDetail:
    """Upload a file from disk; see `upload`. CommandError when it can't be read."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}") from error
    return upload(api, path.name, body, mapping=mapping)


def upload(
    api: Api,
    file_name: str,
    body: bytes,
    *,
    mapping: str | None = None,
    seconds: float = _IMPORT_SECONDS,
) -> ImportDetail:
    """Upload a ledger by a signed form and wait until its import has ended, or waits for a yes.

    Raises CommandError when the API or the bucket refuses the file, or the import does not end.
    """
    asked = {"file_name": file_name} | ({"mapping": mapping} if mapping else {})
    created = ImportCreated.model_validate(api.post("/imports", asked))
    with step(f"Uploading {file_name} ({len(body)} bytes) and reading it") as tick:
        _send(created.upload, file_name, body)

        def ended() -> ImportDetail | None:
            report = ImportDetail.model_validate(api.get(f"/imports/{created.id}"))
            tick(f"{report.state.replace('_', ' ')}: {report.read} rows")
            return report if report.state in _ENDED else None

        report = wait_until(ended, seconds=seconds, pause=0.5)
    if report is None:
        raise CommandError(
            f"The import {created.id} has not ended in {seconds:.0f} s. "
            "Type: relance status, to see its queue"
        )
    return report


def show_report(report: ImportDetail) -> None:
    """Print how an import went, its first refused rows included."""
    say(
        f"  {report.state}: {report.read} rows read, {report.refused} refused; "
        f"{report.customers} customers; items: {report.created} new, {report.changed} changed, "
        f"{report.closed} closed, {report.unchanged} unchanged"
    )
    held = [hold.message for hold in report.holds] if report.state == "held" else []
    for sentence in filter(None, [report.error, *held, *report.warnings]):
        say(f"  ! {sentence}")
    if held:
        say(f"  ! held: POST /v1/imports/{report.id}/confirm takes it in, …/discard does not")
    for issue in report.issues[:_SHOWN_ISSUES]:
        say(f"  ! row {issue.row}, {issue.column}: {issue.reason} ({issue.value!r})")
    if len(report.issues) > _SHOWN_ISSUES:
        say(f"  ! and {len(report.issues) - _SHOWN_ISSUES} more: GET /v1/imports/{report.id}")


def _send(form: UploadForm, file_name: str, body: bytes) -> None:
    if len(body) > form.most_bytes:
        raise CommandError(
            f"{file_name} has {len(body)} bytes; a ledger file may have {form.most_bytes}."
        )
    try:
        answer = httpx.post(
            form.url,
            data=form.fields,
            files={"file": (file_name, body)},
            timeout=120,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise CommandError(f"The ledger bucket does not answer: {error}") from error
    if answer.is_error:
        raise CommandError(
            f"The ledger bucket refuses the file: {answer.status_code} {answer.text[:300]}"
        )
