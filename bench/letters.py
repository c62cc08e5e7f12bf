"""How long a letter takes to make on a warm worker, beside the same letter made naively.

Run it as `PYTHONPATH=layers/shared/python:. .venv/bin/python -m bench.letters`.

The letter has eight invoices, one of them part paid, a logo, the code to pay by and a footer of
two lines. Naively is what a first reading of WeasyPrint's manual gives: the same HTML and
stylesheet with all pictures inside it, the pages counted by the stylesheet, one call a letter; and
fonts cut down by fontTools, as WeasyPrint does where HarfBuzz's library for it is missing. Both are
made in turn, so that whatever else runs slows both alike.
"""

import argparse
import base64
import gc
import io
import logging
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import segno
import weasyprint.pdf.fonts
from PIL import Image, ImageDraw
from weasyprint import HTML

from relance.domain.actions import Send
from relance.domain.customer import Address, Contact, Customer
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemKind
from relance.domain.presets import preset
from relance.domain.scenario import StepKey
from relance.domain.tenant_rules import TenantRules
from relance.messages.context import MessageContext, Sender, build_context
from relance.messages.letter import make_letter
from relance.messages.logo import Logo, read_logo
from relance.messages.pdf import STYLESHEET
from relance.messages.render import render_letter_html

TODAY = date(2025, 3, 9)
ROWS = 8
IN_A_ROW = 6
TEMPLATE = "reminder_4"
HARFBUZZ = weasyprint.pdf.fonts.harfbuzz_subset


def letter_of(number: int, *, rows: int = ROWS, parts: bool = False) -> MessageContext:
    """Return what the letter to debtor `number` says."""
    code = f"411{number:05}"
    contact = Contact(id="1", name="Anne Martin", main=True)
    address = Address(
        lines=("Bâtiment C", f"{number % 200 + 1} rue de l’Église"),
        postal_code="44000",
        city="NANTES",
    )
    items = tuple(
        Item(
            id=f"{code}-{place:016x}",
            kind=ItemKind.INVOICE,
            number=f"FA-2024-{number:05}-{place}",
            issued=TODAY - timedelta(days=90 - place),
            due=TODAY - timedelta(days=60 - place),
            currency="EUR",
            original=123_456 + number,
            residual=60_000 if parts and place == 2 else 123_456 + number,
        )
        for place in range(rows)
    )
    step = next(each for each in preset("standard")[0].steps if each.key is StepKey.R4)
    action = DueAction(
        id=f"{code}-{number:016x}",
        currency="EUR",
        step=step,
        sends=tuple(Send(item.id, step.key) for item in items),
        listed=tuple(item.id for item in items),
        credits=(),
        net=sum(item.residual for item in items),
    )
    customer = Customer(
        id=code, code=code, name=f"Établissements Dupont n° {number}", address=address
    )
    return build_context(
        action,
        facts=Facts(customer=customer, items=items, actions=(), scenario=None, rules=TenantRules()),
        sender=SENDER,
        contact=contact,
        language="fr",
        on=TODAY,
    )


def drawn_logo() -> Logo:
    """Return a logo as a tenant would give it: on nothing, for print at 600 dots an inch."""
    picture = Image.new("RGBA", (1600, 480), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 30, 420, 450), 90, fill=(31, 58, 95, 255))
    for bar in range(6):
        left = 500 + bar * 180
        draw.ellipse((left, 90, left + 150, 390), fill=(31 + bar * 20, 120, 160, 255))
    content = io.BytesIO()
    picture.save(content, "PNG")
    return read_logo(content.getvalue())


SENDER = Sender(
    name="Menuiserie Lefèvre SAS",
    email="compta@lefevre.example.com",
    signature="Claire Lefèvre\nService comptabilité",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPPXXX",
    address=("8 quai de la Fosse", "44100 Nantes"),
    phone="02 40 00 00 00",
    footer="SAS au capital de 50 000 € · RCS Nantes 123 456 789",
    logo=drawn_logo(),
)


