"""Customers by CSV: good ones whole, bad ones not at all (L5, C1)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.app.customer_import import import_customers
from relance.app.errors import Conflict
from relance.app.import_plan import OutOfTime
from relance.app.items import HALF_WAY, MOST_EDITS
from relance.app.ports.tenant import Profile
from relance.app.schedule import unheard
from relance.domain.customer import Address, Customer
from relance.domain.items import ItemEdit, PaymentMethod
from relance.domain.terms import Terms, TermsBase
from tests.fakes.world import World, invoice
from tests.unit.app.customer_lists import DAY, customer, take

WHOLE = """\
Code;Nom;Profil;Secteur;Région;Étiquettes;Langue;Pays;Adresse 1;Adresse 2;Code postal;Ville;\
Conditions de paiement;Délai habituel;Mode de paiement;SIREN;N° TVA;Contact;Rôle;E-mail;Téléphone;\
Contact principal
411KERV;Menuiserie Kervadec;Export;Bois;Bretagne;fidèle | salon;français;France;1 rue du Port;\
Bât. B;29200;Brest;45 jours fin de mois;60;virement;303 265 045;FR40 303 265 045;Yann Kervadec;\
comptabilité;yann@kervadec.example.com;01 99 00 12 34;oui
411KERV;;;;;;;;;;;;;;;;;Ann Lee;direction;ann@kervadec.example.com;;
"""


@pytest.fixture
def world() -> World:
    made = World()
    made.store.save_profile(Profile(id="export", name="Export"))
    return made


def test_a_customer_is_made_with_all_that_its_rows_say(world: World) -> None:
    taken = take(world, WHOLE)
    assert (taken.file.read, taken.file.refused, taken.created, taken.file.warnings) == (
        2,
        0,
        1,
        (),
    )
    made = customer(world, "411KERV")
    yann, ann = made.contacts
    assert replace(made, contacts=(), version=0) == Customer(
        id="411KERV",
        code="411KERV",
        name="Menuiserie Kervadec",
        profile="export",
        language="fr",
        country="FR",
        address=Address(lines=("1 rue du Port", "Bât. B"), postal_code="29200", city="Brest"),
        terms=Terms(45, TermsBase.NET_THEN_MONTH_END),
        usual_term=60,
        sector="Bois",
        region="Bretagne",
        tags=("fidèle", "salon"),
        siren="303265045",
        vat="FR40303265045",
    )
    assert (yann.role, yann.email, yann.phone, yann.main) == (
        "comptabilité", "yann@kervadec.example.com", "+33199001234", True)  # fmt: skip
    assert (ann.name, ann.email, ann.main) == ("Ann Lee", "ann@kervadec.example.com", False)


def test_the_same_file_again_writes_nothing(world: World) -> None:
    take(world, WHOLE)
    before = customer(world, "411KERV")
    taken = take(world, WHOLE)
    assert (taken.created, taken.changed, taken.unchanged) == (0, 0, 1)
    assert customer(world, "411KERV") == before


def test_columns_that_are_missing_and_cells_that_are_empty_leave_everything(world: World) -> None:
    take(world, WHOLE)
    before = customer(world, "411KERV")
    taken = take(world, "Customer,Sector,City\n411KERV,,\n")
    assert (taken.unchanged, customer(world, "411KERV")) == (1, before)


def test_a_lone_hyphen_clears(world: World) -> None:
    take(world, WHOLE)
    take(
        world,
        "Code;Sector;Region;Tags;Terms;Usual term;Language;SIREN;VAT;Address;Phone;Contact\n"
        "411KERV;-;-;-;-;-;-;-;-;-;-;Yann Kervadec\n",
    )
    left = customer(world, "411KERV")
    assert (left.sector, left.region, left.tags, left.terms) == (None, None, (), None)
    assert (left.usual_term, left.language, left.siren, left.vat) == (None, None, None, None)
    assert left.address is None
    assert left.contacts[0].phone is None
    assert left.contacts[0].email == "yann@kervadec.example.com"


def test_how_a_customer_pays_is_set_on_its_invoices_too(world: World) -> None:
    identifier = world.add_customer(on=DAY).id
    world.put_items(identifier, invoice(identifier, "FA-1", due=date(2025, 3, 20)), on=DAY)
    take(world, "Code;Mode de règlement\nC1;prélèvement\n")
    account = world.store.account(identifier)
    assert account is not None
    assert account.items[0].method is PaymentMethod.DIRECT_DEBIT
    assert account.items[0].edits[0].author == "import"


def test_how_a_customer_pays_that_was_set_half_way_is_finished_by_the_same_file(
    world: World,
) -> None:
    """Half of its invoices are paid otherwise, and until all are nothing is sent to it."""
    identifier = world.add_customer(on=DAY).id
    world.put_items(identifier, invoice(identifier, "FA-1", due=date(2025, 3, 20)), on=DAY)
    half = replace(customer(world), method=PaymentMethod.CARD, incomplete_since=HALF_WAY)
    world.store.save_customer(half)
    text = "Code;Mode de règlement\nC1;carte\n"
    assert take(world, text).changed == 1
    account = world.store.account(identifier)
    assert account is not None
    assert account.items[0].method is PaymentMethod.CARD
    assert account.customer.incomplete_since is None
    assert take(world, text).unchanged == 1


def test_a_row_that_an_invoice_refuses_changes_nothing_of_its_customer(world: World) -> None:
    identifier = world.add_customer(on=DAY).id
    edit = ItemEdit(on=DAY, author="carl", reason="x", changes=())
    often = invoice(identifier, "FA-1", due=date(2025, 3, 20))
    world.put_items(identifier, replace(often, edits=(edit,) * MOST_EDITS), on=DAY)
    before = world.store.account(identifier)
    taken = take(world, "Code;Nom;Profil;Mode de règlement\nC1;Autre;export;carte\n")
    assert (taken.file.refused, taken.changed) == (1, 0)
    assert world.store.account(identifier) == before


def test_a_customer_that_others_change_meanwhile_is_read_again(world: World) -> None:
    world.add_customer(on=DAY)

    class Crossing:
        """Changes the customer's sector just before it is first written."""

        crossed = False

        def __getattr__(self, name: str) -> object:
            return getattr(world.store, name)

        def save_customer(self, edited: Customer, *, gets_profile: bool) -> Customer:
            if not self.crossed:
                self.crossed = True
                world.store.save_customer(replace(customer(world), sector="Bois"))
            return world.store.save_customer(edited, gets_profile=gets_profile)

    taken = take(world, "Code,Region\nC1,Bretagne\n", Crossing())
    assert taken.changed == 1
    assert (customer(world).sector, customer(world).region) == ("Bois", "Bretagne")


