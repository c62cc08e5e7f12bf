"""The demo's user: made once, kept in the instance's folder, signed in for every command."""

import json
import secrets
from dataclasses import asdict, dataclass

from botocore.exceptions import ClientError

from relance.cli.api import Api
from relance.cli.errors import CommandError
from relance.cli.instance import Instance
from relance.cli.stack import LocalStack


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoUser:
    """Who signs in for the demo's tenant. The password opens nothing but this local stage."""

    tenant: str
    email: str
    password: str
    subject: str

    def save(self, instance: Instance) -> None:
        """Keep it for later commands, readable by its owner only."""
        path = instance.folder / "demo.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


def saved_user(instance: Instance) -> DemoUser | None:
    """Return the demo's user, None before the demo was made."""
    try:
        return DemoUser(**json.loads((instance.folder / "demo.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def create_user(stack: LocalStack, *, tenant: str, email: str) -> DemoUser:
    """Create a user in the pool, or give the one that is there a new password."""
    pool = stack.output("UserPoolId")
    password = f"Aa1!{secrets.token_urlsafe(24)}"
    try:
        user = stack.users.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
            MessageAction="SUPPRESS",
        )["User"]
        attributes = user.get("Attributes", [])
    except stack.users.exceptions.UsernameExistsException:
        attributes = stack.users.admin_get_user(UserPoolId=pool, Username=email)["UserAttributes"]
    stack.users.admin_set_user_password(
        UserPoolId=pool, Username=email, Password=password, Permanent=True
    )
    subject = next(each["Value"] for each in attributes if each["Name"] == "sub")
    return DemoUser(tenant=tenant, email=email, password=password, subject=subject)


def token(stack: LocalStack, user: DemoUser) -> str:
    """Sign in and return a token for the API."""
    try:
        answer = stack.users.initiate_auth(
            ClientId=stack.output("UserPoolClientId"),
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
        )
    except ClientError as error:
        raise CommandError(
            f"The demo's user can't sign in ({error.response['Error']['Code']}). "
            "Type: make reset, then make run"
        ) from error
    return answer["AuthenticationResult"]["AccessToken"]


def signed_in(stack: LocalStack) -> Api:
    """Return the API as the demo's user; CommandError before the demo was made."""
    user = saved_user(stack.instance)
    if user is None:
        raise CommandError("There is no demo tenant yet. Type: make run")
    return Api(client=stack.http(token=token(stack, user)))
