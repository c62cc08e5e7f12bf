"""The shipped templates read side by side (M8)."""

import re
from itertools import combinations

import pytest

from relance.domain.scenario import StepKey
from relance.domain.wording import Wording
from relance.messages.language import supported_languages
from relance.messages.own import PARTS, OwnText, render_own
from relance.messages.render import template_names
from relance.messages.shipped import shipped_template
from tests.unit.messages.examples import SENDER, STEP_OF, invoice, message, settled

SENTENCE = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)\s+|(?<=[a-z0-9é])\s?:\s|\n+")
NAMED = re.compile(rf"{SENDER.display_name}\s?")


def wording(template: str, language: str) -> Wording:
    shipped = shipped_template(template)
    assert shipped is not None
    return shipped.wordings[language]


def sentences(template: str, language: str) -> set[str]:
    """Every sentence that the template can say, in the singular and the plural, law and all."""
    found = set()
    text = OwnText(template, wording(template, language))
    make = settled if template == "thank_you" else invoice
    for count in (1, 3):
        for legal in (False, True):
            items = [make(f"F-{number}") for number in range(count)]
            context = message(*items, step=STEP_OF[template], language=language, legal=legal)
            for part in PARTS:
                said = NAMED.sub("", render_own(text, part, context=context))
                found |= {" ".join(each.split()) for each in SENTENCE.split(said)}
    return {each for each in found if len(each.split()) > 2}


@pytest.mark.parametrize("language", sorted(supported_languages()))
def test_no_two_steps_share_a_sentence(language: str) -> None:
    said = {name: sentences(name, language) for name in sorted(template_names())}
    assert all(len(each) >= 6 for each in said.values())
    shared = {(a, b): said[a] & said[b] for a, b in combinations(said, 2) if said[a] & said[b]}
    assert shared == {}


@pytest.mark.parametrize("language", sorted(supported_languages()))
def test_words_of_two_sentences_never_run_together(language: str) -> None:
    glued = re.compile(r"[a-zé][.!?,;][A-ZÀ-Ýa-z]")
    for name in template_names():
        for sentence in sentences(name, language):
            assert not glued.search(sentence), sentence


@pytest.mark.parametrize("language", sorted(supported_languages()))
def test_no_template_tells_which_reminder_it_is(language: str) -> None:
    ordinals = (
        "first|second|third|fourth|fifth|premi[eè]re?|deuxi[eè]me|seconde?|troisi[eè]me"
        "|quatri[eè]me|cinqui[eè]me"
    )
    numbered = r"R ?[1-5]|niveau|level|n° ?[1-5]|no\. ?[1-5]"
    level = re.compile(rf"\b({numbered}|({ordinals}) (reminder|rappel|relance))", re.IGNORECASE)
    for name in template_names():
        for sentence in sentences(name, language):
            assert not level.search(sentence), sentence


def test_every_step_of_a_scenario_has_its_words() -> None:
    keys = {step for step in StepKey if step.is_reminder}
    assert keys | {StepKey.PRE_DUE, StepKey.THANK_YOU} == set(STEP_OF.values())
