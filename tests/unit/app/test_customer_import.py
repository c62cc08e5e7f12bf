"""Customers and their contacts by CSV: good ones whole, bad ones not at all (L5, C1)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from relance.app.customer_import import CustomersTaken, import_customers
from relance.app.errors import Conflict
from relance.app.import_plan import OutOfTime
from relance.app.ports import Profile
from relance.domain.facts import Address, Contact, Customer, PaymentMethod, Terms, TermsBase
from relance.domain.people import Group
from relance.ledger.issues import LedgerError
from tests.fakes.world import World, invoice

DAY = date(2025, 3, 3)
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


def take(world: World, text: str, store: Any = None) -> CustomersTaken:
    return import_customers([text.encode()], store=store or world.store, on=DAY, author="import")


def customer(world: World, identifier: str = "C1") -> Customer:
    account = world.store.account(identifier)
    assert account is not None
    return account.customer


def told(taken: CustomersTaken) -> list[tuple[int, str]]:
    return [(issue.row, issue.column) for issue in taken.file.issues]


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


@pytest.mark.parametrize("title", ["Name", "Profile", "Country", "Payment method", "Main"])
def test_what_every_customer_has_can_t_be_cleared(world: World, title: str) -> None:
    world.add_customer(on=DAY)
    taken = take(world, f"Code;{title}\nC1;-\n")
    assert told(taken) == [(2, title)]


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Profil", "VIP"),
        ("Langue", "klingonais"),
        ("Langue", "fr-ZZ"),
        ("Pays", "Bretagne"),
        ("Pays", "ZZ"),
        ("Code postal", "2" * 201),
        ("Conditions", "quand il veut"),
        ("Conditions", "400"),
        ("Délai habituel", "60 jours"),
        ("Délai habituel", "900"),
        ("Mode de paiement", "troc"),
        ("Chargé de compte", "personne@example.com"),
        ("Chargé de compte", "alias:account_manager"),
        ("SIREN", "303265046"),
        ("SIRET", "30326504500018"),
        ("N° TVA", "FR41303265045"),
        ("N° TVA", "303265045"),
        ("N° TVA", "ZZ123"),
        ("E-mail", "a@b"),
        ("E-mail", "a@example.com, b@example.com"),
        ("Téléphone", "12"),
        ("Téléphone", "appelez-moi"),
        ("Contact principal", "peut-être"),
        ("Étiquettes", "x" * 51),
        ("Secteur", "a\u202eb\u2028c"),
    ],
)
def test_a_bad_cell_is_told_and_changes_nothing_of_its_customer(
    world: World, title: str, value: str
) -> None:
    world.add_customer("C1", on=DAY)
    world.add_customer("C2", on=DAY)
    before = customer(world, "C1")
    taken = take(world, f'Code;Nom;{title}\nC1;Autre;"{value}"\nC2;Autre;\n')
    (issue,) = taken.file.issues
    assert (issue.row, issue.column, issue.value) == (2, title, value[:80])
    assert issue.reason
    assert (taken.file.refused, taken.changed) == (1, 1)
    assert customer(world, "C1") == before
    assert customer(world, "C2").name == "Autre"


def test_every_bad_cell_of_a_customer_is_told_and_its_good_rows_are_given_back_too(
    world: World,
) -> None:
    world.add_customer("C1", on=DAY)
    text = "Code;Pays;E-mail;Langue\nC1;Nulle part;x;fr\nC1;;bon@example.com;\nC1;FR;y;\n"
    taken = take(world, text)
    assert told(taken) == [(2, "Pays"), (2, "E-mail"), (3, ""), (4, "Pays"), (4, "E-mail")]
    assert taken.file.refused == 3
    assert [(row.row, row.fields[0]) for row in taken.file.refused_rows] == [(2, "C1"), (3, "C1"),
                                                                        (4, "C1")]  # fmt: skip
    assert taken.file.issues[2].reason == "row 2 of the same customer is refused"


def test_numbers_of_two_companies_are_refused(world: World) -> None:
    taken = take(world, "Code;Nom;SIREN;N° TVA\nC9;X;732829320;FR40303265045\n")
    assert told(taken) == [(2, "N° TVA")]
    taken = take(world, "Code;Nom;SIREN;SIRET\nC9;X;303265045;73282932000074\n")
    assert told(taken) == [(2, "SIRET")]


def test_a_number_that_contradicts_the_stored_one_is_told_in_its_own_cell(world: World) -> None:
    take(world, "Code;Nom;N° TVA\nC9;X;FR40303265045\n")
    taken = take(world, "Code;Nom;SIRET\nC9;;\nC9;;73282932000074\n")
    assert told(taken) == [(2, ""), (3, "SIRET")]


def test_a_bad_name_of_a_new_customer_is_told_once(world: World) -> None:
    assert told(take(world, f"Code;Nom\nC9;{'x' * 201}\n")) == [(2, "Nom")]


def test_a_siret_gives_the_siren(world: World) -> None:
    take(world, "Code;Nom;SIRET\nC9;X;732 829 320 00074\n")
    assert customer(world, "C9").siren == "732829320"


def test_a_new_customer_needs_a_name(world: World) -> None:
    assert [
        issue.reason for issue in take(world, "Code;E-mail\nC9;a@example.com\n").file.issues
    ] == ["a new customer needs a name"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("30", Terms(30)),
        ("30 jours net", Terms(30)),
        ("net 30", Terms(30)),
        ("45 fin de mois", Terms(45, TermsBase.NET_THEN_MONTH_END)),
        ("45 days end of month", Terms(45, TermsBase.NET_THEN_MONTH_END)),
        ("fin de mois + 45 jours", Terms(45, TermsBase.MONTH_END_THEN_NET)),
        ("Fin de mois le 10", Terms(10, TermsBase.MONTH_END_THEN_NET)),
        ("end of month 10", Terms(10, TermsBase.MONTH_END_THEN_NET)),
    ],
)
def test_terms_are_written_as_people_write_them(world: World, text: str, terms: Terms) -> None:
    take(world, f"Code;Nom;Conditions\nC9;X;{text}\n")
    assert customer(world, "C9").terms == terms


def test_an_account_manager_is_a_user_or_a_group_by_its_name(world: World) -> None:
    world.store.save_group(Group(id="north", name="Équipe Nord"))
    take(world, "Code;Nom;Gestionnaire\nC9;X;équipe nord\n")
    assert customer(world, "C9").account_manager == "group:north"


def test_how_a_customer_pays_is_set_on_its_invoices_too(world: World) -> None:
    identifier = world.add_customer(on=DAY).id
    world.put_items(identifier, invoice(identifier, "FA-1", due=date(2025, 3, 20)), on=DAY)
    take(world, "Code;Mode de règlement\nC1;prélèvement\n")
    account = world.store.account(identifier)
    assert account is not None
    assert account.items[0].method is PaymentMethod.DIRECT_DEBIT
    assert account.items[0].edits[0].author == "import"


def contacts(world: World) -> list[tuple[str, str | None, bool]]:
    return [(each.name, each.email, each.main) for each in customer(world).contacts]


def test_a_row_changes_the_contact_with_its_address_else_that_of_its_name(world: World) -> None:
    world.add_customer(on=DAY)
    take(world, "Code,Contact,E-mail\nC1,M. Duval,MARTIN@example.com\n")
    assert contacts(world) == [("M. Duval", "MARTIN@example.com", True)]
    take(world, "Code,Contact,E-mail\nC1,m. duval,new@example.com\n")
    assert contacts(world) == [("m. duval", "new@example.com", True)]


def test_two_people_of_one_name_keep_their_own_addresses(world: World) -> None:
    world.add_customer(email=None, on=DAY)
    text = "Code,Contact,E-mail\nC1,Compta,one@example.com\nC1,Compta,two@example.com\n"
    for _ in range(2):
        take(world, text)
        assert contacts(world)[1:] == [
            ("Compta", "one@example.com", False),
            ("Compta", "two@example.com", False),
        ]
    reversed_text = "\n".join([text.splitlines()[0], *reversed(text.splitlines()[1:]), ""])
    assert take(world, reversed_text).unchanged == 1


def test_the_same_contact_twice_is_one(world: World) -> None:
    world.add_customer(email=None, on=DAY)
    text = (
        "Code,Contact,E-mail,Phone\n"
        "C1,Ann,ann@example.com,01 99 00 12 34\nC1,Ann,ann@example.com,\nC1,Bob,,\nC1,Bob,,\n"
    )
    take(world, text)
    assert [name for name, *_ in contacts(world)] == ["Martin Duval", "Ann", "Bob"]
    assert take(world, text).unchanged == 1


def test_the_main_contact_is_the_one_that_a_row_says(world: World) -> None:
    world.add_customer(on=DAY)
    text = "Code,Contact,E-mail,Main\nC1,Ann,ann@example.com,yes\nC1,Martin Duval,,\n"
    take(world, text)
    assert contacts(world) == [
        ("Martin Duval", "martin@example.com", False),
        ("Ann", "ann@example.com", True),
    ]
    assert take(world, text).unchanged == 1


def test_a_row_that_names_nobody_means_the_only_contact_there_is(world: World) -> None:
    world.add_customer(on=DAY)
    take(world, "Code,Contact language\nC1,en\n")
    assert customer(world).contacts[0].language == "en"
    take(world, "Code,Contact\nC1,Ann\n")
    assert told(take(world, "Code,Contact language\nC1,de\n")) == [(2, "Contact language")]


def test_a_blocked_address_stays_blocked_and_a_new_one_is_not(world: World) -> None:
    world.add_customer(on=DAY)
    stored = customer(world)
    blocked = tuple(replace(each, email_blocked=True) for each in stored.contacts)
    world.store.save_customer(replace(stored, contacts=blocked))
    take(world, "Code,E-mail,Contact\nC1,martin@example.com,Martin Duval\n")
    assert not customer(world).has_email
    take(world, "Code,E-mail,Contact\nC1,other@example.com,Martin Duval\n")
    assert customer(world).has_email


def test_d36_an_address_moves_the_customer_to_the_side_with_e_mail_at_its_level(
    world: World,
) -> None:
    identifier = world.add_customer(email=None, on=DAY).id
    world.put_items(identifier, invoice(identifier, "FA-1", due=date(2025, 3, 1)), on=DAY)
    world.walk(DAY, date(2025, 3, 12))
    take(world, "Code,Contact,E-mail\nC1,Martin Duval,martin@example.com\n")
    world.walk(date(2025, 3, 13), date(2025, 3, 31))
    assert [(sent.step, sent.channel) for sent in world.history(identifier)] == [
        ("r1", "letter"),
        ("r2", "call"),
        ("r3", "call"),
    ]
    take(world, "Code,Contact,E-mail\nC1,Martin Duval,-\n")
    assert not customer(world).has_email


def test_a_customer_that_others_change_meanwhile_is_read_again(world: World) -> None:
    world.add_customer(on=DAY)

    class Crossing:
        """Changes the customer's sector just before it is first written."""

        crossed = False

        def __getattr__(self, name: str) -> object:
            return getattr(world.store, name)

        def save_customer(self, edited: Customer) -> Customer:
            if not self.crossed:
                self.crossed = True
                world.store.save_customer(replace(customer(world), sector="Bois"))
            return world.store.save_customer(edited)

    taken = take(world, "Code,Region\nC1,Bretagne\n", Crossing())
    assert taken.changed == 1
    assert (customer(world).sector, customer(world).region) == ("Bois", "Bretagne")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("Nom;Ville\nX;Y\n", "customers' code"),
        ("Code;Compte\nA;B\n", "Two columns say the same"),
        ("Code;Nom\n", "no row"),
        ("PK\x03\x04", "zip"),
    ],
)
def test_a_file_that_is_no_list_of_customers_is_refused_whole(
    world: World, text: str, says: str
) -> None:
    with pytest.raises(LedgerError, match=says):
        take(world, text)


