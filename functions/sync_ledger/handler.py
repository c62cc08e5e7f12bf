"""`ledger-uploads` queue: S3's event → an imported ledger and its report."""

import json
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.errors import NotFound
from relance.app.facts import today
from relance.app.sync import sync_upload
from relance.contracts.uploads import parse_upload
from relance.runtime import telemetry, wiring
from relance.runtime.worker import work

SERVICE = "sync_ledger"


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Import each uploaded file of the batch."""
    parts, log = wiring.sync_ledger(), telemetry.logger(SERVICE)

    def sync(body: str) -> str:
        upload = parse_upload(json.loads(body))
        if upload is None:
            log.warning("not under a tenant's prefix")
            return "not_a_tenants"
        store = parts.store_for(upload.tenant)
        try:
            tenant = store.tenant()
        except NotFound:
            log.warning("no such tenant", tenant=upload.tenant)
            return "not_a_tenants"
        report = sync_upload(
            upload,
            store=store,
            files=parts.ledger_files_for(upload.tenant),
            today=today(tenant, parts.clock),
            now=datetime.now(UTC),
        )
        log.info(
            "import ended",
            tenant=upload.tenant,
            import_id=report.id,
            state=report.state,
            rows=report.read,
            refused=report.refused,
            items_created=report.created,
            items_changed=report.changed,
            items_closed=report.closed,
        )
        return report.state

    return work(event, context, service=SERVICE, handle=sync)