def naive(context: MessageContext) -> bytes:
    """Make the same letter in one call, with everything in the HTML."""
    assert context.sender.logo is not None
    logo = base64.b64encode(context.sender.logo.content).decode()
    code = segno.make_qr(context.transfer_code, error="m", encoding="utf-8", boost_error=False)
    html = render_letter_html(TEMPLATE, context=context)
    html = html.replace("asset:logo", f"data:image/png;base64,{logo}")
    html = html.replace("asset:transfer-code", code.svg_data_uri(border=0, omitsize=True))
    style = STYLESHEET.read_text(encoding="utf-8").replace("table-layout: fixed;", "")
    style += '@page { @bottom-right { content: counter(page) " / " counter(pages) } }'
    html = html.replace("</head>", f"<style>{style}</style></head>")
    return bytes(HTML(string=html).write_pdf())


def without_harfbuzz(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return `make` on a machine that has no HarfBuzz library for cutting fonts down."""

    def made() -> bytes:
        weasyprint.pdf.fonts.harfbuzz_subset = None
        try:
            return make()
        finally:
            weasyprint.pdf.fonts.harfbuzz_subset = HARFBUZZ

    return made


def side_by_side(makers: dict[str, Callable[[], bytes]], rounds: int) -> dict[str, list[float]]:
    """Return the CPU milliseconds of each maker's letters, after one to warm up.

    Each makes a few letters in a row, as a worker does, and then it is the next one's turn, once
    the garbage it left is collected.
    """
    found: dict[str, list[float]] = {name: [] for name in makers}
    for make in makers.values():
        make()
    for _ in range(rounds):
        for name, make in makers.items():
            gc.collect()
            for _ in range(IN_A_ROW):
                began = time.process_time()
                make()
                found[name].append((time.process_time() - began) * 1000)
    return found


def compare(rounds: int, *, parts: bool) -> None:
    """Print what a letter costs, and how that stands to the naive one."""
    context = letter_of(1, parts=parts)
    ours = "ours"
    makers: dict[str, Callable[[], bytes]] = {
        ours: lambda: make_letter(TEMPLATE, context=context),
        "ours, fonts cut by fontTools": without_harfbuzz(
            lambda: make_letter(TEMPLATE, context=context)
        ),
        "naive, fonts cut by HarfBuzz": lambda: naive(context),
        "naive, fonts cut by fontTools": without_harfbuzz(lambda: naive(context)),
    }
    found = side_by_side(makers, rounds)
    base = statistics.median(found[ours])
    which = "one part paid, seven columns" if parts else "none part paid, five columns"
    print(f"A letter of {ROWS} rows, {which}: CPU ms, {rounds} rounds of {IN_A_ROW} in turn")
    for name, times in found.items():
        middle = statistics.median(times)
        share = f"ours is {base / middle:.2f} of it" if name != ours else ""
        print(f"  {name:31} least {min(times):6.1f}  median {middle:6.1f}  {share}")


def resident() -> float:
    """Return the memory that this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def memory(letters: int) -> None:
    """Print the memory held as letters to different debtors are made, and a digest of them all."""
    digest = sha256()
    print(f"Memory over {letters:,} letters to as many debtors")
    for number in range(1, letters + 1):
        digest.update(make_letter(TEMPLATE, context=letter_of(number, rows=number % 40 + 1)))
        if number in (1, 10, 100) or number % 250 == 0:
            print(f"  after {number:5,}: {resident():6.1f} MB", flush=True)
    print(f"  all their bytes: {digest.hexdigest()[:16]}")


def identical() -> None:
    """Print whether a letter is the same again after others of other lengths and logos."""
    context = letter_of(1)
    first = make_letter(TEMPLATE, context=context)
    plain = replace(context, sender=replace(context.sender, logo=None))
    for other in (letter_of(2, rows=60), plain):
        make_letter(TEMPLATE, context=other)
    again = make_letter(TEMPLATE, context=context)
    print(f"The same letter again, after others: {'same' if first == again else 'OTHER'} bytes")
    print(f"  {len(first):,} bytes, {sha256(first).hexdigest()[:16]}")


def main() -> None:
    """Print all figures."""
    asked: Any = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=8)
    asked.add_argument("--letters", type=int, default=1_000)
    options = asked.parse_args()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns where HarfBuzz is missing
    print(f"Python {sys.version.split()[0]}, WeasyPrint {weasyprint.__version__}")
    compare(options.rounds, parts=False)
    compare(options.rounds, parts=True)
    identical()
    memory(options.letters)


if __name__ == "__main__":
    main()
