"""A tenant's account with whoever posts its letters, in the shape that is sealed and kept.

Secrets show as stars wherever an account is printed, logged or answered; only `dump` writes them.
"""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    SerializationInfo,
    TypeAdapter,
    field_serializer,
    model_validator,
)

from relance.contracts.http.texts import FirstVersion

# An address line of the post; a name may take two.
_LINE = Annotated[str, Field(min_length=1, max_length=38)]
_NAME = Annotated[str, Field(min_length=1, max_length=76)]
_FLAG = Annotated[bool, Field(strict=True)]
# As many bytes as a key seals at once.
_MOST_BYTES = 4096
_SEAL = {"secrets": True}


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    v: FirstVersion = 1


class ReturnAddress(_Closed):
    """Where the post brings back what it can't deliver. `country` is ISO 3166 alpha-2."""

    name: _NAME
    attention: str = Field(default="", max_length=76)
    lines: tuple[_LINE, ...] = Field(min_length=1, max_length=4)
    postal_code: _LINE
    city: _LINE
    country: str = Field(default="FR", pattern="^[A-Z]{2}$")


class LetterOptions(_Closed):
    """How letters are printed and kept.

    `address_sheet` puts the address on a page of its own. `scan_receipts` has the provider take in
    and scan the signed acknowledgements, which is the only way to fetch them: its own address then
    stands in for the sender's lower lines. `years` are kept by the provider: 0, 1, 3, 6 or 10 for
    plain letters; a registered one is kept 3 years at least. `fast` is the dearer plain postage.
    """

    color: _FLAG = False
    duplex: _FLAG = True
    address_sheet: _FLAG = False
    print_sender: _FLAG = True
    scan_receipts: _FLAG = True
    fast: _FLAG = False
    years: Literal[0, 1, 3, 6, 10] = 3


class MailevaAccount(_Closed):
    """Maileva posts the letters. With `username` and `password` it signs in as that user, else by
    the client's credentials alone. `notify` gets the provider's own e-mails. `sandbox` prints
    nothing. The callback's name and password are the tenant's own, for the provider's news.
    """

    provider: Literal["maileva"] = "maileva"
    client_id: str = Field(min_length=1, max_length=100)
    client_secret: SecretStr = Field(min_length=1, max_length=200)
    username: str = Field(default="", max_length=100)
    password: SecretStr = Field(default=SecretStr(""), max_length=200)
    notify: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    sender: ReturnAddress
    options: LetterOptions = LetterOptions()
    sandbox: _FLAG = False
    callback_name: str = Field(default="", max_length=100, pattern=r"^[^:\x00-\x1f]*$")
    callback_password: SecretStr = Field(default=SecretStr(""), max_length=200)

    @model_validator(mode="after")
    def _whole(self) -> "MailevaAccount":
        if bool(self.username) != bool(self.password.get_secret_value()):
            raise ValueError("a user name and its password go together")
        if bool(self.callback_name) != bool(self.callback_password.get_secret_value()):
            raise ValueError("the callback's name and its password go together")
        if len(dump(self)) > _MOST_BYTES:
            raise ValueError("the account is too long to be sealed")
        return self

    @field_serializer("client_secret", "password", "callback_password")
    def _shown(self, secret: SecretStr, info: SerializationInfo) -> str:
        return secret.get_secret_value() if info.context == _SEAL else str(secret)


class PrintRoomAccount(_Closed):
    """The tenant prints and posts its letters by hand, from one batch a day."""

    provider: Literal["print_room"] = "print_room"
    duplex: _FLAG = True


type PostalAccount = MailevaAccount | PrintRoomAccount

_ACCOUNT: TypeAdapter[PostalAccount] = TypeAdapter(
    Annotated[PostalAccount, Field(discriminator="provider")]
)


def dump(account: PostalAccount) -> bytes:
    """Return the account with its secrets, to be sealed and nothing else."""
    return account.model_dump_json(context=_SEAL).encode()


def load(written: bytes) -> PostalAccount:
    """Read what `dump` wrote; raise ValueError when it is anything else."""
    return _ACCOUNT.validate_json(written)
