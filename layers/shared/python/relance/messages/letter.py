"""A letter, from its template to the PDF that is posted (M4)."""

from relance.messages.context import MessageContext
from relance.messages.epc_qr import qr_png
from relance.messages.pdf import letter_pdf
from relance.messages.render import Words, render_letter_html


def make_letter(template: Words, *, context: MessageContext) -> bytes:
    """Return the PDF of the letter that the named template makes; identical input, identical bytes.

    Raises as `render_letter_html` does, and UnusableLetter when it would have a hole on paper or
    the address has a character that can't be printed.
    """
    logo = context.sender.logo
    return letter_pdf(
        render_letter_html(template, context=context),
        logo=logo.content if logo else b"",
        printed="".join((context.customer.name, *context.customer.address)),
        transfer_code=qr_png(context.transfer_code) if context.transfer_code else b"",
    )
