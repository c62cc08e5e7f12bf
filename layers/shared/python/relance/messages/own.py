"""Templates that tenants write: looked through when saved, bounded whenever they are rendered (M1).

Their text is plain: what a tenant types is shown as it is, in HTML too. It is rendered once, and
only then put on a page, where it is escaped like every other value.
"""

import re
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from relance.domain.wording import OwnTemplate, Wording
from relance.messages.context import MessageContext
from relance.messages.fields import fields_of
from relance.messages.own_check import FILTERS, Trouble, check

PARTS = ("subject", "opening", "closing", "sms")
# Between two lines of one paragraph, which are not joined as those of our own templates are. No
# value holds it: it is a white space, and those become plain ones.
LINE_BREAK = "\u2028"

_MOST_CHARACTERS = 50_000
# Of what a loop does each time round. What a message of ten thousand invoices needs to list them.
_MOST_WORK = 400_000
_FILE = "<template>"
_TAGS = re.compile(r"\{%.*?%\}|\{#.*?#\}")
_LAST_TAG = re.compile(r"(?<![+-])[%#]\}[ \t]*$")
_TICK = "__tick"


class TemplateFailure(ValueError):
    """A tenant's template can't make this message; the text says which, where and why."""


@dataclass(frozen=True, slots=True)
class OwnText:
    """One language of a tenant's template, under the name that it is known by."""

    template: str
    wording: Wording


def own_text(template: OwnTemplate, language: str) -> OwnText:
    """Return a template's text in one of its languages."""
    return OwnText(template.name, template.wordings[language])


def troubles(source: str) -> tuple[Trouble, ...]:
    """Return everything that forbids saving a template's text, without rendering it."""
    tree = _parsed(source)
    return (tree,) if isinstance(tree, Trouble) else check(tree)


def render_own(text: OwnText, part: str, *, context: MessageContext) -> str:
    """Return a part of a tenant's template as plain text, its paragraphs an empty line apart.

    Raises TemplateFailure when it names what is not there, is never done, or says too much.
    """
    compiled = _compiled(getattr(text.wording, part))
    if compiled is None:
        raise TemplateFailure(f"the template {text.template!r} can't be read in its {part}")
    values = {name: getattr(context, name) for name in fields_of(MessageContext)}
    try:
        return _bounded(compiled.generate(values | {_TICK: _Budget()}))
    except (TemplateError, TemplateFailure) as error:
        where = f"the template {text.template!r} fails in its {part}"
        line = _line(error)
        raise TemplateFailure(f"{where}{f', line {line}' if line else ''}: {error}") from error


def paragraphs_of(text: str) -> str:
    """Return the text with its own line breaks kept through our layouts (see LINE_BREAK)."""
    spaced = re.sub(r"[ \t]+", " ", text)
    plain = (each.strip() for each in re.split(r"\n ?\n", spaced))
    return "\n\n".join(re.sub(r" ?\n ?", LINE_BREAK, each) for each in plain if each)


class _Budget:
    """Counts what loops do; a template has one each time it is rendered."""

    def __init__(self) -> None:
        self._left = _MOST_WORK

    def __call__(self, work: int) -> str:
        self._left -= work
        if self._left < 0:
            raise TemplateFailure("it is more work than a template may be")
        return ""


def _bounded(pieces: Iterable[str]) -> str:
    """Return the pieces as one text, and stop asking for more when it is too long."""
    found, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > _MOST_CHARACTERS:
            raise TemplateFailure("it says more than a message can hold")
        found.append(piece)
    return "".join(found)


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template | None:
    """Return a template that counts its work, None when it should never have been saved."""
    tree = _parsed(source)
    if isinstance(tree, Trouble) or check(tree):
        return None
    environment = _environment()
    for loop in tree.find_all(nodes.For):
        loop.body.insert(0, _tick(loop))
    code = environment.compile(tree, filename=_FILE)
    return Template.from_code(environment, code, {})


def _tick(loop: nodes.For) -> nodes.Output:
    """Return what tells the budget, each time round, how much there is to do."""
    work = 1 + sum(1 for each in loop.body for _ in each.find_all(nodes.Node))
    call = nodes.Call(nodes.Name(_TICK, "load"), [nodes.Const(work)], [], None, None)
    told = nodes.Output([call])
    told.set_lineno(loop.lineno)
    told.set_environment(_environment())
    return told


def _parsed(source: str) -> nodes.Template | Trouble:
    try:
        return _environment().parse(_with_line_ends(source))
    except TemplateSyntaxError as error:
        return Trouble(error.lineno, error.message or "this can't be read")
    except (RecursionError, ValueError, OverflowError):  # nested too deep, a number too long
        return Trouble(0, "this is too complicated: say it with less")


def _with_line_ends(source: str) -> str:
    """Keep the end of a line that says something and ends with a tag; only a tag alone has none.

    The environment drops it behind every tag, which would glue words of two lines together.
    """
    return "\n".join(_with_line_end(line) for line in source.split("\n"))


def _with_line_end(line: str) -> str:
    end = _LAST_TAG.search(line)
    return f"{line[: end.start()]}+{end[0]}" if end and _TAGS.sub("", line).strip() else line


def _line(error: BaseException) -> int | None:
    """Return the line of the template on which an error came up."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((each.lineno for each in reversed(frames) if each.filename == _FILE), None)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    """Return what tenants' templates run in: no loader, no globals, and few filters."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()
    environment.tests.clear()
    kept: Mapping[str, Any] = {name: environment.filters[name] for name in sorted(FILTERS)}
    environment.filters.clear()
    environment.filters.update(kept)
    return environment
