"""How clients that send are set up."""

from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.config import Config


def sending_config() -> Config:
    """Return the configuration of every client that sends to people.

    One attempt a call: when an answer is lost after the provider accepted, a retry inside the
    library would send twice and report one success. The read timeout is generous because giving
    up early makes a sent message look doubtful.
    """
    return Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=5,
        read_timeout=30,
        tcp_keepalive=True,
    )


def use_fresh_connections(client: BaseClient) -> None:
    """Make the client open a connection for each request.

    A function sleeps between batches, and a connection that the other end gave up meanwhile breaks
    on the next request. Elsewhere that is tried again; here it would leave a message in doubt that
    never went out.
    """
    client.meta.events.register(
        "before-send", _close_afterwards, unique_id="relance-fresh-connections"
    )


def _close_afterwards(request: AWSPreparedRequest, **_: Any) -> None:
    # After signing: a proxy may take this header off without breaking the signature.
    request.headers["Connection"] = "close"
