"""How clients that send are set up."""

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
