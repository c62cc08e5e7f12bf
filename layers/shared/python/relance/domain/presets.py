"""The scenarios that come with the product, each as a pair with and without e-mail (S2, S5, S6).

Step names and call scripts are in French, the language of the people who work with them; what the
debtor reads comes from the templates, in the debtor's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from relance.domain.scenario import Anchor, Channel, Scenario, Step, StepKey, Tone

MIN_CONTACT_DELAY = 5

FIRST_CALL = (
    "Bonjour, je vous appelle de la part du service comptabilité au sujet de factures arrivées à "
    "échéance et dont nous n'avons pas encore reçu le règlement.\n"
    "Les avez-vous bien reçues, et la livraison ou la prestation était-elle conforme à votre "
    "attente ?\n"
    "Si oui : à quelle date le règlement est-il prévu ? Si non : qu'est-ce qui le retient, et avec "
    "qui pouvons-nous le régler ?\n"
    "Noter la date annoncée ou le motif, puis remercier."
)
SECOND_CALL = (
    "Bonjour, je reviens vers vous au sujet des factures dont nous avons déjà parlé et qui restent "
    "à régler à ce jour.\n"
    "Le règlement est-il parti, et si oui à quelle date et par quel moyen ?\n"
    "S'il ne l'est pas : qui, chez vous, peut le décider, et quelle date pouvez-vous nous "
    "confirmer ?\n"
    "Rappeler avec courtoisie que la suite se fera par courrier, noter la réponse, puis remercier."
)
KEY_ACCOUNT_CALL = (
    "Bonjour, je suis votre interlocuteur pour le suivi de votre compte et je fais le point avec "
    "vous sur les factures arrivées à échéance.\n"
    "Sont-elles bien validées dans votre circuit, ou vous manque-t-il un bon de commande ou un "
    "justificatif ?\n"
    "Pour quelle campagne de règlement sont-elles prévues ?\n"
    "Noter la date annoncée et les pièces à envoyer, demander s'il y a de nouveaux projets en "
    "vue, puis remercier."
)
# Asked at the end of each call, their answers kept (A2).
QUESTIONS = (
    "La livraison ou la prestation était-elle conforme à l'attente ?",
    "Y a-t-il de nouveaux projets en vue ?",
)


class Preset(StrEnum):
    """The scenarios that come with the product (S6)."""

    STANDARD = "standard"
    EXPORT = "export"
    KEY_ACCOUNT = "key_account"
    REGULAR = "regular"
    BAD_PAYER = "bad_payer"


_NAMES = {
    Preset.STANDARD: "Standard",
    Preset.EXPORT: "Export",
    Preset.KEY_ACCOUNT: "Grand compte",
    Preset.REGULAR: "Client régulier",
    Preset.BAD_PAYER: "Mauvais payeur",
}


def preset(name: str, *, profile: str | None = None) -> tuple[Scenario, Scenario]:
    """Return version 1 of a preset for `profile` (the preset's own name by default).

    First the side for customers with an e-mail address, then its twin without. Raises ValueError
    for a name that is no preset.
    """
    chosen = Preset(name)
    profile = profile or chosen.value
    with_email = Scenario(
        id=f"{profile}-with-email",
        name=f"{_NAMES[chosen]}, avec e-mail",
        profile=profile,
        with_email=True,
        version=1,
        steps=_STEPS[chosen],
        min_contact_delay=MIN_CONTACT_DELAY,
    )
    return with_email, twin(
        with_email, id_=f"{profile}-without-email", name=f"{_NAMES[chosen]}, sans e-mail"
    )


def standard(profile: str = "standard") -> tuple[Scenario, Scenario]:
    """Return the Standard pair, which every tenant starts with (S5)."""
    return preset(Preset.STANDARD, profile=profile)


def export(profile: str = "export") -> tuple[Scenario, Scenario]:
    """Return the Export pair."""
    return preset(Preset.EXPORT, profile=profile)


def key_account(profile: str = "key_account") -> tuple[Scenario, Scenario]:
    """Return the Key account pair."""
    return preset(Preset.KEY_ACCOUNT, profile=profile)


def regular(profile: str = "regular") -> tuple[Scenario, Scenario]:
    """Return the Regular pair."""
    return preset(Preset.REGULAR, profile=profile)


def bad_payer(profile: str = "bad_payer") -> tuple[Scenario, Scenario]:
    """Return the Bad payer pair."""
    return preset(Preset.BAD_PAYER, profile=profile)


STANDARD = Preset.STANDARD.value

PRESETS: Mapping[str, Callable[[str], tuple[Scenario, Scenario]]] = {
    Preset.STANDARD.value: standard,
    Preset.EXPORT.value: export,
    Preset.KEY_ACCOUNT.value: key_account,
    Preset.REGULAR.value: regular,
    Preset.BAD_PAYER.value: bad_payer,
}


def twin(scenario: Scenario, *, id_: str, name: str) -> Scenario:
    """Return the side without e-mail: e-mails become letters and the thank-you is off (S6)."""
    return replace(
        scenario, id=id_, name=name, with_email=False, steps=tuple(map(_by_post, scenario.steps))
    )


def _by_post(step: Step) -> Step:
    if step.channel is Channel.EMAIL:
        step = replace(step, channel=Channel.LETTER, name=step.name.replace("E-mail", "Courrier"))
    return replace(step, active=False) if step.key is StepKey.THANK_YOU else step


def _notice(days_before: int, *, active: bool = True) -> Step:
    return Step(
        key=StepKey.PRE_DUE,
        name="E-mail avant échéance",
        anchor=Anchor.DUE_DATE,
        offset_days=-days_before,
        channel=Channel.EMAIL,
        active=active,
        template="pre_due",
    )


def _thanks(days: int) -> Step:
    return Step(
        key=StepKey.THANK_YOU,
        name="E-mail de remerciement",
        anchor=Anchor.PAYMENT_DATE,
        offset_days=days,
        channel=Channel.EMAIL,
        template="thank_you",
    )


def _message(
    key: StepKey,
    name: str,
    days: int,
    channel: Channel = Channel.EMAIL,
    *,
    tone: Tone = Tone.COURTEOUS,
    after: StepKey | None = None,
    active: bool = True,
    template: str | None = None,
) -> Step:
    return Step(
        key=key,
        name=name,
        anchor=Anchor.NAMED_REMINDER if after else Anchor.DUE_DATE,
        anchor_step=after,
        offset_days=days,
        channel=channel,
        active=active,
        template=template or f"reminder_{key.level}",
        tone=tone,
    )


def _call(key: StepKey, name: str, days: int, script: str, *, after: StepKey | None = None) -> Step:
    return Step(
        key=key,
        name=name,
        anchor=Anchor.NAMED_REMINDER if after else Anchor.DUE_DATE,
        anchor_step=after,
        offset_days=days,
        channel=Channel.CALL,
        automatic=False,
        script=script,
        questions=QUESTIONS,
        tone=Tone.NEUTRAL,
    )


_R1, _R2, _R3, _R4, _R5 = StepKey.R1, StepKey.R2, StepKey.R3, StepKey.R4, StepKey.R5
_LETTER = Channel.LETTER

_STEPS = {
    Preset.STANDARD: (
        _notice(8),
        _message(_R1, "E-mail de rappel", 8),
        _call(_R2, "Premier appel", 8, FIRST_CALL, after=_R1),
        _call(_R3, "Second appel", 16, SECOND_CALL, after=_R1),
        _message(_R4, "Courrier ferme", 8, _LETTER, tone=Tone.FIRM, after=_R3),
        _message(_R5, "Dernier courrier", 8, _LETTER, tone=Tone.FIRM, after=_R4),
        _thanks(8),
    ),
    Preset.EXPORT: (
        _message(_R1, "E-mail de rappel", 8),
        _message(_R2, "E-mail de relance", 16, tone=Tone.NEUTRAL),
        _call(_R3, "Appel", 24, FIRST_CALL),
        _message(_R4, "Courrier ferme", 32, _LETTER, tone=Tone.FIRM),
        _message(_R5, "Dernier courrier", 40, _LETTER, tone=Tone.FIRM),
    ),
    Preset.KEY_ACCOUNT: (
        _notice(8, active=False),
        _call(_R1, "Appel de suivi", 8, KEY_ACCOUNT_CALL),
        _message(_R2, "E-mail de rappel", 16),
        _message(_R3, "E-mail de relance", 24, tone=Tone.NEUTRAL, active=False),
        _message(_R4, "Courrier ferme", 32, _LETTER, tone=Tone.FIRM, active=False),
        _message(_R5, "Dernier courrier", 40, _LETTER, tone=Tone.FIRM, active=False),
        _thanks(8),
    ),
    Preset.REGULAR: (_message(_R1, "E-mail de rappel", 8),),
    Preset.BAD_PAYER: (
        _notice(5),
        _message(_R1, "E-mail de rappel", 3, tone=Tone.NEUTRAL),
        _message(_R2, "E-mail de relance", 5, tone=Tone.FIRM, after=_R1),
        _call(_R3, "Appel", 5, SECOND_CALL, after=_R2),
        # The last reminder's wording is the one that states the legal consequences.
        _message(
            _R4,
            "Courrier : suites légales",
            5,
            _LETTER,
            tone=Tone.FIRM,
            after=_R3,
            template="reminder_5",
        ),
        replace(
            _message(
                _R5,
                "Mise en demeure",
                8,
                Channel.REGISTERED_LETTER,
                tone=Tone.FORMAL_NOTICE,
                after=_R4,
                template="formal_notice",
            ),
            formal_notice=True,
        ),
    ),
}
