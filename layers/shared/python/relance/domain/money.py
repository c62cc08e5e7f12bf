"""Amounts: integers in a currency's minor units, never floats."""

from decimal import Decimal

# ISO 4217 currencies whose minor unit is not a hundredth.
_WHOLE = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
          "VND", "VUV", "XAF", "XOF", "XPF")  # fmt: skip
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DIGITS = dict.fromkeys(_WHOLE, 0) | dict.fromkeys(_THOUSANDTHS, 3)


def minor_digits(currency: str) -> int:
    """Return how many decimals `currency` (ISO 4217 code) has."""
    return _DIGITS.get(currency, 2)


def to_decimal(minor: int, currency: str) -> Decimal:
    """Turn minor units into an exact decimal amount (12345 EUR → 123.45)."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def to_minor(amount: Decimal, currency: str) -> int:
    """Turn a decimal amount into minor units.

    Raises ValueError when the amount is not finite or has more decimals than the currency.
    """
    if not amount.is_finite():
        raise ValueError(f"{amount} is not an amount")
    scaled = amount.scaleb(minor_digits(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more decimals than {currency} allows")
    return int(scaled)
