"""A company signs up, and somebody accepts an invitation: for people who belong to none yet."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentVisitor
from functions.api.answers import single
from functions.api.routes.members import member_body
from functions.api.routes.router import new_router
from relance.app import invitations
from relance.app.sign_up import sign_up as make_company
from relance.contracts.http.access import Acceptance, MemberBody, SignUp

router = new_router()


@router.post("/v1/sign-up", tags=["Access"], status_code=HTTPStatus.CREATED)
def sign_up(visitor: CurrentVisitor, body: SignUp) -> Response[MemberBody]:
    """Make a company of your own: you are its first admin, and messages are signed by you."""
    _, first = make_company(
        body,
        subject=visitor.subject,
        email=visitor.email(),
        access=visitor.access,
        clock=visitor.wall,
    )
    return single(member_body(first), status=HTTPStatus.CREATED, location="/v1/tenant")


@router.post("/v1/invitations/acceptance", tags=["Access"], status_code=HTTPStatus.CREATED)
def accept_invitation(visitor: CurrentVisitor, body: Acceptance) -> Response[MemberBody]:
    """Join the company that invited you, with the token you were handed."""
    member = invitations.accept(
        body.token,
        subject=visitor.subject,
        email=visitor.email(),
        access=visitor.access,
        clock=visitor.wall,
    )
    return single(member_body(member), status=HTTPStatus.CREATED, location="/v1/me")
