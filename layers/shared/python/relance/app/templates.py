"""Templates in a tenant's own words: made, changed, tried before they are saved (M1)."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from relance.app.errors import BadInput, Conflict, NotAsItStands, NotFound
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.http.templates import TemplateCreate, TemplatePlan
from relance.domain.scenario import Channel, Scenario, Step
from relance.domain.wording import OwnTemplate, Wording
from relance.messages.language import supported_languages
from relance.messages.own import PARTS, TemplateFailure, own_text, render_own, troubles
from relance.messages.render import template_names
from relance.messages.samples import samples
from relance.messages.shipped import shipped_template

# Every message reads one; every save of a scenario reads them all.
MOST_TEMPLATES = 500
RESERVED = frozenset({"fields", "preview"})


class BadTemplate(BadInput):
    """A template can't be saved as it is: every reason at once, each with a JSON pointer."""

    def __init__(self, found: Iterable[tuple[str, str]]) -> None:
        super().__init__("the template can't be saved as it is")
        self.found = tuple(found)


def all_templates(*, store: TenantStore) -> list[OwnTemplate]:
    """Return the tenant's own templates and those that come with the product."""
    shipped = (shipped_template(name) for name in template_names())
    return [*store.templates(), *(each for each in shipped if each is not None)]


def template_of(identifier: str, *, store: TenantStore) -> OwnTemplate:
    """Return a template, shipped (version 0) or the tenant's own; raises NotFound."""
    found = shipped_template(identifier) or store.template(identifier)
    if found is None:
        raise NotFound("there is no such template")
    return found


def create_template(body: TemplateCreate, *, store: TenantStore) -> OwnTemplate:
    """Save a new template, from a plan or as a copy of another.

    Raises BadInput, BadTemplate, and Conflict when its id is taken.
    """
    taken = {template.id for template in store.templates()}
    if len(taken) >= MOST_TEMPLATES:
        raise Conflict(f"there are {MOST_TEMPLATES} templates already: delete one first")
    if body.id in RESERVED:
        raise BadInput("this id is not free: choose another", pointer="/id")
    if body.plan is not None:
        made = checked(body.plan, template_id=body.id or "", version=0, within="/plan")
    else:
        source = _source(body.copy_of or "", store=store)
        made = replace(source, id=body.id or "", name=body.name or source.name, version=0)
    return store.save_template(made if body.id else replace(made, id=_free_id(made.name, taken)))


def replace_template(
    identifier: str, plan: TemplatePlan, *, store: TenantStore, expected: int | None = None
) -> OwnTemplate:
    """Give a template of the tenant's own another plan: what leaves from now on says it.

    Raises NotFound, BadTemplate, and Conflict when it is shipped, when it is not at version
    `expected`, or when a step names it that it would no longer do for.
    """
    stored = _own(identifier, store=store, expected=expected)
    edited = checked(plan, template_id=identifier, version=stored.version)
    if edited == stored:
        return stored
    for scenario in store.scenarios():
        for _, message in step_problems(scenario, {identifier: edited}, named=identifier):
            raise NotAsItStands(f"the scenario {scenario.name!r} uses it, and {message}")
    return store.save_template(edited)


def delete_template(identifier: str, *, store: TenantStore, expected: int | None = None) -> None:
    """Remove a template of the tenant's own that no scenario names; raises as the above."""
    stored = _own(identifier, store=store, expected=expected)
    for scenario in store.scenarios():
        if any(step.template == identifier for step in scenario.steps):
            message = f"the scenario {scenario.name!r} uses it: give its step another first"
            raise NotAsItStands(message)
    store.delete_template(identifier, version=stored.version)


def checked(plan: TemplatePlan, *, template_id: str, version: int, within: str = "") -> OwnTemplate:
    """Return what the plan makes if every part of it can be read and rendered.

    Raises BadTemplate: a message names the line.
    """
    template = plan.value(template_id=template_id, version=version)
    found = tuple(_problems(template, within=within))
    if found:
        raise BadTemplate(found)
    return template


def step_problems(
    scenario: Scenario, own: Mapping[str, OwnTemplate], *, named: str | None = None
) -> Iterator[tuple[str, str]]:
    """Return what is wrong with the templates that steps name, each behind its JSON pointer.

    `own` are the tenant's. With `named` only steps that name this one are looked at.
    """
    for place, step in enumerate(scenario.steps):
        if step.template is None or named not in (None, step.template):
            continue
        if step.template in template_names():
            continue
        template = own.get(step.template)
        problem = _unfit(template, step) if template else f"there is no template {step.template!r}"
        if problem:
            yield f"/steps/{place}/template", problem


def _unfit(template: OwnTemplate, step: Step) -> str | None:
    """Return why a step can't use a template, if it can't."""
    for language, wording in sorted(template.wordings.items()):
        said = wording.sms if step.channel is Channel.SMS else wording.subject
        if step.channel.is_message and not said:
            what = "a text message" if step.channel is Channel.SMS else "an e-mail or letter"
            return f"the template {template.name!r} has no words for {what} in {language!r}"
    return None


def _problems(template: OwnTemplate, *, within: str) -> Iterator[tuple[str, str]]:
    for language, wording in template.wordings.items():
        pointer = f"{within}/wordings/{language}"
        if language not in supported_languages():
            known = ", ".join(sorted(supported_languages()))
            yield pointer, f"templates can be written in {known}"
            continue
        found = [
            (f"{pointer}/{part}", _at_line(each.line, each.message))
            for part in PARTS
            for each in troubles(getattr(wording, part))
        ]
        yield from found or _failures(template, language, wording, pointer)


def _failures(
    template: OwnTemplate, language: str, wording: Wording, pointer: str
) -> Iterator[tuple[str, str]]:
    """Render each part that has words for made-up customers; the first failure of each is told."""
    text = own_text(template, language)
    for part in PARTS:
        if not getattr(wording, part).strip():
            continue
        try:
            said = [render_own(text, part, context=each) for each in samples(language)]
        except TemplateFailure as error:
            yield f"{pointer}/{part}", str(error)
            continue
        if part != "closing" and not all(each.strip() for each in said):
            yield f"{pointer}/{part}", "this says nothing for some customers"


def _at_line(line: int, message: str) -> str:
    return f"line {line}: {message}" if line else message


def _own(identifier: str, *, store: TenantStore, expected: int | None) -> OwnTemplate:
    template = template_of(identifier, store=store)
    if not template.version:
        raise NotAsItStands("this template comes with the product: copy it and change the copy")
    if expected is not None and template.version != expected:
        raise Conflict("it changed since it was read")
    return template


def _source(identifier: str, *, store: TenantStore) -> OwnTemplate:
    try:
        return template_of(identifier, store=store)
    except NotFound:
        raise BadInput("there is no such template", pointer="/copy_of") from None


def _free_id(name: str, taken: Iterable[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:30].rstrip("-") or "template"
    return f"{slug}-{secrets.token_hex(3)}" if slug in {*taken, *RESERVED} else slug
