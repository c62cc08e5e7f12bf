"""Letters through a thousand failures: each is carried once. By hand only (`-m soak`)."""

import random

import pytest

from tests.adapters.postal.samples import LETTER, post
from tests.adapters.postal.sender import Sender
from tests.fakes.postal import Harm, Maileva, Step

_FAULTS = 1000
_PATIENCE = 0.15


@pytest.mark.soak
def test_each_letter_is_carried_once_through_a_thousand_failures(maileva: Maileva) -> None:
    chance = random.Random(39)  # noqa: S311 - the same letters each time
    maileva.silence = 0.25
    struck = letters = 0
    while struck < _FAULTS:
        client = post(maileva.address, patience=_PATIENCE)
        for _ in range(chance.randint(1, 6)):
            harm, after = chance.choice(list(Harm)), chance.random() < 0.5
            late = harm is Harm.TIMEOUT and not after and chance.random() < 0.5
            maileva.fail(chance.choice(list(Step)), harm, after=after, late=late)
        before = len(maileva.posted)
        sender = Sender(client, LETTER)
        sender.work(tries=30)
        letters += 1
        struck += sum(not fault.times for fault in maileva.faults)
        maileva.faults.clear()
        assert sender.done, sender.outcomes
        assert maileva.posted[before:] == [(sender.kept or "").partition("/")[2]]
    assert len(set(maileva.posted)) == letters
