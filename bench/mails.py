"""Draw the e-mails as mail programs show them, to be looked at: python -m bench.mails FOLDER

Each at the width of a telephone (360) and of a window (800), light and dark. Needs Chromium.
"""

import base64
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from relance.domain.scenario import StepKey
from relance.messages.context import MessageContext
from relance.messages.epc_qr import qr_png
from relance.messages.render import TRANSFER_CODE_ID, render_email
from tests.unit.messages.examples import ANNE, SENDER, STEP_OF, credit, invoice, message, settled

WIDTHS = (360, 800)
HEIGHT = 2_000
PAYS_ONLINE = replace(SENDER, payment_link="https://pay.example.com/?a={amount}")
LONG = replace(
    PAYS_ONLINE,
    display_name="Menuiserie, Charpente, Couverture, Zinguerie et Isolation du Littoral, SARL",
)


def cases() -> Iterator[tuple[str, str, MessageContext]]:
    """Every shipped template in both languages, and what is hard to lay out."""
    for template, step in STEP_OF.items():
        make = settled if template == "thank_you" else invoice
        for language in ("fr", "en"):
            items = [make("FA-2025-0001"), make("FA-2025-0002")]
            context = message(
                *items, step=step, language=language, sender=PAYS_ONLINE, legal=step.level > 3
            )
            yield f"{template}_{language}", template, context
    many = [invoice(f"FA-{n:04}", 100_000 if n % 3 else None) for n in range(40)]
    yield "many", "reminder_3", message(*many, step=StepKey.R3, sender=PAYS_ONLINE)
    wide = invoice("FACTURE-EXTRAORDINAIREMENT-LONGUE-2025-000000000001", original=99_999_999_999)
    named = replace(ANNE, name="Anne-Charlotte de La Rochefoucauld-Montmorency-Luxembourg")
    credited = message(wide, invoice("F-2"), credit("AV-7", 20_000), sender=LONG, contact=named)
    yield "wide", "reminder_2", credited


def draw(page: str, folder: Path, name: str, *, chromium: str) -> None:
    """Write the page and its pictures."""
    inner = folder / f"{name}.html"
    inner.write_text(page, encoding="utf-8")
    frame = folder / "frame.html"  # a window is never as narrow as a telephone
    for width in WIDTHS:
        frame.write_text(
            f"<body style='margin:0'><iframe src='{inner.name}' "
            f"style='width:{width}px;height:{HEIGHT}px;border:0'></iframe>"
        )
        for scheme, dark in (("light", 1), ("dark", 0)):
            picture = folder / f"{name}_{width}_{scheme}.png"
            subprocess.run(  # noqa: S603 # our own pages in a browser of this machine
                [
                    chromium,
                    "--headless=new",
                    "--no-sandbox",
                    "--hide-scrollbars",
                    f"--user-data-dir={folder / 'profile'}",
                    f"--blink-settings=preferredColorScheme={dark}",
                    f"--window-size={max(width, 500)},{HEIGHT}",
                    f"--screenshot={picture}",
                    frame.as_uri(),
                ],
                check=True,
                capture_output=True,
                timeout=60,
            )


def main(words: list[str]) -> int:
    """Draw all into the folder that is named."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not words or chromium is None:
        print("Usage: python -m bench.mails FOLDER (needs Chromium)")
        return 2
    folder = Path(words[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for name, template, context in cases():
        code = context.transfer_code
        picture = base64.b64encode(qr_png(code, scale=4, quiet=4)).decode() if code else ""
        page = render_email(template, context=context).html
        page = page.replace(f"cid:{TRANSFER_CODE_ID}", f"data:image/png;base64,{picture}")
        draw(page, folder, name, chromium=chromium)
        print(f"  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
