"""What may stand in a cell of a list of customers, and what is refused and told (L5, C1)."""

import pytest

from relance.domain.people import Group
from relance.domain.terms import Terms, TermsBase
from relance.ledger.issues import LedgerError
from tests.fakes.world import World
from tests.unit.app.customer_lists import DAY, customer, take, told


@pytest.fixture
def world() -> World:
    return World()


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
