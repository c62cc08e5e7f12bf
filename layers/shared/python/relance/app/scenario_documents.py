"""Scenarios to and from one document, with the profiles and templates that they name (S7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from relance.app.errors import BadInput
from relance.app.people import people_of
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant import Profile
from relance.app.ports.tenant_store import TenantStore
from relance.app.scenario_faults import BadScenario, faults
from relance.app.scenarios import named, scenario_id
from relance.app.schedule import ask_to_look_again
from relance.app.templates import MOST_TEMPLATES, RESERVED, BadTemplate, checked, step_problems
from relance.contracts.http.scenario_documents import (
    DocumentProfile,
    DocumentScenario,
    DocumentTemplate,
    ImportedPart,
    PartKind,
    PartOutcome,
    ScenarioDocument,
)
from relance.contracts.http.scenarios import ScenarioPlan
from relance.contracts.http.templates import TemplatePlan
from relance.domain.scenario import Scenario
from relance.domain.wording import OwnTemplate

_DIFFERS = "it is there already and differs: send `replace` to have the document win"

type Fault = tuple[str, str]


def document_of(identifiers: Sequence[str], *, store: TenantStore) -> ScenarioDocument:
    """Return the latest versions of these scenarios, of all when none is named, as a document.

    Raises BadInput when there is no such scenario.
    """
    every = {scenario.id: scenario for scenario in store.scenarios()}
    for identifier in identifiers:
        if identifier not in every:
            raise BadInput(f"there is no scenario {identifier!r}", pointer="?scenario")
    chosen = [every[each] for each in sorted(set(identifiers) or every)]
    profiles = {scenario.profile for scenario in chosen}
    templates = {step.template for scenario in chosen for step in scenario.steps}
    return ScenarioDocument(
        profiles=tuple(
            DocumentProfile(id=each.id, name=each.name)
            for each in sorted(store.profiles(), key=lambda each: each.id)
            if each.id in profiles
        ),
        templates=tuple(
            DocumentTemplate(id=each.id, plan=TemplatePlan.of(each))
            for each in sorted(store.templates(), key=lambda each: each.id)
            if each.id in templates
        ),
        scenarios=tuple(
            DocumentScenario(
                profile=each.profile, with_email=each.with_email, plan=ScenarioPlan.of(each)
            )
            for each in chosen
        ),
    )


def import_document(
    document: ScenarioDocument,
    *,
    overwrite: bool,
    within: str,
    store: TenantStore,
    jobs: Jobs,
    dry_run: bool = False,
) -> tuple[ImportedPart, ...]:
    """Take in a document: all of it is checked before anything is stored.

    What is the same already is left alone, so that an import cut short is finished by another. With
    `dry_run` nothing is stored. Raises BadScenario with all that is wrong; `within` is the JSON
    pointer to the document in what was sent.
    """
    taken_in = _TakenIn(document, store)
    found = tuple(taken_in.faults(overwrite=overwrite))
    if found:
        placed = tuple((f"{within}{pointer}", message) for pointer, message in found)
        raise BadScenario(placed, "the document can't be taken in as it is")
    if not dry_run:
        taken_in.store_all()
        ask_to_look_again(store=store, jobs=jobs)
    return tuple(taken_in.parts())


@dataclass(frozen=True, slots=True)
class _Part[T]:
    """A part of a document beside what is stored of it; `written` is what it is to be."""

    pointer: str
    written: T
    stored: T | None

    @property
    def outcome(self) -> PartOutcome:
        if self.stored is None:
            return PartOutcome.MADE
        return PartOutcome.SAME if self.stored == self.written else PartOutcome.REPLACED


class _TakenIn:
    """A document beside what the tenant has, read once."""

    def __init__(self, document: ScenarioDocument, store: TenantStore) -> None:
        self._store = store
        self._had = {each.id: each for each in store.templates()}
        self._scenarios = tuple(store.scenarios())
        profiles = {each.id: each for each in store.profiles()}
        self._known = profiles.keys() | {each.id for each in document.profiles}
        self.profiles = [
            _profile(f"/profiles/{place}", each, profiles.get(each.id))
            for place, each in enumerate(document.profiles)
        ]
        self.templates = [
            _template(f"/templates/{place}", each, self._had.get(each.id))
            for place, each in enumerate(document.templates)
        ]
        sides = {(each.profile, each.with_email): each for each in self._scenarios}
        self.scenarios = [
            _scenario(
                f"/scenarios/{place}", each, sides.get((each.profile, each.with_email)), store=store
            )
            for place, each in enumerate(document.scenarios)
        ]

    def faults(self, *, overwrite: bool) -> Iterator[Fault]:
        """Yield all that is wrong, each behind its JSON pointer in the document."""
        yield from _twice([(each.pointer, each.written.id) for each in self.profiles])
        yield from _twice([(each.pointer, each.written.id) for each in self.templates])
        yield from _twice([(each.pointer, each.written.id) for each in self.scenarios])
        if not overwrite:
            for part in (*self.profiles, *self.templates, *self.scenarios):
                if part.outcome is PartOutcome.REPLACED:
                    yield part.pointer, _DIFFERS
        for template in self.templates:
            yield from self._template_faults(template)
        if len(self._had.keys() | {each.written.id for each in self.templates}) > MOST_TEMPLATES:
            yield "/templates", f"there may be {MOST_TEMPLATES} templates"
        yield from self._scenario_faults()

    def _template_faults(self, part: _Part[OwnTemplate]) -> Iterator[Fault]:
        template = part.written
        if template.id in RESERVED:
            yield f"{part.pointer}/id", "this id is not free: choose another"
        try:
            checked(
                TemplatePlan.of(template),
                template_id=template.id,
                version=0,
                within=f"{part.pointer}/plan",
            )
        except BadTemplate as bad:
            yield from bad.found
            return
        ours = {each.written.id for each in self.scenarios}
        for scenario in self._scenarios:
            if scenario.id not in ours and part.outcome is PartOutcome.REPLACED:
                own = {template.id: template}
                for _, message in step_problems(scenario, own, named=template.id):
                    yield part.pointer, f"the scenario {scenario.name!r} uses it, and {message}"

    def _scenario_faults(self) -> Iterator[Fault]:
        own = self._had | {each.written.id: each.written for each in self.templates}
        people = people_of(self._store)
        for part in self.scenarios:
            if part.written.profile not in self._known:
                yield f"{part.pointer}/profile", "there is no such profile, here or in the document"
            within = f"{part.pointer}/plan"
            yield from faults(part.written, own=own, people=people, within=within)

    def store_all(self) -> None:
        """Store what is new or differs, first what others name."""
        for profile in self.profiles:
            if profile.outcome is not PartOutcome.SAME:
                self._store.save_profile(profile.written)
        for template in self.templates:
            if template.outcome is not PartOutcome.SAME:
                self._store.save_template(template.written)
        for scenario in self.scenarios:
            if scenario.stored is None:
                self._store.add_scenario_version(scenario.written)
            elif scenario.outcome is PartOutcome.REPLACED:
                version = scenario.stored.version + 1
                self._store.add_scenario_version(replace(scenario.written, version=version))

    def parts(self) -> Iterator[ImportedPart]:
        """Yield what becomes of each part."""
        for kind, parts in (
            (PartKind.PROFILE, self.profiles),
            (PartKind.TEMPLATE, self.templates),
            (PartKind.SCENARIO, self.scenarios),
        ):
            for part in parts:
                yield ImportedPart(kind=kind, id=part.written.id, outcome=part.outcome)


def _profile(pointer: str, written: DocumentProfile, stored: Profile | None) -> _Part[Profile]:
    made = Profile(id=written.id, name=written.name, version=stored.version if stored else 0)
    return _Part(pointer, made, stored)


def _template(
    pointer: str, written: DocumentTemplate, stored: OwnTemplate | None
) -> _Part[OwnTemplate]:
    version = stored.version if stored else 0
    return _Part(pointer, written.plan.value(template_id=written.id, version=version), stored)


def _scenario(
    pointer: str, written: DocumentScenario, stored: Scenario | None, *, store: TenantStore
) -> _Part[Scenario]:
    usual = scenario_id(written.profile, with_email=written.with_email)
    made = written.plan.value(
        scenario_id=stored.id if stored else usual,
        profile=written.profile,
        with_email=written.with_email,
        version=stored.version if stored else 1,
    )
    return _Part(pointer, made if stored else named(made, store=store), stored)


def _twice(named_at: list[Fault]) -> Iterator[Fault]:
    seen: set[str] = set()
    for pointer, name in named_at:
        if name in seen:
            yield pointer, "the document has it twice"
        seen.add(name)
