"""Cells of a CSV that people open in a spreadsheet: text must not start to reckon there."""

import re

# Spreadsheets take these for the beginning of a formula, the wide forms and after spaces, too.
_FORMULA = re.compile(r"(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]).*", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\s?[0-9][0-9 .,\u00a0\u202f']*(?:[%€]|EUR)?")
_BARE_SIGN = ("+", "-")


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet runs: a formula gets an apostrophe before it.

    Numbers such as -12,50 stay numbers. `plain` takes the apostrophe off again.
    """
    if not _FORMULA.fullmatch(cell.lstrip("'")) or cell in _BARE_SIGN or _NUMBER.fullmatch(cell):
        return cell
    return "'" + cell


def plain(cell: str) -> str:
    """Return what a cell said before `neutral`."""
    if cell.startswith("'") and _FORMULA.fullmatch(cell.lstrip("'")):
        return cell[1:]
    return cell
