"""The templates that come with the product, as a tenant would write them: to be read and copied."""

import re
from functools import cache

from relance.domain.wording import OwnTemplate, Wording
from relance.messages.language import TEMPLATES, supported_languages
from relance.messages.own import PARTS
from relance.messages.render import template_names

_BLOCK = re.compile(r"\{% block (\w+) %\}\n(.*?)\n\{% endblock %\}", re.DOTALL)
# A line of ours that ends within a paragraph; in a tenant's text it would end there for readers.
_WRAPPED = re.compile(r"(?<!\n)\n(?!\n)")


@cache
def shipped_template(name: str) -> OwnTemplate | None:
    """Return a template that comes with the product, in all its languages; None for other names."""
    if name not in template_names():
        return None
    wordings = {language: _wording(name, language) for language in sorted(supported_languages())}
    return OwnTemplate(id=name, name=name, wordings=wordings)


def _wording(name: str, language: str) -> Wording:
    source = (TEMPLATES / language / f"{name}.j2").read_text(encoding="utf-8")
    blocks = {part: _WRAPPED.sub(" ", text) for part, text in _BLOCK.findall(source)}
    return Wording(**{part: blocks[part] for part in PARTS})
