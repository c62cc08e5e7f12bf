"""Customers and their contacts as a CSV: a row a contact, columns in any order (L5).

An empty cell says nothing of its field, as a missing column does; a lone hyphen clears it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from relance.domain.reading import USUAL_READING, ReadingSettings
from relance.ledger.issues import LedgerError, RowRefused
from relance.ledger.mapping import folded
from relance.ledger.records import SEPARATORS, Record, records
from relance.ledger.refused import CORRECTION
from relance.ledger.source import Source, opened
from relance.ledger.spreadsheet import neutral, plain
from relance.ledger.values import clean

CLEARED = "-"
MOST_LINES = 6
_MOST_TITLE_ROWS = 20

# The first name is the one that the export writes.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("Code", "Customer code", "Customer", "Account", "Code client", "Compte",
             "Compte client", "N° client", "Numéro client"),
    "name": ("Name", "Customer name", "Company", "Nom", "Nom du client", "Raison sociale",
             "Client", "Société"),
    "profile": ("Profile", "Profil"),
    "sector": ("Sector", "Secteur", "Secteur d'activité", "Industry"),
    "region": ("Region", "Région"),
    "tags": ("Tags", "Étiquettes", "Mots-clés"),
    "language": ("Language", "Langue"),
    "country": ("Country", "Pays"),
    **{f"line_{n}": (f"Address {n}", f"Address line {n}", f"Adresse {n}", f"Adresse ligne {n}",
                     *(("Address", "Street", "Adresse", "Rue") if n == 1 else ()))
       for n in range(1, MOST_LINES + 1)},
    "postal_code": ("Postal code", "Zip", "Zip code", "Postcode", "Code postal", "CP"),
    "city": ("City", "Town", "Ville"),
    "address_country": ("Address country", "Pays de l'adresse"),
    "terms": ("Terms", "Payment terms", "Conditions", "Conditions de paiement",
              "Délai de paiement", "Délai de règlement"),
    "usual_term": ("Usual term", "Délai habituel"),
    "method": ("Payment method", "Mode de paiement", "Mode de règlement"),
    "account_manager": ("Account manager", "Chargé de compte", "Chargé de clientèle",
                        "Gestionnaire"),
    "siren": ("SIREN",),
    "siret": ("SIRET",),
    "vat": ("VAT number", "VAT", "VAT id", "N° TVA", "Numéro de TVA", "TVA intracommunautaire",
            "N° TVA intracommunautaire"),
    "contact_name": ("Contact", "Contact name", "Nom du contact"),
    "contact_role": ("Contact role", "Role", "Rôle", "Rôle du contact", "Fonction"),
    "email": ("E-mail", "Email", "Contact e-mail", "Contact email", "Mail", "Courriel",
              "Adresse e-mail", "Adresse mail"),
    "phone": ("Phone", "Telephone", "Contact phone", "Téléphone", "Tél", "Tél.", "Mobile"),
    "contact_language": ("Contact language", "Langue du contact"),
    "main": ("Main contact", "Main", "Contact principal", "Principal"),
}  # fmt: skip
_FIELD_OF = {folded(name): field for field, names in COLUMNS.items() for name in names}
_OURS = {folded(name) for name in CORRECTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """One row: its filled cells by field, None for one that clears; `refused` when it is none."""

    record: Record
    cells: Mapping[str, str | None]
    refused: RowRefused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersFile:
    """A customers' CSV: its titles, which column holds which field, and its rows, read once."""

    header: tuple[str, ...]
    titles: Mapping[str, str]
    separator: str
    encoding: str
    rows: Iterator[CustomerRow]
    warnings: tuple[str, ...]


@contextmanager
def customers_file(
    chunks: Iterable[bytes], *, reading: ReadingSettings = USUAL_READING
) -> Iterator[CustomersFile]:
    """Open a customers' CSV.

    Raises LedgerError when it is no text, has no column for the customers' code, or two for one
    field. Columns that it does not know are named in `warnings`.
    """
    with opened(chunks, fallback=reading.encoding) as source:
        separator, header = _header(source)
        places, unknown = _places(header.fields)
        warnings = source.warnings
        if unknown:
            named = ", ".join(f"'{name}'" for name in unknown)
            warnings = (*warnings, f"Columns that are not known, passed over: {named}.")
        width = max(place for place, name in enumerate(header.fields) if name.strip()) + 1
        behind = islice(records(source, separator), header.row, None)
        yield CustomersFile(
            header=tuple(header.fields),
            titles={field: header.fields[place].strip() for field, place in places.items()},
            separator=separator,
            encoding=source.encoding,
            rows=(_row(record, places, width) for record in behind if not record.blank),
            warnings=warnings,
        )


def exported(value: str) -> str:
    """Return a cell that says this value, and is no formula in a spreadsheet."""
    return f"'{value}" if value == CLEARED else neutral(value)


def _header(source: Source) -> tuple[str, Record]:
    """Return the separator and the header: the row that has a code and knows most columns."""
    best: tuple[int, str, Record] | None = None
    first = ""
    for separator in SEPARATORS:
        for row in islice(records(source, separator), _MOST_TITLE_ROWS):
            known = [_FIELD_OF.get(folded(name)) for name in row.fields]
            if "code" in known and (best is None or len(known) - known.count(None) > best[0]):
                best = len(known) - known.count(None), separator, row
            first = first or clean(separator.join(row.fields)[:200])
    if best is None:
        raise LedgerError(
            f"No row names a column for the customers' code ('Code'). The first is: {first}."
        )
    return best[1], best[2]


def _places(header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    places: dict[str, int] = {}
    unknown = []
    for place, name in enumerate(header):
        field = _FIELD_OF.get(folded(name))
        if field is None:
            if name.strip() and folded(name) not in _OURS:
                unknown.append(clean(name[:50]))
        elif field in places:
            raise LedgerError(
                f"Two columns say the same: '{header[places[field]].strip()}' and '{name.strip()}'."
            )
        else:
            places[field] = place
    return places, unknown


def _row(record: Record, places: Mapping[str, int], width: int) -> CustomerRow:
    fields = record.fields
    problem = record.problem
    if record.unended and len(fields) < width:
        problem = "the file ends in the middle of this row"
    if len(fields) <= max(places.values()) or any(one.strip() for one in fields[width:]):
        problem = problem or f"{len(fields)} fields where the header has {width}"
    if problem:
        return CustomerRow(record=record, cells={}, refused=RowRefused("", problem, ""))
    cells: dict[str, str | None] = {}
    for field, place in places.items():
        text = fields[place].strip()
        if text == CLEARED:
            cells[field] = None
        elif text:
            cells[field] = plain(text)
    return CustomerRow(record=record, cells=cells)
