"""Templates of the tenant's own over HTTP (M1)."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from relance.contracts.http.texts import Email, Line, Name, Prose, Slug, plain_prose
from relance.contracts.http.values import Body
from relance.domain.wording import OwnTemplate, Wording

Written = Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["fr", "en"])]
"""A language that templates can be written in."""

# Not stripped: what is wrong is named by its line.
Subject = Annotated[str, StringConstraints(max_length=500), AfterValidator(plain_prose)]
Paragraphs = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(plain_prose)]
Short = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(plain_prose)]


class WordingBody(Body):
    """A template in one language: plain text with fields, as in `{{ customer.name }}`.

    `opening` stands before the list of invoices, `closing` after it; an empty line begins a
    paragraph. `sms` is the whole text message. Give subject and opening, or an sms, or all.
    """

    subject: Subject = ""
    opening: Paragraphs = ""
    closing: Paragraphs = ""
    sms: Short = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        subject, opening, sms = (bool(each.strip()) for each in self._said())
        if subject != opening:
            raise ValueError("an e-mail or letter needs both a subject and an opening")
        if not subject and not sms:
            raise ValueError("give a subject and an opening, or an sms")
        return self

    def _said(self) -> tuple[str, str, str]:
        return self.subject, self.opening, self.sms

    def value(self) -> Wording:
        """Return the domain's value."""
        return Wording(
            subject=self.subject, opening=self.opening, closing=self.closing, sms=self.sms
        )

    @classmethod
    def of(cls, wording: Wording) -> Self:
        """Build from the domain's value."""
        return cls(
            subject=wording.subject,
            opening=wording.opening,
            closing=wording.closing,
            sms=wording.sms,
        )


class TemplatePlan(Body):
    """What a person decides about a template; a message takes the language of its reader.

    `sender_name`, `sender_email` (where answers go) and `signature` take the place of the company's
    when they are given.
    """

    name: Name
    wordings: Annotated[dict[Written, WordingBody], Field(min_length=1, max_length=20)]
    sender_name: Line = ""
    sender_email: Email | None = None
    signature: Prose = ""

    def value(self, *, template_id: str, version: int) -> OwnTemplate:
        """Return the domain's value, as this version of this template."""
        return OwnTemplate(
            id=template_id,
            name=self.name,
            wordings={language: each.value() for language, each in self.wordings.items()},
            sender_name=self.sender_name,
            sender_email=self.sender_email or "",
            signature=self.signature,
            version=version,
        )

    @classmethod
    def of(cls, template: OwnTemplate) -> Self:
        """Build from the domain's value."""
        return cls(
            name=template.name,
            wordings={
                language: WordingBody.of(each) for language, each in template.wordings.items()
            },
            sender_name=template.sender_name,
            sender_email=template.sender_email or None,
            signature=template.signature,
        )


class TemplateBody(Body):
    """A template that steps may name by its `id`; `shipped` ones can be read and copied only."""

    id: str
    shipped: bool
    version: int
    plan: TemplatePlan

    @classmethod
    def of(cls, template: OwnTemplate) -> Self:
        """Build from the domain's value; what comes with the product has no version."""
        return cls(
            id=template.id,
            shipped=template.version == 0,
            version=template.version,
            plan=TemplatePlan.of(template),
        )


class TemplateCreate(Body):
    """A new template: a whole `plan`, or a copy of another, shipped or not (`copy_of`)."""

    id: Slug | None = None
    name: Name | None = None
    copy_of: Name | None = None
    plan: TemplatePlan | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.copy_of is None) == (self.plan is None):
            raise ValueError("give either copy_of or plan")
        if self.plan is not None and self.name is not None:
            raise ValueError("the plan has a name already")
        return self


class TemplatePreviewRequest(Body):
    """Whose data to show a template with; `plan` is looked at instead of what is stored."""

    customer: Name
    language: Written | None = None
    plan: TemplatePlan | None = None


class TemplatePreview(Body):
    """What the customer would get today; `html` is a whole page, `sms` null when there is none."""

    language: str
    subject: str
    text: str
    html: str
    sms: str | None


class FieldNoteBody(Body):
    """A field that templates may name; `[]` in its path stands for any of a list."""

    path: str
    kind: Literal["text", "number", "yes_or_no", "list", "group"]
    meaning: str


class FieldNotes(Body):
    """All that templates may name and do."""

    fields: tuple[FieldNoteBody, ...]
    filters: tuple[str, ...]
