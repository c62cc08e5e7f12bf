"""Scenarios as one document: to keep, to compare, to take to another company (S7)."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from relance.contracts.http.scenarios import Flag, ScenarioPlan
from relance.contracts.http.templates import TemplatePlan
from relance.contracts.http.texts import FirstVersion, Name, Slug
from relance.contracts.http.values import Body

MOST_YAML = 100_000


class DocumentProfile(Body):
    """A type of customer that scenarios of the document are for."""

    id: Slug
    name: Name


class DocumentTemplate(Body):
    """A template of the company's own that steps of the document name."""

    id: Slug
    plan: TemplatePlan


class DocumentScenario(Body):
    """One side of a profile's pair."""

    profile: Slug
    with_email: Flag
    plan: ScenarioPlan


class ScenarioDocument(Body):
    """Scenarios with all that they name of the company's own but people: whoever is `responsible`
    must be a user or group where the document is taken in."""

    format: Literal["relance.scenarios"] = "relance.scenarios"
    v: FirstVersion = 1
    profiles: Annotated[tuple[DocumentProfile, ...], Field(max_length=100)] = ()
    templates: Annotated[tuple[DocumentTemplate, ...], Field(max_length=500)] = ()
    scenarios: Annotated[tuple[DocumentScenario, ...], Field(max_length=200)] = ()


class ScenarioDocumentYaml(Body):
    """A document of scenarios, as YAML."""

    yaml: str


class ScenariosImport(Body):
    """A document to take in, as JSON (`document`) or as YAML in a text (`yaml`).

    What is there already and the same stays; what is there and differs is refused unless `replace`
    says that the document wins. What the document doesn't name stays.
    """

    document: ScenarioDocument | None = None
    yaml: Annotated[str, Field(min_length=1, max_length=MOST_YAML)] | None = None
    replace: Flag = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.document is None) == (self.yaml is None):
            raise ValueError("give either document or yaml")
        return self


class PartKind(StrEnum):
    """What a part of a document is."""

    PROFILE = "profile"
    TEMPLATE = "template"
    SCENARIO = "scenario"


class PartOutcome(StrEnum):
    """What became of a part of a document."""

    MADE = "made"
    REPLACED = "replaced"
    SAME = "same"


class ImportedPart(Body):
    """What became of a profile, template or scenario of the document, by its id here."""

    kind: PartKind
    id: str
    outcome: PartOutcome


class ScenariosImported(Body):
    """What became of each part of the document; nothing was `stored` when it was only tried."""

    stored: bool
    parts: tuple[ImportedPart, ...]
