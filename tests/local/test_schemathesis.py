"""The deployed API answers as its document says, to a token of the pool and to a key (H1, H2)."""

from tests.fuzz.run import fill, fuzz_company, program_key, unlimited
from tests.local.company import Company


def test_a_person_and_a_program_are_answered_as_the_document_says(company: Company) -> None:
    fill(unlimited(company))

    person = fuzz_company(company, company.token, examples=4, phases=("stateful",))
    program = fuzz_company(company, program_key(company), examples=6, phases=("stateful",))

    assert person.passed, person.report
    assert program.passed, program.report
    assert min(person.cases, program.cases) > 20
