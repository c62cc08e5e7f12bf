"""Templates: what messages say, ours and the company's own (M1)."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import (
    MOST,
    After,
    IfMatch,
    Limit,
    expected,
    listed,
    nothing,
    part_of,
    single,
)
from functions.api.routes.router import new_router
from relance.app import template_preview, templates
from relance.contracts.http.templates import (
    FieldNoteBody,
    FieldNotes,
    TemplateBody,
    TemplateCreate,
    TemplatePlan,
    TemplatePreview,
    TemplatePreviewRequest,
)
from relance.contracts.http.values import Page
from relance.messages.fields import field_notes
from relance.messages.own_check import FILTERS

router = new_router()


@router.get("/v1/templates", tags=["Templates"])
def list_templates(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[TemplateBody]:
    """List the company's own templates and those that come with the product."""
    found = templates.all_templates(store=session.store)
    page = part_of(
        found,
        lambda template: template.id,
        of=session.list_named("templates"),
        limit=limit,
        after=after,
    )
    return listed(page, TemplateBody.of)


@router.get("/v1/templates/fields", tags=["Templates"])
def list_template_fields(session: CurrentSession) -> FieldNotes:
    """Say what a template may name and which filters it may use."""
    del session  # the same for everybody who is signed in
    return FieldNotes(
        fields=tuple(
            FieldNoteBody(path=each.path, kind=each.kind, meaning=each.meaning)
            for each in field_notes()
        ),
        filters=tuple(sorted(FILTERS)),
    )


@router.post("/v1/templates", tags=["Templates"], status_code=HTTPStatus.CREATED)
def create_template(session: CurrentSession, body: TemplateCreate) -> Response[TemplateBody]:
    """Save a new template, from a plan or as a copy of another."""
    made = templates.create_template(body, store=session.store)
    return single(
        TemplateBody.of(made),
        version=made.version,
        status=HTTPStatus.CREATED,
        location=f"/v1/templates/{made.id}",
    )


@router.get("/v1/templates/<template>", tags=["Templates"])
def get_template(session: CurrentSession, template: str) -> Response[TemplateBody]:
    """Show a template."""
    found = templates.template_of(template, store=session.store)
    return single(TemplateBody.of(found), version=found.version)


@router.put("/v1/templates/<template>", tags=["Templates"])
def replace_template(
    session: CurrentSession, template: str, body: TemplatePlan, if_match: IfMatch = None
) -> Response[TemplateBody]:
    """Give a template of the company's own other words."""
    replaced = templates.replace_template(
        template, body, store=session.store, expected=expected(if_match)
    )
    return single(TemplateBody.of(replaced), version=replaced.version)


@router.delete("/v1/templates/<template>", tags=["Templates"], status_code=HTTPStatus.NO_CONTENT)
def delete_template(
    session: CurrentSession, template: str, if_match: IfMatch = None
) -> Response[None]:
    """Remove a template that no scenario names."""
    templates.delete_template(template, store=session.store, expected=expected(if_match))
    return nothing()


@router.post("/v1/templates/<template>/preview", tags=["Templates"])
def preview_template(
    session: CurrentSession, template: str, body: TemplatePreviewRequest
) -> TemplatePreview:
    """Show what a template, or other words in its place, would say to a customer today."""
    shown = template_preview.preview(template, body, store=session.store, on=session.today())
    return TemplatePreview(
        language=shown.language,
        subject=shown.email.subject,
        text=shown.email.text,
        html=shown.email.html,
        sms=shown.sms,
    )
