"""Amounts and days as each language writes them."""

from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_percent

from relance.domain.money import minor_digits, to_decimal

# English goes out to Europe: day before month, no US forms.
_LOCALES = {"en": "en_GB"}


def write_day(day: date, language: str) -> str:
    """Return a day in words (`9 mars 2025`, `9 March 2025`)."""
    written = format_date(day, "long", locale=_locale(language))
    # The first of a month is an ordinal in French; the locale data does not know.
    return "1er" + written[1:] if language == "fr" and written.startswith("1 ") else written


def write_money(minor: int, currency: str, language: str) -> str:
    """Return an amount of minor units with its currency's own decimals, never rounded.

    The pattern is built here because the locale data drops the decimals of some currencies that
    ledgers do keep.
    """
    locale = _locale(language)
    digits = minor_digits(currency)
    decimals = "0." + "0" * digits if digits else "0"
    return format_currency(
        to_decimal(minor, currency),
        currency,
        format=locale.currency_formats["standard"].pattern.replace("0.00", decimals),
        locale=locale,
        currency_digits=False,
    )


def write_rate(percent: Decimal, language: str) -> str:
    """Return a rate given in percent with at least two decimals (`12,15 %`, `12.15%`)."""
    locale = _locale(language)
    pattern = locale.percent_formats[None].pattern.replace("##0", "##0.00##")
    return format_percent(percent / 100, format=pattern, locale=locale)


def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language))