def test_a_code_is_spelt_as_in_ledgers_unless_a_customer_has_it_as_it_is(world: World) -> None:
    world.add_customer("A  1", on=DAY)
    text = "Code,Name\nA  1,One\nB\u00a0 2,Two\n"
    assert take(world, text).created == 1
    codes = [each.code for each in world.store.customers(limit=9).entries]
    assert codes == ["A  1", "B 2"]
    assert take(world, text).unchanged == 2


def test_a_customer_that_never_stands_still_ends_the_import_to_be_tried_again(
    world: World,
) -> None:
    world.add_customer(on=DAY)

    class Restless:
        def __getattr__(self, name: str) -> object:
            return getattr(world.store, name)

        def save_customer(self, edited: Customer, *, gets_profile: bool) -> Customer:
            raise Conflict("changed")

    with pytest.raises(Conflict):
        take(world, "Code,Region\nC1,X\n", Restless())


def test_a_run_whose_time_is_over_goes_on_with_the_same_file(world: World) -> None:
    text = "Code,Name\n" + "".join(f"C{number},X\n" for number in range(250))
    left = iter([True, True, False])
    with pytest.raises(OutOfTime):
        import_customers(
            [text.encode()],
            store=world.store,
            on=DAY,
            author="import",
            failed=unheard,
            in_time=lambda: next(left),
        )
    taken = take(world, text)
    assert (taken.created, taken.unchanged) == (50, 200)
