"""Whether an IBAN can be paid by a SEPA credit transfer (EPC registry of countries)."""

import re

# Letters an IBAN has in each country of the scheme.
_LENGTHS = {
    "AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21,
    "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip
# Of the scheme, but not of the European Economic Area: a transfer there needs the BIC.
_OUTSIDE_EEA = {"AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"}
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+")


def is_sepa_iban(iban: str) -> bool:
    """Tell whether `iban`, in capitals and without spaces, is one of a country of the scheme.

    Its length and its check digits must be right.
    """
    if _LENGTHS.get(iban[:2]) != len(iban) or not _SHAPE.fullmatch(iban):
        return False
    digits = "".join(str(int(char, 36)) for char in iban[4:] + iban[:4])
    return int(digits) % 97 == 1


def needs_bic(iban: str) -> bool:
    """Tell whether a SEPA transfer to `iban` can't be made without the bank's BIC."""
    return iban[:2] in _OUTSIDE_EEA
