"""So many requests a minute and no more, each tenant for itself (H3)."""

from datetime import timedelta

import pytest

from functions.api.limits import budget_of
from relance.app.errors import BadInput
from relance.app.limits import Limits
from relance.app.tenants import set_request_limits
from tests.functions.api.site import Answer, Site


@pytest.fixture
def narrow(site: Site) -> Site:
    """A site where a minute holds five reads, three writes and one heavy request."""
    site.limits = Limits({"reads": 5, "writes": 3, "heavy": 1})
    return site


def reads(site: Site, count: int, *, user: str = "anna") -> list[Answer]:
    return [site.call("GET", "/v1/me", user=user) for _ in range(count)]


def test_what_is_beyond_the_limit_is_refused_until_the_minute_is_over(narrow: Site) -> None:
    answers = reads(narrow, 7)

    assert [each.status for each in answers] == [200] * 5 + [429] * 2
    refused = answers[-1]
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.body["type"] == "urn:relance:problem:too-many-requests"
    assert refused.headers["Retry-After"] == "60"
    narrow.wall.instant += timedelta(seconds=45)
    assert reads(narrow, 1)[0].headers["Retry-After"] == "15"
    narrow.wall.instant += timedelta(seconds=15)
    assert reads(narrow, 1)[0].status == 200


def test_every_answer_tells_what_is_left(narrow: Site) -> None:
    first, second = reads(narrow, 2)

    assert first.headers["RateLimit-Policy"] == '"reads";q=5;w=60'
    assert first.headers["RateLimit"] == '"reads";r=4;t=60'
    assert second.headers["RateLimit"] == '"reads";r=3;t=60'
    missing = narrow.call("GET", "/v1/customers/NOBODY")
    assert (missing.status, missing.headers["RateLimit"]) == (404, '"reads";r=2;t=60')
    assert reads(narrow, 3)[-1].headers["RateLimit"] == '"reads";r=0;t=60'


def test_one_tenants_flood_is_nothing_to_another(narrow: Site) -> None:
    reads(narrow, 50)

    assert {each.status for each in reads(narrow, 5, user="rita")} == {200}


def test_a_tenants_people_and_programs_share_its_budget(narrow: Site) -> None:
    body = {"name": "x", "scopes": ["read"]}
    key = narrow.call("POST", "/v1/program-keys", body).body["key"]
    reads(narrow, 3)
    reads(narrow, 2, user="vera")

    assert narrow.call("GET", "/v1/me", authorization=f"Bearer {key}").status == 429


def test_each_budget_is_counted_for_itself(narrow: Site) -> None:
    reads(narrow, 5)
    writes = [narrow.call("PATCH", "/v1/tenant", {"name": "A"}).status for _ in range(4)]
    heavy = [narrow.call("POST", "/v1/simulations", {"days": 1}).status for _ in range(2)]

    assert writes == [200, 200, 200, 429]
    assert heavy == [200, 429]


def test_a_refused_request_changes_nothing(narrow: Site) -> None:
    for name in "ABCD":
        narrow.call("PATCH", "/v1/tenant", {"name": name})

    assert narrow.call("GET", "/v1/tenant").body["name"] == "C"


def test_what_is_refused_for_its_role_or_form_is_counted(narrow: Site) -> None:
    for _ in range(2):
        assert narrow.call("PATCH", "/v1/tenant", {"name": "A"}, user="vera").status == 403
    assert narrow.call("PATCH", "/v1/tenant", raw="{").status == 422
    assert narrow.call("PATCH", "/v1/tenant", {"name": "A"}).status == 429


def test_a_request_costs_one_count_and_strangers_cost_none(narrow: Site) -> None:
    reads(narrow, 4)
    narrow.call("GET", "/v1/me", user=None)
    narrow.call("GET", "/v1/me", user="stranger")

    assert list(narrow.counters) == ["atelier"]
    assert list(narrow.counters["atelier"].counted.values()) == [4]


def test_the_operator_gives_a_tenant_limits_of_its_own(narrow: Site) -> None:
    reads(narrow, 1)
    set_request_limits({"reads": 8}, store=narrow.store())
    narrow.wall.instant += timedelta(minutes=1)

    assert [each.status for each in reads(narrow, 9)] == [200] * 8 + [429]
    assert narrow.call("PATCH", "/v1/tenant", {"name": "A"}).status == 200
    with pytest.raises(BadInput):
        set_request_limits({"reads": 0}, store=narrow.store())


def test_no_tenant_sets_its_own_limits(narrow: Site) -> None:
    answer = narrow.call("PATCH", "/v1/tenant", {"request_limits": {"reads": 10**6}})

    assert answer.status == 422


@pytest.mark.parametrize(
    ("method", "path", "budget"),
    [
        ("GET", "/v1/customers", "reads"),
        ("HEAD", "/v1/customers", "reads"),
        ("POST", "/v1/customers", "writes"),
        ("DELETE", "/v1/groups/a", "writes"),
        ("POST", "/v1/simulations", "heavy"),
        ("GET", "/v1/aged-balance", "heavy"),
        ("GET", "/v1/customers/C1/aged-balance", "heavy"),
        ("POST", "/v1/templates/a/preview", "heavy"),
        ("POST", "/v1/scenarios/a/impact", "heavy"),
        ("POST", "/v1/scenarios/a/back-test", "heavy"),
        ("POST", "/v1/letters/batches", "heavy"),
        ("GET", "/v1/customers.csv", "heavy"),
        ("GET", "/v1/customers/C1/personal-data", "heavy"),
        ("GET", "/v1/scenarios/export.yaml", "heavy"),
        ("POST", "/v1/mappings/trial", "heavy"),
    ],
)
def test_what_a_request_is_counted_as(method: str, path: str, budget: str) -> None:
    assert budget_of(method, path) == budget
