"""Makes moto answer the same sooner: tests on tables spent half of their time waiting for it."""

from typing import Any

from moto.core.config import default_user_config
from moto.core.serialize import JSONSerializer


def make_moto_quick() -> None:
    """Leave out what moto does for nothing; to be called before its first use.

    - A value of DynamoDB has one of ten members. moto asks each value for all of them, by every
      name that they could have; here it is asked for those that it has.
    - moto forgets boto3's session between tests, and with it what boto3 read of the services, which
      is most of what making a client costs. No test uses another session's identity.
    """
    by_every_name = JSONSerializer._serialize_type_structure

    def by_its_own(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name != "AttributeValue" or type(value) is not dict:
            by_every_name(self, serialized, value, shape, key)
            return
        members: dict[str, Any] = {}
        for kind, inner in value.items():
            self._serialize(members, inner, shape.members[kind], kind)
        self._default_serialize(serialized, members, shape, key)

    JSONSerializer._serialize_type_structure = by_its_own  # type: ignore[method-assign]
    default_user_config["core"]["reset_boto3_session"] = False