def test_rows_that_are_nobody_s_or_not_whole_are_refused_alone(world: World) -> None:
    text = 'Code;Nom\n;Sans code\nC9;X;trop\n"C8;jamais fermé\nC7;Bon\n'
    taken = take(world, text.replace('"C8', f"{'C' * 101}"))
    assert told(taken) == [(2, "Code"), (3, ""), (4, "Code")]
    assert taken.created == 1


def test_unknown_columns_are_named_and_titles_above_are_passed_over(world: World) -> None:
    taken = take(world, "Liste des clients\n\nCode\tNom\tHumeur\nC9\tX\tbonne\n")
    assert taken.file.warnings == ("Columns that are not known, passed over: 'Humeur'.",)
    assert customer(world, "C9").name == "X"


def test_more_contacts_than_a_customer_may_have_are_refused(world: World) -> None:
    rows = "".join(f"C9,X,Contact {number}\n" for number in range(51))
    taken = take(world, f"Code,Name,Contact\n{rows}")
    assert taken.created == 0
    assert (taken.file.issues[-1].row, taken.file.refused) == (52, 51)


def test_a_contact_without_a_name_is_called_as_the_customer(world: World) -> None:
    take(world, "Code,Name,E-mail\nC9,Le Port,port@example.com\n")
    (contact,) = customer(world, "C9").contacts
    assert contact == Contact(
        id=contact.id, name="Le Port", email="port@example.com", main=True, role="accounting"
    )


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

        def save_customer(self, edited: Customer) -> Customer:
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
            in_time=lambda: next(left),
        )
    taken = take(world, text)
    assert (taken.created, taken.unchanged) == (50, 200)
