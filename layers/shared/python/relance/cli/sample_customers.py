"""The invented customers of the sample ledger. Addresses and numbers are of reserved ranges."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Name, city, postal code, contact.
_CUSTOMERS = (
    ("Menuiserie Kervadec", "Quimper", "29000", "Maëlle Kervadec"),
    ("Boulangerie Aux Trois Épis", "Rennes", "35000", "Yann Le Goffic"),
    ("Garage Brossolin", "Angers", "49000", "Sylvie Brossolin"),
    ("Imprimerie des Halles Vertes", "Nantes", "44000", "Karim Beldjoud"),
    ("Pépinières Saubrac", "Agen", "47000", "Hélène Saubrac"),
    ("Cabinet Ormelune Architectes", "Lyon", "69003", "Théo Ormelune"),
    ("Transports Vauquelane", "Lille", "59000", "Nadia Vauquelane"),
    ("Glenbarrow Trading Ltd", "Dublin", "D02 X285", "Aoife Glenbarrow"),
    ("Scierie du Val Perdu", "Épinal", "88000", "Marcel Haudry"),
    ("Électricité Castagnou", "Pau", "64000", "Inès Castagnou"),
    ("Traiteur Belle Ombre", "Dijon", "21000", "Paul Vernissac"),
    ("Plomberie Estrangin et Fils", "Toulon", "83000", "Lucie Estrangin"),
    ("Atelier Sombreval", "Limoges", "87000", "Hugo Sombreval"),
    ("Charpentes Morvannaises", "Autun", "71400", "Claire Dussaule"),
    ("Clinique vétérinaire des Tilleuls Blancs", "Tours", "37000", "Anaïs Poirelle"),
    ("Maçonnerie Trévidic", "Vannes", "56000", "Erwan Trévidic"),
    ("Hôtel du Grand Rocher", "Annecy", "74000", "Béatrice Lanvoix"),
    ("Optique Lumineau", "Poitiers", "86000", "Samir Lumineau"),
    ("Brasserie Van Hoorsel", "Namur", "5000", "Elke Van Hoorsel"),
    ("Ferronnerie Jouvancy", "Mâcon", "71000", "Denis Jouvancy"),
    ("Librairie La Page Cornée", "Albi", "81000", "Mathilde Escarrat"),
    ("Paysages Fontbrune", "Brive-la-Gaillarde", "19100", "Adrien Fontbrune"),
    ("Carrosserie Pellouard", "Le Mans", "72000", "Fatou Pellouard"),
    ("Chocolaterie Amandrine", "Bayonne", "64100", "Xabi Etcheverrigaray"),
    ("Nettoyage Clairazur", "Nice", "06000", "Chiara Bellandi"),
)
_STREETS = ("rue des Essais", "place de la Démonstration", "quai du Modèle", "allée des Exemples")
_ABROAD = {"Glenbarrow Trading Ltd": ("IE", "en"), "Brasserie Van Hoorsel": ("BE", "fr")}
_WITHOUT_EMAIL = ("Transports Vauquelane",)
_WITHOUT_CONTACT = ("Scierie du Val Perdu",)
_MONTH_END = ("Hôtel du Grand Rocher", "Carrosserie Pellouard")


@dataclass(frozen=True, slots=True)
class SampleCustomer:
    """One invented debtor; `days` are its net payment terms, before any month end."""

    number: int
    name: str
    city: str
    postal_code: str
    contact: str
    days: int = 30

    @property
    def code(self) -> str:
        """Its auxiliary account."""
        letters = "".join(char for char in _plain(self.name).upper() if char.isalnum())
        return f"C{self.number:03d}{letters[:6]}"

    def body(self) -> dict[str, Any]:
        """Return it as the API takes a new customer."""
        country, language = _ABROAD.get(self.name, ("FR", "fr"))
        street = "Sample Quay" if language == "en" else _STREETS[self.number % len(_STREETS)]
        base = "net_then_month_end" if self.name in _MONTH_END else "net"
        return {
            "code": self.code,
            "name": self.name,
            "language": language,
            "country": country,
            "terms": {"days": self.days, "base": base},
            "address": {
                "lines": [f"{self.number * 3} {street}"],
                "postal_code": self.postal_code,
                "city": self.city,
                "country": country,
            },
            "contacts": [] if self.name in _WITHOUT_CONTACT else list(self._contacts()),
        }

    def _contacts(self) -> Iterator[dict[str, Any]]:
        site = f"{_slug(self.name)}.example.com"
        first = {"name": self.contact, "role": "accounting", "main": True,
                 "phone": f"+33199{self.number:06d}"}  # fmt: skip
        if self.name not in _WITHOUT_EMAIL:
            first["email"] = f"compta@{site}"
        yield first
        if self.number % 5 == 0:
            yield {"name": "Direction", "role": "management", "email": f"direction@{site}"}


def sample_customers(count: int) -> tuple[SampleCustomer, ...]:
    """Return the first `count` customers; beyond the list, the names return as branches."""
    return tuple(
        _customer(number, *_CUSTOMERS[(number - 1) % len(_CUSTOMERS)])
        for number in range(1, count + 1)
    )


def _customer(number: int, name: str, city: str, postal_code: str, contact: str) -> SampleCustomer:
    branch = (number - 1) // len(_CUSTOMERS) + 1
    named = name if branch == 1 else f"{name} {branch}"
    return SampleCustomer(number, named, city, postal_code, contact)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if char.isascii())


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in _plain(text).lower()).split())
