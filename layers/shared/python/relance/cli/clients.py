"""How this command speaks to the local AWS: made-up credentials, straight to the loopback."""

from typing import TypedDict

from botocore.config import Config

from relance.cli.instance import REGION, Instance


class ClientOptions(TypedDict):
    """What every boto3 client of a local stage is made with."""

    endpoint_url: str
    region_name: str
    aws_access_key_id: str
    aws_secret_access_key: str
    config: Config


def client_options(instance: Instance) -> ClientOptions:
    """Return options for `boto3.client`: no proxy, one attempt, a function's whole timeout."""
    return {
        "endpoint_url": instance.endpoint,
        "region_name": REGION,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        "config": Config(
            proxies={},
            connect_timeout=5,
            read_timeout=330,
            retries={"total_max_attempts": 1},
        ),
    }
