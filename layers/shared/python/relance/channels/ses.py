"""E-mail by Amazon SES."""

from typing import TYPE_CHECKING

from relance.app.errors import InDoubtError, RefusedError
from relance.app.ports.mail import Email
from relance.channels.client_config import use_fresh_connections
from relance.channels.outcome import FAILURES, meaning
from relance.contracts.tags import encode_tag

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageTagTypeDef


class SesMailer:
    """The port `Mailer`. `client` is an SES v2 client made with `client_config.sending_config`."""

    def __init__(self, client: "SESV2Client", configuration_set: str) -> None:
        use_fresh_connections(client)
        self._client = client
        self._configuration_set = configuration_set

    def send(self, email: Email) -> str:
        """Hand over the exact bytes, once. Return SES's message id.

        `email.tags` come back, encoded, in every event about the message. Raises RefusedError,
        ThrottledError, NotAcceptedError or InDoubtError.
        """
        tags = _tags(email)
        try:
            answer = self._client.send_email(
                FromEmailAddress=email.sender,
                Destination={"ToAddresses": list(email.recipients)},
                Content={"Raw": {"Data": email.mime}},
                EmailTags=tags,
                ConfigurationSetName=self._configuration_set,
            )
        except FAILURES as error:
            raise meaning(error) from error
        if not answer.get("MessageId"):
            raise InDoubtError("answered without a message id")
        return answer["MessageId"]


def _tags(email: Email) -> "list[MessageTagTypeDef]":
    try:
        return [{"Name": name, "Value": encode_tag(value)} for name, value in email.tags.items()]
    except ValueError as error:
        raise RefusedError(f"not sendable: {error}") from error
